"""On how many nodes a DaemonSet serves nobody, seen at every single change of a pod."""

from __future__ import annotations

import http.client
import json
import threading
from collections import defaultdict

from tests.bench.pod_watch import target
from tests.cluster.api import Api
from tests.tools.explained import Explained

PODS = "/api/v1/namespaces/default/pods"


class AvailabilityWatch:
    """The most nodes of one DaemonSet that were without an available pod at one time. Use it as a context manager."""

    def __init__(self, api: Api, node_count: int):
        self.most_unavailable = 0
        self._api, self._node_count = api, node_count
        self._serving: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))  # DaemonSet, node, UIDs
        self._unavailable: dict[str, int] = defaultdict(lambda: node_count)
        listed = api.get(PODS)
        for pod in listed["items"]:
            self._take(pod, gone=False)
        self._version = listed["metadata"]["resourceVersion"]
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> AvailabilityWatch:
        self._thread.start()
        return self

    def __exit__(self, *error) -> None:
        if not self._thread.is_alive():
            raise Explained("the watch of pods has missed changes: what it counted says nothing")
        self._done.set()
        self._connection.sock.shutdown(2)
        self._thread.join(5)

    def _follow(self) -> None:
        """A busy API server ends watches; the next one goes on where it ended, so that no change is missed."""
        while not self._done.is_set():
            self._connection, response = self._api.open(f"{PODS}?watch=1&resourceVersion={self._version}")
            try:
                for line in response:
                    self._see(json.loads(line))
            except (OSError, ValueError, http.client.HTTPException):
                continue

    def _see(self, event: dict) -> None:
        if event["type"] == "ERROR":
            raise Explained(f"the watch of pods: {event['object'].get('message')}")  # ends the thread
        self._version = event["object"]["metadata"]["resourceVersion"]
        self._take(event["object"], gone=event["type"] == "DELETED")
        self.most_unavailable = max(self.most_unavailable, *self._unavailable.values())

    def _take(self, pod: dict, gone: bool) -> None:
        metadata = pod["metadata"]
        ready = any(one["type"] == "Ready" and one["status"] == "True" for one in pod["status"].get("conditions", []))
        name = metadata["ownerReferences"][0]["name"]
        serving = self._serving[name][target(pod)]
        before = bool(serving)
        if ready and not gone and "deletionTimestamp" not in metadata:
            serving.add(metadata["uid"])
        else:
            serving.discard(metadata["uid"])
        self._unavailable[name] += before - bool(serving)
