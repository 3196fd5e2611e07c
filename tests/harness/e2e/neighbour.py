"""Webhooks of others, which change pods before us or after us."""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.harness.cluster import registration
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.e2e.recorder import Recorder

# The API server calls webhooks in the order of their configurations' names; ours is "everynode".
EARLIER, LATER = "earlier", "later"

Patch = Callable[[dict], list[dict]]  # a pod -> operations of a JSON Patch


class _Patcher(Recorder):
    def __init__(self, certificate: Path, key: Path, patch: Patch):
        super().__init__(certificate, key)
        self._patch = patch

    def keep(self, body: bytes) -> dict:
        answer = super().keep(body)
        patch = json.dumps(self._patch(json.loads(body)["request"]["object"])).encode()
        answer["response"] |= {"patchType": "JSONPatch", "patch": base64.b64encode(patch).decode()}
        return answer


@contextlib.contextmanager
def neighbour(
    cluster: ControlPlane, name: str, patch: Patch, seen: Callable[[dict], bool], reinvocation: str = "Never"
) -> Iterator[None]:
    """A webhook with this place in the order, which gets the pods that we get; `seen` is true for a pod that it
    changed."""
    cluster.pki.server(name)
    with _Patcher(cluster.pki.certificate(name), cluster.pki.key(name), patch) as patcher:
        document = registration.configuration(patcher.url, cluster.pki.certificate("ca").read_bytes())
        document["metadata"]["name"] = name
        document["webhooks"][0] |= {
            "reinvocationPolicy": reinvocation,
            "failurePolicy": "Fail",
            "timeoutSeconds": 10,
        }
        cluster.api.create(registration.CONFIGURATIONS, document)
        try:
            registration.wait_in_force(cluster.api, seen)
            yield
        finally:
            cluster.api.delete(f"{registration.CONFIGURATIONS}/{name}")
