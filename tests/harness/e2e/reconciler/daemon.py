"""The DaemonSet of a test, and everything that belongs to it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.harness.cluster import pods, waiting
from tests.harness.cluster.api import Api, ApiError

POOL = "pool"  # a label of nodes that keeps the DaemonSets of one test off the nodes of another
HASH = "controller-revision-hash"
GENERATION = "pod-template-generation"
STATUS_SECONDS = 15  # on a busy machine; on an idle one the status is right within a second
EVENT_SECONDS = 60  # the recorder of events pauses for 10 s after a write that failed
KEPT_SECONDS = 0.5


def document(
    name: str,
    pool: str = "shared",
    namespace: str = "default",
    strategy: dict | None = None,
    annotations: dict | None = None,
    template: dict | None = None,
    labels: dict | None = None,
    **spec: Any,
) -> dict:
    """A DaemonSet for the nodes of a pool; `template` are fields of the pod's spec, `labels` those of the DaemonSet."""
    of_pods = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "labels": labels or {},
            "annotations": annotations or {},
        },
        "spec": {
            "selector": {"matchLabels": of_pods},
            "updateStrategy": strategy or {"type": "RollingUpdate"},
            "template": {
                "metadata": {"labels": of_pods},
                "spec": {
                    "nodeSelector": {POOL: pool} if pool else {},
                    "terminationGracePeriodSeconds": 0,
                    "containers": [{"name": "agent", "image": "example.org/agent:1"}],
                }
                | (template or {}),
            },
            **spec,
        },
    }


def rolling(unavailable: int | str | None = None, surge: int | str | None = None) -> dict:
    """The strategy RollingUpdate with one of its two budgets."""
    budget = {"maxUnavailable": 0, "maxSurge": surge} if surge is not None else {"maxUnavailable": unavailable or 1}
    return {"type": "RollingUpdate", "rollingUpdate": budget}


