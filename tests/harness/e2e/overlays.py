"""Tests with DaemonSetOverlays, and what the chart installs for them."""

from __future__ import annotations

from pathlib import Path

from tests.harness.chart import value_sets
from tests.harness.chart.helm import NAMESPACE, RELEASE, Objects
from tests.harness.cluster import pods, waiting
from tests.harness.cluster.api import Api, ApiError
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.e2e.environment import PLAIN, ClusterTest
from tests.harness.e2e.reconciler.policies import DEFINITIONS, GROUP
from tests.harness.e2e.reconciler.rights import PATHS

ACCOUNT = f"{RELEASE}-webhook"
OVERLAYS = f"{GROUP}/namespaces/default/daemonsetoverlays"
STAMP = "everynode.dev/overlays"


def ensure(api: Api, path: str, document: dict) -> None:
    """Creates it, unless a test before has done so."""
    try:
        api.create(path, document)
    except ApiError as error:
        if error.code != 409:
            raise


def overlay(name: str, spec: dict, namespace: str = "default") -> dict:
    """For all DaemonSets, unless the spec says so."""
    return {
        "apiVersion": "everynode.dev/v1alpha1",
        "kind": "DaemonSetOverlay",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"daemonSets": {}} | spec,
    }


def grant(cluster: ControlPlane, kubectl: Kubectl) -> list[str | Path]:
    """Installs what the chart installs for overlays, and returns the webhook's flags with the rights that it gives."""
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    ensure(cluster.api, "/api/v1/namespaces", namespace)
    for one in Objects(value_sets.OVERLAYS).all:
        if one["kind"] == "CustomResourceDefinition":
            ensure(cluster.api, DEFINITIONS, one)
        elif one["kind"] in PATHS and one["metadata"]["name"] == ACCOUNT:
            ensure(cluster.api, PATHS[one["kind"]].format(namespace=NAMESPACE), one)
    token = kubectl("create", "token", ACCOUNT, "--namespace", NAMESPACE, "--duration", "24h").stdout.strip()
    return ["--overlays", "--kubeconfig", cluster.token_kubeconfig(ACCOUNT, token)]


class OverlayTest(ClusterTest):
    """The webhook runs with --overlays and the rights that the chart gives it."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.webhook.process.stop()
        cls.webhook.flags = grant(cls.cluster, cls.kubectl)
        cls.webhook.start()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.webhook.process.stop()
        cls.webhook.flags = []
        cls.webhook.start()

    def overlay(self, name: str, **spec) -> None:
        """Returns when the webhook knows it."""
        self.write_overlay(name, spec)
        there = len(self.api.items(f"{GROUP}/daemonsetoverlays"))
        waiting.until(
            lambda: self.webhook.metric("everynode_webhook_known_overlays") == there
            and STAMP in self.dry_run(self.pod())["metadata"]["annotations"],
            f"the webhook to know overlay {name}",
            20,
        )

    def write_overlay(self, name: str, spec: dict, namespace: str = "default") -> None:
        path = f"{GROUP}/namespaces/{namespace}/daemonsetoverlays"
        self.api.create(path, overlay(name, spec, namespace))
        self.addCleanup(self.api.delete, f"{path}/{name}")

    @staticmethod
    def pod() -> dict:
        return pods.daemon_pod("fitted", {pods.NODE_ANNOTATION: PLAIN})
