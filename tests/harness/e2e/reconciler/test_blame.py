"""Nodes that die in the middle of a rollout by a policy, and images that crash, on a real API server."""

from __future__ import annotations

import time

from tests.harness.cluster import waiting
from tests.harness.e2e.reconciler.pod_watch import PodWatch
from tests.harness.e2e.reconciler.policies import Policy
from tests.harness.e2e.reconciler.policy_test import CANARY, NEW, OLD, SETTLE_SECONDS, ZONE, PolicyTest


class Blame(PolicyTest):
    def test_a_node_that_dies_of_the_new_pod_is_not_excused(self) -> None:
        """It counts as failed after the deadline, and no longer when it is back."""
        pool = self.name("victim")
        canary, other = f"{pool}-canary", f"{pool}-other"
        self.add({canary: {"canary": "true"}, other: {}}, pool)
        policy = self.create_policy(
            waves=[CANARY | {"hold": True}], failure={"maxFailedNodes": 0, "progressDeadline": "3s"}
        )
        one = self.create_governed(policy, pool)
        one.wait_on(canary, other)
        policy.wait_phase("Complete")
        one.set_image("2")
        policy.wait_phase("Held", "canary")
        time.sleep(1.1)  # times of conditions are whole seconds
        self.set_ready(one, canary, False)
        told = policy.wait_phase("Failed", "canary")
        self.assertEqual((told["deferred"], [node["name"] for node in told["failedNodes"]]), (0, [canary]))
        self.assertEqual(self.images(one), {canary: NEW, other: OLD})
        self.set_ready(one, canary, True)
        (pod,) = one.on(canary)
        one.set_pod_status(pod, {"conditions": [{"type": "Ready", "status": "True"}]})
        policy.wait_phase("Held", "canary")
        policy.promote("canary")
        one.wait_on(canary, other)

    def test_a_node_that_dies_in_the_middle_is_left_alone_and_holds_up_nobody(self) -> None:
        """Nor does it slip past a hold when it is back."""
        pool = self.name("middle")
        a, b, dead, rest, other = (f"{pool}-{one}" for one in ("a", "b", "dead", "rest", "other"))
        self.add({a: {ZONE: "a"}, dead: {ZONE: "b"}, b: {ZONE: "b"}, rest: {}, other: {}}, pool)
        policy = self.create_policy(waves=[{"name": "zones", "by": ZONE, "hold": True}], maxUnavailable=1)
        one = self.create_governed(policy, pool)
        one.wait_on(a, b, dead, rest, other)
        policy.wait_phase("Complete")
        one.set_image("2")
        policy.wait_phase("Held", "zones/a")
        self.set_ready(one, dead, False)
        self.wait_deferred(policy, 1)  # the reconciler must know of the dead node before it may take it
        policy.promote("zones/a")
        told = policy.wait_phase("Held", "zones/b")
        self.assertEqual((told["deferred"], told["failed"]), (1, 0))
        self.assertEqual(self.images(one), {a: NEW, b: NEW, dead: OLD, rest: OLD, other: OLD})
        begin = time.monotonic()
        self.set_ready(one, dead, True)
        waiting.until(lambda: self.images(one).get(dead) == NEW, "the node that is back to have it")
        print(f"a node that was back had the new pod {time.monotonic() - begin:.1f} s later")
        self.assertEqual(self.images(one)[rest], OLD)
        for ready in (False, True):
            self.wait_deferred(policy, 0 if not ready else 1)
            self.set_ready(one, rest, ready)
        self.wait_deferred(policy, 0)
        policy.wait_phase("Held", "zones/b")
        time.sleep(SETTLE_SECONDS)
        self.assertEqual(self.images(one)[rest], OLD)
        policy.promote("zones/b")
        one.wait_on(a, b, dead, rest, other)

    def test_an_image_that_crashes_on_some_nodes_stops_the_rollout_before_it_takes_the_others(self) -> None:
        pool = self.name("crashing")
        names = [f"{pool}-{number}{'-bad' if number % 3 == 1 else ''}" for number in range(12)]
        self.add({name: {} for name in names}, pool)
        policy = self.create_policy(maxUnavailable=3, failure={"maxFailedNodes": 1})
        one = self.create_governed(policy, pool)
        one.wait_on(*names)
        policy.wait_phase("Complete")
        with PodWatch(one, lambda now: now.served >= len(names) - 3) as watch:
            one.set_image("2", annotations={"everynode.dev/simulated-crash": "-bad"})
            told = policy.wait_phase("Failed", "rest")
            time.sleep(SETTLE_SECONDS)
            self.assertGreater(one.images().count(OLD), 0)
            one.set_image("3", annotations={"everynode.dev/simulated-crash": None})
            one.wait_on(*names, seconds=60)
        self.assertEqual(watch.violations, [])
        self.assertIn("CrashLoopBackOff", told["failedNodes"][0]["reason"])
        self.assertTrue(all(node["name"].endswith("-bad") for node in told["failedNodes"]))
        self.assertEqual(policy.wait_phase("Complete")["failed"], 0)

    def wait_deferred(self, policy: Policy, count: int) -> None:
        waiting.until(lambda: policy.status()["daemonSets"][0]["deferred"] == count, f"{count} nodes to be deferred")
