"""The reconciler's user: a ServiceAccount with the roles of the chart, and no others."""

from __future__ import annotations

import json
from pathlib import Path

from tests.harness.chart import value_sets
from tests.harness.chart.helm import NAMESPACE, RELEASE, Objects
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.cluster.kubectl import Kubectl

ACCOUNT = f"{RELEASE}-reconciler"
PATHS = {
    "ServiceAccount": "/api/v1/namespaces/{namespace}/serviceaccounts",
    "ClusterRole": "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "ClusterRoleBinding": "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    "Role": "/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}/roles",
    "RoleBinding": "/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}/rolebindings",
}


COMPANION = "companion"


def grant_companion(cluster: ControlPlane, namespace: str = NAMESPACE) -> Path:
    """The same for a reconciler beside the in-tree controller, by names of its own, its lease's too."""
    for one in Objects(value_sets.COMPANION_ALL).all:
        if one["kind"] in PATHS and one["metadata"]["name"].startswith(ACCOUNT):
            own = json.loads(json.dumps(one).replace(ACCOUNT, COMPANION))
            cluster.api.create(PATHS[own["kind"]].format(namespace=own["metadata"].get("namespace")), own)
    token = Kubectl(cluster.kubeconfig)(
        "create", "token", COMPANION, "--namespace", namespace, "--duration", "24h"
    ).stdout.strip()
    return cluster.token_kubeconfig(COMPANION, token)


def grant(cluster: ControlPlane, namespace: str = NAMESPACE, values: dict = value_sets.TAKE_OVER_ALL) -> Path:
    """Installs the chart's roles for a reconciler that takes over. Returns the kubeconfig of its ServiceAccount."""
    cluster.api.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    for one in Objects(values).all:
        if one["kind"] in PATHS and one["metadata"]["name"].startswith(ACCOUNT):
            cluster.api.create(PATHS[one["kind"]].format(namespace=one["metadata"].get("namespace")), one)
    token = Kubectl(cluster.kubeconfig)(
        "create", "token", ACCOUNT, "--namespace", namespace, "--duration", "24h"
    ).stdout.strip()
    return cluster.token_kubeconfig(ACCOUNT, token)
