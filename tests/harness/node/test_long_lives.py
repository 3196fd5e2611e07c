"""What takes too long for CI: nodes that nobody hears of any more, a kubelet of another version, and the in-tree
controller beside ours."""

from __future__ import annotations

import time

from tests.harness.cluster import nodes, pods, waiting
from tests.harness.cluster.watch import Watch
from tests.harness.node.lives import LOOP_SECONDS, NODE, SOON, LivesTest
from tests.harness.node.presence import Presence
from tests.harness.node.real_node import NAME
from tests.harness.tools import binaries

OLDER, OF_UPGRADED = f"kubelet@{binaries.BEFORE}", "name%3Dupgraded"
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
AT_ONCE = 5.0  # seconds from the taint, of which others know nothing before they look again
# The kubelet renews its lease every two seconds.
WATCHFUL = ("--node-monitor-period", "1s", "--node-monitor-grace-period", "6s")


class LongLives(LivesTest):
    def test_a_kubelet_that_starts_again_keeps_the_pod(self) -> None:
        with self.reconciler():
            before, uid = self.start("kept"), self.uid("kept")
            with Presence("kept") as presence:
                self.node.restart_kubelet()
                time.sleep(2)
            self.assertEqual((self.process("kept"), self.uid("kept"), presence.most), (before, uid, 1))

    def test_a_kubelet_of_the_next_version_keeps_the_pod(self) -> None:
        """As a node is upgraded: drained but for the pods of DaemonSets, and its kubelet exchanged."""
        with self.reconciler():
            self.node.restart_kubelet(OLDER)
            waiting.until(lambda: self.kubelet_version() == binaries.ALL[OLDER].version, "the older version")
            before, uid = self.start("upgraded"), self.uid("upgraded")
            seen: set[tuple[str, str]] = set()

            def happened(what: str, pod: dict) -> None:
                seen.add((what, pod["metadata"]["uid"]))

            self.addCleanup(self.kubectl, "uncordon", NAME)
            self.kubectl("drain", NAME, "--ignore-daemonsets", "--timeout=30s")
            with Presence("upgraded") as presence, Watch(self.cluster.api, pods.PODS, OF_UPGRADED, happened=happened):
                self.node.stop_kubelet()
                self.node.start_kubelet()
                waiting.until(lambda: self.kubelet_version() == binaries.ALL["kubelet"].version, "the newer version")
                self.kubectl("uncordon", NAME)
                waiting.until(self.node.ready, "the node to be ready")
                waiting.until(lambda: self.is_up("upgraded"), "the pod to be ready")
                time.sleep(5)
            self.assertLessEqual(seen, {("MODIFIED", uid)})
            self.assertTrue(self.is_up("upgraded"))
            self.assertEqual((self.process("upgraded"), presence.most), (before, 1))

    def test_out_of_service(self) -> None:  # requirement 17.2
        """The machine is off, as whoever sets the taint vouches."""
        with self.reconciler():
            before = self.start("out-of-service", terminationGracePeriodSeconds=600)
            self.node.lose_power()
            watchful = self.cluster.start_controllers("watchful", ["node-lifecycle-controller"], *WATCHFUL)
            waiting.until(lambda: self.node.conditions()["Ready"] == "Unknown", "the node to be missed", 40)
            self.assertIn("(its kubelet is silent)", self.why("out-of-service"))
            watchful.stop()
            begin = time.monotonic()
            self.kubectl("taint", "node", NAME, f"{OUT_OF_SERVICE}=nodeshutdown:NoExecute")
            waiting.until(lambda: not self.pods_of("out-of-service"), "the pod to go", 30)
            print(f"gone {time.monotonic() - begin:.1f} s after the taint")
            self.assertLess(time.monotonic() - begin, AT_ONCE)
            with Presence("out-of-service") as presence:
                self.node.start_kubelet()
                waiting.until(lambda: self.node.conditions()["Ready"] == "True", "the kubelet to be back", 30)
                self.assertEqual((self.pods_of("out-of-service"), presence.most), ([], 0))
                self.kubectl("taint", "node", NAME, f"{OUT_OF_SERVICE}-")
                waiting.until(lambda: self.is_up("out-of-service"), "another pod")
            self.assertNotEqual(self.process("out-of-service"), before)
            self.assertEqual(presence.most, 1)

    def test_upstream_makes_pods_that_are_rejected(self) -> None:  # requirement 17.1
        made = {}
        with self.in_tree():
            made["in-tree"] = self.shut_down("in-tree")
        with self.reconciler("--mind-nodes=false"):
            made["--mind-nodes=false"] = self.shut_down("as-upstream")
        print(f"made in {LOOP_SECONDS:.0f} s of a shutdown: {made}")
        for name, count in made.items():
            self.assertGreater(count, 1, name)

    def test_gone_for_long(self) -> None:  # requirement 17.3
        """Machine and Node are gone, and nobody had missed the machine: the pods go when that is certain. Then it is
        back."""
        with self.reconciler():
            before = self.start("gone")
            self.node.lose_power()
            self.kubectl("delete", "node", NAME)
            begin = time.monotonic()
            waiting.until(lambda: not self.pods_of("gone"), "the pod to go", 120)
            print(f"its pod was gone {time.monotonic() - begin:.0f} s after its Node")
            with Presence("gone") as presence:
                self.node.start_kubelet()
                waiting.until(self.node.ready, "the node to be ready")
                waiting.until(lambda: self.is_up("gone"), "its pod to run", SOON)
            self.assertNotEqual(self.process("gone"), before)
            self.assertEqual(presence.most, 1)

    def test_what_its_kubelet_says(self) -> None:
        """The kubelet is well, and the node loses its network plugin."""
        with self.reconciler():
            self.start("told", tolerations=[])
            watchful = self.cluster.start_controllers("watchful", ["node-lifecycle-controller"], *WATCHFUL)
            self.addCleanup(self.node.bring_network)
            self.node.lose_network()
            waiting.until(lambda: self.node.conditions()["Ready"] == "False", "the kubelet to complain", 60)
            waiting.until(lambda: "taint" in self.why("told"), "the node's taint", 20)
            told = self.why("told")
            self.assertRegex(told, r"; the node is NotReady since \S+ \(its kubelet says: .*network not ready")
            self.node.bring_network()
            waiting.until(self.node.ready, "the node to be ready", 60)
            watchful.stop()
            waiting.until(lambda: self.is_up("told"), "its pod to be ready")

    def kubelet_version(self) -> str:
        return self.cluster.api.get(NODE)["status"]["nodeInfo"]["kubeletVersion"]
