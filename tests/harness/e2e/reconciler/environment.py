"""The cluster that the tests of the reconciler share: our DaemonSet controller instead of the in-tree one."""

from __future__ import annotations

import contextlib
import itertools
import json
import unittest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.harness.chart.helm import NAMESPACE
from tests.harness.cluster import nodes, waiting
from tests.harness.cluster.api import Api
from tests.harness.cluster.control_plane import IN_TREE, WITHOUT_IN_TREE, ControlPlane
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.cluster.processes import Process
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.e2e.reconciler import daemon, policies, rights
from tests.harness.e2e.reconciler.daemon import POOL, Daemon
from tests.harness.e2e.reconciler.policies import Policy

CONTROLLERS = (*WITHOUT_IN_TREE, "resourcequota-controller")
# In some clusters, a user who may not change the owner's finalizers cannot set blockOwnerDeletion.
ENFORCING = ("--enable-admission-plugins", "OwnerReferencesPermissionEnforcement")
SHARED = ("shared-1", "shared-2", "shared-3")  # nodes that no test changes
_numbers = itertools.count(1)


@contextlib.contextmanager
def running(directory: Path) -> Iterator[None]:
    """The control plane without Kubernetes' own DaemonSet controller, and the reconciler with the rights of the
    chart."""
    with ControlPlane(directory, CONTROLLERS, say=print, apiserver_flags=ENFORCING) as cluster:
        ReconcilerTest.cluster, ReconcilerTest.kubectl = cluster, Kubectl(cluster.kubeconfig)
        ReconcilerTest.kubeconfig = rights.grant(cluster)
        ReconcilerTest.beside = rights.grant_companion(cluster)
        policies.install(cluster.api)
        nodes.add(cluster.api, [nodes.node(name, labels={POOL: "shared"}) for name in SHARED])
        with ReconcilerTest.new_reconciler() as ReconcilerTest.reconciler:
            yield


class ReconcilerTest(unittest.TestCase):
    """A test against the shared cluster. The reconciler runs when the test begins and when it ends."""

    cluster: ControlPlane
    kubectl: Kubectl
    kubeconfig: Path
    beside: Path  # the kubeconfig of a reconciler beside the in-tree controller
    reconciler: Reconciler

    @property
    def api(self) -> Api:
        return self.cluster.api

    @classmethod
    def new_reconciler(cls, *flags: str, name: str = "everynode-reconciler") -> Reconciler:
        return Reconciler(cls.kubeconfig, cls.cluster.logs, "--lease-namespace", NAMESPACE, *flags, name=name)

    @contextlib.contextmanager
    def away(self) -> Iterator[None]:
        """While active, the shared reconciler does not run."""
        self.reconciler.process.stop()
        try:
            yield
        finally:
            self.reconciler.start()

    @contextlib.contextmanager
    def in_tree_controller(self) -> Iterator[Process]:
        fast = ("--kube-api-qps", "1000", "--kube-api-burst", "1000")
        process = self.cluster.start_controllers("in-tree-daemonset-controller", [IN_TREE], *fast)
        try:
            yield process
        finally:
            process.stop()

    def name(self, prefix: str) -> str:
        """A name that no other test uses."""
        return f"{prefix}-{next(_numbers)}"

    def create(self, name: str, **options: Any) -> Daemon:
        """Creates a DaemonSet; the end of the test removes it and its pods."""
        return self.create_document(daemon.document(name, **options))

    def create_policy(self, **spec: object) -> Policy:
        policy = Policy(self.api, self.name("policy"))
        self.addCleanup(policy.delete)
        policy.create(**spec)
        return policy

    def create_governed(
        self, policy: Policy, pool: str = "shared", prefix: str = "governed", **options: object
    ) -> Daemon:
        """A DaemonSet that the policy selects, if it says nothing else."""
        document = daemon.document(self.name(prefix), pool, **options)
        document["metadata"]["labels"] = {"policy": policy.name}
        return self.create_document(document)

    def create_document(self, document: dict) -> Daemon:
        one = Daemon(self.api, document["metadata"]["name"], document["metadata"]["namespace"])
        self.addCleanup(self.remove, one)
        self.api.create(one.path.rpartition("/")[0], document)
        return one

    def remove(self, one: Daemon) -> None:
        """Does not wait for the garbage collector, which can be slow when much happens."""
        self.api.delete(one.path)
        self.api.delete(f"{one.pods_path}?labelSelector=app%3D{one.name}&gracePeriodSeconds=0")
        self.api.delete(
            f"{one.path.rpartition('/')[0].replace('daemonsets', 'controllerrevisions')}?labelSelector=app%3D{one.name}"
        )
        waiting.until(lambda: not one.exists() and not one.pods(), f"{one.name} to go")

    def create_namespace(self, name: str) -> str:
        """A namespace in which pods can be created; the end of the test removes it."""
        self.api.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        self.addCleanup(self.api.delete, f"/api/v1/namespaces/{name}")
        waiting.until(lambda: self.api.items(f"/api/v1/namespaces/{name}/serviceaccounts"), "the service account")
        return name

    def add_nodes(self, pool: str, count: int) -> list[str]:
        """Adds ready nodes to a pool; the end of the test removes them."""
        names = [f"{pool}-{next(_numbers)}" for _ in range(count)]
        for name in names:
            self.addCleanup(self.api.delete, f"{nodes.NODES}/{name}")
        nodes.add(self.api, [nodes.node(name, labels={POOL: pool}) for name in names])
        return names

    def change_node(self, name: str, labels: dict | None = None, taints: list[dict] | None = None) -> None:
        change: dict = {}
        if labels is not None:
            change["metadata"] = {"labels": labels}
        if taints is not None:
            change["spec"] = {"taints": taints}
        self.api.merge(f"{nodes.NODES}/{name}", change)

    def silence(self, name: str) -> None:
        """Its machine is off, as others see it: nobody plays its kubelet any more, and it has been missed."""
        self.api.merge(f"{nodes.NODES}/{name}", {"metadata": {"annotations": {"kwok.x-k8s.io/node": None}}})
        self.set_condition(name, "Ready", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.")

    def set_condition(self, node: str, kind: str, status: str, reason: str = "Test", message: str = "") -> None:
        condition = {"type": kind, "status": status, "reason": reason, "message": message}
        patch = json.dumps({"status": {"conditions": [condition]}})
        self.kubectl("patch", "node", node, "--subresource=status", "--type=strategic", "-p", patch)

    def creations(self, one: Daemon, code: int = 201) -> int:
        """How many creations of the DaemonSet's pods, by any client, were answered with that code. The pods' events
        prove nothing, because they are best effort."""
        lines = self.cluster.audit_log.read_text().splitlines()
        return sum(f'"generateName":"{one.name}-"' in line and f'"code":{code}' in line for line in lines)


def taint(key: str, effect: str, value: str = "") -> dict:
    return {"key": key, "effect": effect, **({"value": value} if value else {})}