@dataclass(frozen=True)
class Daemon:
    """A DaemonSet in the API."""

    api: Api
    name: str
    namespace: str = "default"

    @property
    def path(self) -> str:
        return f"/apis/apps/v1/namespaces/{self.namespace}/daemonsets/{self.name}"

    @property
    def pods_path(self) -> str:
        return f"/api/v1/namespaces/{self.namespace}/pods"

    def get(self) -> dict:
        return self.api.get(self.path)

    def merge(self, change: dict) -> dict:
        return self.api.merge(self.path, change)

    def set_image(self, image: str, cause: str | None = None, **template_metadata: Any) -> None:
        """Changes the template; the strategy decides what happens to the existing pods."""
        template = {
            "spec": {"containers": [{"name": "agent", "image": f"example.org/agent:{image}"}]},
            "metadata": template_metadata,
        }
        self.merge({"metadata": {"annotations": {"kubernetes.io/change-cause": cause}}, "spec": {"template": template}})

    def pods(self) -> list[dict]:
        return self.api.items(f"{self.pods_path}?labelSelector=app%3D{self.name}")

    def on(self, node: str) -> list[dict]:
        return [pod for pod in self.pods() if node_of(pod) == node]

    def uids(self) -> set[str]:
        return {pod["metadata"]["uid"] for pod in self.pods()}

    def images(self) -> list[str]:
        return sorted(image_of(pod) for pod in self.pods())

    def revisions(self) -> list[dict]:
        items = self.api.items(
            f"/apis/apps/v1/namespaces/{self.namespace}/controllerrevisions?labelSelector=app%3D{self.name}"
        )
        return sorted(items, key=lambda one: one["revision"])

    def wait_revisions(self, count: int) -> list[dict]:
        return waiting.until(
            lambda: found if len(found := self.revisions()) == count else None, f"{count} revisions of {self.name}", 30
        )

    def events(self, reason: str | None = None) -> list[dict]:
        """The events about the DaemonSet, with one reason or with any."""
        fields = f"involvedObject.kind%3DDaemonSet,involvedObject.name%3D{self.name}"
        items = self.api.items(f"/api/v1/namespaces/{self.namespace}/events?fieldSelector={fields}")
        return [event for event in items if reason in (None, event["reason"])]

    def event_count(self, reason: str) -> int:
        return sum(event.get("count") or 1 for event in self.events(reason))

    def exists(self) -> bool:
        try:
            return bool(self.get())
        except ApiError as error:
            if error.code != 404:
                raise
            return False

    def wait_on(self, *nodes: str, seconds: float = 30, **status: int) -> list[dict]:
        """Waits for one running pod of the current revision on each of these nodes, and for a status that says
        so."""
        waiting.until(
            lambda: self.is_on(nodes),
            f"a current, running pod of {self.name} on {', '.join(nodes) or 'no node'}",
            seconds,
        )
        count = len(nodes)
        counts = (
            dict.fromkeys(
                (
                    "desiredNumberScheduled",
                    "currentNumberScheduled",
                    "numberReady",
                    "numberAvailable",
                    "updatedNumberScheduled",
                ),
                count,
            )
            | {"numberMisscheduled": 0, "numberUnavailable": 0}
            | status
        )
        self.wait_status(**counts)
        return self.pods()

    def is_on(self, nodes: Iterable[str]) -> bool:
        found, image = self.pods(), image_of(self.get()["spec"]["template"])
        return sorted(map(node_of, found)) == sorted(nodes) and all(
            is_running(pod) and image_of(pod) == image for pod in found
        )

    def wait_status(self, seconds: float = STATUS_SECONDS, **counts: int) -> None:
        """Waits until the status has these counts, for the current generation."""
        try:
            waiting.until(lambda: self.has_status(counts), f"the status of {self.name}", seconds)
        except waiting.DeadlineExceeded as error:
            raise AssertionError(f"{error}: {counts} wanted, {self.get()['status']} found") from None

    def has_status(self, counts: dict[str, int]) -> bool:
        live = self.get()
        status = live["status"]
        return status.get("observedGeneration") == live["metadata"]["generation"] and all(
            status.get(name, 0) == count for name, count in counts.items()
        )

    def fail(self, pod: dict, phase: str = "Failed") -> None:
        """Once: KWOK, which may just be writing that the pod runs, can overwrite it."""
        self.set_pod_status(pod, ended(phase))

    def set_pod_status(self, pod: dict, status: dict) -> dict:
        return self.api.merge(f"{self.pods_path}/{pod['metadata']['name']}/status", {"status": status})

    def keep_pod_status(self, pod: dict, status: dict) -> None:
        """Writes it until it has stayed for a while, whatever KWOK was about to write; or until the pod goes."""

        def kept() -> bool:
            try:
                wanted = self.set_pod_status(pod, status)["status"]
                end = time.monotonic() + KEPT_SECONDS
                while time.monotonic() < end:
                    time.sleep(waiting.POLL_SECONDS)
                    live = self.api.get(f"{self.pods_path}/{pod['metadata']['name']}")
                    if uid_of(live) != uid_of(pod) or "deletionTimestamp" in live["metadata"]:
                        return True
                    if any(live["status"].get(key) != wanted.get(key) for key in status):
                        return False
            except ApiError as error:
                if error.code != 404:
                    raise
            return True

        waiting.until(kept, f"the status of {pod['metadata']['name']} to stay", 30)


def ended(phase: str) -> dict:
    """The status of a pod that is over."""
    return {"phase": phase, "conditions": []}


def node_of(pod: dict) -> str:
    """The node that the pod runs on, or is to run on."""
    return pod["spec"].get("nodeName") or (pods.pins_of(pod) or [""])[0] or ""


def image_of(pod: dict) -> str:
    return pod["spec"]["containers"][0]["image"]


def is_running(pod: dict) -> bool:
    return pod["status"].get("phase") == "Running" and "deletionTimestamp" not in pod["metadata"]


def uid_of(pod: dict) -> str:
    return pod["metadata"]["uid"]


def hash_of(document: dict) -> str:
    return document["metadata"]["labels"][HASH]
