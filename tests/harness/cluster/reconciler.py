"""The reconciler under test: the real binary, as a child process."""

from __future__ import annotations

from pathlib import Path

from tests.harness.cluster import binary, control_plane
from tests.harness.cluster.api import metric_sum
from tests.harness.cluster.ports import HOST, chosen_or_free
from tests.harness.cluster.processes import Process


class Reconciler:
    """One `everynode reconciler`. It runs while the context manager is active; tests may stop and start it."""

    def __init__(
        self,
        kubeconfig: Path,
        logs: Path,
        *flags: str,
        name: str = "everynode-reconciler",
        metrics_port: int | None = None,
    ):
        self.metrics_port = chosen_or_free(metrics_port, "the reconciler's metrics")
        self.metrics_url = f"http://{HOST}:{self.metrics_port}/metrics"
        self.name = name
        self._command = [
            binary.path(),
            "reconciler",
            "--kubeconfig",
            kubeconfig,
            "--metrics-listen",
            f"{HOST}:{self.metrics_port}",
            "--log-format",
            "json",
            *flags,
        ]
        self._logs = logs
        self.environment: dict[str, str] = {}

    def __enter__(self) -> Reconciler:
        self.start()
        return self

    def __exit__(self, *error) -> None:
        self.process.stop()

    def start(self, leading: bool = True) -> None:
        """Returns when the reconciler acts for DaemonSets; or, if not `leading`, when it is ready to."""
        self.launch()
        try:
            self.process.wait_ready(self.leads if leading else self.ready)
        except BaseException:
            self.process.stop()
            raise

    def launch(self) -> None:
        """Starts the process without waiting for anything."""
        self.process = Process(self.name, self._command, self._logs, self.environment)

    def ready(self) -> bool:
        return control_plane.answers_ok(f"http://{HOST}:{self.metrics_port}/readyz")

    def leads(self) -> bool:
        return self.ready() and self.metric("leader_election_master_status") == 1

    def log(self) -> str:
        return self.process.log.read_text(errors="replace")

    def metrics(self) -> list[str]:
        return binary.metrics(self.metrics_url)

    def metric(self, metric: str, /, **labels: str) -> float:
        return metric_sum(self.metrics(), metric, labels)
