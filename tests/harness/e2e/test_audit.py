"""What the audit log tells an operator about us afterwards."""

from __future__ import annotations

from tests.harness.cluster import pods
from tests.harness.cluster.pods import NODE_ANNOTATION
from tests.harness.e2e.environment import ADDED, CUT_OFF, ClusterTest


class AuditLog(ClusterTest):
    def test_tells_what_was_done_and_why(self):
        """Requirement A8."""
        self.create(pods.daemon_pod("audited", {NODE_ANNOTATION: CUT_OFF}))
        admission = self.admissions_of("audited")[-1]
        self.assertEqual(admission.annotations["node"], CUT_OFF)
        self.assertTrue(admission.annotations["pin"])
        self.assertEqual(set(admission.annotations["tolerations"].split(",")), {key for key, _ in ADDED})

    def test_has_the_patch(self):
        self.create(pods.daemon_pod("patched", {NODE_ANNOTATION: CUT_OFF}))
        patch = self.admissions_of("patched")[-1].patch
        self.assertTrue(patch)
        self.assertTrue(
            all(operation["path"].startswith(("/spec/affinity", "/spec/tolerations")) for operation in patch), patch
        )


class Metrics(ClusterTest):
    def test_count_requests_and_mutations(self):
        requests = self.webhook.metric("everynode_webhook_requests_total", path="/mutate", code="200")
        patched = self.webhook.metric("everynode_webhook_mutations_total", result="patched")
        self.dry_run(pods.daemon_pod("counted", {NODE_ANNOTATION: CUT_OFF}))
        self.assertEqual(
            self.webhook.metric("everynode_webhook_requests_total", path="/mutate", code="200"), requests + 1
        )
        self.assertEqual(self.webhook.metric("everynode_webhook_mutations_total", result="patched"), patched + 1)
