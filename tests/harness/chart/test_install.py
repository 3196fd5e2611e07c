"""The life of a release at a real API server. The nodes are simulated, so its pods run nothing."""

from __future__ import annotations

import base64
import json
import subprocess
from tempfile import TemporaryDirectory

from tests.harness.chart import helm, value_sets
from tests.harness.chart.environment import CONTROL_PLANE, ChartTest, everything
from tests.harness.chart.helm import HELM_4, NAMESPACE, RELEASE, Installed
from tests.harness.cluster import registration, waiting
from tests.harness.tools.explained import Explained

SECRET = f"/api/v1/namespaces/{NAMESPACE}/secrets/everynode-certificate"
CONFIGURATION = f"{registration.CONFIGURATIONS}/{RELEASE}"
DEFINITION = "rolloutpolicies.everynode.dev"
POLICY = {
    "apiVersion": "everynode.dev/v1alpha1",
    "kind": "RolloutPolicy",
    "metadata": {"name": "all", "namespace": "default"},
    "spec": {"selector": {}},
}
WAIT = ("--wait", "--timeout", "60s")


class Accepted(ChartTest):
    """The API server's answers to each set of values, in dry runs."""

    def test_restricted_pod_security(self) -> None:
        self.ensure_namespace(security="restricted")
        for name, values in value_sets.RESTRICTED.items():
            with self.subTest(name):
                self.dry_run(helm.rendered(values))

    def test_privileged(self) -> None:
        self.ensure_namespace(security="privileged")
        for name, values in value_sets.PRIVILEGED.items():
            with self.subTest(name):
                self.dry_run(helm.rendered(values))

    def test_objects_of_other_kinds(self) -> None:
        self.ensure_namespace(security="privileged")
        for name, values in value_sets.OTHER_KINDS.items():
            with self.subTest(name):
                self.dry_run(helm.rendered(values))

    def test_restricted_is_enforced(self) -> None:
        """Otherwise the first test would prove nothing."""
        self.ensure_namespace(security="restricted")
        for name in ("take-over", "host-network"):
            with self.assertRaisesRegex(Explained, 'violates PodSecurity "restricted'):
                self.dry_run(helm.rendered(value_sets.PRIVILEGED[name]))

    def test_static_pod(self) -> None:
        self.dry_run((helm.CHART / "examples" / "kubeadm" / "everynode-reconciler.yaml").read_text())

    def dry_run(self, manifest: str) -> None:
        """Creates Deployments as pods too: Pod Security refuses pods only, and warns of the others."""
        documents = helm.parsed(manifest)
        for one in documents:
            if one["kind"] == "Deployment":
                # A dry run does not create the ServiceAccount.
                spec = one["spec"]["template"]["spec"] | {"serviceAccountName": "default"}
                documents.append(
                    {
                        "apiVersion": "v1",
                        "kind": "Pod",
                        "spec": spec,
                        "metadata": {"name": one["metadata"]["name"], "namespace": one["metadata"]["namespace"]},
                    }
                )
        self.kubectl(
            "apply",
            "--server-side",
            "--dry-run=server",
            "--validate=strict",
            "-f",
            "-",
            stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": documents}),
        )


