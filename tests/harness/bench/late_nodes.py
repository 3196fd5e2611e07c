"""How soon a new node gets its pod."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.harness.bench.pod_watch import PodWatch, target
from tests.harness.cluster import audit, nodes, waiting
from tests.harness.cluster.control_plane import ControlPlane


@dataclass(frozen=True)
class LateNode:
    """Both times are in seconds since the answer to the node's creation."""

    called: float  # until the API server received the request that creates its pod
    shown: float  # until a watch reported the pod


def measure(cluster: ControlPlane, daemon_set: str, names: Iterable[str]) -> list[LateNode]:
    """Adds the nodes one after the other, each when the one before has its pod."""
    begin = cluster.audit_log.stat().st_size
    added: dict[str, float] = {}
    shown: dict[str, float] = {}
    with PodWatch(cluster.api, f"name%3D{daemon_set}") as watch:
        for name in names:
            cluster.api.create(nodes.NODES, nodes.node(name))
            added[name], answered = time.time(), time.monotonic()
            waiting.until(lambda: name in watch.seen, f"the pod of {name}", 60, interval=0.01)
            shown[name] = watch.seen[name] - answered

    def all_called() -> dict[str, float] | None:
        found = dict(reversed(list(calls(cluster, daemon_set, begin))))  # of several, the first
        return found if found.keys() >= added.keys() else None

    called = waiting.until(all_called, "the audit log to tell of all pods", 60)
    return [LateNode(max(0.0, called[name] - added[name]), max(0.0, shown[name])) for name in added]


def calls(cluster: ControlPlane, daemon_set: str, begin: int) -> Iterator[tuple[str, float]]:
    """The node and the time of each request to create a pod of the DaemonSet."""
    for event in audit.events(cluster.audit_log, begin):
        pod = event.get("requestObject") or {}
        if event["verb"] == "create" and pod.get("metadata", {}).get("labels", {}).get("name") == daemon_set:
            yield target(pod), datetime.datetime.fromisoformat(event["requestReceivedTimestamp"]).timestamp()
