"""The installation without any values: real image, real pods in a restricted namespace, real Services, and the
certificate that our own loop keeps. The in-tree controller is the DaemonSet controller."""

from __future__ import annotations

from tests.harness.chart import value_sets
from tests.harness.chart.helm import HELM_3, HELM_4, NAMESPACE, RELEASE, Installed
from tests.harness.cluster import pods, waiting
from tests.harness.node.real_node import NAME
from tests.harness.node.release import (
    AUTHORITY,
    CONFIGURATION,
    LEAF,
    NETWORK_UNAVAILABLE,
    SECRETS,
    UNSCHEDULABLE,
    WAIT,
    Release,
)
from tests.harness.node.services import Services

LEAF_SECONDS, CA_SECONDS, SETTLE_SECONDS = 45, 135, 5
SHORT_LIVES = {
    "reconciler": {
        "extraArgs": [
            f"--certificate-lifetime={LEAF_SECONDS}",
            f"--certificate-ca-lifetime={CA_SECONDS}",
            f"--certificate-settle-time={SETTLE_SECONDS}",
        ]
    }
}


class Default(Release):
    values = {}
    security = "restricted"
    services: Services

    def test_real_pods_of_a_daemon_set(self) -> None:
        pod = self.start_agent()
        self.assertEqual(pod["spec"]["nodeName"], NAME)
        self.assertLessEqual({UNSCHEDULABLE, NETWORK_UNAVAILABLE}, pods.tolerated_taints(pod))

    def test_pods_stay_within_their_limits(self) -> None:
        for component in ("webhook", "reconciler"):
            found = self.pods_of(component)
            self.assertEqual(len(found), 2)
            for pod in found:
                status = pod["status"]["containerStatuses"][0]
                self.assertEqual((status["restartCount"], status["ready"]), (0, True), pod["metadata"]["name"])

    def test_helm_test(self) -> None:
        self.services.lead(NAMESPACE, "everynode-webhook")
        for program in (HELM_3, HELM_4):
            with self.subTest(program):
                said = Installed(self.helm.kubeconfig, program)(
                    "test", RELEASE, "--namespace", NAMESPACE, "--timeout", "60s"
                )
                self.assertRegex(said, r"(?i)phase:\s+succeeded")
        self.kubectl("scale", "deployment/everynode-webhook", "--namespace", NAMESPACE, "--replicas=0")
        self.addCleanup(self.helm.upgrade, self.values, *WAIT)
        self.addCleanup(self.kubectl, "scale", "deployment/everynode-webhook", "--namespace", NAMESPACE, "--replicas=2")
        waiting.until(lambda: not self.pods_of("webhook"), "the webhook to go")
        for program in (HELM_3, HELM_4):
            with self.subTest(f"{program} without a webhook"), self.assertRaisesRegex(
                Exception, "everynode probe: https://everynode-webhook"
            ):
                Installed(self.helm.kubeconfig, program)("test", RELEASE, "--namespace", NAMESPACE, "--timeout", "60s")
        self.assertEqual(self.pods_of("test"), [], "an uninstall would leave it behind")

    def test_certificate_and_ca_are_renewed_under_load(self) -> None:
        self.helm.upgrade(SHORT_LIVES, *WAIT)
        self.addCleanup(self.start_over)
        self.addCleanup(self.helm.upgrade, self.values, *WAIT)
        self.start_over()

        def renew_both() -> None:
            first_leaf, first_ca = self.secret(LEAF, "tls.crt"), self.trusted()
            waiting.until(lambda: self.secret(LEAF, "tls.crt") != first_leaf, "a new certificate", LEAF_SECONDS + 30)
            self.assertEqual(self.trusted(), first_ca, "a new CA already")
            self.wait_served()
            waiting.until(
                lambda: first_ca in self.trusted() and self.trusted() != first_ca, "both CAs to be trusted", CA_SECONDS
            )
            waiting.until(lambda: self.secret(AUTHORITY, "tls.crt") != first_ca, "a new CA", 30)
            by_old_ca = self.secret(LEAF, "tls.crt")
            waiting.until(lambda: self.secret(LEAF, "tls.crt") != by_old_ca, "a certificate by the new CA", 60)
            self.wait_served()

        self.no_pod_slips_through(renew_both)

    def test_a_stolen_key_is_changed(self) -> None:
        """Follows the README's instructions."""
        before, served = self.trusted(), self.served()
        self.start_over()
        self.assertNotIn(before, self.trusted())
        self.assertFalse(served & self.served())

    def test_upgrade_and_rollback_under_load(self) -> None:
        def upgrade_and_roll_back() -> None:
            revision = int(
                self.helm("history", RELEASE, "--namespace", NAMESPACE, "--max", "1").splitlines()[-1].split()[0]
            )
            self.helm.upgrade({"webhook": {"logLevel": "warning"}, "reconciler": {"replicas": 1}}, *WAIT)
            self.helm("rollback", RELEASE, str(revision), "--namespace", NAMESPACE, *WAIT)

        before = self.secret(LEAF, "tls.crt"), self.trusted()
        self.no_pod_slips_through(upgrade_and_roll_back)
        self.assertEqual((self.secret(LEAF, "tls.crt"), self.trusted()), before, "an upgrade changed the certificate")

    def test_a_dead_webhook_stops_nobody(self) -> None:
        self.kill("webhook")
        pods.dry_run(self.cluster.api, pods.daemon_pod("while-it-is-dead"))
        self.kubectl("rollout", "status", "deployment/everynode-webhook", "--namespace", NAMESPACE, "--timeout=60s")
        self.wait_in_force()

    def test_reconcilers_that_were_killed_come_back_and_put_things_right(self) -> None:
        before = self.trusted()
        self.kill_and_await_others("reconciler")
        self.cluster.api.ask(
            "PATCH",
            CONFIGURATION,
            [{"op": "remove", "path": "/webhooks/0/clientConfig/caBundle"}],
            "application/json-patch+json",
        )
        waiting.until(lambda: self.trusted() == before, "the caBundle to be back", 90)
        self.wait_in_force()

    def test_to_another_mode_and_back(self) -> None:
        for values in (value_sets.HELM, self.values):
            self.helm.upgrade(values, *WAIT)
            waiting.until(self.trusted, "a CA", 30)
            waiting.until(lambda: self.secret(LEAF, "tls.crt"), "a certificate", 30)
            self.wait_served()
            waiting.until(lambda: self.secret(LEAF, "ca.crt") == self.trusted(), "the CA to be trusted", 30)
            self.wait_in_force()

    def test_nothing_stays_behind(self) -> None:
        for program in (HELM_3, HELM_4):
            with self.subTest(program):
                helm = Installed(self.helm.kubeconfig, program)
                self.helm("uninstall", RELEASE, "--namespace", NAMESPACE, "--ignore-not-found", "--wait")
                helm.install(self.values, *WAIT)
                self.wait_in_force()
                self.created_during(helm.uninstall)
                self.assert_nothing_left()

    def start_over(self) -> None:
        """Deletes the certificate and its CA, and waits until new ones are in force."""
        for name in (LEAF, AUTHORITY):
            self.cluster.api.merge(f"{SECRETS}/{name}", {"data": None})
        waiting.until(lambda: self.secret(LEAF, "tls.crt"), "a new certificate", 60)
        self.wait_served()
        waiting.until(lambda: self.trusted() == self.secret(LEAF, "ca.crt"), "the new CA to be trusted", 30)
        self.wait_in_force()
