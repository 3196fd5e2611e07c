"""The one cluster that the tests of the chart share."""

from __future__ import annotations

import unittest
from pathlib import Path

from tests.chart.helm import NAMESPACE, Installed
from tests.cluster import nodes
from tests.cluster.api import ApiError
from tests.cluster.control_plane import CONTROLLERS, ControlPlane
from tests.cluster.kubectl import Kubectl

# Without the last, pods of a priority class that a quota names would wait for the quota's first count forever.
NEEDED = (*CONTROLLERS, "resourcequota-controller")
CONTROL_PLANE, WORKERS = "control-plane", ("worker-1", "worker-2")
# As in a new cluster: no node has a network, and the control plane is closed to ordinary pods.
NODES = [nodes.node(CONTROL_PLANE, network=False, labels={"node-role.kubernetes.io/control-plane": ""}), *map(nodes.node, WORKERS)]


class ChartTest(unittest.TestCase):
    """A test against the shared cluster; it leaves no release behind."""

    cluster: ControlPlane
    kubectl: Kubectl
    helm: Installed
    directory: Path

    @property
    def api(self):
        return self.cluster.api

    @classmethod
    def ensure_namespace(cls, name: str = NAMESPACE, security: str | None = None) -> None:
        labels = {"pod-security.kubernetes.io/enforce": security} if security else {}
        try:
            cls.cluster.api.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
        except ApiError as error:
            if error.code != 409:
                raise
            cls.cluster.api.merge(f"/api/v1/namespaces/{name}", {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": security}}})
