"""What the tests of the chart's certificates need: the reconciler as the chart runs it, and what it writes."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

from tests.harness.chart.environment import ChartTest
from tests.harness.chart.helm import NAMESPACE, RELEASE, Objects
from tests.harness.cluster import registration
from tests.harness.cluster.api import ApiError
from tests.harness.cluster.ports import HOST, free_ports
from tests.harness.cluster.processes import Process
from tests.harness.cluster.webhook import binary

SECRETS = f"/api/v1/namespaces/{NAMESPACE}/secrets"
LEAF, AUTHORITY = "everynode-certificate", "everynode-certificate-ca"  # mode self
LEASE = f"/apis/coordination.k8s.io/v1/namespaces/{NAMESPACE}/leases/everynode-reconciler"
ACCOUNT = f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts/everynode-reconciler"


class CertificateTest(ChartTest):
    """The shared cluster, with a reconciler that a test starts."""

    def metrics(self) -> str:
        with urllib.request.urlopen(f"http://{HOST}:{self.port}/metrics", timeout=5) as page:
            return page.read().decode()

    def write_bundle(self, bundle: str | None) -> None:
        self.api.ask(
            "PATCH",
            f"{registration.CONFIGURATIONS}/{RELEASE}",
            {"webhooks": [{"name": registration.WEBHOOK, "clientConfig": {"caBundle": bundle}}]},
            "application/strategic-merge-patch+json",
        )

    def start_reconciler(self, name: str = "one") -> Process:
        self.port = free_ports(1)[0]
        arguments = [one for one in Objects().arguments("reconciler") if not one.startswith("--metrics-listen=")]
        process = Process(
            f"kept-reconciler-{name}",
            [
                binary.path(),
                *arguments,
                "--kubeconfig",
                self.account_kubeconfig(),
                "--metrics-listen",
                f"{HOST}:{self.port}",
            ],
            self.directory / "logs",
        )
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
