"""The two controllers that are compared, each as one process beside a control plane."""

from __future__ import annotations

from pathlib import Path

from tests.cluster.control_plane import ControlPlane, answers_ok
from tests.cluster.ports import HOST, free_ports
from tests.cluster.processes import Process
from tests.tools import binaries

ROOT = Path(__file__).resolve().parents[2]


class Subject:
    name: str
    process: Process


class Everynode(Subject):
    name = "Everynode"

    def __init__(self, cluster: ControlPlane):
        port = free_ports(1)[0]
        self.process = cluster.run("everynode-reconciler", [
            ROOT / "build" / "everynode", "reconciler", "--kubeconfig", cluster.kubeconfig, "--metrics-listen", f"{HOST}:{port}"])
        self.process.wait_ready(lambda: answers_ok(f"http://{HOST}:{port}/readyz"))


class InTree(Subject):
    name = "in-tree"

    def __init__(self, cluster: ControlPlane):
        port = free_ports(1)[0]
        self.process = cluster.run("in-tree-controller", [
            binaries.built("kube-controller-manager"), "--kubeconfig", cluster.kubeconfig, "--leader-elect=false", "--bind-address", HOST,
            "--secure-port", str(port), "--cert-dir", cluster.directory / "in-tree", "--controllers", "daemonset-controller",
            "--kube-api-qps", "100000", "--kube-api-burst", "100000"])
        self.process.wait_ready(lambda: "Caches are synced" in self.process.log.read_text(errors="replace"))


SUBJECTS = (Everynode, InTree)
