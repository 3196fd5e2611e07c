"""The modes in which another party makes the certificate: a real cert-manager, and the user's own Secret. The in-tree
controller is the DaemonSet controller."""

from __future__ import annotations

import base64
import subprocess
import tempfile
from pathlib import Path

from tests.harness.chart import crds, value_sets
from tests.harness.chart.environment import ensure_namespace
from tests.harness.chart.helm import NAMESPACE
from tests.harness.cluster import waiting
from tests.harness.cluster.processes import Process
from tests.harness.node.release import LEAF, SECRETS, WAIT, Release
from tests.harness.tools import binaries
from tests.root import ROOT

MAKE_CERTS = ROOT / "certs" / "make-certs"
SERVER_NAME = f"everynode-webhook.{NAMESPACE}.svc"
OWN = "own"
ISSUED, CA = "everynode-tls", "everynode-ca"  # cert-manager's Secrets


class CertManager(Release):
    values = value_sets.CERT_MANAGER
    security = "restricted"
    cert_manager: Process

    @classmethod
    def setUpClass(cls) -> None:
        crds.install(cls.kubectl, cls.cluster.api, crds.CERT_MANAGER)
        super().setUpClass()
        cls.cert_manager = cls.cluster.run(
            "cert-manager", [binaries.built("cert-manager"), "--kubeconfig", cls.cluster.kubeconfig]
        )
        cls.cert_manager.wait_ready(lambda: "Starting workers" in cls.cert_manager.log.read_text(errors="replace"))

    @classmethod
    def tearDownClass(cls) -> None:
        super().tearDownClass()
        cls.cert_manager.stop()
        cls.forget_secrets()

    @classmethod
    def forget_secrets(cls) -> None:
        """cert-manager keeps them, so that a release that is installed again has the same CA."""
        cls.kubectl("delete", "secret", ISSUED, CA, "--namespace", NAMESPACE, "--ignore-not-found")

    def test_real_pods_of_a_daemon_set(self) -> None:
        self.start_agent()
        # Not the Secret of the CA: cert-manager may make it twice, and the first has signed then.
        self.assertIn(self.secret(ISSUED, "ca.crt"), self.trusted())
        self.assertEqual(self.served(), {self.secret(ISSUED, "tls.crt")})

    def test_renewed_under_load(self) -> None:
        """Follows the README's instructions for a stolen key."""

        def renew() -> None:
            before = self.secret(ISSUED, "tls.crt")
            self.kubectl("delete", "secret", ISSUED, "--namespace", NAMESPACE)
            waiting.until(lambda: self.has_secret(ISSUED), "cert-manager to make the Secret anew", 60)
            self.assertNotEqual(self.secret(ISSUED, "tls.crt"), before)
            self.wait_served(ISSUED)

        self.no_pod_slips_through(renew)

    def test_to_the_certificate_loop_and_back(self) -> None:
        for values, name in (({}, LEAF), (self.values, ISSUED)):
            self.helm.upgrade(values, *WAIT)
            # The loop still trusts the CA that it found, as after a renewal.
            waiting.until(
                lambda: self.has_secret(name) and self.secret(name, "ca.crt") in self.trusted(),
                "the CA to be trusted",
                60,
            )
            self.wait_served(name)
            self.wait_in_force()

    def test_only_what_cert_manager_keeps_stays_behind(self) -> None:
        self.created_during(self.helm.uninstall)
        self.assertTrue(self.has_secret(ISSUED) and self.has_secret(CA))
        self.forget_secrets()
        self.assert_nothing_left()

    def has_secret(self, name: str) -> bool:
        return any(
            one["metadata"]["name"] == name and "tls.crt" in one.get("data", {})
            for one in self.cluster.api.items(SECRETS)
        )


class OwnSecret(Release):
    """The user's own CA, here that of certs/make-certs."""

    security = "restricted"

    @classmethod
    def setUpClass(cls) -> None:
        cls.directory = tempfile.TemporaryDirectory(prefix="everynode-own-")
        cls.addClassCleanup(cls.directory.cleanup)
        ensure_namespace(cls.cluster.api, NAMESPACE, cls.security)
        cls.sign()
        cls.values = {
            "certificates": {
                "mode": "existingSecret",
                "existingSecret": {"name": OWN, "caBundle": (Path(cls.directory.name) / "ca.crt").read_text()},
            }
        }
        super().setUpClass()

    @classmethod
    def tearDownClass(cls) -> None:
        super().tearDownClass()
        cls.kubectl("delete", "secret", OWN, "--namespace", NAMESPACE, "--ignore-not-found")

    @classmethod
    def sign(cls) -> None:
        """Puts a new certificate from the same CA into the Secret."""
        subprocess.run([MAKE_CERTS, "--force", cls.directory.name, SERVER_NAME], check=True, capture_output=True)
        data = {
            name: base64.b64encode((Path(cls.directory.name) / name).read_bytes()).decode()
            for name in ("ca.crt", "tls.crt", "tls.key")
        }
        cls.cluster.api.ask(
            "PATCH",
            f"{SECRETS}/{OWN}?fieldManager=tests&force=true",
            {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": OWN}, "data": data},
            "application/apply-patch+yaml",
        )

    def test_real_pods_of_a_daemon_set(self) -> None:
        self.start_agent()
        self.assertEqual(self.served(), {self.secret(OWN, "tls.crt")})

    def test_renewed_under_load(self) -> None:
        def renew() -> None:
            before = self.secret(OWN, "tls.crt")
            self.sign()
            self.assertNotEqual(self.secret(OWN, "tls.crt"), before)
            self.wait_served(OWN)

        self.no_pod_slips_through(renew)

    def test_the_secret_is_not_the_releases(self) -> None:
        self.created_during(self.helm.uninstall)
        self.assertIn(OWN, [one["metadata"]["name"] for one in self.cluster.api.items(SECRETS)])
        self.assert_nothing_left()
