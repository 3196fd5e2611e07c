"""What Everynode takes Kubernetes for, and good engineers guess wrong: each a test against the real thing, without
Everynode. A Kubernetes that does otherwise is seen at once by `make compat`. Each test says in which version it was
first seen, and where it can be read."""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import unittest
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.harness.cluster import nodes, pods, registration, waiting
from tests.harness.cluster.api import Answer, Api, ApiError
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.e2e.recorder import Recorder
from tests.harness.tools import binaries

NODE = "node"
SHARDING = ("--feature-gates", "ShardedListAndWatch=true")  # since v1.36
PROBED = "reality.everynode.dev/probed"  # what shows that a webhook is in force
_numbers = itertools.count(1)
Change = Callable[[dict], None]


@contextlib.contextmanager
def running(directory: Path) -> Iterator[None]:
    """A control plane with its own DaemonSet controller and one simulated node, and nothing of Everynode's. Its API
    server shards lists, if it can: nobody notices who does not ask for it."""
    flags = () if binaries.is_oldest() else SHARDING
    with ControlPlane(directory, say=print, apiserver_flags=flags) as cluster:
        nodes.add(cluster.api, [nodes.node(NODE)])
        RealityTest.cluster, RealityTest.kubectl = cluster, Kubectl(cluster.kubeconfig)
        yield


class Scripted(Recorder):
    """A webhook that answers as a test says: `change` gets the response that admits the pod, or the bytes to send."""

    def __init__(self, certificate: Path, key: Path):
        super().__init__(certificate, key)
        self.change: Change = lambda response: None

    def keep(self, body: bytes) -> dict:
        request = json.loads(body)["request"]
        answer = super().keep(body)
        if request["object"]["metadata"].get("name") == "probe":
            answer["response"] |= patched({"op": "add", "path": "/metadata/annotations", "value": {PROBED: "yes"}})
        else:
            self.change(answer["response"])
        return answer


def patched(*operations: dict) -> dict:
    """The part of a response that carries a JSON patch."""
    return {"patchType": "JSONPatch", "patch": base64.b64encode(json.dumps(operations).encode()).decode()}


class RealityTest(unittest.TestCase):
    cluster: ControlPlane
    kubectl: Kubectl

    @property
    def api(self) -> Api:
        return self.cluster.api

    def name(self, prefix: str) -> str:
        return f"{prefix}-{next(_numbers)}"

    def create(self, path: str, document: dict) -> dict:
        self.addCleanup(self.delete_now, f"{path}/{document['metadata']['name']}")
        return self.api.create(path, document)

    def delete_now(self, path: str) -> None:
        self.api.delete(f"{path}?gracePeriodSeconds=0&propagationPolicy=Background")

    def refused(self, method: str, path: str, body: object, content_type: str = "application/json") -> ApiError:
        with self.assertRaises(ApiError) as caught:
            self.api.ask(method, path, body, content_type)
        return caught.exception

    @contextlib.contextmanager
    def webhook(self, policy: str, change: Change) -> Iterator[Scripted]:
        """A mutating webhook for all pods, with this failurePolicy."""
        pki = self.cluster.pki
        if not pki.certificate("scripted").exists():
            pki.server("scripted")
        path = f"{registration.CONFIGURATIONS}/{registration.NAME}"
        with Scripted(pki.certificate("scripted"), pki.key("scripted")) as scripted:
            document = registration.configuration(scripted.url, pki.certificate("ca").read_bytes(), every_pod=True)
            document["webhooks"][0] |= {"failurePolicy": policy, "reinvocationPolicy": "Never"}
            self.api.create(registration.CONFIGURATIONS, document)
            try:
                probe = pods.pod("probe")
                waiting.until(lambda: PROBED in str(pods.dry_run(self.api, probe).body), "the webhook to be called")
                scripted.change = change
                yield scripted
            finally:
                self.api.delete(path)
                waiting.until(lambda: PROBED not in str(pods.dry_run(self.api, probe).body), "the webhook to go")

    def admit(self, policy: str, change: Change, **spec: object) -> Answer:
        with self.webhook(policy, change):
            return pods.dry_run(self.api, pods.pod(self.name("pod"), **spec))

    def not_admitted(self, policy: str, change: Change) -> ApiError:
        with self.webhook(policy, change), self.assertRaises(ApiError) as caught:
            pods.dry_run(self.api, pods.pod(self.name("pod")))
        return caught.exception
