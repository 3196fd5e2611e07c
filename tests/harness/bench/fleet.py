"""Many nodes as kubelets register them, and the overlay of the benchmarks, in a cluster with an API server and little
else."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.harness.bench.inspection_bench import IMAGES
from tests.harness.bench.kept import Kept
from tests.harness.cluster import nodes, waiting, workspace
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.cluster.processes import Process
from tests.harness.e2e import overlays
from tests.harness.e2e.reconciler import policies

OVERLAY = Path(__file__).resolve().parent / "overlays" / "overlay.json"
ADMITTED = "worker-1"  # whose pods the recorded reviews are about
ZONE = "topology.kubernetes.io/zone"
PLENTY = {"cpu": "32", "memory": "263856628Ki", "ephemeral-storage": "190Gi", "pods": "110"}
NOT_NEEDED = ("kwok", "kube-scheduler", "kube-controller-manager")


@dataclass(frozen=True)
class Fleet:
    """A cluster with nodes, and the flags of a webhook that has the rights that the chart gives it."""

    cluster: ControlPlane
    names: list[str]  # of the nodes, ADMITTED is the first
    flags: list[str | Path]

    @property
    def processes(self) -> list[Process]:
        """Of the control plane."""
        return [process for process in self.cluster.processes.values() if process.running]


@contextlib.contextmanager
def fleet(count: int) -> Iterator[Fleet]:
    """`count` nodes, and the overlay. Of the control plane etcd and kube-apiserver run."""
    with workspace.workspace("everynode-bench-") as directory, ControlPlane(directory) as cluster:
        for name in NOT_NEEDED:
            cluster.processes[name].stop()
        flags = overlays.grant(cluster, Kubectl(cluster.kubeconfig))
        waiting.until(lambda: policies.served(cluster.api, "daemonsetoverlays"), "overlays to be served", 30)
        cluster.api.create(overlays.OVERLAYS, json.loads(OVERLAY.read_text()))
        names = [ADMITTED, *(f"node-{number}" for number in range(count - 1))]
        register(cluster, names)
        yield Fleet(cluster, names, flags)


def register(cluster: ControlPlane, names: list[str]) -> None:
    def some(share: Iterable[str]) -> None:
        with Kept(cluster.api.connect()) as api:
            for name in share:
                api.ask("POST", nodes.NODES, node(name))

    with ThreadPoolExecutor(nodes.PARALLEL) as pool:
        list(pool.map(some, (names[first :: nodes.PARALLEL] for first in range(nodes.PARALLEL))))


def node(name: str) -> dict:
    """Of the size that nodes of a cloud have: with 50 images, as many as a kubelet reports."""
    labels = {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "node.kubernetes.io/instance-type": "m7i.8xlarge",
        "topology.kubernetes.io/region": "eu-central-1",
        ZONE: "eu-central-1a",
    }
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": {"providerID": f"example:///eu-central-1a/{name}"},
        "status": {
            "capacity": PLENTY,
            "allocatable": PLENTY,
            "conditions": [condition(type_, type_ == "Ready") for type_ in CONDITIONS],
            "addresses": [{"type": "Hostname", "address": name}],
            "images": IMAGES,
        },
    }


CONDITIONS = ("MemoryPressure", "DiskPressure", "PIDPressure", "Ready")


def condition(type_: str, holds: bool) -> dict:
    return {
        "type": type_,
        "status": str(holds),
        "reason": f"KubeletSays{type_}",
        "message": f"kubelet says {type_}: {holds}",
        "lastHeartbeatTime": "2026-01-01T00:00:00Z",
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    }
