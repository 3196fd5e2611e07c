"""Certificates of mode `self`: the chart's arguments and rights are enough for the reconciler, and Helm leaves what the
reconciler wrote alone."""

from __future__ import annotations

import base64
import signal
import subprocess
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.harness.chart import helm, value_sets
from tests.harness.chart.certificates import AUTHORITY, LEAF, LEASE, SECRETS, CertificateTest
from tests.harness.chart.helm import NAMESPACE, RELEASE, Installed, Objects
from tests.harness.cluster import waiting
from tests.harness.cluster.api import metric_sum
from tests.harness.cluster.webhook import binary
from tests.harness.tools import binaries


class Rendered(unittest.TestCase):
    """What the chart renders without any values."""

    def test_two_empty_secrets_of_which_one_is_mounted(self) -> None:
        objects = Objects()
        for name in (LEAF, AUTHORITY):
            self.assertNotIn("data", objects.get("Secret", name))
        mounted = [
            one["secret"]["secretName"]
            for component in ("webhook", "reconciler")
            for one in objects.pod_spec(component).get("volumes", [])
            if "secret" in one
        ]
        self.assertEqual(mounted, [LEAF])

    def test_rights_are_for_these_secrets_only(self) -> None:
        rules = [rule for rule in Objects().get("Role")["rules"] if "secrets" in rule["resources"]]
        self.assertEqual(
            rules,
            [
                {
                    "apiGroups": [""],
                    "resources": ["secrets"],
                    "resourceNames": [LEAF, AUTHORITY],
                    "verbs": ["get", "patch"],
                }
            ],
        )

    def test_reconciler_knows_its_arguments(self) -> None:
        usage = subprocess.run(
            [binary.path(), "reconciler", "--help"], capture_output=True, text=True, check=True
        ).stdout
        for argument in Objects().arguments("reconciler")[1:]:
            self.assertRegex(usage, rf"(?m)^  {argument.split('=')[0]} ")


