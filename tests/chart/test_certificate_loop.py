"""Certificates of mode `self`: the chart's own arguments and rights are enough for the reconciler, and Helm leaves alone what it wrote."""

from __future__ import annotations

import base64
import json
import subprocess
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.chart.environment import ChartTest
from tests.chart.helm import NAMESPACE, RELEASE, Objects
from tests.cluster import registration, waiting
from tests.cluster.api import ApiError
from tests.cluster.ports import HOST, free_ports
from tests.cluster.processes import Process
from tests.cluster.webhook import binary

SECRETS = f"/api/v1/namespaces/{NAMESPACE}/secrets"
LEAF, AUTHORITY = "everynode-certificate", "everynode-certificate-ca"
LEASE = f"/apis/coordination.k8s.io/v1/namespaces/{NAMESPACE}/leases/everynode-reconciler"
ACCOUNT = f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts/everynode-reconciler"


class Rendered(unittest.TestCase):
    """What the chart makes of no values at all."""

    def test_two_empty_secrets_of_which_one_is_mounted(self) -> None:
        objects = Objects()
        for name in (LEAF, AUTHORITY):
            self.assertNotIn("data", objects.get("Secret", name))
        mounted = [one["secret"]["secretName"] for component in ("webhook", "reconciler")
                   for one in objects.pod_spec(component).get("volumes", []) if "secret" in one]
        self.assertEqual(mounted, [LEAF])

    def test_rights_are_for_these_secrets_only(self) -> None:
        rules = [rule for rule in Objects().get("Role")["rules"] if "secrets" in rule["resources"]]
        self.assertEqual(rules, [{"apiGroups": [""], "resources": ["secrets"], "resourceNames": [LEAF, AUTHORITY],
                                  "verbs": ["get", "patch"]}])

    def test_reconciler_knows_its_arguments(self) -> None:
        usage = subprocess.run([binary.path(), "reconciler", "--help"], capture_output=True, text=True, check=True).stdout
        for argument in Objects().arguments("reconciler")[1:]:
            self.assertRegex(usage, rf"(?m)^  {argument.split('=')[0]} ")


class Kept(ChartTest):
    def test_as_the_chart_runs_it(self) -> None:
        self.ensure_namespace(security="restricted")
        self.helm.install()
        self.addCleanup(self.helm.uninstall)
        self.addCleanup(self.api.delete, LEASE)
        reconciler = self.start_reconciler()
        waiting.until(lambda: self.data(LEAF), "the certificate", 30)
        leaf, authority = self.data(LEAF), self.data(AUTHORITY)
        self.assertEqual(set(leaf), {"tls.crt", "tls.key", "ca.crt"})
        self.assertEqual(set(authority), {"tls.crt", "tls.key", "trusted.crt"})
        self.assertEqual(self.bundle(), authority["tls.crt"])
        self.verify(leaf)
        self.helm.upgrade({"webhook": {"timeoutSeconds": 3}})
        self.assertEqual((self.data(LEAF), self.data(AUTHORITY), self.bundle()), (leaf, authority, authority["tls.crt"]))
        self.assertEqual(reconciler.stop(), 0)
        self.assertFalse(self.api.get(LEASE)["spec"].get("holderIdentity"), "the lease was not given back")

    def start_reconciler(self) -> Process:
        port = free_ports(1)[0]
        arguments = [one for one in Objects().arguments("reconciler") if not one.startswith("--metrics-listen=")]
        process = Process("kept-reconciler", [binary.path(), *arguments, "--kubeconfig", self.account_kubeconfig(),
                                              "--metrics-listen", f"{HOST}:{port}"], self.directory / "logs")
        self.addCleanup(process.stop)
        return process

    def account_kubeconfig(self) -> Path:
        """The kubeconfig of the chart's ServiceAccount."""
        token = self.api.create(f"{ACCOUNT}/token", {"spec": {}})["status"]["token"]
        document = json.loads(self.cluster.kubeconfig.read_text())
        document["users"][0]["user"] = {"token": token}
        path = self.directory / "kept-reconciler.kubeconfig"
        path.write_text(json.dumps(document))
        return path

    def data(self, name: str) -> dict:
        try:
            return self.api.get(f"{SECRETS}/{name}").get("data", {})
        except ApiError:
            return {}

    def bundle(self) -> str:
        configuration = self.api.get(f"{registration.CONFIGURATIONS}/{RELEASE}")
        return configuration["webhooks"][0]["clientConfig"].get("caBundle", "")

    def verify(self, data: dict) -> None:
        with TemporaryDirectory() as directory:
            for name, value in data.items():
                (Path(directory) / name).write_bytes(base64.b64decode(value))
            subprocess.run(["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "ca.crt", "-verify_hostname",
                            f"everynode-webhook.{NAMESPACE}.svc", "tls.crt"], cwd=directory, check=True, capture_output=True)
