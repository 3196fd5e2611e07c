"""The reconciler as a static pod, from the example beside the chart."""

from __future__ import annotations

import base64
import json
import unittest

from tests.harness.chart import helm, value_sets
from tests.harness.chart.helm import NAMESPACE, RELEASE, Installed
from tests.harness.cluster import registration, waiting
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.cluster.ports import HOST
from tests.harness.node.real_node import NAME, RealNode
from tests.harness.node.release import DAEMON_SETS, mutated
from tests.harness.node.test_bootstrap import network_plugin

USER = "everynode-reconciler"
EXAMPLE = helm.CHART / "examples" / "kubeadm" / "everynode-reconciler.yaml"


class StaticPod(unittest.TestCase):
    cluster: ControlPlane
    kubectl: Kubectl
    helm: Installed
    node: RealNode
    values: dict

    def test_starts_pods_of_daemon_sets(self) -> None:
        self.helm.install(self.values | {"reconciler": value_sets.STATIC_POD["reconciler"]}, "--create-namespace")
        self.addCleanup(self.helm, "uninstall", RELEASE, "--namespace", NAMESPACE, "--wait")
        manifest = self.node.manifests / EXAMPLE.name
        manifest.write_text(json.dumps(self.pod()))
        self.addCleanup(self.wait_gone)
        self.addCleanup(manifest.unlink)
        self.cluster.api.create(DAEMON_SETS, network_plugin())
        self.addCleanup(self.cluster.api.delete, f"{DAEMON_SETS}/network-plugin")
        waiting.until(lambda: self.pods("default", "name%3Dnetwork-plugin"), "the network plugin to run")
        self.assertTrue(self.pods("kube-system", f"component%3D{USER}"))
        # The static pods keep the certificate too.
        registration.wait_in_force(self.cluster.api, mutated, 90)

    def pod(self) -> dict:
        """The example unchanged, except for the path of the kubeconfig."""
        pod = helm.parsed(EXAMPLE.read_text())[0]
        pod["spec"]["volumes"][0]["hostPath"]["path"] = self.write_kubeconfig()
        return pod

    def write_kubeconfig(self) -> str:
        """All credentials are in the file, as with `kubeadm kubeconfig user`."""
        self.cluster.pki.client(USER, USER)
        data = {
            name: base64.b64encode(file.read_bytes()).decode()
            for name, file in (
                ("ca", self.cluster.pki.certificate("ca")),
                ("certificate", self.cluster.pki.certificate(USER)),
                ("key", self.cluster.pki.key(USER)),
            )
        }
        path = self.cluster.directory / "everynode.conf"
        path.write_text(
            json.dumps(
                {
                    "apiVersion": "v1",
                    "kind": "Config",
                    "current-context": "it",
                    "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}],
                    "clusters": [
                        {
                            "name": "it",
                            "cluster": {
                                "server": f"https://{HOST}:{self.cluster.port}",
                                "certificate-authority-data": data["ca"],
                            },
                        }
                    ],
                    "users": [
                        {
                            "name": "it",
                            "user": {"client-certificate-data": data["certificate"], "client-key-data": data["key"]},
                        }
                    ],
                }
            )
        )
        path.chmod(0o600)
        return str(path)

    def pods(self, namespace: str, selector: str) -> list[dict]:
        found = self.cluster.api.items(f"/api/v1/namespaces/{namespace}/pods?labelSelector={selector}")
        return [one for one in found if one["status"]["phase"] == "Running" and one["spec"]["nodeName"] == NAME]

    def wait_gone(self) -> None:
        waiting.until(lambda: not self.pods("kube-system", f"component%3D{USER}"), "the static pod to go")
