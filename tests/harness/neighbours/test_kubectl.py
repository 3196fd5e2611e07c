"""kubectl drain, which leaves the pods of DaemonSets alone if it is told to, and knows them by their owner."""

from __future__ import annotations

from tests.harness.cluster import waiting
from tests.harness.neighbours.environment import CONTROLLERS, DAEMON_SETS, NODES, NeighboursTest, daemon_set
from tests.harness.tools import binaries
from tests.harness.tools.explained import Explained

DRAINED = NODES[0]


class Drain(NeighboursTest):
    def test_it_knows_the_pods_of_daemon_sets(self) -> None:
        for which in CONTROLLERS:
            with self.subTest(which), self.controller(which):
                name = self.name("drained")
                self.api.create(DAEMON_SETS, daemon_set(name))
                self.addCleanup(self.remove, name)
                waiting.until(lambda one=name: self.running_on(one) == set(NODES), "its pods", 60)
                before = self.uids(name)
                self.addCleanup(self.kubectl, "uncordon", DRAINED)
                with self.assertRaisesRegex(Explained, "cannot delete DaemonSet-managed Pods"):
                    self.kubectl("drain", DRAINED, "--timeout=10s")
                self.kubectl("drain", DRAINED, "--ignore-daemonsets", "--timeout=20s")
                self.assertEqual(self.uids(name), before)
                self.kubectl("rollout", "restart", f"daemonset/{name}")
                self.kubectl("rollout", "status", f"daemonset/{name}", "--timeout=60s")
                self.assertFalse(self.uids(name) & before)
                self.kubectl("uncordon", DRAINED)
                self.tell(
                    f"kubectl {binaries.ALL['kubectl'].version}",
                    "drain, then a rollout of what is on the drained node",
                    which,
                    "refused without --ignore-daemonsets; with it the pod stays, and is replaced by the rollout",
                )

    def uids(self, name: str) -> set[str]:
        return {one["metadata"]["uid"] for one in self.pods_of(name)}
