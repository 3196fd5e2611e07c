# Thin: each target installs what it lacks, then calls what does the work. Nothing is decided here.
JOBS ?= 2
SECONDS ?= 60
RELOADS ?= 100
DRAINS ?= 20
CONNECTIONS ?= 10000
MINUTES ?= 60
NODES ?= 1000
RUNS ?= 300
SEEDS ?= 1000000
FIRST ?= 1
# ALL builds fastest from scratch. CI takes TESTS for both, so that a missing include of server/ is seen; several files at a
# time take longer after each change.
PRECOMPILE ?= ALL
TOGETHER ?= NONE
# What is shipped and measured is optimised as a whole.
LTO ?= OFF
image package build-bench bench-synthetic: LTO = ON
# What a control plane with simulated nodes is made of; the tests of the chart need all that build_binaries knows.
CONTROL_PLANE = etcd kube-apiserver kube-controller-manager kube-scheduler kubectl kwok
# Tests install the kinds and rights that the chart renders.
E2E = $(CONTROL_PLANE) helm
# Programs of others that only the neighbours need.
NEIGHBOURS = prometheus descheduler argo-diff metrics-server karpenter kyverno
# Of the oldest Kubernetes that is supported.
OLDEST = kube-apiserver@1.30 kube-controller-manager@1.30 kube-scheduler@1.30

.PHONY: help run build build-tests binaries test unit e2e page chart image package compat faults attacks rights outages soak simulate lives neighbours
.PHONY: bench bench-webhook bench-overlays bench-reconciler bench-policy bench-encodings bench-synthetic build-bench lint format build-sanitized sanitize fuzz findings clean

help:   ## this list
	@grep -hE '^[a-z0-9-]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 20

build: ## the optimised binary, build/everynode
	@tests/harness/tools/install-packages build test
	@cmake --preset release -DEVERYNODE_BENCH=OFF -DEVERYNODE_LTO=$(LTO) -DEVERYNODE_PRECOMPILE=$(PRECOMPILE) -DEVERYNODE_TOGETHER=$(TOGETHER) >/dev/null
	@cmake --build --preset release -j $(JOBS) --target everynode

build-tests: build
	@cmake --build --preset release -j $(JOBS)

run: build ## a local cluster with webhook and reconciler, and a tour of what they do (Ctrl-C ends it)
	@tests/harness/tools/install-packages cluster
	@python3 -m tests.harness.cluster.meanwhile $(CONTROL_PLANE)
	@python3 -m tests.harness.tools.build_binaries $(CONTROL_PLANE)
	@python3 -m tests.harness.cluster.tour

test: build-tests binaries ## everything: unit, golden, shell, end-to-end and chart tests
	@python3 -m tests all

page: ## the page's sources: types, lint, unit tests, and that server/page/built is what they give (cd server/page/front; npm run build)
	@tests/harness/tools/install-packages page
	@python3 -m tests.harness.front

binaries: ## the Kubernetes programs of all tests, into the cache
	@tests/harness/tools/install-packages cluster image node page
	@python3 -m tests.harness.tools.build_binaries

unit: build-tests ## the tests that need no cluster
	@python3 -m tests unit

e2e: build ## the tests against a real control plane, those of the page in a real Chromium
	@tests/harness/tools/install-packages cluster page
	@python3 -m tests.harness.tools.build_binaries $(E2E)
	@python3 -m tests e2e

faults: build-tests ## RELOADS=100 certificate reloads and DRAINS=20 drains under load, and what became of the requests
	@EVERYNODE_RELOADS=$(RELOADS) EVERYNODE_DRAINS=$(DRAINS) build/everynode_webhook_process_test --gtest_filter='*WithoutLosingARequest'

attacks: build-tests ## hostile clients of the webhook, up to CONNECTIONS=10000, and what became of the healthy ones
	@EVERYNODE_CONNECTIONS=$(CONNECTIONS) build/everynode_webhook_process_test --gtest_filter='Flood*:Hostile*:Smuggling*'

rights: build ## takes each right of the reconciler's roles away, in takeover and beside the in-tree controller, and says what does not happen without it
	@tests/harness/tools/install-packages cluster
	@python3 -m tests.harness.tools.build_binaries $(E2E)
	@EVERYNODE_RIGHTS=all python3 -m tests.harness.e2e -k Rights

outages: build ## RUNS=300 seeded runs behind a proxy that breaks things; API server, etcd, network and clocks at NODES=1000; restored backups of etcd; a rival
	@tests/harness/tools/install-packages cluster faults
	@python3 -m tests.harness.tools.build_binaries $(E2E)
	@python3 -m tests.harness.faults.reads --runs $(RUNS)
	@python3 -m tests.harness.faults.outages --nodes $(NODES)
	@python3 -m tests.harness.faults.restores
	@python3 -m tests.harness.faults.rivals --nodes $(NODES)

lives: build ## a real kubelet whose machine loses its power, goes out of service, is gone for long, is upgraded; and the in-tree controller while one shuts down
	@tests/harness/tools/install-packages cluster image node
	@python3 -m tests.harness.tools.build_binaries $(E2E) kubelet kubelet@1.36
	@EVERYNODE_LIVES=all python3 -m tests.harness.node -k Lives

neighbours: build ## programs and policies of others beside the webhook and either controller; writes tests/harness/neighbours/RESULTS.md
	@tests/harness/tools/install-packages cluster
	@python3 -m tests.harness.tools.build_binaries $(E2E) $(NEIGHBOURS)
	@python3 -m tests.harness.neighbours

