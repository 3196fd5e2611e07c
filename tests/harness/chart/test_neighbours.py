"""A release among others: shared namespaces, a second release, and programs that write into our objects. Mostly dry
runs: the API server answers Helm's questions, and creates nothing."""

from __future__ import annotations

from tests.harness.chart import value_sets
from tests.harness.chart.environment import ChartTest
from tests.harness.chart.helm import HELM_4, NAMESPACE, RELEASE, Installed
from tests.harness.cluster import registration
from tests.harness.tools.explained import Explained

SHARED = "shared"
OTHER = "other"  # a namespace that is deleted terminates for a while: nothing can be created in it
CONFIGURATION = f"{registration.CONFIGURATIONS}/{RELEASE}"
DRY = "--dry-run=server"
QUOTA = "kind: ResourceQuota"


class SharedNamespace(ChartTest):
    """A quota counts all pods of its namespace."""

    def test_kube_system_has_no_quota(self) -> None:
        self.assertNotIn(QUOTA, self.helm.install(None, DRY, namespace="kube-system"))

    def test_a_namespace_of_ours_has_one(self) -> None:
        self.ensure_namespace(security="restricted")
        self.assertIn(QUOTA, self.helm.install(None, DRY))

    def test_one_where_others_are_admitted_has_none(self) -> None:
        self.ensure_namespace(SHARED)
        self.addCleanup(self.api.delete, f"/api/v1/namespaces/{SHARED}")
        spec = {"priorityClassName": "system-cluster-critical", "containers": [{"name": "c", "image": "i"}]}
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "add-on"}, "spec": spec}
        self.api.create(f"/api/v1/namespaces/{SHARED}/pods", pod)
        self.assertNotIn(QUOTA, self.helm.install(None, DRY, namespace=SHARED))
        with self.assertRaisesRegex(
            Explained, r"cap pods of others in shared too \(add-on\) at 20 in all.*leave it auto"
        ):
            self.helm.install({"resourceQuota": {"enabled": True}}, DRY, namespace=SHARED)
        # A quota that exists already may be what admits the others.
        owner = {"meta.helm.sh/release-name": RELEASE, "meta.helm.sh/release-namespace": SHARED}
        labels = {"app.kubernetes.io/managed-by": "Helm"}
        quota = {"metadata": {"name": "everynode-priority", "annotations": owner, "labels": labels}, "spec": {}}
        self.api.create(
            f"/api/v1/namespaces/{SHARED}/resourcequotas", {"apiVersion": "v1", "kind": "ResourceQuota"} | quota
        )
        said = self.helm.install(None, DRY, namespace=SHARED)
        self.assertIn(QUOTA, said)
        self.assertIn("counts the pods of others too, such as add-on: all together may be 20", said)


class SecondRelease(ChartTest):
    def test_only_one_takes_over(self) -> None:
        self.ensure_namespace(security="privileged")
        self.ensure_namespace(OTHER)
        self.addCleanup(self.api.delete, f"/api/v1/namespaces/{OTHER}")
        self.addCleanup(self.helm, "uninstall", RELEASE, "--namespace", NAMESPACE, "--ignore-not-found", "--wait")
        self.helm.install(value_sets.TAKE_OVER)
        self.helm.upgrade(value_sets.TAKE_OVER | {"webhook": {"timeoutSeconds": 3}}, DRY)
        for name in ({}, {"fullnameOverride": "second"}):
            for program in (self.helm, Installed(self.cluster.kubeconfig, HELM_4)):
                with self.assertRaisesRegex(
                    Explained, f"release {RELEASE} in namespace {NAMESPACE} has taken over already.*uninstall it or set"
                ):
                    program.install(value_sets.TAKE_OVER | name, DRY, namespace=OTHER)
        self.helm.install({"fullnameOverride": "second"}, DRY, namespace=OTHER)


class AdmissionsEnforcer(ChartTest):
    """AKS writes a namespaceSelector into every webhook."""

    def test_its_selector_stays(self) -> None:
        self.ensure_namespace(security="restricted")
        helm_4 = Installed(self.cluster.kubeconfig, HELM_4)
        self.addCleanup(self.helm, "uninstall", RELEASE, "--namespace", NAMESPACE, "--ignore-not-found", "--wait")
        helm_4.install()
        selector = {"matchExpressions": [{"key": "control-plane", "operator": "DoesNotExist"}]}
        self.api.ask(
            "PATCH",
            f"{CONFIGURATION}?fieldManager=admissionsenforcer",
            {"webhooks": [{"name": registration.WEBHOOK, "namespaceSelector": selector}]},
            "application/strategic-merge-patch+json",
        )
        helm_4.upgrade({"webhook": {"timeoutSeconds": 3}})
        webhook = self.api.get(CONFIGURATION)["webhooks"][0]
        self.assertEqual((webhook["namespaceSelector"], webhook["timeoutSeconds"]), (selector, 3))
        with self.assertRaisesRegex(Explained, "namespaceSelector"):
            helm_4.upgrade({"webhook": {"excludedNamespaces": ["one"]}})
