"""A new cluster whose only node has no network yet: a DaemonSet brings the network, and nothing of ours may delay it,
although our reconciler starts it."""

from __future__ import annotations

import unittest

from tests.harness.chart.helm import NAMESPACE, Installed
from tests.harness.cluster import pods, registration, waiting
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.node.real_node import NAME, RealNode
from tests.harness.node.release import DAEMON_SETS, WAIT, daemon_set, mutated


class Bootstrap(unittest.TestCase):
    cluster: ControlPlane
    kubectl: Kubectl
    helm: Installed
    node: RealNode
    values: dict

    def test_network_plugin_starts_before_the_webhook_can(self) -> None:
        self.helm.install(self.values, "--create-namespace")
        self.addCleanup(self.helm.uninstall)
        self.cluster.api.create(DAEMON_SETS, network_plugin())
        self.addCleanup(self.cluster.api.delete, f"{DAEMON_SETS}/network-plugin")
        plugin = waiting.until(
            lambda: next(iter(self.running("default", "name%3Dnetwork-plugin")), None), "the network plugin to run"
        )
        self.assertEqual(plugin["spec"]["nodeName"], NAME)
        self.assertFalse(self.node.ready())
        self.assertEqual(self.running(NAMESPACE, "app.kubernetes.io%2Fcomponent%3Dwebhook"), [])
        self.node.bring_network()
        waiting.until(self.node.ready, "the node to become ready")
        self.helm.upgrade(self.values, *WAIT)
        registration.wait_in_force(self.cluster.api, mutated)
        self.assertTrue(mutated(pods.dry_run(self.cluster.api, pods.daemon_pod("later")).body))

    def running(self, namespace: str, selector: str = "") -> list[dict]:
        found = self.cluster.api.items(f"/api/v1/namespaces/{namespace}/pods?labelSelector={selector}")
        return [one for one in found if one["status"]["phase"] == "Running"]


def network_plugin() -> dict:
    document = daemon_set("network-plugin")
    spec = document["spec"]["template"]["spec"]
    spec["hostNetwork"] = True
    spec["tolerations"] = [{"operator": "Exists"}]
    return document
