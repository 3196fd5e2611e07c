"""When pods appear, as a watch tells it."""

from __future__ import annotations

import http.client
import json
import threading
import time

from tests.cluster.api import Api


class PodWatch:
    """Notes when the first pod for each node was seen. Use it as a context manager."""

    def __init__(self, api: Api, label: str):
        self.seen: dict[str, float] = {}
        listed = api.get(f"/api/v1/namespaces/default/pods?limit=1&labelSelector={label}")
        self._connection, response = api.open(
            f"/api/v1/namespaces/default/pods?watch=1&labelSelector={label}&resourceVersion={listed['metadata']['resourceVersion']}")
        self._thread = threading.Thread(target=self._follow, args=(response,), daemon=True)

    def __enter__(self) -> PodWatch:
        self._thread.start()
        return self

    def __exit__(self, *error) -> None:
        self._connection.sock.shutdown(2)
        self._thread.join(5)

    def _follow(self, response: http.client.HTTPResponse) -> None:
        try:
            for line in response:
                event = json.loads(line)
                if event["type"] == "ADDED":
                    self.seen.setdefault(target(event["object"]), time.monotonic())
        except (OSError, ValueError, http.client.HTTPException):
            return  # the connection was closed


def target(pod: dict) -> str:
    required = pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    return required["nodeSelectorTerms"][0]["matchFields"][0]["values"][0]
