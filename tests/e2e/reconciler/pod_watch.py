"""Whether a law about a DaemonSet's pods holds at each instant, as a watch tells it."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from tests.cluster import waiting
from tests.e2e.reconciler.daemon import Daemon, node_of

SAMPLE_SECONDS = 0.01


@dataclass(frozen=True)
class Sight:
    """What counts of a pod."""

    node: str
    serves: bool
    stays: bool


@dataclass(frozen=True)
class Instant:
    """How it stands on the nodes at one moment."""

    served: int  # nodes with an available pod that is not going
    doubled: int  # nodes with two pods that are not going
    crowded: int  # nodes with more than two


class PodWatch:
    """Judges after each event, and every 10 ms whatever happens. Use it as a context manager: it ends when all was seen."""

    def __init__(self, daemon: Daemon, law: Callable[[Instant], bool]):
        self.violations: list[Instant] = []
        self.events = self.samples = 0
        self._daemon = daemon
        self._law = law
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._pods, self._version = self._list()
        self._connection: http.client.HTTPSConnection | None = None
        self._threads = [threading.Thread(target=self._follow, daemon=True), threading.Thread(target=self._sample, daemon=True)]

    def __enter__(self) -> PodWatch:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type | None, *error) -> None:
        if kind is None:
            waiting.until(lambda: self._pods == self._list()[0], "the watch to have seen all pods", 20)
        self._ended.set()
        self._connection.sock.shutdown(2)
        for thread in self._threads:
            thread.join(5)

    def _list(self) -> tuple[dict[str, Sight], str]:
        listed = self._daemon.api.get(f"{self._daemon.pods_path}?labelSelector=app%3D{self._daemon.name}")
        return {pod["metadata"]["uid"]: sight_of(pod) for pod in listed["items"]}, listed["metadata"]["resourceVersion"]

    def _follow(self) -> None:
        """The API server ends a watch that is too slow for it; the next one goes on where that ended."""
        while not self._ended.is_set():
            path = f"{self._daemon.pods_path}?watch=1&labelSelector=app%3D{self._daemon.name}&resourceVersion={self._version}"
            self._connection, response = self._daemon.api.open(path)
            with contextlib.suppress(OSError, ValueError, http.client.HTTPException):  # the connection was closed
                for line in response:
                    self._take(json.loads(line))

    def _take(self, event: dict) -> None:
        pod = event["object"]
        with self._lock:
            if event["type"] == "DELETED":
                self._pods.pop(pod["metadata"]["uid"], None)
            else:
                self._pods[pod["metadata"]["uid"]] = sight_of(pod)
            self._version = pod["metadata"]["resourceVersion"]
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
        instant = Instant(len(served), sum(count > 1 for count in staying.values()), sum(count > 2 for count in staying.values()))
        if not self._law(instant):
            self.violations.append(instant)


def sight_of(pod: dict) -> Sight:
    stays = "deletionTimestamp" not in pod["metadata"] and pod["status"].get("phase") not in ("Failed", "Succeeded")
    ready = any(one["type"] == "Ready" and one["status"] == "True" for one in pod["status"].get("conditions", []))
    return Sight(node_of(pod), ready and stays, stays)
