"""The cluster that the tests of shards share: its API server shards lists and watches (ShardedListAndWatch), and no
reconciler runs unless a test starts it."""

from __future__ import annotations

import contextlib
import unittest
from collections.abc import Iterator
from pathlib import Path

from tests.harness.chart import value_sets
from tests.harness.chart.helm import NAMESPACE
from tests.harness.cluster import nodes, waiting
from tests.harness.cluster.api import Api
from tests.harness.cluster.control_plane import WITHOUT_IN_TREE, ControlPlane
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.e2e.reconciler import daemon, policies, rights
from tests.harness.e2e.reconciler.daemon import POOL, Daemon
from tests.reality.environment import SHARDING

SHARDS = 3
NODES = ("node-1", "node-2", "node-3")
# For tests that wait until a lease is over.
DURATION_SECONDS = 10
SHORT = ("--lease-duration", str(DURATION_SECONDS), "--lease-renew-deadline", "8", "--lease-retry-period", "1")
# For all others: no replica loses such a lease because the machine is slow.
PATIENT = ("--lease-duration", "60", "--lease-renew-deadline", "50", "--lease-retry-period", "1")
SHARED_OUT_SECONDS = 60


def shard_of(namespace: str, count: int = SHARDS) -> int:
    """By its FNV-1a hash of 64 bits, as the API server reckons it."""
    value = 0xCBF29CE484222325
    for byte in namespace.encode():
        value = ((value ^ byte) * 0x100000001B3) % 2**64
    return value * count >> 64


@contextlib.contextmanager
def running(directory: Path) -> Iterator[None]:
    """The control plane without Kubernetes' own DaemonSet controller, and a namespace in each shard."""
    with ControlPlane(directory, WITHOUT_IN_TREE, say=print, apiserver_flags=SHARDING) as cluster:
        ShardTest.cluster = cluster
        ShardTest.kubeconfig = rights.grant(cluster, values=value_sets.SHARDED)
        policies.install(cluster.api)
        nodes.add(cluster.api, [nodes.node(name, labels={POOL: "shared"}) for name in NODES])
        names = iter(f"{letter}-team-of-agents" for letter in "abcdefghijklmnopqrstuvwxyz")
        while len(ShardTest.namespaces) < SHARDS:
            name = next(names)
            ShardTest.namespaces.setdefault(shard_of(name), name)
        for name in ShardTest.namespaces.values():
            document = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
            cluster.api.create("/api/v1/namespaces", document)
            accounts = f"/api/v1/namespaces/{name}/serviceaccounts"
            waiting.until(lambda path=accounts: cluster.api.items(path), "the service account")
        yield


class ShardTest(unittest.TestCase):
    cluster: ControlPlane
    kubeconfig: Path
    namespaces: dict[int, str] = {}  # by shard

    def setUp(self) -> None:
        """A replica that was killed is one of the group until its lease is over: forgets those of other tests."""
        path = f"/apis/coordination.k8s.io/v1/namespaces/{NAMESPACE}/leases"
        for lease in self.api.items(path):
            if lease["metadata"]["name"].startswith("everynode-reconciler"):
                self.api.delete(f"{path}/{lease['metadata']['name']}")

    @property
    def api(self) -> Api:
        return self.cluster.api

    def replica(self, name: str, shards: int = SHARDS, times: tuple[str, ...] = PATIENT) -> Reconciler:
        """Not started yet; the end of the test stops it."""
        flags = ("--lease-namespace", NAMESPACE, "--shards", str(shards), *times)
        return Reconciler(self.kubeconfig, self.cluster.logs, *flags, name=f"{self._testMethodName}-{name}")

    def start(self, name: str, shards: int = SHARDS, times: tuple[str, ...] = PATIENT) -> Reconciler:
        one = self.replica(name, shards, times)
        one.launch()
        self.addCleanup(one.process.stop)
        waiting.until(one.ready, f"{one.name} to be ready")
        return one

    def daemons(self, prefix: str) -> dict[int, Daemon]:
        """One in each shard; the end of the test removes them and their pods."""
        made = {}
        for shard, namespace in self.namespaces.items():
            one = made[shard] = Daemon(self.api, f"{prefix}-{shard}", namespace)
            self.addCleanup(self.remove, one)
            self.api.create(one.path.rpartition("/")[0], daemon.document(one.name, namespace=namespace))
        return made

    def remove(self, one: Daemon) -> None:
        self.api.delete(one.path)
        self.api.delete(f"{one.pods_path}?labelSelector=app%3D{one.name}&gracePeriodSeconds=0")

    def creations(self, one: Daemon) -> int:
        """How many creations of its pods succeeded, by any client."""
        lines = self.cluster.audit_log.read_text().splitlines()
        return sum(f'"generateName":"{one.name}-"' in line and '"code":201' in line for line in lines)


def owned(one: Reconciler) -> list[int]:
    """The shards that the replica acts for; none if it does not answer."""
    try:
        return [i for i in range(SHARDS) if one.metric("everynode_reconciler_shard_owned", shard=str(i)) == 1]
    except OSError:
        return []


def shared_out(*replicas: Reconciler) -> list[list[int]]:
    """What each has, once each shard has one owner and the shares differ by one at most."""

    def even() -> list[list[int]] | None:
        shares = [owned(one) for one in replicas]
        sizes = [len(one) for one in shares]
        whole = sorted(sum(shares, [])) == list(range(SHARDS))
        return shares if whole and max(sizes) - min(sizes) <= 1 else None

    return waiting.until(even, "the shards to be shared out", SHARED_OUT_SECONDS)
