"""Checks with a watch whether an invariant about a DaemonSet's pods holds at each instant."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from tests.harness.cluster import waiting
from tests.harness.cluster.watch import Watch
from tests.harness.e2e.reconciler.daemon import Daemon, node_of

SAMPLE_SECONDS = 0.01


@dataclass(frozen=True)
class Sight:
    """The facts about a pod that count."""

    node: str
    serves: bool
    stays: bool


@dataclass(frozen=True)
class Instant:
    """The state of the nodes at one moment."""

    served: int  # nodes with an available pod that is not terminating
    doubled: int  # nodes with two pods that are not terminating
    crowded: int  # nodes with more than two


class PodWatch:
    """Checks after each event, and every 10 ms in any case. Use it as a context manager: it ends when it has seen
    everything."""

    def __init__(self, daemon: Daemon, invariant: Callable[[Instant], bool]):
        self.violations: list[Instant] = []
        self.events = self.samples = 0
        self._daemon = daemon
        self._invariant = invariant
        self._pods: dict[str, Sight] = {}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._watch = Watch(
            daemon.api, daemon.pods_path, f"app%3D{daemon.name}", listed=self._take_all, happened=self._take
        )
        self._sampler = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> PodWatch:
        self._watch.__enter__()
        self._sampler.start()
        return self

    def __exit__(self, kind: type | None, *error) -> None:
        if kind is None:
            waiting.until(lambda: self._pods == sights_of(self._daemon.pods()), "the watch to have seen all pods", 20)
        self._ended.set()
        self._watch.__exit__(*error)
        self._sampler.join(5)

    def _take_all(self, pods: list[dict]) -> None:
        with self._lock:
            self._pods = sights_of(pods)

    def _take(self, what: str, pod: dict) -> None:
        with self._lock:
            if what == "DELETED":
                self._pods.pop(pod["metadata"]["uid"], None)
            else:
                self._pods[pod["metadata"]["uid"]] = sight_of(pod)
            self.events += 1
            self._judge()

    def _sample(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            with self._lock:
                self.samples += 1
                self._judge()

    def _judge(self) -> None:
        served = {pod.node for pod in self._pods.values() if pod.serves}
        staying = Counter(pod.node for pod in self._pods.values() if pod.stays)
        instant = Instant(
            len(served), sum(count > 1 for count in staying.values()), sum(count > 2 for count in staying.values())
        )
        if not self._invariant(instant):
            self.violations.append(instant)


def sights_of(pods: list[dict]) -> dict[str, Sight]:
    return {pod["metadata"]["uid"]: sight_of(pod) for pod in pods}


def sight_of(pod: dict) -> Sight:
    stays = "deletionTimestamp" not in pod["metadata"] and pod["status"].get("phase") not in ("Failed", "Succeeded")
    ready = any(one["type"] == "Ready" and one["status"] == "True" for one in pod["status"].get("conditions", []))
    return Sight(node_of(pod), ready and stays, stays)