class Kept(CertificateTest):
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
        self.assertEqual(
            (self.data(LEAF), self.data(AUTHORITY), self.bundle()), (leaf, authority, authority["tls.crt"])
        )
        self.assertEqual(reconciler.stop(), 0)
        self.assertFalse(self.api.get(LEASE)["spec"].get("holderIdentity"), "the lease was not given back")

    def test_two_replicas_make_one_authority(self) -> None:
        self.ensure_namespace(security="restricted")
        self.helm.install()
        self.addCleanup(self.helm.uninstall)
        self.addCleanup(self.api.delete, LEASE)
        leader = self.start_reconciler("one")
        waiting.until(lambda: self.api.get(LEASE)["spec"].get("holderIdentity"), "the first to lead", 30)
        self.start_reconciler("two")
        waiting.until(lambda: self.data(LEAF), "the certificate", 30)
        before = self.data(LEAF), self.data(AUTHORITY), self.bundle()
        leader.send(signal.SIGKILL)
        self.write_bundle(None)
        waiting.until(lambda: self.bundle() == before[2], "the other to put the caBundle right", 60)
        self.assertEqual((self.data(LEAF), self.data(AUTHORITY), self.bundle()), before, "the other began anew")

    def test_tools_that_apply_what_is_rendered_see_no_difference(self) -> None:
        """Argo CD applies from the client or on the server, with a field manager of its own; neither may undo what the
        loop wrote."""
        self.ensure_namespace(security="restricted")
        manifest = helm.rendered(None, "--no-hooks")
        self.addCleanup(self.kubectl, "delete", "--ignore-not-found", "--wait", "-f", "-", stdin=manifest)
        self.addCleanup(self.api.delete, LEASE)
        for way in (("--server-side", "--field-manager=argocd-controller"), ("--field-manager=argocd-controller",)):
            with self.subTest(way):
                self.kubectl("apply", *way, "-f", "-", stdin=manifest)
                reconciler = self.start_reconciler()
                waiting.until(lambda: self.data(LEAF), "the certificate", 30)
                before = self.data(LEAF), self.data(AUTHORITY), self.bundle()
                self.assertEqual(self.kubectl("diff", *way, "-f", "-", stdin=manifest).stdout, "")
                self.kubectl("apply", *way, "-f", "-", stdin=manifest)
                self.assertEqual((self.data(LEAF), self.data(AUTHORITY), self.bundle()), before)
                reconciler.stop()
                self.kubectl("delete", "--wait", "-f", "-", stdin=manifest)

    def test_from_another_mode_and_back(self) -> None:
        self.ensure_namespace(security="restricted")
        for program in (helm.HELM_3, helm.HELM_4):
            with self.subTest(program):
                self.change_modes(Installed(self.cluster.kubeconfig, program))

    def change_modes(self, helm_: Installed) -> None:
        helm_.install(value_sets.HELM)
        self.addCleanup(self.helm, "uninstall", RELEASE, "--namespace", NAMESPACE, "--ignore-not-found")
        self.addCleanup(self.api.delete, LEASE)
        first = self.bundle()
        helm_.upgrade()
        reconciler = self.start_reconciler()
        waiting.until(lambda: self.data(LEAF) and self.bundle(), "the certificate", 30)
        own = self.bundle()
        self.assertNotIn(own, ("", first))
        self.verify(self.data(LEAF))
        reconciler.stop()
        # The caBundle changes its owner, and Helm 4 needs a flag for that.
        helm_.upgrade(value_sets.EXISTING, *(("--force-conflicts",) if helm_.program == helm.HELM_4 else ()))
        self.assertEqual(base64.b64decode(self.bundle()).decode(), value_sets.CA)
        helm_.upgrade()
        self.start_reconciler()
        waiting.until(lambda: self.data(LEAF) and self.bundle() == self.data(LEAF).get("ca.crt"), "the certificate", 30)
        self.verify(self.data(LEAF))
        helm_.uninstall()

    def test_metrics_are_documented_and_well_formed(self) -> None:
        self.ensure_namespace(security="restricted")
        self.helm.install()
        self.addCleanup(self.helm.uninstall)
        self.addCleanup(self.api.delete, LEASE)
        self.start_reconciler()
        waiting.until(lambda: self.data(LEAF), "the certificate", 30)
        page = self.metrics()
        done = helm.run([binaries.built("promtool"), "check", "metrics"], page)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        readme = (helm.CHART / "README.md").read_text()
        names = {line.split()[2] for line in page.splitlines() if line.startswith("# TYPE ")}
        self.assertIn("everynode_certificates_failing", names)
        self.assertEqual([name for name in sorted(names) if f"`{name}`" not in readme], [])

    def test_trouble_is_seen_and_ends(self) -> None:
        self.ensure_namespace(security="restricted")
        self.helm.install()
        self.addCleanup(self.helm.uninstall)
        self.addCleanup(self.api.delete, LEASE)
        self.api.merge(f"{SECRETS}/{LEAF}", {"data": {"tls.crt": "Zm9yZWlnbg=="}})
        self.start_reconciler()
        waiting.until(lambda: self.failing() == 1, "the metric", 30)
        self.api.merge(f"{SECRETS}/{LEAF}", {"data": None})
        waiting.until(lambda: self.data(LEAF) and self.failing() == 0, "the trouble to end", 30)

    def failing(self) -> float:
        try:
            return metric_sum(self.metrics().splitlines(), "everynode_certificates_failing", {})
        except OSError:
            return -1

    def verify(self, data: dict) -> None:
        with TemporaryDirectory() as directory:
            for name, value in data.items():
                (Path(directory) / name).write_bytes(base64.b64decode(value))
            subprocess.run(
                [
                    "openssl",
                    "verify",
                    "-x509_strict",
                    "-purpose",
                    "sslserver",
                    "-CAfile",
                    "ca.crt",
                    "-verify_hostname",
                    f"everynode-webhook.{NAMESPACE}.svc",
                    "tls.crt",
                ],
                cwd=directory,
                check=True,
                capture_output=True,
            )
