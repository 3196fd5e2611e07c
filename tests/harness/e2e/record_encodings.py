"""Records objects in the API server's own encodings, JSON and protobuf: Everynode must read both alike.

Usage: python3 -m tests.harness.e2e.record_encodings DIRECTORY
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.harness.cluster import nodes, pods, waiting, workspace
from tests.harness.cluster.api import Api
from tests.harness.cluster.control_plane import WITHOUT_IN_TREE, ControlPlane
from tests.harness.tools.explained import Explained

PROTOBUF = "application/vnd.kubernetes.protobuf"
ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts"
SINCE = "2026-11-24T12:00:00Z"
LABELS = {"app": "agent", "controller-revision-hash": "5d8f6f7c9b", "empty": ""}


def condition(type_: str, status: str, **more: str) -> dict:
    return {"type": type_, "status": status, "lastTransitionTime": SINCE, **more}


def container_waiting(container: str, reason: str) -> dict:
    return {
        "name": container,
        "image": "i",
        "imageID": "",
        "ready": False,
        "restartCount": 0,
        "state": {"waiting": {"reason": reason}},
    }


STATUSES = {
    "new": {},
    "unschedulable": {
        "phase": "Pending",
        "conditions": [
            condition("PodScheduled", "False", reason="Unschedulable", message="0/3 nodes are available: größer")
        ],
    },
    "starting": {
        "phase": "Pending",
        "conditions": [condition("PodScheduled", "True"), condition("Ready", "False")],
        "initContainerStatuses": [container_waiting("prepare", "PodInitializing")],
        "containerStatuses": [container_waiting("agent", "ContainerCreating")],
    },
    "stuck": {
        "phase": "Pending",
        "conditions": [condition("Ready", "False")],
        "initContainerStatuses": [container_waiting("prepare", "ErrImagePull")],
        "containerStatuses": [container_waiting("agent", "ImagePullBackOff")],
    },
    "ready": {"phase": "Running", "conditions": [condition("Ready", "True")]},
    "evicted": {"phase": "Failed", "reason": "Evicted", "message": "The node was low on resource: memory."},
    "done": {"phase": "Succeeded"},
}


def record(api: Api, target: Path) -> None:
    api.create(nodes.NODES, nodes.node("worker", labels={"zone": "a"}))
    api.merge(
        f"{nodes.NODES}/worker",
        {
            "spec": {
                "taints": [
                    {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"},
                    {"key": "gone", "effect": "NoExecute", "timeAdded": SINCE},
                ]
            }
        },
    )
    save(api, target, f"{nodes.NODES}/worker", "node")
    for name, status in STATUSES.items():
        bound = {} if name in ("new", "unschedulable") else {"nodeName": "worker"}
        others = {"matchExpressions": [pods.requirement("zone", "Exists")], **pods.field_term("worker-2")}
        document = pods.pod(
            name,
            [pods.owner(controller=False), pods.owner()],
            {"note": "x"},
            LABELS,
            affinity=pods.required(others, pods.field_term("worker")),
            **bound,
        )
        document["metadata"]["finalizers"] = ["example.org/stay"]
        api.create(pods.PODS, document)
        api.merge(f"{pods.PODS}/{name}/status", {"status": status})
        if name == "done":
            api.delete(f"{pods.PODS}/{name}")
        save(api, target, f"{pods.PODS}/{name}", f"pod-{name}")
    save(api, target, f"{pods.PODS}/nobody", "status")


def save(api: Api, target: Path, path: str, name: str) -> None:
    readable = json.loads(api.encoded(path, "application/json"))
    (target / f"{name}.json").write_text(json.dumps(readable, indent=1, ensure_ascii=False) + "\n")
    (target / f"{name}.protobuf").write_bytes(api.encoded(path, PROTOBUF))


def main(target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    workspace.end_on_signals()
    with workspace.workspace("everynode-record-") as directory, ControlPlane(
        directory, WITHOUT_IN_TREE, say=print
    ) as cluster:
        waiting.until(lambda: cluster.api.items(ACCOUNTS), "a service account for pods")
        for writer in ("kwok", "kube-scheduler", "kube-controller-manager"):
            cluster.processes[writer].stop()
        record(cluster.api, target)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        main(Path(sys.argv[1]))
    except Explained as error:
        sys.exit(f"record-encodings: {error}")
