"""What the README says of a stolen serving key in mode certManager, with cert-manager's real controllers."""

from __future__ import annotations

import base64

from tests.harness.chart import value_sets
from tests.harness.chart.environment import ChartTest
from tests.harness.chart.helm import NAMESPACE, RELEASE
from tests.harness.cluster import registration, waiting
from tests.harness.cluster.processes import Process
from tests.harness.tools import binaries

SECRETS = f"/api/v1/namespaces/{NAMESPACE}/secrets"
ISSUED, CA = "everynode-tls", "everynode-ca"  # cert-manager's Secrets
CONFIGURATION = f"{registration.CONFIGURATIONS}/{RELEASE}"


class StolenKey(ChartTest):
    def test_is_trusted_until_the_bundle_is_emptied(self) -> None:
        self.ensure_namespace(security="restricted")
        program = [binaries.built("cert-manager"), "--kubeconfig", self.cluster.kubeconfig]
        cert_manager = Process("cert-manager", program, self.directory / "logs")
        self.addCleanup(cert_manager.stop)
        self.addCleanup(self.kubectl, "delete", "secret", ISSUED, CA, "--namespace", NAMESPACE, "--ignore-not-found")
        self.addCleanup(self.helm, "uninstall", RELEASE, "--namespace", NAMESPACE, "--ignore-not-found", "--wait")
        self.helm.install(value_sets.CERT_MANAGER)
        waiting.until(lambda: self.content(CA) and self.bundle() == self.content(CA), "the CA to be trusted", 90)
        old_ca, old = self.content(CA), self.content(ISSUED)
        self.kubectl("delete", "secret", CA, ISSUED, "--namespace", NAMESPACE)
        waiting.until(lambda: self.content(CA) not in ("", old_ca), "a new CA", 90)
        waiting.until(lambda: self.content(ISSUED) not in ("", old), "a new certificate", 90)
        self.assertEqual(self.content(ISSUED, "ca.crt"), self.content(CA))
        waiting.until(lambda: self.pem(self.content(CA)) in self.pem(self.bundle()), "the new CA to be trusted", 60)
        self.assertIn(self.pem(old_ca), self.pem(self.bundle()), "README: the injector only adds")
        patch = '[{"op":"remove","path":"/webhooks/0/clientConfig/caBundle"}]'
        self.kubectl("patch", "mutatingwebhookconfiguration", RELEASE, "--type=json", "-p", patch)
        waiting.until(lambda: self.bundle() == self.content(CA), "the new CA alone to be trusted", 60)

    def content(self, secret: str, key: str = "tls.crt") -> str:
        found = [one for one in self.api.items(SECRETS) if one["metadata"]["name"] == secret]
        return found[0].get("data", {}).get(key, "") if found else ""

    def bundle(self) -> str:
        return self.api.get(CONFIGURATION)["webhooks"][0]["clientConfig"].get("caBundle", "")

    def pem(self, text: str) -> str:
        return base64.b64decode(text).decode().strip()
