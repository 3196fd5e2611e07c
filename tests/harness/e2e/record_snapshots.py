"""Records clusters for `everynode plan`: kubectl's output for a real cluster whose in-tree DaemonSet controller was
stopped.

Usage: python3 -m tests.harness.e2e.record_snapshots DIRECTORY
"""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path

from tests.harness.cluster import nodes, pods, waiting, workspace
from tests.harness.cluster.control_plane import IN_TREE, WITHOUT_IN_TREE, ControlPlane
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.e2e.reconciler import daemon
from tests.harness.e2e.reconciler.daemon import POOL, Daemon, rolling
from tests.harness.tools.explained import Explained

KINDS = "daemonsets,nodes,pods,controllerrevisions"
RECORDED_AT = "everynode.dev/recorded-at"
NEVER_READY = {"everynode.dev/simulated-readiness": "never"}
NAMES = ("worker-1", "worker-2", "worker-3", "worker-4")


class Recorder:
    """One cluster, recorded in snapshots of a scenario."""

    def __init__(self, cluster: ControlPlane, target: Path):
        self._cluster = cluster
        self._api = cluster.api
        self._target = target
        self._kubectl = Kubectl(cluster.kubeconfig)
        self._daemons = [Daemon(self._api, name) for name in ("rolling", "surging", "on-delete")]

    def record(self) -> None:
        controller = self._start()
        self._settle()
        self._snapshot("settled")
        controller.stop()
        self._change_nodes()
        self._snapshot("nodes-changed")
        controller = self._start()
        self._roll()
        controller.stop()
        self._snapshot("mid-roll")
        self._change_templates()
        self._snapshot("templates-changed")

    def _start(self):
        return self._cluster.start_controllers("in-tree-daemonset-controller", [IN_TREE])

    def _settle(self) -> None:
        nodes.add(self._api, [nodes.node(name, labels={POOL: "agents"}) for name in NAMES])
        strategies = (rolling(unavailable=1), rolling(surge=1), {"type": "OnDelete"})
        for one, strategy in zip(self._daemons, strategies, strict=True):
            self._api.create(one.path.rpartition("/")[0], daemon.document(one.name, pool="agents", strategy=strategy))
            one.wait_on(*NAMES)
        for one in self._daemons[:2]:
            one.set_image("2")
            one.wait_on(*NAMES)

    def _change_nodes(self) -> None:
        """One more node, one tainted, one relabelled, one removed; a pod that failed, one too many, and one without an
        owner."""
        nodes.add(self._api, [nodes.node("worker-5", labels={POOL: "agents"})])
        self._api.merge(f"{nodes.NODES}/worker-1", {"spec": {"taints": [{"key": "dedicated", "effect": "NoSchedule"}]}})
        self._api.merge(f"{nodes.NODES}/worker-2", {"metadata": {"labels": {POOL: None}}})
        self._api.delete(f"{nodes.NODES}/worker-4")
        plain = self._daemons[0]
        first = plain.on("worker-3")[0]
        labels, owners = first["metadata"]["labels"], first["metadata"]["ownerReferences"]
        self._api.create(pods.PODS, pods.pod("second-of-rolling", owners, labels=labels, nodeName="worker-3"))
        self._api.create(pods.PODS, pods.pod("orphan", labels={"app": "on-delete"}, nodeName="worker-5"))
        waiting.until(
            lambda: all(pod["status"]["phase"] == "Running" for pod in self._api.items(pods.PODS)), "running pods"
        )
        self._daemons[1].fail(self._daemons[1].on("worker-3")[0])

    def _roll(self) -> None:
        """The nodes are as at the beginning, except the fourth; the new revisions of two DaemonSets never become
        ready."""
        self._api.merge(f"{nodes.NODES}/worker-1", {"spec": {"taints": []}})
        self._api.merge(f"{nodes.NODES}/worker-2", {"metadata": {"labels": {POOL: "agents"}}})
        for one in self._daemons[:2]:
            waiting.until(
                lambda one=one: one.has_status({"numberAvailable": 4, "updatedNumberScheduled": 4}),
                f"{one.name} to settle",
            )
            one.set_image("3", annotations=NEVER_READY)
        waiting.until(
            lambda: self._daemons[0].has_status({"updatedNumberScheduled": 1, "numberAvailable": 3}),
            "a roll that stands still",
        )
        waiting.until(lambda: len(self._daemons[1].pods()) == 5 + self._lost(self._daemons[1]), "a surging pod")

    def _lost(self, one: Daemon) -> int:
        """Pods of the removed node: the garbage collector takes a while."""
        return len(one.on("worker-4"))

    def _change_templates(self) -> None:
        """Users make changes while no controller runs: a fourth revision, and a rollback."""
        self._daemons[0].set_image("4")
        self._kubectl("rollout", "undo", f"daemonset/{self._daemons[1].name}")

    def _snapshot(self, name: str) -> None:
        snapshot = json.loads(self._kubectl("get", KINDS, "--all-namespaces", "--output=json").stdout)
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        snapshot["metadata"] = {"annotations": {RECORDED_AT: now}}
        (self._target / f"{name}.json").write_text(json.dumps(snapshot, indent=1) + "\n")
        print(f"{name}: {len(snapshot['items'])} objects")


def main(target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    workspace.end_on_signals()
    with workspace.workspace("everynode-record-") as directory, ControlPlane(
        directory, WITHOUT_IN_TREE, say=print
    ) as cluster:
        Recorder(cluster, target).record()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        main(Path(sys.argv[1]))
    except Explained as error:
        sys.exit(f"record-snapshots: {error}")
