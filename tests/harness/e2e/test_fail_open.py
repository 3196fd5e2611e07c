"""A webhook that is down or slow must never keep pods from starting."""

from __future__ import annotations

import signal
import socket
import time

from tests.harness.cluster import pods, registration, waiting
from tests.harness.cluster.pods import NODE_ANNOTATION
from tests.harness.cluster.ports import HOST
from tests.harness.e2e.environment import PLAIN, ClusterTest

GENEROUS_SECONDS = 8  # less than the API server gives us elsewhere; here it gives us 2 s
TELLTALE = "everynode.dev/not-in-fail-open"  # no webhook is called for pods with this annotation


class FailOpen(ClusterTest):
    def setUp(self) -> None:
        """The API server waits for the webhook only as long as the chart has it."""
        self.addCleanup(lambda: self.register(self.usual(), calls_for_telltales=True))
        self.register(self.brief(), calls_for_telltales=False)

    def usual(self) -> dict:
        return registration.configuration(f"{self.webhook.url}/mutate", self.webhook.ca.read_bytes())

    def brief(self) -> dict:
        document = self.usual()
        (webhook,) = document["webhooks"]
        webhook["timeoutSeconds"] = registration.CHART_TIMEOUT_SECONDS
        expression = f"!has(object.metadata.annotations) || !('{TELLTALE}' in object.metadata.annotations)"
        webhook["matchConditions"].append({"name": "no-telltale", "expression": expression})
        return document

    def register(self, document: dict, calls_for_telltales: bool) -> None:
        """Returns when it is in force, which a new timeout alone would not show."""
        registration.register(self.api, document)
        telltale = pods.daemon_pod("telltale", {NODE_ANNOTATION: PLAIN, TELLTALE: ""})
        waiting.until(
            lambda: (pods.pins_of(self.dry_run(telltale)) == [PLAIN]) == calls_for_telltales, "the registration", 30
        )

    def test_pods_are_admitted_while_the_webhook_is_down(self):
        before = self.failed_open()
        self.addCleanup(self.bring_back)
        self.webhook.process.stop()
        self.assert_untouched(self.create(self.pod("while-down")))
        self.assertGreater(self.failed_open(), before)
        self.bring_back()
        self.assert_mutated(self.create(self.pod("after-down")))

    def test_pods_are_admitted_in_time_while_the_webhook_hangs(self):
        """Requirement A9."""
        self.webhook.process.send(signal.SIGSTOP)
        self.addCleanup(self.webhook.process.send, signal.SIGCONT)
        begin = time.monotonic()
        self.assert_untouched(self.create(self.pod("while-hung")))
        self.assertLess(time.monotonic() - begin, GENEROUS_SECONDS)
        self.webhook.process.send(signal.SIGCONT)
        self.wait_mutating()
        self.assert_mutated(self.create(self.pod("after-hung")))

    def test_pods_are_admitted_in_time_while_connections_are_accepted_and_never_answered(self):
        """As behind a load balancer without backends: not even the TLS handshake is answered."""
        self.addCleanup(self.bring_back)
        self.webhook.process.stop()
        with socket.create_server((HOST, self.webhook.port)):
            begin = time.monotonic()
            self.assert_untouched(self.create(self.pod("while-silent")))
            self.assertLess(time.monotonic() - begin, GENEROUS_SECONDS)

    def test_sigterm_ends_it_with_0(self):
        self.addCleanup(self.bring_back)
        self.assertEqual(self.webhook.process.stop(), 0)

    def test_serves_on_while_it_drains(self):
        """In a rolling update the API server goes on calling until it has seen that the endpoint is gone (requirement
        A10)."""
        self.restart_with_drain_delay(3)
        self.addCleanup(self.restart_with_drain_delay, 0)
        self.webhook.process.send(signal.SIGTERM)
        waiting.until(lambda: not self.webhook.ready(), "the webhook to say that it is not ready")
        self.assertEqual(pods.pins_of(self.dry_run(self.pod("while-draining"))), [PLAIN])
        self.assertEqual(self.webhook.process.wait(), 0)

    def restart_with_drain_delay(self, seconds: int) -> None:
        self.webhook.process.stop()
        self.webhook.drain_delay_seconds = seconds
        self.bring_back()

    def pod(self, name: str) -> dict:
        return pods.daemon_pod(name, {NODE_ANNOTATION: PLAIN})

    def bring_back(self) -> None:
        if not self.webhook.process.running:
            self.webhook.start()
        self.wait_mutating()

    def wait_mutating(self) -> None:
        waiting.until(
            lambda: pods.pins_of(self.dry_run(self.pod("back"))) == [PLAIN], "the webhook to be called again", 30
        )


class RealApiServer(ClusterTest):
    def test_no_answer_of_ours_was_ever_refused(self):
        """Requirement A7. The alarm for a patch that did not apply; all earlier tests count too."""
        refused = self.api.metric(
            "apiserver_admission_webhook_rejection_count",
            name=registration.WEBHOOK,
            error_type="apiserver_internal_error",
        )
        self.assertEqual(refused, 0)
