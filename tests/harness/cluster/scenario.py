"""What the reconciler does as nodes come and go and revisions follow each other, as one table."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from tests.harness.cluster import nodes, waiting
from tests.harness.cluster.api import Api
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.cluster.table import table

HERE = Path(__file__).resolve().parent
NAME, NAMESPACE = "filebeat", "kube-system"
DAEMON_SET = f"/apis/apps/v1/namespaces/{NAMESPACE}/daemonsets/{NAME}"
PODS = f"/api/v1/namespaces/{NAMESPACE}/pods?labelSelector=name%3D{NAME}"
MAINTENANCE = {"key": "example.org/maintenance", "effect": "NoExecute"}
NEW_IMAGE = "elastic/filebeat:8.0.0"


class Scenario:
    """The DaemonSet filebeat, step by step. After each step it waits until every node that needs a current pod has
    one."""

    def __init__(self, api: Api, kubectl: Kubectl, say: Callable[[str], None]):
        self._api = api
        self._kubectl = kubectl
        self._say = say
        self._steps: list[tuple[str, dict[str, str]]] = []
        self._left: set[str] = set()  # tainted or removed: without a pod

    def begin(self) -> None:
        self._step("AT FIRST", "filebeat is created", lambda: self._kubectl("apply", "-f", str(HERE / "filebeat.yaml")))

    def go_on(self) -> None:
        self._step("worker-4 ADDED", "worker-4 is added", lambda: nodes.add(self._api, [nodes.node("worker-4")]))
        self._step("worker-1 TAINTED", "worker-1 gets a NoExecute taint", lambda: self._taint("worker-1"))
        self._step("worker-2 REMOVED", "worker-2 is removed", lambda: self._remove("worker-2"))
        self._step(
            "ROLLED OUT",
            f"{NEW_IMAGE} is rolled out",
            lambda: self._kubectl("--namespace", NAMESPACE, "set", "image", f"daemonset/{NAME}", f"{NAME}={NEW_IMAGE}"),
        )
        self._step(
            "UNDONE",
            "the roll is undone",
            lambda: self._kubectl("--namespace", NAMESPACE, "rollout", "undo", f"daemonset/{NAME}"),
        )

    def told(self) -> str:
        """What was where after each step, and what kubectl says at the end."""
        return "\n".join(
            [
                "",
                self._table(),
                "",
                "  kubectl rollout history, and what the status says:",
                *self._history(),
                *self._status(),
                "",
            ]
        )

    def _step(self, title: str, what: str, act: Callable[[], object]) -> None:
        act()
        begin = time.monotonic()
        waiting.until(self._settled, f"what follows when {what}")
        self._steps.append((title, self._placed()))
        self._say(f"{what}: each node has the pod that it should have {time.monotonic() - begin:.1f} s later")

    def _taint(self, node: str) -> None:
        self._api.merge(f"{nodes.NODES}/{node}", {"spec": {"taints": [MAINTENANCE]}})
        self._left.add(node)

    def _remove(self, node: str) -> None:
        self._api.delete(f"{nodes.NODES}/{node}")
        self._left.add(node)
        # The pod garbage collector would remove the pods that ran there, but only after a minute, and until then they
        # would count in the next rollout.
        for pod in self._api.items(f"{PODS}&fieldSelector=spec.nodeName%3D{node}"):
            self._api.delete(f"/api/v1/namespaces/{NAMESPACE}/pods/{pod['metadata']['name']}?gracePeriodSeconds=0")

    def _settled(self) -> bool:
        live = self._api.get(DAEMON_SET)
        status, image = live["status"], image_of(live["spec"]["template"])
        wanted = self._node_names() - self._left
        counts = {
            status.get(name, 0) for name in ("desiredNumberScheduled", "updatedNumberScheduled", "numberAvailable")
        }
        placed = {pod["spec"]["nodeName"] for pod in self._pods() if image_of(pod) == image}
        return (
            status.get("observedGeneration") == live["metadata"]["generation"]
            and counts == {len(wanted)}
            and placed == wanted
        )

    def _node_names(self) -> set[str]:
        return {one["metadata"]["name"] for one in self._api.items(nodes.NODES)}

    def _pods(self) -> list[dict]:
        return [pod for pod in self._api.items(PODS) if pod["status"].get("phase") == "Running"]

    def _placed(self) -> dict[str, str]:
        """For each node the last part of its pod's name, and the version that the pod runs."""
        placed = {name: "-" for name in self._node_names()}
        return placed | {
            pod["spec"]["nodeName"]: f"{pod['metadata']['name'].rpartition('-')[2]} {image_of(pod).rpartition(':')[2]}"
            for pod in self._pods()
        }

    def _table(self) -> str:
        names = sorted({name for _, placed in self._steps for name in placed})
        rows = [(name, *(placed.get(name, "") for _, placed in self._steps)) for name in names]
        return table(("filebeat ON", *(title for title, _ in self._steps)), rows)

    def _history(self) -> list[str]:
        said = self._kubectl("--namespace", NAMESPACE, "rollout", "history", f"daemonset/{NAME}").stdout
        return [f"    {line}" for line in said.splitlines() if line]

    def _status(self) -> list[str]:
        status = dict(self._api.get(DAEMON_SET)["status"])
        conditions = [": ".join(filter(None, words_of(one))) for one in status.pop("conditions", [])]
        counts = ", ".join(f"{name}: {count}" for name, count in sorted(status.items()))
        return [f"    {line}" for line in (counts, *conditions)]


def words_of(condition: dict) -> tuple[str, str]:
    return f"{condition['type']} {condition['status']}", condition.get("message", "")


def image_of(pod: dict) -> str:
    return pod["spec"]["containers"][0]["image"]
