"""Beside the in-tree DaemonSet controller: policies roll out DaemonSets with OnDelete, and nothing else is touched."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from pathlib import Path

from tests.harness.chart.helm import NAMESPACE
from tests.harness.cluster import audit, waiting
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.e2e.reconciler import daemon, rights
from tests.harness.e2e.reconciler.daemon import Daemon, rolling
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
        flags = ("--mode", "companion", "--lease-namespace", NAMESPACE, "--lease-name", rights.COMPANION)
        with (
            self.away(),
            self.in_tree_controller(),
            Reconciler(self.companion(), self.cluster.logs, *flags, name="companion"),
        ):
            policy = self.create_policy(waves=[{"name": "one", "count": 1, "hold": True}])
            one = self.create_selected(policy, ON_DELETE)
            without_policy = self.create(self.name("without"), strategy=ON_DELETE)
            refusing = self.create_policy()
            surging = self.create_selected(refusing, rolling(surge=1))
            for each in (one, without_policy, surging):
                waiting.until(lambda each=each: each.is_on(SHARED), f"the pods of {each.name}", 60)
            policy.wait_phase("Complete")
            accepted = waiting.until(lambda: self.refusal(refusing), "the refusal", 60)
            self.assertEqual(accepted["reason"], "NotServed")
            self.assertIn(f"{surging.name} has updateStrategy RollingUpdate with maxSurge", accepted["message"])

            one.set_image("2")
            without_policy.set_image("2")
            policy.wait_phase("Held", "one")
            time.sleep(SETTLE_SECONDS)
            self.assertEqual(one.images(), [OLD, OLD, NEW])
            policy.promote("one")
            policy.wait_phase("Complete")
            self.assertEqual(one.images(), [NEW] * 3)
            self.assertEqual(without_policy.images(), [OLD] * 3)
        written = set(self.written(begin))
        self.assertLessEqual(written, ALLOWED)
        self.assertIn(("pods", "delete"), written)

    def test_it_puts_a_failed_template_back_and_changes_nothing_else_of_the_daemon_set(self) -> None:
        begin = self.cluster.audit_log.stat().st_size
        flags = ("--mode", "companion", "--lease-namespace", NAMESPACE, "--lease-name", rights.COMPANION)
        with (
            self.away(),
            self.in_tree_controller(),
            Reconciler(self.companion(), self.cluster.logs, *flags, name="companion-rollback"),
        ):
            failure = {"maxFailedNodes": 0, "progressDeadline": "2s", "then": "Rollback"}
            policy = self.create_policy(maxUnavailable=1, failure=failure)
            one = self.create_selected(policy, ON_DELETE)
            waiting.until(lambda: one.is_on(SHARED), "the pods", 60)
            policy.wait_phase("Complete")
            before = one.get()["spec"]
            one.set_image("2", annotations={"everynode.dev/simulated-readiness": "never"})
            waiting.until(lambda: one.get()["spec"] == before, "the spec to be as it was", 60)
            waiting.until(lambda: one.is_on(SHARED), "the pods to be back", 60)
            told = policy.wait_phase("Complete")
            self.assertEqual(told["revision"], told["lastCompleteRevision"])
        written = list(self.written(begin))
        self.assertEqual(written.count(("daemonsets", "patch")), 1)
        self.assertLessEqual(set(written), ALLOWED | {("daemonsets", "patch")})

    def test_a_rollout_goes_on_from_mode_to_mode(self) -> None:
        """Held in takeover, and held beside the in-tree controller: nobody's pod is restarted."""
        policy = self.create_policy(waves=[{"name": "one", "count": 1, "hold": True}])
        one = self.create_selected(policy, ON_DELETE)
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

    @classmethod
    @functools.cache
    def companion(cls) -> Path:
        """The kubeconfig of a user with the companion's rights."""
        return rights.grant_companion(cls.cluster)

    def create_policy(self, **spec: object) -> Policy:
        policy = Policy(self.api, self.name("companion"))
        self.addCleanup(policy.delete)
        policy.create(**spec)
        return policy

    def create_selected(self, policy: Policy, strategy: dict) -> Daemon:
        document = daemon.document(self.name("selected"), strategy=strategy)
        document["metadata"]["labels"] = {"policy": policy.name}
        return self.create_document(document)

    def refusal(self, policy: Policy) -> dict | None:
        accepted = policy.condition("Accepted")
        return accepted if accepted.get("status") == "False" else None

    def written(self, begin: int) -> Iterator[tuple[str, str]]:
        for event in audit.events(self.cluster.audit_log, begin):
            reference = event.get("objectRef")
            if event["user"]["username"] == USER and reference and event["verb"] not in READS:
                yield "/".join(filter(None, (reference["resource"], reference.get("subresource")))), event["verb"]
