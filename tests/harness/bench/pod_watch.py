"""When pods appear, as a watch reports it."""

from __future__ import annotations

import time

from tests.harness.cluster.api import Api
from tests.harness.cluster.watch import Watch


class PodWatch:
    """Records when the first pod for each node was seen. Use it as a context manager."""

    def __init__(self, api: Api, label: str):
        self.seen: dict[str, float] = {}
        self._watch = Watch(api, "/api/v1/namespaces/default/pods", label, happened=self._take)

    def __enter__(self) -> PodWatch:
        self._watch.__enter__()
        return self

    def __exit__(self, *error) -> None:
        self._watch.__exit__(*error)

    def _take(self, what: str, pod: dict) -> None:
        if what == "ADDED":
            self.seen.setdefault(target(pod), time.monotonic())


def target(pod: dict) -> str:
    required = pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    return required["nodeSelectorTerms"][0]["matchFields"][0]["values"][0]
