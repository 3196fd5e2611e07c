"""The webhook under test: the real binary, as a child process."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

from tests.harness.cluster import binary, control_plane, pods, registration
from tests.harness.cluster.api import Api, metric_sum
from tests.harness.cluster.ports import HOST, chosen_or_free
from tests.harness.cluster.processes import Process
from tests.root import ROOT


class Webhook:
    """One `everynode webhook` with its certificates. It runs while the context manager is active; tests may stop and
    start it."""

    def __init__(self, directory: Path, port: int | None = None, metrics_port: int | None = None):
        self.binary = binary.path()
        self.certificates = directory / "certificates"
        self.port = chosen_or_free(port, "the webhook")
        self.metrics_port = chosen_or_free(metrics_port, "the webhook's metrics")
        self.url = f"https://{HOST}:{self.port}"
        self.metrics_url = f"http://{HOST}:{self.metrics_port}/metrics"
        # Services need the delay to remove a pod's endpoint. There is no Service here.
        self.drain_delay_seconds = 0
        self.flags: list[str | Path] = []  # more of them
        self._logs = directory / "logs"
        self.renew_certificate()

    def __enter__(self) -> Webhook:
        self.start()
        return self

    def __exit__(self, *error) -> None:
        self.process.stop()

    def start(self) -> None:
        self.process = Process(
            "everynode-webhook",
            [
                self.binary,
                "webhook",
                "--listen",
                f"{HOST}:{self.port}",
                "--metrics-listen",
                f"{HOST}:{self.metrics_port}",
                "--tls-cert-file",
                self.certificates / "tls.crt",
                "--tls-key-file",
                self.certificates / "tls.key",
                "--drain-delay",
                str(self.drain_delay_seconds),
                *self.flags,
            ],
            self._logs,
        )
        try:
            self.process.wait_ready(self.ready)
        except BaseException:
            self.process.stop()
            raise

    def ready(self) -> bool:
        context = ssl.create_default_context(cafile=self.ca)
        return control_plane.answers_ok(f"{self.url}/readyz", context)

    @property
    def ca(self) -> Path:
        return self.certificates / "ca.crt"

    def renew_certificate(self) -> None:
        """Makes a new serving certificate from the same CA."""
        subprocess.run([ROOT / "certs" / "make-certs", "--force", self.certificates], check=True, capture_output=True)

    def register(self, api: Api) -> None:
        """Registers the webhook, and waits until the API server calls it."""
        registration.register(api, registration.configuration(f"{self.url}/mutate", self.ca.read_bytes()))
        registration.wait_in_force(api, lambda pod: pods.pins_of(pod) == ["probe"])

    def metrics(self) -> list[str]:
        return binary.metrics(self.metrics_url)

    def metric(self, metric: str, /, **labels: str) -> float:
        return metric_sum(self.metrics(), metric, labels)
