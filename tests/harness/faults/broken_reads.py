"""A reconciler behind a proxy that breaks its connection to a real API server: seeded runs of a few seconds each."""

from __future__ import annotations

import json
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.harness.cluster import kubeconfig, nodes, waiting
from tests.harness.cluster.api import ApiError
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.e2e.reconciler.daemon import POOL, Daemon, document, rolling
from tests.harness.faults.faults import Faults, SeededFaults
from tests.harness.faults.pod_invariants import PodInvariants, settled
from tests.harness.faults.proxy import FaultProxy

POOL_NAME = "broken"
NODES = [f"{POOL_NAME}-{number}" for number in range(1, 5)]
TAINT = {"key": "example.org/broken", "effect": "NoExecute"}
STEPS = 8
MOST_STEP_SECONDS = 0.6
PATIENCE_SECONDS = 60
USER = "through-the-proxy"


class BrokenReads:
    """All runs on one control plane. As a context manager it starts the proxy."""

    def __init__(self, cluster: ControlPlane, granted: Path):
        """`granted`: the kubeconfig of the reconciler's ServiceAccount."""
        self.counts: Counter[str] = Counter()
        self.longest = 0.0
        self._cluster, self._api = cluster, cluster.api
        self._token = json.loads(granted.read_text())["users"][0]["user"]["token"]
        self._proxy = FaultProxy(cluster.pki, cluster.port)

    def __enter__(self) -> BrokenReads:
        self._proxy.__enter__()
        path = kubeconfig.write(
            self._cluster.directory / f"{USER}.kubeconfig", self._proxy.server, self._cluster.pki, USER, self._token
        )
        self._reconciler = Reconciler(
            path, self._cluster.logs, "--leader-elect", "false", name="everynode-reconciler-proxied"
        )
        nodes.add(self._api, [nodes.node(name, labels={POOL: POOL_NAME}) for name in NODES])
        return self

    def __exit__(self, *error) -> None:
        self._proxy.__exit__(*error)

    def run(self, seed: int) -> str:
        """Empty if all invariants held and everything settled in the right state; otherwise what was wrong."""
        faults = SeededFaults(seed)
        run = Run(self._api, seed, self._restart)
        with PodInvariants(self._api, admitted=False) as invariants:
            self._reconciler.launch()
            self._proxy.set_faults(faults)
            try:
                run.play()
                self._proxy.set_faults(Faults())
                problem = run.await_end(invariants)
            finally:
                self._reconciler.process.send(signal.SIGKILL)
                self._reconciler.process.wait()
                self._proxy.set_faults(Faults())
                run.clean_up()
        self.longest = max(self.longest, run.took)
        self.counts["runs"] += 1
        self.counts["pods created"] += invariants.created
        self.counts["restarts"] += run.restarts
        problems = [*invariants.violations, problem] if problem else invariants.violations
        return (
            "\n".join([f"seed {seed}, {', '.join(faults.kinds)}, {run.restarts} restarts:", *problems])
            if problems
            else ""
        )

    def figures(self) -> str:
        all_counts = self.counts + self._proxy.counts
        return f"{self.longest:.1f} s until rest at most; " + ", ".join(
            f"{count} {what}" for what, count in sorted(all_counts.items())
        )

    def _restart(self) -> None:
        self._reconciler.process.send(signal.SIGKILL)
        self._reconciler.process.wait()
        self._proxy.bury_client()
        self._reconciler.launch()


