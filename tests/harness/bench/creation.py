"""Creates DaemonSets, and measures how long it takes until their pods exist."""

from __future__ import annotations

import base64
import contextlib
import time
from collections.abc import Callable, Iterator

from tests.harness.cluster import etcd, nodes, waiting, workspace
from tests.harness.cluster.api import Api
from tests.harness.cluster.control_plane import WITHOUT_IN_TREE, ControlPlane
from tests.harness.cluster.processes import Process

PODS = "/api/v1/namespaces/default/pods"
DAEMON_SETS = "/apis/apps/v1/namespaces/default/daemonsets"
MAX_UNAVAILABLE_PERCENT = 50


@contextlib.contextmanager
def control_plane() -> Iterator[ControlPlane]:
    """A control plane without a DaemonSet controller."""
    with workspace.workspace("everynode-bench-") as directory, ControlPlane(
        directory, controllers=WITHOUT_IN_TREE
    ) as cluster:
        yield cluster


@contextlib.contextmanager
def cluster_with(node_count: int, what: str) -> Iterator[ControlPlane]:
    """Such a control plane, with nodes."""
    with control_plane() as cluster:
        print(f"{what}: adding {node_count} nodes", flush=True)
        add_nodes(cluster, node_count)
        yield cluster


def add_nodes(cluster: ControlPlane, count: int) -> None:
    nodes.add(cluster.api, [nodes.node(f"node-{number}") for number in range(count)], seconds=600)


def names_of(daemon_sets: int) -> list[str]:
    return [f"agent-{number}" for number in range(daemon_sets)]


def add_daemon_sets(api: Api, names: list[str]) -> list[dict]:
    """Returns the DaemonSets as the API server has them."""
    return [api.create(DAEMON_SETS, document(name)) for name in names]


def document(name: str) -> dict:
    labels = {"name": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": name},
        "spec": {
            "selector": {"matchLabels": labels},
            "updateStrategy": {"rollingUpdate": {"maxUnavailable": f"{MAX_UNAVAILABLE_PERCENT}%"}},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "agent", "image": "example.org/agent:1"}]},
            },
        },
    }


def existing_pods(api: Api) -> int:
    page = api.get(f"{PODS}?limit=1")
    return len(page["items"]) + page["metadata"].get("remainingItemCount", 0)


def await_pods(api: Api, creator: Process, count: int, begin: float) -> float:
    """Returns how many seconds after `begin` they all exist."""
    await_work(creator, lambda: existing_pods(api) >= count, f"{count} pods to exist")
    seconds = time.monotonic() - begin
    print(f"  pods exist after {seconds:.1f} s", flush=True)
    return seconds


def await_work(worker: Process, done: Callable[[], bool], what: str) -> None:
    """Fails at once if the worker has failed."""
    waiting.until(lambda: done() or worker.failed, what, 1200, interval=0.1)
    if worker.failed:
        raise worker.ended(f"while we waited for {what}")


def remove_all(cluster: ControlPlane, names: list[str]) -> None:
    """Removes the DaemonSets and all pods. Removes the pods straight from etcd, because the API would take as long as
    for creating them."""
    for name in names:
        cluster.api.delete(f"{DAEMON_SETS}/{name}")
    begin, end = (base64.b64encode(key).decode() for key in (b"/registry/pods/", b"/registry/pods0"))
    etcd.ask(cluster.etcd, "kv/deleterange", {"key": begin, "range_end": end}, seconds=60)
    waiting.until(lambda: existing_pods(cluster.api) == 0, "the pods to be gone", 60)
