"""One replica of the reconciler behind a proxy of its own."""

from __future__ import annotations

import json
from pathlib import Path

from tests.harness.chart.helm import NAMESPACE
from tests.harness.cluster import kubeconfig
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.faults.proxy import FaultProxy


class Replica(Reconciler):
    """It can be cut off from the API server. When it ends it is started again, as by a kubelet."""

    def __init__(self, cluster: ControlPlane, granted: Path, name: str, *flags: str):
        token = json.loads(granted.read_text())["users"][0]["user"]["token"]
        self.proxy = FaultProxy(cluster.pki, cluster.port, name)
        self.restarts = 0
        user = f"replica-{name}"
        path = kubeconfig.write(cluster.directory / f"{user}.kubeconfig", self.proxy.server, cluster.pki, user, token)
        super().__init__(
            path, cluster.logs, "--lease-namespace", NAMESPACE, *flags, name=f"everynode-reconciler-{name}"
        )

    def keep_up(self) -> None:
        if not self.process.running:
            self.restarts += 1
            self.launch()
