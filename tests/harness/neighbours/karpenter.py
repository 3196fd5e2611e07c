"""Karpenter with its KWOK provider: a node pool whose nodes have four or eight cores."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator

from tests.harness.chart import crds
from tests.harness.cluster import nodes, waiting
from tests.harness.cluster.control_plane import ControlPlane, answers_ok
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.cluster.ports import HOST, free_ports
from tests.harness.tools import binaries, go_toolchain

GROUP = "/apis/karpenter.sh/v1"
POOL_LABEL = "karpenter.sh/nodepool"
TYPE = "node.kubernetes.io/instance-type"
FOUR, EIGHT = "c-4x-amd64-linux", "c-8x-amd64-linux"
KINDS = (
    "pkg/apis/crds/karpenter.sh_nodepools.yaml",
    "pkg/apis/crds/karpenter.sh_nodeclaims.yaml",
    "pkg/apis/crds/karpenter.sh_nodeoverlays.yaml",
    "pkg/apis/crds/autoscaling.x-k8s.io_capacitybuffers.yaml",
    "kwok/apis/crds/karpenter.kwok.sh_kwoknodeclasses.yaml",
)
POOL = "pool"


@contextlib.contextmanager
def running(cluster: ControlPlane, kubectl: Kubectl) -> Iterator[None]:
    install(kubectl)
    metrics, health = free_ports(2)
    environment = {
        "KUBECONFIG": str(cluster.kubeconfig),
        "DISABLE_LEADER_ELECTION": "true",
        "METRICS_PORT": str(metrics),
        "HEALTH_PROBE_PORT": str(health),
        "SYSTEM_NAMESPACE": "kube-system",
        "BATCH_IDLE_DURATION": "1s",
    }
    process = cluster.run("karpenter", [binaries.built("karpenter")], environment)
    try:
        process.wait_ready(lambda: answers_ok(f"http://{HOST}:{health}/readyz"))
        kubectl("apply", "-f", "-", stdin="\n---\n".join(map(json.dumps, pool())))
        yield
        kubectl("delete", "nodepools", "--all", "--timeout=60s")
        waiting.until(lambda: not claims(cluster), "its nodes to go", 60)
    finally:
        process.stop()


def install(kubectl: Kubectl) -> None:
    go = go_toolchain.find_or_install(lambda text: print(text, file=sys.stderr, flush=True))
    source = crds.source(go, binaries.ALL["karpenter"].directory, binaries.ALL["karpenter"].module)
    for file in KINDS:
        kubectl("apply", "--server-side", "-f", str(source / file))
    kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")


def pool() -> list[dict]:
    def among(key: str, *values: str) -> dict:
        return {"key": key, "operator": "In", "values": list(values)}

    requirements = [among(TYPE, FOUR, EIGHT), among("karpenter.sh/capacity-type", "on-demand")]
    node_class = {"group": "karpenter.kwok.sh", "kind": "KWOKNodeClass", "name": POOL}
    template = {"spec": {"requirements": requirements, "nodeClassRef": node_class, "expireAfter": "Never"}}
    disruption = {"consolidationPolicy": "WhenEmptyOrUnderutilized", "consolidateAfter": "5s"}
    return [
        {"apiVersion": "karpenter.kwok.sh/v1alpha1", "kind": "KWOKNodeClass", "metadata": {"name": POOL}},
        {
            "apiVersion": "karpenter.sh/v1",
            "kind": "NodePool",
            "metadata": {"name": POOL},
            "spec": {"template": template, "disruption": disruption},
        },
    ]


def claims(cluster: ControlPlane) -> list[dict]:
    return cluster.api.items(f"{GROUP}/nodeclaims")


def its_nodes(cluster: ControlPlane) -> list[dict]:
    return cluster.api.items(f"{nodes.NODES}?labelSelector={POOL_LABEL}")