class Life(ChartTest):
    over_others: tuple[str, ...] = ()  # flags that an upgrade needs to change fields that others wrote

    def setUp(self) -> None:
        self.ensure_namespace(security="restricted")
        self.before = everything(self.kubectl)
        self.addCleanup(self.helm, "uninstall", RELEASE, "--namespace", NAMESPACE, "--ignore-not-found", "--wait")

    def test_default(self) -> None:
        self.helm.install(None, *WAIT)
        ca = self.write_certificate()
        self.helm.upgrade({"webhook": {"timeoutSeconds": 3, "replicas": 3}}, *WAIT)
        self.assertEqual(self.ca_bundle(), ca, "the upgrade took away what the certificate loop wrote")
        self.assertEqual(self.timeout(), 3)
        self.helm.rollback(1)
        self.assertEqual((self.timeout(), self.ca_bundle()), (2, ca))
        self.assertEqual(self.api.get(SECRET)["data"]["tls.key"], "a2V5")
        self.helm.uninstall()
        self.assert_nothing_left()

    def test_helm_certificate(self) -> None:
        self.helm.install(value_sets.HELM, *WAIT)
        first = self.api.get(SECRET)
        self.assertEqual(self.ca_bundle(), first["data"]["ca.crt"])
        self.verify(first["data"])
        self.helm.upgrade(value_sets.HELM, *WAIT)
        self.assertEqual(self.api.get(SECRET)["data"], first["data"], "a young certificate was renewed")
        self.api.merge(SECRET, {"metadata": {"annotations": {"everynode.dev/renew-after": "1"}}})
        self.helm.upgrade(value_sets.HELM, *WAIT, *self.over_others)
        second = self.api.get(SECRET)["data"]
        self.assertNotEqual(second["tls.crt"], first["data"]["tls.crt"], "an old certificate was kept")
        self.assertEqual(
            second["ca.crt"], first["data"]["ca.crt"], "a new CA: whoever has the old one trusts us no more"
        )
        self.verify(second)
        self.helm.uninstall()
        self.assert_nothing_left()

    def test_from_mode_to_mode(self) -> None:
        self.helm.install(None, *WAIT)
        self.write_certificate()
        self.helm.upgrade(value_sets.HELM, *WAIT, *self.over_others)
        self.verify(self.api.get(SECRET)["data"])
        self.assertEqual(self.ca_bundle(), self.api.get(SECRET)["data"]["ca.crt"])
        self.helm.upgrade(value_sets.EXISTING, *WAIT)
        self.assertEqual(base64.b64decode(self.ca_bundle()).decode(), value_sets.CA)
        self.helm.upgrade(value_sets.CERT_MANAGER, *WAIT)
        self.helm.upgrade(None, *WAIT)
        self.assertEqual(self.ca_bundle(), "", "the certificate loop trusts nobody whom it does not know")
        self.assertNotIn("data", self.api.get(SECRET), "the certificate loop leaves foreign content alone")
        self.helm.uninstall()
        self.assert_nothing_left()

    def test_take_over_on_nodes_without_network(self) -> None:
        self.ensure_namespace(security="privileged")
        self.helm.install(value_sets.TAKE_OVER)
        # One for each control-plane node: the second one finds its port taken and waits.
        waiting.until(
            lambda: sorted([pod["spec"].get("nodeName") for pod in self.pods("reconciler")], key=str)
            == [None, CONTROL_PLANE],
            "one of two pods to be placed",
            30,
        )
        self.helm.uninstall()
        self.ensure_namespace(security="restricted")
        self.assert_nothing_left()

    def test_definition_of_policies_is_kept_or_removed(self) -> None:
        self.addCleanup(self.kubectl, "delete", "crd", DEFINITION, "--ignore-not-found")
        enabled = {"crds": {"enabled": True}}
        self.helm.install(None)
        self.helm.upgrade(enabled)
        self.kubectl("wait", f"crd/{DEFINITION}", "--for=condition=Established", "--timeout=60s")
        self.kubectl("create", "-f", "-", stdin=json.dumps(POLICY))
        self.helm.uninstall()
        self.kubectl("get", "rolloutpolicy", POLICY["metadata"]["name"])
        self.helm.install(enabled)
        self.helm.upgrade({"crds": {"enabled": True, "keep": False}})
        self.kubectl("get", "rolloutpolicy", POLICY["metadata"]["name"])
        self.helm.uninstall()
        self.kubectl("wait", f"crd/{DEFINITION}", "--for=delete", "--timeout=60s")
        self.assert_nothing_left()

    def test_definition_of_somebody_else_stays_as_it_is(self) -> None:
        self.addCleanup(self.kubectl, "delete", "crd", DEFINITION, "--ignore-not-found")
        self.kubectl("create", "-f", str(helm.CHART / "files" / "rolloutpolicies.yaml"))
        self.helm.install({"crds": {"enabled": True}})
        found = self.kubectl("get", "crd", DEFINITION, "-o", "jsonpath={.metadata.labels}").stdout
        self.assertEqual(found, "")

    def test_rights(self) -> None:
        self.helm.install(None, *WAIT)
        self.assertFalse(self.may("webhook", "list", "pods"))
        self.assertFalse(self.may("webhook", "get", "secrets/everynode-certificate"))
        self.assertTrue(self.may("reconciler", "patch", "secrets/everynode-certificate"))
        for verb, what in (
            ("get", "secrets/other"),
            ("create", "secrets"),
            ("list", "secrets"),
            ("create", "pods"),
            ("delete", "pods"),
            ("patch", "daemonsets.apps/status"),
        ):
            self.assertFalse(self.may("reconciler", verb, what), f"{verb} {what}")
        self.assertTrue(self.may("reconciler", "patch", f"mutatingwebhookconfigurations/{RELEASE}"))
        self.assertFalse(self.may("reconciler", "patch", "mutatingwebhookconfigurations/other"))

    def test_notes_say_what_matters(self) -> None:
        for values, words in (
            ({}, "goes on as before"),
            ({}, "logs -l app.kubernetes.io/component=reconciler"),
            ({}, "is in no public registry"),
            (value_sets.TAKE_OVER, "--controllers=*,bootstrapsigner,tokencleaner,-daemonset-controller"),
            (value_sets.TAKE_OVER, "reconciler.replicas=1"),
            (value_sets.STATIC_POD, "static pods of the reconciler"),
            (value_sets.STATIC_POD_ALL, "  - --overlays\n  - --startup-taint=everynode.dev/starting\n"),
            (value_sets.CERT_MANAGER, "describe certificate everynode-tls"),
            (value_sets.HELM, "at least every 243 days"),
            ({"webhook": {"replicas": 1}}, "slip through"),
            (value_sets.RESTRICTED["policy"], "by a DaemonSet, by a NodeAgent, in all namespaces but those"),
        ):
            self.assertIn(words, self.helm.install(values, "--dry-run=client").partition("NOTES:")[2])

    def may(self, component: str, verb: str, what: str) -> bool:
        user = f"system:serviceaccount:{NAMESPACE}:everynode-{component}"
        resource, _, rest = what.partition("/")
        what, flags = (resource, (f"--subresource={rest}",)) if rest == "status" else (what, ())
        try:
            return (
                self.kubectl("auth", "can-i", verb, what, *flags, "--as", user, "--namespace", NAMESPACE).stdout.strip()
                == "yes"
            )
        except Explained:  # kubectl exits with 1 for "no"
            return False

    def write_certificate(self) -> str:
        """Fills the Secret and patches the one field of the configuration, as the certificate loop does."""
        ca = base64.b64encode(self.cluster.pki.certificate("ca").read_bytes()).decode()
        self.api.merge(SECRET, {"data": {"ca.crt": ca, "tls.crt": "Y3J0", "tls.key": "a2V5"}})
        self.api.ask(
            "PATCH",
            CONFIGURATION,
            {"webhooks": [{"name": registration.WEBHOOK, "clientConfig": {"caBundle": ca}}]},
            "application/strategic-merge-patch+json",
        )
        return ca

    def ca_bundle(self) -> str:
        return self.api.get(CONFIGURATION)["webhooks"][0]["clientConfig"].get("caBundle", "")

    def timeout(self) -> int:
        return self.api.get(CONFIGURATION)["webhooks"][0]["timeoutSeconds"]

    def pods(self, component: str) -> list[dict]:
        return self.api.items(
            f"/api/v1/namespaces/{NAMESPACE}/pods?labelSelector=app.kubernetes.io%2Fcomponent%3D{component}"
        )

    def verify(self, data: dict[str, str]) -> None:
        """The certificate is valid for the name that the API server uses."""
        with TemporaryDirectory() as directory:
            for name in ("ca.crt", "tls.crt"):
                with open(f"{directory}/{name}", "wb") as file:
                    file.write(base64.b64decode(data[name]))
            done = subprocess.run(
                [
                    "openssl",
                    "verify",
                    "-CAfile",
                    f"{directory}/ca.crt",
                    "-purpose",
                    "sslserver",
                    "-verify_hostname",
                    f"everynode-webhook.{NAMESPACE}.svc",
                    f"{directory}/tls.crt",
                ],
                capture_output=True,
                text=True,
                check=False,
            )
        self.assertEqual(done.returncode, 0, done.stderr)

    def assert_nothing_left(self) -> None:
        waiting.until(lambda: not everything(self.kubectl) - self.before, "all objects of the release to go", 30)


class LifeWithHelm4(Life):
    over_others = ("--force-conflicts",)
    test_rights = test_notes_say_what_matters = None  # not repeated with Helm 4

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.helm = Installed(cls.cluster.kubeconfig, HELM_4)
