"""The in-tree controller and ours, one after the other on the same random cluster, produce the same pods and the same
status.

EVERYNODE_SEED repeats a run.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from typing import Any

from tests.harness.cluster import nodes, waiting
from tests.harness.e2e.reconciler.daemon import HASH, Daemon
from tests.harness.e2e.reconciler.rng import Rng
from tests.harness.e2e.reconciler.environment import ReconcilerTest

NAMESPACE = "differential"
QUIET_SECONDS = 1.8
# What a controller does not decide, or what must differ.
OWN_METADATA = ("name", "uid", "resourceVersion", "creationTimestamp", "managedFields", "generation", "namespace")


class Differential(ReconcilerTest):
    def setUp(self) -> None:
        self.seed = int(os.environ.get("EVERYNODE_SEED") or random.randrange(1_000_000))
        print(f"     EVERYNODE_SEED={self.seed}", flush=True)
        self.create_namespace(NAMESPACE)

    def test_same_pods_and_status(self):
        with self.away(), self.in_tree_controller():
            theirs = list(self.scenario())
        ours = list(self.scenario())
        self.maxDiff = None
        for _, found in ours:
            self.assertGreater(sum(len(one["pods"]) for one in found.values()), 5, "so few pods tell nothing")
        for (step, wanted), (_, found) in zip(theirs, ours, strict=True):
            for name, one in wanted.items():
                self.assertEqual(one, found[name], f"EVERYNODE_SEED={self.seed}, {step}: {name}")

    def scenario(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Creates a cluster, changes it twice, and removes everything again; yields the state after each step."""
        rng = Rng(self.seed)
        nodes.add(self.api, rng.nodes())
        daemons = [Daemon(self.api, name, NAMESPACE) for name in rng.daemon_names]
        for document in rng.daemon_sets(NAMESPACE):
            self.api.create(daemons[0].path.rpartition("/")[0], document)
        yield "created", self.settled(daemons)
        for name in rng.node_names:
            self.change_node(name, rng.labels(), rng.taints())
        yield "nodes changed", self.settled(daemons)
        for one in daemons:
            one.merge(rng.template_change())
        yield "templates changed", self.settled(daemons)
        for one in daemons:
            self.remove(one)
        for name in rng.node_names:
            self.api.delete(f"{nodes.NODES}/{name}")

    def settled(self, daemons: list[Daemon]) -> dict[str, Any]:
        self.wait_quiet()
        # The in-tree controller checks a DaemonSet again only after some of the events that change its status.
        for one in daemons:
            one.merge({"metadata": {"labels": {"looked-at": str(time.monotonic_ns())}}})
        self.wait_quiet()
        return {one.name: seen(one) for one in daemons}

    def wait_quiet(self) -> None:
        """Waits until nothing has been written for a while."""
        last, since = self.versions(), time.monotonic()

        def quiet() -> bool:
            nonlocal last, since
            now = self.versions()
            if now != last:
                last, since = now, time.monotonic()
            return time.monotonic() - since > QUIET_SECONDS

        waiting.until(quiet, "the cluster to settle")

    def versions(self) -> set[str]:
        paths = (f"/apis/apps/v1/namespaces/{NAMESPACE}/daemonsets", f"/api/v1/namespaces/{NAMESPACE}/pods")
        return {one["metadata"]["resourceVersion"] for path in paths for one in self.api.items(path)}


def seen(daemon: Daemon) -> dict[str, Any]:
    """Everything that is compared. Hashes and UIDs are replaced by the names of their objects."""
    live, revisions = daemon.get(), daemon.revisions()
    names = {live["metadata"]["uid"]: "the DaemonSet"}
    names |= {one["metadata"]["labels"][HASH]: f"revision {one['revision']}" for one in revisions}
    status = {key: value for key, value in live["status"].items() if key not in ("collisionCount", "conditions")}
    return {
        "status": status,
        "pods": sorted(
            (renamed(pod_of(pod), names) for pod in daemon.pods()), key=lambda pod: pod["spec"].get("nodeName", "")
        ),
        "revisions": [renamed(revision_of(one), names) for one in revisions],
    }


def pod_of(pod: dict) -> dict:
    return {"metadata": metadata_of(pod), "spec": pod["spec"], "phase": pod["status"]["phase"]}


def revision_of(revision: dict) -> dict:
    return {"metadata": metadata_of(revision), "data": revision["data"], "revision": revision["revision"]}


def metadata_of(document: dict) -> dict:
    return {key: value for key, value in document["metadata"].items() if key not in OWN_METADATA}


def renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: renamed(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [renamed(one, names) for one in value]
    return names.get(value, value) if isinstance(value, str) else value
