"""What tests of RolloutPolicies share: governed DaemonSets, nodes in waves, and nodes that die and come back."""

from __future__ import annotations

import datetime
import signal

from tests.harness.cluster import nodes
from tests.harness.e2e.reconciler.daemon import POOL, Daemon, image_of, node_of
from tests.harness.e2e.reconciler.environment import ReconcilerTest

ZONE = "topology.kubernetes.io/zone"
OLD, NEW = "example.org/agent:1", "example.org/agent:2"
SETTLE_SECONDS = 2.0  # in which a wrong step would be taken
CANARY = {"name": "canary", "nodes": {"matchLabels": {"canary": "true"}}}


class PolicyTest(ReconcilerTest):
    def kill_and_start(self) -> None:
        self.reconciler.process.send(signal.SIGKILL)
        self.reconciler.process.wait()
        self.reconciler.start()

    def add(self, wanted: dict[str, dict[str, str]], pool: str) -> None:
        for name in wanted:
            self.addCleanup(self.api.delete, f"{nodes.NODES}/{name}")
        nodes.add(self.api, [nodes.node(name, labels={POOL: pool, **labels}) for name, labels in wanted.items()])

    def set_ready(self, one: Daemon, node: str, ready: bool) -> None:
        """What becomes of a node and its pod when the kubelet falls silent, or is back."""
        now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        change = {"type": "Ready", "status": str(ready), "lastTransitionTime": now, "reason": "Test", "message": ""}
        # Without the annotation KWOK plays no kubelet for it.
        kubelet = {"kwok.x-k8s.io/node": "fake" if ready else None}
        self.api.merge(f"{nodes.NODES}/{node}", {"metadata": {"annotations": kubelet}})
        self.api.merge(f"{nodes.NODES}/{node}/status", {"status": {"conditions": [change]}})
        for pod in [] if ready else one.on(node):  # when it is back its pod may be replaced at once
            one.set_pod_status(pod, {"conditions": [change]})

    def images(self, one: Daemon) -> dict[str, str]:
        return {node_of(pod): image_of(pod) for pod in one.pods()}