class Run:
    """One scenario of two DaemonSets, chosen by its seed."""

    def __init__(self, api, seed: int, restart: Callable[[], None]):
        self.restarts = 0
        self.took = 0.0
        self._api, self._seed, self._restart = api, seed, restart
        self._rng = random.Random(seed)
        self._images = 1
        self._tainted: set[str] = set()
        self._extra = f"{POOL_NAME}-extra-{seed}"
        self._nodes = set(NODES)
        self._daemons = [Daemon(api, f"steady-{seed}"), Daemon(api, f"surge-{seed}")]

    def play(self) -> None:
        for one, strategy in zip(
            self._daemons, (rolling(unavailable=self._rng.choice((1, 2))), rolling(surge=1)), strict=True
        ):
            self._api.create(one.path.rpartition("/")[0], document(one.name, POOL_NAME, strategy=strategy))
        acts = (
            self._roll,
            self._roll,
            self._undo,
            self._delete_pod,
            self._fail_pod,
            self._taint,
            self._node,
            self._crash,
        )
        for _ in range(STEPS):
            time.sleep(self._rng.uniform(0, MOST_STEP_SECONDS))
            try:
                self._rng.choice(acts)()
            except ApiError as error:
                if error.code not in (404, 409):  # it had gone already, or was being changed
                    raise

    def await_end(self, invariants: PodInvariants) -> str:
        """What is still wrong after ample time; empty if nothing is."""
        begin = time.monotonic()
        while (why := self._unsettled(invariants)) and time.monotonic() - begin < PATIENCE_SECONDS:
            time.sleep(0.1)
        self.took = time.monotonic() - begin
        return why

    def _unsettled(self, invariants: PodInvariants) -> str:
        for one in self._daemons:
            live, revisions = one.get(), one.revisions()
            if why := settled(invariants, live, self._nodes - self._tainted, set(), self._nodes.__contains__):
                return why
            data = [json.dumps(revision["data"], sort_keys=True) for revision in revisions]
            owners = {
                owner["uid"] for revision in revisions for owner in revision["metadata"].get("ownerReferences", [])
            }
            if len(set(data)) != len(data) or owners != {live["metadata"]["uid"]}:
                return f"{one.name}: {len(data)} revisions of {len(set(data))} templates, of {owners}"
        return ""

    def clean_up(self) -> None:
        for one in self._daemons:
            self._api.delete(one.path)
            self._api.delete(f"{one.pods_path}?labelSelector=app%3D{one.name}&gracePeriodSeconds=0")
            revisions = one.path.rpartition("/")[0].replace("daemonsets", "controllerrevisions")
            self._api.delete(f"{revisions}?labelSelector=app%3D{one.name}")
        for name in self._tainted & set(NODES):
            self._set_taints(name, [])
        self._api.delete(f"{nodes.NODES}/{self._extra}")
        waiting.until(lambda: not any(one.pods() for one in self._daemons), "the pods to go")

    # --- what happens ---

    def _any(self) -> Daemon:
        return self._rng.choice(self._daemons)

    def _roll(self) -> None:
        self._images += 1
        self._any().set_image(str(self._images))

    def _undo(self) -> None:
        self._any().set_image(str(self._rng.randint(1, self._images)))

    def _delete_pod(self) -> None:
        one = self._any()
        if found := one.pods():
            self._api.delete(f"{one.pods_path}/{self._rng.choice(found)['metadata']['name']}")

    def _fail_pod(self) -> None:
        one = self._any()
        if found := one.pods():
            one.fail(self._rng.choice(found))

    def _taint(self) -> None:
        name = self._rng.choice(NODES)
        self._set_taints(name, [] if name in self._tainted else [TAINT])
        self._tainted ^= {name}

    def _node(self) -> None:
        if self._extra in self._nodes:
            self._api.delete(f"{nodes.NODES}/{self._extra}")
            self._nodes.discard(self._extra)
            self._extra += "x"  # a node with the old name would find the old node's pods
        else:
            self._api.create(nodes.NODES, nodes.node(self._extra, labels={POOL: POOL_NAME}))
            self._nodes.add(self._extra)

    def _crash(self) -> None:
        self._restart()
        self.restarts += 1

    def _set_taints(self, name: str, taints: list[dict]) -> None:
        """Once they are ready, the simulated nodes have no other taints."""
        self._api.merge(f"{nodes.NODES}/{name}", {"spec": {"taints": taints}})
