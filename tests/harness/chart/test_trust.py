"""What the chart's README says about a stolen serving key, word for word, with the real controllers: before it, the API
server trusts whoever has the key; after it, nobody but the webhook."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import time

from tests.harness.chart import helm, value_sets
from tests.harness.chart.certificates import AUTHORITY, LEAF, LEASE, CertificateTest
from tests.harness.chart.helm import NAMESPACE
from tests.harness.cluster import pods, registration, waiting
from tests.harness.cluster.ports import free_ports
from tests.harness.cluster.webhook import Webhook
from tests.harness.tools import binaries

ISSUED, CA = "everynode-tls", "everynode-ca"  # cert-manager's Secrets
UNSCHEDULABLE = ("node.kubernetes.io/unschedulable", "NoSchedule")
SECONDS = 60
SETTLED_SECONDS = 5  # so long does a controller have to undo what was done


class Trust(CertificateTest):
    """What both modes have in common. The Service leads to this machine, where the thief's webhook listens."""

    def stands_in(self, values: dict) -> None:
        """Installs the release with a Service that leads to a port of ours."""
        self.ensure_namespace(security="restricted")
        self.port_of_service = free_ports(1)[0]
        self.helm.install(values | {"webhook": {"service": {"port": self.port_of_service}}})
        self.addCleanup(self.helm.uninstall)
        service = {"spec": {"type": "ExternalName", "externalName": "localhost", "clusterIP": None, "clusterIPs": None}}
        self.api.merge(f"/api/v1/namespaces/{NAMESPACE}/services/everynode-webhook", service)

    def pair(self, secret: str) -> dict[str, bytes]:
        waiting.until(lambda: self.data(secret).get("tls.crt"), f"the Secret {secret}", SECONDS)
        return {name: base64.b64decode(value) for name, value in self.data(secret).items()}

    def is_believed(self, pair: dict[str, bytes], patience: float = SECONDS) -> bool:
        """Whether the API server takes the answers of a server with this certificate, within so many seconds."""
        with Impostor(self.directory / f"impostor-{time.monotonic_ns()}", self.port_of_service, pair):
            end = time.monotonic() + patience
            while time.monotonic() < end:
                if self.mutates():
                    return True
                time.sleep(0.2)
            return False

    def mutates(self) -> bool:
        probe = pods.dry_run(self.api, pods.daemon_pod("probe", {pods.NODE_ANNOTATION: "probe"})).body
        return UNSCHEDULABLE in pods.tolerated_taints(probe)

    def follow_readme(self, mode: str) -> None:
        """Runs the commands that the README gives for a mode."""
        for command in commands(mode):
            self.run_command(command)

    def run_command(self, command: str) -> None:
        kubectl = binaries.built("kubectl").parent
        environment = os.environ | {
            "KUBECONFIG": str(self.cluster.kubeconfig),
            "PATH": f"{kubectl}:{os.environ['PATH']}",
        }
        done = subprocess.run(
            ["bash", "-ec", command], env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        self.assertEqual(done.returncode, 0, f"{command}: {done.stdout}{done.stderr}")


class Impostor(Webhook):
    """A webhook with a certificate that was stolen, or that is as it should be."""

    def __init__(self, directory, port: int, pair: dict[str, bytes]):
        (directory / "logs").mkdir(parents=True)
        self._pair = pair
        super().__init__(directory, port)

    def renew_certificate(self) -> None:
        self.certificates.mkdir()
        for name, content in self._pair.items():
            (self.certificates / name).write_bytes(content)

    def ready(self) -> bool:
        """Its certificate is not good for our address."""
        return helm.run([self.binary, "probe", f"{self.metrics_url}"]).returncode == 0


class OfModeSelf(Trust):
    def test_ends_with_both_secrets(self) -> None:
        self.stands_in({})
        self.addCleanup(self.api.delete, LEASE)
        self.start_reconciler()
        stolen = self.pair(LEAF)
        self.assertTrue(self.is_believed(stolen))
        self.follow_readme("self")
        waiting.until(lambda: self.pair(LEAF)["tls.crt"] != stolen["tls.crt"], "another certificate", SECONDS)
        waiting.until(lambda: self.bundle() == self.data(AUTHORITY)["tls.crt"], "the new CA alone", SECONDS)
        self.assertFalse(self.is_believed(stolen, SETTLED_SECONDS))
        self.assertTrue(self.is_believed(self.pair(LEAF)))


class OfModeCertManager(Trust):
    """With the real cert-manager, its CA injector included."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        command = [binaries.built("cert-manager"), "--kubeconfig", cls.cluster.kubeconfig]
        cls.cert_manager = cls.cluster.run("cert-manager", command)
        cls.addClassCleanup(cls.cert_manager.stop)
        cls.cert_manager.wait_ready(lambda: "Starting workers" in cls.cert_manager.log.read_text(errors="replace"))

    def test_ends_with_the_bundle_and_not_with_the_secrets(self) -> None:
        self.addCleanup(self.forget_secrets)
        self.stands_in(value_sets.CERT_MANAGER)
        waiting.until(self.bundle, "the CA injector", SECONDS)
        stolen = self.pair(ISSUED)
        self.assertTrue(self.is_believed(stolen))

        with self.subTest("a new certificate ends nothing"):
            self.renew(ISSUED)
            self.assertTrue(self.is_believed(stolen))

        with self.subTest("nor does a new CA: the injector only adds to the bundle"):
            self.renew(CA)
            self.renew(ISSUED)
            waiting.until(lambda: self.holds(self.pair(ISSUED)["ca.crt"]), "the new CA to be trusted", SECONDS)
            time.sleep(SETTLED_SECONDS)
            self.assertTrue(self.holds(stolen["ca.crt"]))
            self.assertTrue(self.is_believed(stolen))

        with self.subTest("what the README says ends it"):
            self.follow_readme("certManager")
            self.assertEqual(self.bundle(), self.data(ISSUED)["ca.crt"])
            self.assertFalse(self.is_believed(stolen, SETTLED_SECONDS))
            self.assertTrue(self.is_believed(self.pair(ISSUED)))

        with self.subTest("the injector goes on"):
            self.renew(CA)
            self.renew(ISSUED)
            waiting.until(lambda: self.holds(self.pair(ISSUED)["ca.crt"]), "the next CA to be trusted", SECONDS)

    def renew(self, secret: str) -> None:
        before = self.pair(secret)["tls.crt"]
        self.run_command(f"kubectl -n {NAMESPACE} delete secret {secret}")
        waiting.until(lambda: self.pair(secret)["tls.crt"] != before, f"another {secret}", SECONDS)

    def holds(self, ca: bytes) -> bool:
        return ca.strip() in base64.b64decode(self.bundle())

    def forget_secrets(self) -> None:
        self.kubectl("delete", "secret", ISSUED, CA, "--namespace", NAMESPACE, "--ignore-not-found")


def commands(mode: str) -> list[str]:
    """The blocks of commands that follow `In mode` in the README's paragraph about a stolen serving key."""
    text = (helm.CHART / "README.md").read_text().split("- **A stolen serving key**")[1].split("\n- **")[0]
    part = text.split(f"n mode `{mode}`")[1].split("n mode `")[0]
    blocks = re.findall(r"(?m)(?:^      .*\n)+", part)
    return [re.sub(r"(?m)^      ", "", one) for one in blocks]
