"""On how many nodes a DaemonSet has no available pod, checked at every change of a pod."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from tests.harness.bench.pod_watch import target
from tests.harness.cluster.api import Api
from tests.harness.cluster.watch import Watch

PODS = "/api/v1/namespaces/default/pods"


class AvailabilityWatch:
    """The most nodes of one DaemonSet that were without an available pod at one time, some nodes left out. Use it as a
    context manager."""

    def __init__(self, api: Api, node_count: int, left_out: Collection[str] = ()):
        """`node_count`: without those that are left out."""
        self.most_unavailable = 0
        self._left_out = frozenset(left_out)
        self._serving: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))  # DaemonSet, node, UIDs
        self._unavailable: dict[str, int] = defaultdict(lambda: node_count)
        self._watch = Watch(api, PODS, listed=self._take_all, happened=self._see)

    def __enter__(self) -> AvailabilityWatch:
        self._watch.__enter__()
        return self

    def __exit__(self, *error) -> None:
        self._watch.__exit__(*error)

    def _take_all(self, pods: list[dict]) -> None:
        for pod in pods:
            self._take(pod, gone=False)

    def _see(self, what: str, pod: dict) -> None:
        self._take(pod, gone=what == "DELETED")
        self.most_unavailable = max(self.most_unavailable, *self._unavailable.values(), 0)

    def _take(self, pod: dict, gone: bool) -> None:
        metadata = pod["metadata"]
        if target(pod) in self._left_out:
            return
        ready = any(one["type"] == "Ready" and one["status"] == "True" for one in pod["status"].get("conditions", []))
        name = metadata["ownerReferences"][0]["name"]
        serving = self._serving[name][target(pod)]
        before = bool(serving)
        if ready and not gone and "deletionTimestamp" not in metadata:
            serving.add(metadata["uid"])
        else:
            serving.discard(metadata["uid"])
        self._unavailable[name] += before - bool(serving)
