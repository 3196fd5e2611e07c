"""The chart's webhook configuration and arguments at a real API server, with the real webhook behind them."""

from __future__ import annotations

import base64
import copy
from pathlib import Path

from tests.harness.chart import helm
from tests.harness.chart.environment import ChartTest
from tests.harness.chart.helm import Objects
from tests.harness.cluster import pods, registration
from tests.harness.cluster.ports import HOST
from tests.harness.cluster.processes import Process
from tests.harness.cluster.webhook import Webhook

VALUES = {
    "webhook": {
        "excludedNamespaces": ["left-alone"],
        "timeoutSeconds": 5,
        "policy": {
            "ownerKinds": [{"group": "apps.example.com", "kind": "NodeAgent"}],
            "tolerations": [{"key": "example.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
        },
    }
}
UNSCHEDULABLE = ("node.kubernetes.io/unschedulable", "NoSchedule")
GPU = ("example.com/gpu", "NoSchedule")


class Admission(ChartTest):
    @classmethod
    def setUpClass(cls) -> None:
        objects = Objects(VALUES)
        cls.webhook = ChartWebhook(cls.directory / "admission", objects)
        cls.webhook.start()
        cls.addClassCleanup(cls.webhook.process.stop)
        registration.register(cls.cluster.api, at_loopback(objects, cls.webhook))
        cls.addClassCleanup(cls.cluster.api.delete, f"{registration.CONFIGURATIONS}/{registration.NAME}")
        registration.wait_in_force(cls.cluster.api, lambda pod: pods.pins_of(pod) == ["probe"])
        for name in ("left-alone", "covered"):
            cls.ensure_namespace(name)

    def mutated(self, document: dict, namespace: str = "covered") -> set:
        document = copy.deepcopy(document)
        document["metadata"]["namespace"] = namespace
        answer = self.cluster.api.ask("POST", f"/api/v1/namespaces/{namespace}/pods?dryRun=All", document)
        return pods.tolerated_taints(answer.body)

    def test_pods_of_daemon_sets_in_all_namespaces_but_the_excluded(self) -> None:
        for namespace in ("covered", "kube-system"):
            self.assertLessEqual({UNSCHEDULABLE, GPU}, self.mutated(pods.daemon_pod("a"), namespace))
        self.assertNotIn(UNSCHEDULABLE, self.mutated(pods.daemon_pod("a"), "left-alone"))

    def test_other_owners(self) -> None:
        self.assertIn(UNSCHEDULABLE, self.mutated(pods.pod("a", [pods.owner("NodeAgent", "apps.example.com/v1")])))
        for owner in (
            pods.owner("NodeAgent", "apps.other.com/v1"),
            pods.owner("ReplicaSet", "apps/v1"),
            pods.owner(controller=None),
        ):
            self.assertNotIn(UNSCHEDULABLE, self.mutated(pods.pod("a", [owner])))
        self.assertNotIn(UNSCHEDULABLE, self.mutated(pods.pod("a")))

    def test_probe_of_helm_test(self) -> None:
        ca = f"--ca-file={self.webhook.ca}"
        for expected, arguments in (
            (0, [f"{self.webhook.url}/readyz", ca]),
            (1, [f"{self.webhook.url}/nothing", ca]),
            (1, [f"{self.webhook.url}/readyz"]),
            (0, [self.webhook.metrics_url]),
            (1, [f"https://{HOST}:1/", ca]),
            (2, ["ftp://example.com/"]),
            (2, [f"https://{HOST}:0/", ca]),
            (2, ["https://[::1/", ca]),
            (2, [f"{self.webhook.url}/readyz", "--ca-file=/nowhere"]),
        ):
            with self.subTest(arguments):
                self.assertEqual(helm.run([self.webhook.binary, "probe", *arguments]).returncode, expected)


class ChartWebhook(Webhook):
    """The webhook, started with the chart's arguments and policy; only addresses and paths are this machine's."""

    def __init__(self, directory: Path, objects: Objects):
        (directory / "logs").mkdir(parents=True)
        super().__init__(directory)
        policy = directory / "policy.yaml"
        policy.write_text(objects.get("ConfigMap", "everynode-webhook-policy")["data"]["policy.yaml"])
        own = {
            "--listen": f"{HOST}:{self.port}",
            "--metrics-listen": f"{HOST}:{self.metrics_port}",
            "--config": policy,
            "--tls-cert-file": self.certificates / "tls.crt",
            "--tls-key-file": self.certificates / "tls.key",
            "--drain-delay": 0,
        }
        self.arguments = [
            f"{flag}={own[flag]}" if (flag := one.split("=")[0]) in own else one for one in objects.arguments("webhook")
        ]

    def start(self) -> None:
        self.process = Process("everynode-webhook", [self.binary, *self.arguments], self._logs)
        self.process.wait_ready(self.ready)


def at_loopback(objects: Objects, webhook: Webhook) -> dict:
    """The chart's configuration with another address: there is no Service network here."""
    document = objects.get("MutatingWebhookConfiguration")
    document["webhooks"][0]["clientConfig"] = {
        "url": f"{webhook.url}/mutate",
        "caBundle": base64.b64encode(webhook.ca.read_bytes()).decode(),
    }
    return document