soak: build ## MINUTES=60 of churn at NODES=1000 on a real control plane: laws, admissions, memory
	@tests/harness/tools/install-packages cluster
	@python3 -m tests.harness.tools.build_binaries $(E2E)
	@python3 -m tests.harness.faults.soak --minutes $(MINUTES) --nodes $(NODES)

simulate: build-tests ## SEEDS=1000000 simulated schedules from FIRST=1 on, and how fast
	@EVERYNODE_SIMULATION_SEEDS=$(SEEDS) EVERYNODE_SIMULATION_FIRST=$(FIRST) \
	  build/everynode_simulation_test --gtest_filter='Simulation.EndsWith*:RolloutSimulation.Keeps*'

chart: build binaries ## the tests of the Helm chart and of the image
	@python3 -m tests chart

image: build ## the container image, build/image: an OCI layout, an archive and an SBOM
	@tests/harness/tools/install-packages image
	@python3 -m charts.image

compat: build ## the tests of e2e against the oldest and the newest Kubernetes, and a table of what was seen
	@tests/harness/tools/install-packages cluster page
	@python3 -m tests.harness.tools.build_binaries $(E2E) $(OLDEST)
	@python3 -m tests.harness.compat

package: build ## a .deb, an .rpm and Krew's archive and manifest, in build/package; each is installed and tried
	@tests/harness/tools/install-packages package
	@python3 -m charts.package
	@python3 -m tests.harness.tools.build_binaries kubectl krew validate-krew-manifest
	@python3 -m tests.harness.package

build-sanitized: ## the C++ tests and the fuzz targets, built with the sanitizers
	@tests/harness/tools/install-packages build test
	@python3 -m tests build-sanitized

sanitize: build-sanitized ## the C++ tests under ASan+UBSan and TSan
	@python3 -m tests sanitize

fuzz: ## each parser of foreign bytes, for SECONDS=60 each
	@tests/harness/tools/install-packages build test
	@cmake --preset asan >/dev/null
	@cmake --build --preset asan -j $(JOBS) --target everynode_fuzz
	@python3 -m tests.fuzz $(SECONDS)

lint: ## formatting, the house's rules, clang-tidy (some minutes; without it: TIDY=no)
	@tests/harness/tools/install-packages build test lint
	@cmake --preset tidy >/dev/null
	@python3 -m tests.lint $(if $(filter no,$(TIDY)),--without-tidy)

format: ## formats the C++ and the Python files
	@tests/harness/tools/install-packages lint
	@git ls-files '*.hpp' '*.cpp' | xargs clang-format-19 -i
	@black --quiet .

bench: bench-webhook bench-overlays bench-reconciler bench-policy bench-encodings bench-synthetic ## all, about two hours; on a machine that does nothing else

bench-webhook: build-bench ## the webhook beside a Go webhook and beside the floor; writes tests/harness/bench/RESULTS.md
	@python3 -m tests.harness.bench.webhook_bench

bench-overlays: build-bench ## the webhook with overlays beside itself without and beside a Go webhook with them; prints the results
	@tests/harness/tools/install-packages cluster
	@python3 -m tests.harness.tools.build_binaries $(E2E)
	@python3 -m tests.harness.bench.overlay_bench

bench-reconciler: build-bench ## the reconciler beside the in-tree controller; writes tests/harness/bench/reconciler/RESULTS.md
	@tests/harness/tools/install-packages cluster
	@python3 -m tests.harness.tools.build_binaries $(CONTROL_PLANE)
	@python3 -m tests.harness.bench.reconciler_bench

bench-policy: build-bench ## a roll by a RolloutPolicy beside a plain one of the in-tree controller; writes its results into tests/harness/bench/policy
	@tests/harness/tools/install-packages cluster
	@python3 -m tests.harness.tools.build_binaries $(E2E)
	@python3 -m tests.harness.bench.policy_bench

bench-encodings: build-bench ## a watch of all pods in JSON and in protobuf; writes tests/harness/bench/encodings/RESULTS.md
	@tests/harness/tools/install-packages cluster
	@python3 -m tests.harness.tools.build_binaries $(CONTROL_PLANE)
	@python3 -m tests.harness.bench.encodings_bench

bench-synthetic: build ## 100,000 nodes with 10 DaemonSets, of a synthetic API server, and how far the in-tree controller gets; writes synthetic/RESULTS.md
	@tests/harness/tools/install-packages cluster
	@python3 -m tests.harness.tools.build_binaries kube-controller-manager
	@python3 -m tests.harness.bench.synthetic_bench

build-bench:
	@tests/harness/tools/install-packages build test bench
	@cmake --preset release -DEVERYNODE_BENCH=ON -DEVERYNODE_LTO=$(LTO) -DEVERYNODE_PRECOMPILE=$(PRECOMPILE) -DEVERYNODE_TOGETHER=$(TOGETHER) >/dev/null
	@cmake --build --preset release -j $(JOBS)

findings: ## each surprise about a library or tool, seen again: installs pinned packages, needs the network
	@set -e; for script in findings/*.sh; do echo "$$script"; "$$script"; done

clean: ## removes what was built in this tree; the cache of Kubernetes binaries stays
	@rm -rf build build-debug build-asan build-tsan build-tidy
