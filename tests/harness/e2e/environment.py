"""The cluster that all tests share, and what they need of it."""

from __future__ import annotations

import contextlib
import unittest
from collections.abc import Iterator
from pathlib import Path

from tests.harness.cluster import audit, nodes, pods, waiting
from tests.harness.cluster.audit import Admission
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.cluster.pods import PODS
from tests.harness.cluster.webhook import Webhook

UNSCHEDULABLE = ("node.kubernetes.io/unschedulable", "NoSchedule")
NETWORK_UNAVAILABLE = ("node.kubernetes.io/network-unavailable", "NoSchedule")
ADDED = {UNSCHEDULABLE, NETWORK_UNAVAILABLE}
PLAIN, CORDONED, CUT_OFF = "plain", "cordoned", "cut-off"
NODES = [nodes.node(PLAIN), nodes.node(CORDONED, cordoned=True), nodes.node(CUT_OFF, network=False)]


@contextlib.contextmanager
def running(directory: Path) -> Iterator[None]:
    """The control plane with Kubernetes' own DaemonSet controller, and the webhook."""
    cluster, webhook = ControlPlane(directory, say=print), Webhook(directory)
    with cluster, webhook:
        nodes.add(cluster.api, NODES)
        webhook.register(cluster.api)
        ClusterTest.cluster, ClusterTest.webhook, ClusterTest.directory = cluster, webhook, directory
        ClusterTest.kubectl = Kubectl(cluster.kubeconfig)
        yield


class ClusterTest(unittest.TestCase):
    """A test against the shared cluster, whose webhook runs when the test begins and when it ends."""

    cluster: ControlPlane
    webhook: Webhook
    kubectl: Kubectl
    directory: Path

    @property
    def api(self):
        return self.cluster.api

    def create(self, document: dict) -> dict:
        """Creates a pod and deletes it after the test."""
        path = f"{PODS}/{document['metadata']['name']}"
        self.addCleanup(lambda: self.api.delete(path))
        return pods.create(self.api, document).body

    def dry_run(self, document: dict) -> dict:
        return pods.dry_run(self.api, document).body

    def assert_mutated(self, pod: dict) -> None:
        missing = ADDED - pods.tolerated_taints(pod)
        self.assertFalse(missing, f"{pod['metadata'].get('name')} does not tolerate {missing}")

    def assert_untouched(self, pod: dict) -> None:
        self.assertFalse(ADDED & pods.tolerated_taints(pod), "tolerations were added")
        self.assertNotIn("affinity", pod["spec"])

    def admissions_of(self, name: str) -> list[Admission]:
        """The audit log's entries about the pod; the API server writes them just after it answered."""
        return waiting.until(
            lambda: [one for one in audit.admissions(self.cluster.audit_log) if one.pod == name],
            f"the audit log to tell of {name}",
            10,
        )

    def failed_open(self) -> float:
        return self.api.metric("apiserver_admission_webhook_fail_open_count")

    def daemon_set_pods(self, name: str, namespace: str = "default") -> list[dict]:
        return self.api.items(f"/api/v1/namespaces/{namespace}/pods?labelSelector=name%3D{name}")

    @contextlib.contextmanager
    def daemon_set(self, name: str, **spec) -> Iterator[list[dict]]:
        """The pods of a DaemonSet of Kubernetes' own controller, once one is running on each node."""
        path = "/apis/apps/v1/namespaces/default/daemonsets"
        self.api.create(path, daemon_set(name, spec))
        try:
            waiting.until(
                lambda: len([pod for pod in self.daemon_set_pods(name) if pod["status"]["phase"] == "Running"])
                == len(NODES),
                f"a running pod of {name} on each node",
            )
            yield self.daemon_set_pods(name)
        finally:
            self.api.delete(f"{path}/{name}")
            waiting.until(lambda: not self.daemon_set_pods(name), f"the pods of {name} to go")


def daemon_set(name: str, spec: dict) -> dict:
    labels = {"name": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "agent", "image": "example.org/agent:1"}], **spec},
            },
        },
    }
