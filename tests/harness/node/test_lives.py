"""What a node goes through, with its real kubelet and the reconciler as the only DaemonSet controller: section 17 of
the requirements."""

from __future__ import annotations

from tests.harness.cluster import pods, waiting
from tests.harness.node.lives import LivesTest, bare_pod
from tests.harness.node.presence import Presence
from tests.harness.node.real_node import NAME


class Lives(LivesTest):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.enterClassContext(cls.reconciler())

    def test_drained_and_cordoned(self) -> None:  # requirement 17.4
        before = self.start("drained")
        self.cluster.api.create(pods.PODS, bare_pod("evicted"))
        waiting.until(lambda: self.phase("evicted") == "Running", "the bare pod to run")
        self.addCleanup(self.kubectl, "uncordon", NAME)
        self.kubectl("drain", NAME, "--ignore-daemonsets", "--force", "--timeout=30s")
        self.assertIsNone(self.phase("evicted"))
        self.assertEqual(self.process("drained"), before)
        self.kubectl("rollout", "restart", "daemonset/drained")  # a cordoned node gets its pod all the same
        self.kubectl("rollout", "status", "daemonset/drained", "--timeout=30s")
        waiting.until(lambda: self.is_up("drained"), "the new pod", 20)
        self.assertNotEqual(self.process("drained"), before)

    def test_registered_anew_under_its_name(self) -> None:  # requirement 17.3
        """The same machine: its kubelet goes on with the pod that it had."""
        before = self.start("anew")
        with Presence("anew") as presence:
            seconds = self.register_anew("anew", self.node.stop_kubelet)
        self.assertEqual((self.process("anew"), presence.most), (before, 1))
        print(f"its pod was ready {seconds:.1f} s after the new Node")

    def test_registered_anew_after_its_power_was_cut(self) -> None:  # requirement 17.3
        """Nothing of the pod runs, and the API says that it does: the kubelet makes it true."""
        before = self.start("cut")
        with Presence("cut") as presence:
            seconds = self.register_anew("cut", self.node.lose_power)
        self.assertNotEqual(self.process("cut"), before)
        self.assertEqual(presence.most, 1)
        print(f"its pod was ready {seconds:.1f} s after the new Node")

    def test_a_machine_that_goes_down_gets_no_pod_until_it_is_back(self) -> None:  # requirement 17.1
        self.assertEqual(self.shut_down("shut-down"), 0)
