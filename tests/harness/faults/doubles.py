"""Nodes that had two pods of one DaemonSet at a time, by each event of a watch."""

from __future__ import annotations

import threading
from collections import defaultdict
from datetime import UTC, datetime

from tests.harness.cluster.api import Api
from tests.harness.cluster.watch import Watch
from tests.harness.e2e.reconciler.daemon import Daemon, node_of

OVER = ("Failed", "Succeeded")


class Doubles:
    """Use it as a context manager. It forgets no node that ever had a second pod that stays."""

    def __init__(self, api: Api, daemon: Daemon):
        self.since: dict[str, datetime] = {}  # node to when it first had two
        self.made: dict[str, int] = defaultdict(int)  # creator, a field manager, to its new pods
        self._staying: dict[str, set[str]] = defaultdict(set)  # node to UIDs
        self._lock = threading.Lock()
        self._watch = Watch(api, daemon.pods_path, f"app%3D{daemon.name}", listed=self._list, happened=self._take)

    def __enter__(self) -> Doubles:
        self._watch.__enter__()
        return self

    def __exit__(self, *error) -> None:
        self._watch.__exit__(*error)

    def until(self, when: datetime) -> int:
        """How many nodes had a second pod by then."""
        with self._lock:
            return sum(one <= when for one in self.since.values())

    def _list(self, pods: list[dict]) -> None:
        for pod in pods:
            self._take("LISTED", pod)

    def _take(self, what: str, pod: dict) -> None:
        uid, node = pod["metadata"]["uid"], node_of(pod)
        stays = (
            what != "DELETED" and "deletionTimestamp" not in pod["metadata"] and pod["status"].get("phase") not in OVER
        )
        with self._lock:
            if what == "ADDED":
                self.made[creator_of(pod)] += 1
            on = self._staying[node]
            on.add(uid) if stays else on.discard(uid)
            if len(on) > 1:
                self.since.setdefault(node, datetime.now(UTC))


def creator_of(pod: dict) -> str:
    return next((one["manager"] for one in pod["metadata"].get("managedFields", []) if "subresource" not in one), "")
