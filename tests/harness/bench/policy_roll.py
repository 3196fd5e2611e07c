"""One DaemonSet on a cluster in which some nodes are dead and others do not bear the next image."""

from __future__ import annotations

import contextlib
import datetime
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.harness.bench import creation
from tests.harness.bench.creation import DAEMON_SETS, PODS
from tests.harness.bench.pod_watch import target
from tests.harness.cluster import audit, nodes, workspace
from tests.harness.cluster.control_plane import WITHOUT_IN_TREE, ControlPlane
from tests.harness.e2e.reconciler.policies import Policy

AUDIT = ("--audit-policy-file", str(Path(__file__).parent / "policy" / "audit-policy.yaml"))
NAME = "agent"
BAD = "-bad"  # the end of the names of nodes on which a bad image crashes
BUDGET_PERCENT = 1  # as many as there are dead nodes
PARALLEL = 8
SETTLE_SECONDS = 3


class Fleet:
    """The nodes of the DaemonSet, by what becomes of them; 1 % are dead, and 1 % bad."""

    def __init__(self, count: int):
        self.count = count
        self.names = [f"node-{number:05}{BAD if number % 100 == 50 else ''}" for number in range(count)]
        self.dead = [name for number, name in enumerate(self.names) if number % 100 == 75]
        self.bad = [name for name in self.names if name.endswith(BAD)]
        self.most_failed = len(self.bad) // 2  # that the policy lets

    @property
    def budget(self) -> int:
        return -(-self.count * BUDGET_PERCENT // 100)

    def documents(self) -> list[dict]:
        """Three waves: every hundredth node, every tenth one, with the dead ones, and the rest, with the bad ones."""
        waves = ["canary" if number % 100 == 0 else "few" if number % 10 == 5 else "" for number in range(self.count)]
        return [
            nodes.node(name, labels={"wave": wave} if wave else {})
            for name, wave in zip(self.names, waves, strict=True)
        ]


@contextlib.contextmanager
def cluster_of(fleet: Fleet, what: str) -> Iterator[ControlPlane]:
    with workspace.workspace("everynode-bench-") as directory, ControlPlane(
        directory, controllers=WITHOUT_IN_TREE, apiserver_flags=AUDIT
    ) as cluster:
        print(f"{what}: adding {fleet.count} nodes", flush=True)
        nodes.add(cluster.api, fleet.documents(), seconds=600)
        yield cluster


def create(cluster: ControlPlane) -> None:
    """The DaemonSet, which the policy of its name selects if there is one."""
    document = creation.document(NAME)
    document["metadata"]["labels"] = {"policy": NAME}
    document["spec"]["updateStrategy"]["rollingUpdate"]["maxUnavailable"] = f"{BUDGET_PERCENT}%"
    cluster.api.create(DAEMON_SETS, document)


def create_policy(cluster: ControlPlane, fleet: Fleet) -> Policy:
    policy = Policy(cluster.api, NAME)
    waves = [{"name": name, "nodes": {"matchLabels": {"wave": name}}, "soak": "2s"} for name in ("canary", "few")]
    policy.create(waves=waves, failure={"maxFailedNodes": fleet.most_failed})
    return policy


def roll(cluster: ControlPlane, version: int, bad: bool = False) -> None:
    crashes = {"everynode.dev/simulated-crash": BAD if bad else None}
    template = {"metadata": {"annotations": {"version": str(version)} | crashes}}
    cluster.api.merge(f"{DAEMON_SETS}/{NAME}", {"spec": {"template": template}})


def status(cluster: ControlPlane) -> dict:
    """Of the DaemonSet; empty if the controller has not seen its newest generation."""
    live = cluster.api.get(f"{DAEMON_SETS}/{NAME}")
    seen = live["status"].get("observedGeneration") == live["metadata"]["generation"]
    return live["status"] if seen else {}


def is_done(cluster: ControlPlane, count: int) -> bool:
    told = status(cluster)
    counters = ("desiredNumberScheduled", "updatedNumberScheduled", "numberAvailable")
    return all(told.get(counter, 0) == count for counter in counters)


def set_dead(cluster: ControlPlane, fleet: Fleet, dead: bool) -> None:
    """The kubelets fall silent, or are back. Returns when everybody may know."""
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    ready = {"type": "Ready", "status": str(not dead), "lastTransitionTime": now, "reason": "Bench", "message": ""}
    found = {target(pod): pod["metadata"]["name"] for pod in cluster.api.items(PODS)}
    silence = {"metadata": {"annotations": {"everynode.dev/simulated-kubelet": "silent" if dead else None}}}

    def change(name: str) -> None:
        cluster.api.merge(f"{PODS}/{found[name]}", silence)
        kubelet = {"metadata": {"annotations": {"kwok.x-k8s.io/node": None if dead else "fake"}}}
        cluster.api.merge(f"{nodes.NODES}/{name}", kubelet)
        cluster.api.merge(f"{nodes.NODES}/{name}/status", {"status": {"conditions": [ready]}})
        if dead:
            cluster.api.merge(f"{PODS}/{found[name]}/status", {"status": {"conditions": [ready]}})

    with ThreadPoolExecutor(PARALLEL) as pool:
        list(pool.map(change, fleet.dead))
    time.sleep(SETTLE_SECONDS if dead else 0)


def seconds_to_stop(cluster: ControlPlane, fleet: Fleet, begin: int) -> float:
    """From when one pod too many had failed until the API server got the last request to delete a pod; negative: the
    last one came before. `begin`: the size of the audit log before the roll."""
    on_bad = {pod["metadata"]["name"] for pod in cluster.api.items(PODS) if target(pod).endswith(BAD)}
    failed: dict[str, float] = {}
    deleted: list[float] = []
    for event in audit.events(cluster.audit_log, begin):
        name = event["objectRef"].get("name", "")
        if event["verb"] == "patch" and name in on_bad:
            failed.setdefault(name, time_of(event["stageTimestamp"]))
        elif event["verb"] == "delete" and event.get("userAgent", "").startswith("everynode/"):
            deleted.append(time_of(event["requestReceivedTimestamp"]))
    return max(deleted) - sorted(failed.values())[fleet.most_failed]


def time_of(text: str) -> float:
    return datetime.datetime.fromisoformat(text).timestamp()
