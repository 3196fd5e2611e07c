"""`everynode reconciler` keeps the webhook's certificate: from nothing, and through renewals of leaf and CA, with the
rights that the chart gives it, with two replicas, and without one pod that misses the webhook."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from tests.harness.cluster import binary, pods, registration, waiting
from tests.harness.cluster.api import metric_sum
from tests.harness.cluster.ports import HOST, free_ports
from tests.harness.cluster.processes import Process
from tests.harness.cluster.secret_mount import SecretMount
from tests.harness.e2e.environment import ClusterTest

NAMESPACE, SECRET, SERVICE, CONFIGURATION = "kept", "certificate", "webhook", "everynode-kept"
WEBHOOK = "kept.everynode.dev"
SERVER_NAME = f"{SERVICE}.{NAMESPACE}.svc"
SECRETS = f"/api/v1/namespaces/{NAMESPACE}/secrets"
OURS = ("example.com/kept", "NoSchedule")  # a toleration that only the webhook of this test adds
LEAF_SECONDS, CA_SECONDS, SETTLE_SECONDS = 15, 45, 2
USER = "certificate-keeper"


class KeptCertificate(ClusterTest):
    def setUp(self) -> None:
        self.port, self.metrics_port, *self.reconciler_ports = free_ports(4)
        self.create_object(
            "/api/v1/namespaces", {"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": NAMESPACE}}
        )
        # Leads to loopback, as a cluster's Service leads to its pods.
        self.create_object(
            f"/api/v1/namespaces/{NAMESPACE}/services",
            {"metadata": {"name": SERVICE}, "spec": {"type": "ExternalName", "externalName": "localhost"}},
        )
        for name in (SECRET, f"{SECRET}-ca"):
            self.create_object(SECRETS, {"metadata": {"name": name}})
        self.create_object(registration.CONFIGURATIONS, self.configuration())
        self.grant()

    def test_pods_are_mutated_from_the_first_certificate_on(self) -> None:
        self.start_reconcilers()
        files = self.directory / "kept"
        with SecretMount(self.api, f"{SECRETS}/{SECRET}", files) as mount:
            waiting.until(lambda: mount.has("tls.crt", "tls.key"), "the first certificate", 30)
            self.assertFalse(mount.has("ca.key"))
            self.start_webhook(files)
            waiting.until(
                lambda: OURS in pods.tolerated_taints(self.dry_run(self.pod())),
                "the API server to trust the webhook",
                20,
            )
            fail_open = self.fail_open()
            first = self.authorities()
            with ThreadPoolExecutor(2) as pool:
                done = threading.Event()
                created, shaken = pool.submit(self.create_until, done), pool.submit(self.shake_hands_until, done)
                try:
                    waiting.until(
                        lambda: created.done() or shaken.done() or not set(first) & set(self.authorities()),
                        "the first CA to be replaced and forgotten",
                        CA_SECONDS + 40,
                    )
                finally:
                    done.set()
                self.assertGreater(created.result(), 100)
                self.assertGreater(shaken.result(), 100)
        self.assertEqual(self.fail_open(), fail_open, "the API server let pods through without us")
        self.assertGreaterEqual(self.renewals("ca"), 2)
        self.assertGreaterEqual(self.renewals("leaf"), 4)
        self.assertEqual(self.failures(), 0)

    def test_somebody_who_removes_the_bundle_is_corrected(self) -> None:
        self.start_reconcilers()
        waiting.until(self.authorities, "the first caBundle", 30)
        before = self.api.get(f"{registration.CONFIGURATIONS}/{CONFIGURATION}")
        self.api.ask(
            "PATCH",
            f"{registration.CONFIGURATIONS}/{CONFIGURATION}",
            [{"op": "remove", "path": "/webhooks/0/clientConfig/caBundle"}],
            "application/json-patch+json",
        )
        waiting.until(self.authorities, "the caBundle to be back", 30)
        after = self.api.get(f"{registration.CONFIGURATIONS}/{CONFIGURATION}")
        for one in (before, after):
            del one["webhooks"][0]["clientConfig"]["caBundle"]
        self.assertEqual(after["webhooks"], before["webhooks"], "something else was changed")

    # --- the world ---

    def create_object(self, path: str, document: dict) -> None:
        self.api.create(path, document)
        self.addCleanup(self.remove, f"{path}/{document['metadata']['name']}")

    def remove(self, path: str) -> None:
        self.api.delete(path)
        if path.startswith("/api/v1/namespaces/") and path.count("/") == 4:
            waiting.until(
                lambda: NAMESPACE not in [one["metadata"]["name"] for one in self.api.items("/api/v1/namespaces")],
                "the namespace to go",
                60,
            )

    def configuration(self) -> dict:
        document = registration.configuration("", b"")
        document["metadata"]["name"] = CONFIGURATION
        document["webhooks"][0] |= {
            "name": WEBHOOK,
            "clientConfig": {
                "service": {"namespace": NAMESPACE, "name": SERVICE, "port": self.port, "path": "/mutate"}
            },
            "objectSelector": {"matchLabels": {"kept": "yes"}},
        }
        return document

    def grant(self) -> None:
        """Grants the chart's rights without takeover."""
        rbac = "/apis/rbac.authorization.k8s.io/v1"
        rules = [
            {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["create"]},
            {
                "apiGroups": ["coordination.k8s.io"],
                "resources": ["leases"],
                "resourceNames": ["kept"],
                "verbs": ["get", "update", "patch"],
            },
            {
                "apiGroups": [""],
                "resources": ["secrets"],
                "resourceNames": [SECRET, f"{SECRET}-ca"],
                "verbs": ["get", "patch"],
            },
        ]
        cluster_rules = [
            {
                "apiGroups": ["admissionregistration.k8s.io"],
                "resources": ["mutatingwebhookconfigurations"],
                "resourceNames": [CONFIGURATION],
                "verbs": ["get", "patch"],
            }
        ]
        subjects = [{"kind": "User", "name": USER, "apiGroup": "rbac.authorization.k8s.io"}]
        for kind, path, granted in (
            ("Role", f"{rbac}/namespaces/{NAMESPACE}/roles", rules),
            ("ClusterRole", f"{rbac}/clusterroles", cluster_rules),
        ):
            self.create_object(path, {"metadata": {"name": USER}, "rules": granted})
            self.create_object(
                path.replace("roles", "rolebindings"),
                {
                    "metadata": {"name": USER},
                    "subjects": subjects,
                    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": USER},
                },
            )

    def start_reconcilers(self) -> None:
        self.cluster.pki.client(USER, USER)
        kubeconfig = self.cluster.user_kubeconfig(USER)
        for number, port in enumerate(self.reconciler_ports):
            self.start(
                f"kept-reconciler-{number}",
                [
                    binary.path(),
                    "reconciler",
                    "--kubeconfig",
                    kubeconfig,
                    "--take-over=false",
                    "--lease-name",
                    "kept",
                    "--lease-namespace",
                    NAMESPACE,
                    "--certificate-secret",
                    f"{NAMESPACE}/{SECRET}",
                    "--certificate-service",
                    f"{NAMESPACE}/{SERVICE}",
                    "--certificate-webhook",
                    CONFIGURATION,
                    "--certificate-lifetime",
                    str(LEAF_SECONDS),
                    "--certificate-ca-lifetime",
                    str(CA_SECONDS),
                    "--certificate-settle-time",
                    str(SETTLE_SECONDS),
                    "--metrics-listen",
                    f"{HOST}:{port}",
                ],
            )

    def start_webhook(self, files) -> None:
        policy = self.directory / "kept-policy.yaml"
        policy.write_text(f"tolerations: [{{key: {OURS[0]}, operator: Exists, effect: {OURS[1]}}}]\n")
        self.start(
            "kept-webhook",
            [
                binary.path(),
                "webhook",
                "--listen",
                f"{HOST}:{self.port}",
                "--metrics-listen",
                f"{HOST}:{self.metrics_port}",
                "--tls-cert-file",
                files / "tls.crt",
                "--tls-key-file",
                files / "tls.key",
                "--config",
                policy,
                "--drain-delay",
                "0",
            ],
        )

    def start(self, name: str, command: list) -> None:
        process = Process(name, command, self.directory / "logs")
        self.addCleanup(process.stop)

    # --- what is asked of it ---

    def pod(self) -> dict:
        return pods.daemon_pod("kept") | {"metadata": pods.daemon_pod("kept")["metadata"] | {"labels": {"kept": "yes"}}}

    def create_until(self, done: threading.Event) -> int:
        count = 0
        while not done.is_set():
            self.assertIn(OURS, pods.tolerated_taints(self.dry_run(self.pod())), f"after {count} pods")
            count += 1
        return count

    def shake_hands_until(self, done: threading.Event) -> int:
        """Makes a new connection each time; it trusts what the API server has at that time."""
        count = 0
        while not done.is_set():
            context = ssl.create_default_context(cadata=self.bundle())
            with socket.create_connection((HOST, self.port), timeout=10) as plain:
                with context.wrap_socket(plain, server_hostname=SERVER_NAME):
                    count += 1
            time.sleep(0.02)
        return count

    def bundle(self) -> str:
        client = self.api.get(f"{registration.CONFIGURATIONS}/{CONFIGURATION}")["webhooks"][0]["clientConfig"]
        return base64.b64decode(client.get("caBundle", "")).decode()

    def authorities(self) -> list[str]:
        return self.bundle().split("-----END CERTIFICATE-----\n")[:-1]

    def fail_open(self) -> float:
        return self.api.metric("apiserver_admission_webhook_fail_open_count", name=WEBHOOK)

    def reconciler_metric(self, metric: str, **labels: str) -> float:
        """Only one of the two replicas keeps the certificate, unless it loses its lease on a slow machine."""
        return sum(metric_sum(self.page(port), metric, labels) for port in self.reconciler_ports)

    def renewals(self, certificate: str) -> float:
        return self.reconciler_metric("everynode_certificates_renewals_total", certificate=certificate)

    def failures(self) -> float:
        return self.reconciler_metric("everynode_certificates_failures_total")

    @staticmethod
    def page(port: int) -> list[str]:
        with socket.create_connection((HOST, port), timeout=10) as connection:
            connection.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return b"".join(iter(lambda: connection.recv(65536), b"")).decode().splitlines()
