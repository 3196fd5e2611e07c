"""Beside the in-tree DaemonSet controller: policies roll out DaemonSets with OnDelete, and nothing else is touched."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.harness.chart.helm import NAMESPACE
from tests.harness.cluster import audit, waiting
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.e2e.reconciler import rights
from tests.harness.e2e.reconciler.daemon import Daemon, node_of, rolling
from tests.harness.e2e.reconciler.environment import SHARED, ReconcilerTest
from tests.harness.e2e.reconciler.policies import Policy

USER = f"system:serviceaccount:{NAMESPACE}:{rights.COMPANION}"
OLD, NEW = "example.org/agent:1", "example.org/agent:2"
ON_DELETE = {"type": "OnDelete"}
SETTLE_SECONDS = 2.0
READS = {"get", "list", "watch"}
ALLOWED = {
    ("pods", "delete"),
    ("rolloutpolicies/status", "patch"),
    ("events", "create"),
    ("events", "patch"),
    ("leases", "create"),
    ("leases", "patch"),
}


class Companion(ReconcilerTest):
    def test_it_rolls_out_beside_the_in_tree_controller_and_touches_nothing_else(self) -> None:
        begin = self.cluster.audit_log.stat().st_size
        with self.away(), self.in_tree_controller(), self.companion():
            policy = self.create_policy(waves=[{"name": "one", "count": 1, "hold": True}])
            one = self.create_governed(policy, strategy=ON_DELETE)
            without_policy = self.create(self.name("without"), strategy=ON_DELETE)
            for each in (one, without_policy):
                waiting.until(lambda each=each: each.is_on(SHARED), f"the pods of {each.name}", 60)
            policy.wait_phase("Complete")
            old = {pod["metadata"]["name"] for pod in one.pods()}
            one.set_image("2")
            without_policy.set_image("2")
            policy.wait_phase("Held", "one")
            time.sleep(SETTLE_SECONDS)
            self.assertEqual(one.images(), [OLD, OLD, NEW])
            policy.promote("one")
            policy.wait_phase("Complete")
            self.assertEqual(one.images(), [NEW] * 3)
            self.assertEqual(without_policy.images(), [OLD] * 3)
        written = [event["objectRef"] | {"verb": event["verb"]} for event in self.writes(begin)]
        self.assertLessEqual({(kind_of(one), one["verb"]) for one in written}, ALLOWED)
        deleted = [one["name"] for one in written if one["resource"] == "pods"]
        self.assertEqual(sorted(deleted), sorted(old))
        told = {one["name"] for one in written if kind_of(one) == "rolloutpolicies/status"}
        self.assertEqual(told, {policy.name})
        self.assertEqual({one["name"] for one in written if one["resource"] == "leases"}, {rights.COMPANION})

    def test_what_the_in_tree_controller_rolls_out_itself_is_refused(self) -> None:
        begin = self.cluster.audit_log.stat().st_size
        with self.away(), self.in_tree_controller(), self.companion():
            for strategy, words in (
                (rolling(surge=1), "RollingUpdate with maxSurge, so the in-tree controller rolls it out itself"),
                (rolling(unavailable=1), "RollingUpdate, so the in-tree controller rolls it out itself"),
            ):
                policy = self.create_policy()
                one = self.create_governed(policy, strategy=strategy)
                accepted = waiting.until(lambda policy=policy: self.refusal(policy), "the refusal", 60)
                self.assertEqual(accepted["reason"], "NotServed")
                self.assertIn(f"{one.name} has updateStrategy {words}", accepted["message"])
                self.assertIn("set OnDelete, or start everynode reconciler with --mode takeover", accepted["message"])
                waiting.until(lambda one=one: one.is_on(SHARED), f"the pods of {one.name}", 60)
                one.set_image("2")
                waiting.until(lambda one=one: one.is_on(SHARED), f"the in-tree roll of {one.name}", 60)
                one.merge({"spec": {"updateStrategy": {"type": "OnDelete", "rollingUpdate": None}}})
                policy.wait_phase("Complete")
                self.assertEqual(policy.condition("Accepted")["status"], "True")
        self.assertNotIn("pods", {event["objectRef"]["resource"] for event in self.writes(begin)})

    def test_it_puts_a_failed_template_back_and_changes_nothing_else_of_the_daemon_set(self) -> None:
        begin = self.cluster.audit_log.stat().st_size
        with self.away(), self.in_tree_controller(), self.companion():
            failure = {"maxFailedNodes": 0, "progressDeadline": "2s", "then": "Rollback"}
            policy = self.create_policy(maxUnavailable=1, failure=failure)
            one = self.create_governed(policy, strategy=ON_DELETE)
            waiting.until(lambda: one.is_on(SHARED), "the pods", 60)
            policy.wait_phase("Complete")
            before = one.get()["spec"]
            one.set_image("2", annotations={"everynode.dev/simulated-readiness": "never"})
            waiting.until(lambda: one.get()["spec"] == before, "the spec to be as it was", 60)
            waiting.until(lambda: one.is_on(SHARED), "the pods to be back", 60)
            told = policy.wait_phase("Complete")
            self.assertEqual(told["revision"], told["lastCompleteRevision"])
        written = [(kind_of(event["objectRef"]), event["verb"]) for event in self.writes(begin)]
        self.assertEqual(written.count(("daemonsets", "patch")), 1)
        self.assertLessEqual(set(written), ALLOWED | {("daemonsets", "patch")})

    def test_a_rollout_goes_on_from_mode_to_mode(self) -> None:
        """Held in takeover, and held beside the in-tree controller: nobody's pod is restarted."""
        policy = self.create_policy(waves=[{"name": "one", "count": 1, "hold": True}])
        one = self.create_governed(policy, strategy=ON_DELETE)
        one.wait_on(*SHARED)
        policy.wait_phase("Complete")
        one.set_image("2")
        policy.wait_phase("Held", "one")
        before = one.uids()
        with self.away(), self.in_tree_controller(), self.new_reconciler("--mode", "companion", name="beside"):
            time.sleep(SETTLE_SECONDS)
            self.assertEqual(one.uids(), before)
            policy.promote("one")
            policy.wait_phase("Complete")
            self.assertEqual(one.images(), [NEW] * 3)
            after = one.uids()
        time.sleep(SETTLE_SECONDS)
        self.assertEqual(one.uids(), after)

    def test_in_the_middle_of_a_wave_from_mode_to_mode_and_back(self) -> None:
        """Each node's pod is replaced once, whoever deletes it and whoever creates the next."""
        pool = self.name("modes")
        names = self.add_nodes(pool, 8)
        policy = self.create_policy(waves=[{"name": "most", "count": 7}], maxUnavailable=1)
        with self.away():
            with self.in_tree_controller(), self.companion():
                one = self.create_governed(policy, pool, strategy=ON_DELETE, minReadySeconds=1)
                waiting.until(lambda: one.is_on(names), "the first pods", 60)
                policy.wait_phase("Complete")
                one.set_image("2")
                self.wait_new(one, 2)
            with self.new_reconciler(name="in-between"):
                self.wait_new(one, 4)
            self.assertLess(one.images().count(NEW), 7)
            with self.in_tree_controller(), self.companion():
                self.wait_new(one, 8)
                policy.wait_phase("Complete")
        self.assertEqual(self.creations(one), 2 * len(names))
        self.assertEqual(sorted(node_of(pod) for pod in one.pods()), sorted(names))

    def wait_new(self, one: Daemon, count: int) -> None:
        waiting.until(lambda: one.images().count(NEW) >= count, f"{count} new pods", 60)

    def companion(self) -> Reconciler:
        flags = ("--mode", "companion", "--lease-namespace", NAMESPACE, "--lease-name", rights.COMPANION)
        return Reconciler(self.beside, self.cluster.logs, *flags, name="companion")

    def refusal(self, policy: Policy) -> dict | None:
        accepted = policy.condition("Accepted")
        return accepted if accepted.get("status") == "False" else None

    def writes(self, begin: int) -> Iterator[dict]:
        """The requests of the companion's user that may change something."""
        for event in audit.events(self.cluster.audit_log, begin):
            if event["user"]["username"] == USER and event.get("objectRef") and event["verb"] not in READS:
                yield event


def kind_of(reference: dict) -> str:
    return "/".join(filter(None, (reference["resource"], reference.get("subresource"))))
