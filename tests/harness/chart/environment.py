"""The cluster that all tests of the chart share."""

from __future__ import annotations

import unittest
from pathlib import Path

from tests.harness.chart.helm import NAMESPACE, Installed
from tests.harness.cluster import nodes
from tests.harness.cluster.api import Api, ApiError
from tests.harness.cluster.control_plane import CONTROLLERS, ControlPlane
from tests.harness.cluster.kubectl import Kubectl

# Without the last one, pods of a priority class that a quota names would wait for the quota's first count forever.
NEEDED = (*CONTROLLERS, "resourcequota-controller")
CONTROL_PLANE, WORKERS = "control-plane", ("worker-1", "worker-2")
# As in a new cluster: no node has a network, and the control plane takes no ordinary pods.
NODES = [
    nodes.node(CONTROL_PLANE, network=False, labels={"node-role.kubernetes.io/control-plane": ""}),
    *map(nodes.node, WORKERS),
]


# What an uninstall leaves behind on purpose, and what the API server makes of it.
KEPT = ("rolloutpolicies.everynode.dev", "v1alpha1.everynode.dev")


def everything(kubectl: Kubectl, *but: str) -> set[str]:
    """All objects of the cluster, but for these resources, for what comes and goes by itself, and for what is kept."""
    kinds = kubectl("api-resources", "--verbs=list", "--output=name").stdout.split()
    kinds = ",".join(kind for kind in kinds if kind not in ("events", "events.events.k8s.io", *but))
    lines = kubectl(
        "get",
        kinds,
        "--all-namespaces",
        "--no-headers",
        "--ignore-not-found",
        "--output=custom-columns=A:.apiVersion,K:.kind,N:.metadata.namespace,M:.metadata.name",
    ).stdout.splitlines()
    others = (line for line in lines if not line.rstrip().endswith(KEPT))
    return {" ".join(line.split()) for line in others}  # the width of the columns changes


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
        ensure_namespace(cls.cluster.api, name, security)


def ensure_namespace(api: Api, name: str, security: str | None = None) -> None:
    """Creates a namespace in which pods must keep to this Pod Security level."""
    labels = {"pod-security.kubernetes.io/enforce": security}
    try:
        api.create(
            "/api/v1/namespaces",
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels if security else {}}},
        )
    except ApiError as error:
        if error.code != 409:
            raise
        api.merge(f"/api/v1/namespaces/{name}", {"metadata": {"labels": labels}})
