"""A control plane with our webhook, and either DaemonSet controller when a test wants it; and what became of
neighbours."""

from __future__ import annotations

import contextlib
import itertools
import unittest
from collections.abc import Iterator
from pathlib import Path

from tests.harness.chart.helm import NAMESPACE
from tests.harness.cluster import nodes, pods, waiting
from tests.harness.cluster.api import Api
from tests.harness.cluster.control_plane import ADMIN, IN_TREE, USERS, WITHOUT_IN_TREE, ControlPlane
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.cluster.watch import Watch
from tests.harness.cluster.webhook import Webhook
from tests.harness.e2e.reconciler import policies, rights

HERE = Path(__file__).resolve().parent
DAEMON_SETS = "/apis/apps/v1/namespaces/default/daemonsets"
NODES = ("n1", "n2", "n3")
CONTROLLERS = ("in-tree", "takeover")
Row = tuple[str, str, str, str]  # neighbour and version, what it does, beside which controller, outcome
_numbers = itertools.count(1)


@contextlib.contextmanager
def running(directory: Path) -> Iterator[None]:
    cluster = ControlPlane(directory, WITHOUT_IN_TREE, say=print, apiserver_flags=aggregating(directory / "pki"))
    webhook = Webhook(directory)
    with cluster, webhook:
        nodes.add(cluster.api, list(map(nodes.node, NODES)))
        policies.install(cluster.api)
        webhook.register(cluster.api)
        NeighboursTest.cluster, NeighboursTest.webhook = cluster, webhook
        NeighboursTest.kubectl, NeighboursTest.kubeconfig = Kubectl(cluster.kubeconfig), rights.grant(cluster)
        yield


def aggregating(pki: Path) -> list[str]:
    """Flags of an API server that passes requests on to the API servers of others, as one that it says who asks."""
    return [
        f"--requestheader-client-ca-file={pki / 'ca.crt'}",
        f"--requestheader-allowed-names={USERS[ADMIN][0]}",
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        f"--proxy-client-cert-file={pki / f'{ADMIN}.crt'}",
        f"--proxy-client-key-file={pki / f'{ADMIN}.key'}",
    ]


class NeighboursTest(unittest.TestCase):
    cluster: ControlPlane
    webhook: Webhook
    kubectl: Kubectl
    kubeconfig: Path
    rows: list[Row] = []

    @property
    def api(self) -> Api:
        return self.cluster.api

    def tell(self, neighbour: str, does: str, beside: str, outcome: str) -> None:
        print(f"{neighbour} | {does} | {beside} | {outcome}", flush=True)
        self.rows.append((neighbour, does, beside, outcome))

    def name(self, prefix: str) -> str:
        return f"{prefix}-{next(_numbers)}"

    def reconciler(self, *flags: str) -> Reconciler:
        return Reconciler(self.kubeconfig, self.cluster.logs, "--lease-namespace", NAMESPACE, *flags)

    @contextlib.contextmanager
    def in_tree(self) -> Iterator[None]:
        """With its default pace."""
        process = self.cluster.start_controllers("in-tree", [IN_TREE], "--kube-api-qps", "20", "--kube-api-burst", "30")
        try:
            yield
        finally:
            process.stop()

    def controller(self, which: str) -> contextlib.AbstractContextManager:
        return self.in_tree() if which == "in-tree" else self.reconciler()

    def pods_of(self, name: str) -> list[dict]:
        return self.api.items(f"{pods.PODS}?labelSelector=name%3D{name}")

    def running_on(self, name: str) -> set[str]:
        return {
            one["spec"]["nodeName"]
            for one in self.pods_of(name)
            if one["status"].get("phase") == "Running" and "deletionTimestamp" not in one["metadata"]
        }

    def remove(self, name: str) -> None:
        self.api.delete(f"{DAEMON_SETS}/{name}?propagationPolicy=Background")
        waiting.until(lambda: not self.pods_of(name), f"the pods of {name} to go")

    @contextlib.contextmanager
    def made(self, name: str) -> Iterator[set[str]]:
        """The UIDs of all pods of the DaemonSet that come meanwhile."""
        uids: set[str] = set()
        with Watch(self.api, pods.PODS, f"name%3D{name}", happened=lambda what, pod: uids.add(pod["metadata"]["uid"])):
            yield uids


def daemon_set(name: str) -> dict:
    labels = {"name": name}
    spec = {"terminationGracePeriodSeconds": 0, "containers": [{"name": "agent", "image": "example.org/agent:1"}]}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": name},
        "spec": {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": spec}},
    }
