"""The subjects of the comparison: controllers, and a load generator that decides nothing. Each is one process beside a
control plane."""

from __future__ import annotations

import copy
import json
from pathlib import Path

from tests.harness.bench.reconciler_results import AS_INSTALLED, EVERYNODE, IN_TREE, OLDER, PLAIN_LOAD
from tests.harness.cluster import binary
from tests.harness.cluster.control_plane import ControlPlane, answers_ok
from tests.harness.cluster.ports import HOST, free_ports
from tests.harness.cluster.processes import Process
from tests.harness.tools import binaries
from tests.root import ROOT

# The taints that each pod of a DaemonSet tolerates.
TAINTS = (
    ("not-ready", "NoExecute"),
    ("unreachable", "NoExecute"),
    ("disk-pressure", "NoSchedule"),
    ("memory-pressure", "NoSchedule"),
    ("pid-pressure", "NoSchedule"),
    ("unschedulable", "NoSchedule"),
)


UNLIMITED = ("--kube-api-qps", "100000", "--kube-api-burst", "100000")


def everynode_command(kubeconfig: Path, metrics_port: int, program: Path | None = None) -> list[str | Path]:
    listen = ["--metrics-listen", f"{HOST}:{metrics_port}"]
    return [program or binary.path(), "reconciler", "--kubeconfig", kubeconfig, *listen]


def in_tree_command(kubeconfig: Path, directory: Path, port: int) -> list[str | Path]:
    """kube-controller-manager with this one controller; it keeps its certificate in the directory."""
    program = binaries.built("kube-controller-manager")
    only = ["--leader-elect=false", "--controllers", "daemonset-controller"]
    serving = ["--bind-address", HOST, "--secure-port", str(port), "--cert-dir", directory / "in-tree"]
    return [program, "--kubeconfig", kubeconfig, *only, *serving]


class Subject:
    """A controller that works from now on."""

    name: str
    process: Process


class Everynode(Subject):
    """Everynode as installed."""

    name = EVERYNODE
    program: Path | None = None  # the one under test

    def __init__(self, cluster: ControlPlane):
        port = free_ports(1)[0]
        command = everynode_command(cluster.kubeconfig, port, self.program)
        self.process = cluster.run("everynode-reconciler", command)
        self.process.wait_ready(lambda: answers_ok(f"http://{HOST}:{port}/readyz"))


def older(before: Path) -> type[Everynode]:
    """Another build of Everynode."""

    class Older(Everynode):
        name = OLDER
        program = before

    return Older


class InTree(Subject):
    """The in-tree controller without a limit on its requests."""

    name = IN_TREE
    flags = UNLIMITED

    def __init__(self, cluster: ControlPlane):
        port = free_ports(1)[0]
        command = in_tree_command(cluster.kubeconfig, cluster.directory, port)
        self.process = cluster.run("in-tree-controller", [*command, *self.flags])
        self.process.wait_ready(lambda: "Caches are synced" in self.process.log.read_text(errors="replace"))


class InTreeAsInstalled(InTree):
    """The in-tree controller with its default limit."""

    name = AS_INSTALLED
    flags = ()


def plain_load(cluster: ControlPlane, daemon_sets: list[dict], node_count: int, *options: str) -> Process:
    """Creates the pods that a controller would create, over as many connections as Everynode has."""
    files = []
    for daemon_set in daemon_sets:
        files += ["--body", cluster.directory / f"{daemon_set['metadata']['name']}.json"]
        files[-1].write_text(json.dumps(pod_of(daemon_set)))
    return cluster.run(
        PLAIN_LOAD.replace(" ", "-"),
        [
            ROOT / "build" / "everynode_create_pods",
            "--kubeconfig",
            cluster.kubeconfig,
            "--nodes",
            str(node_count),
            *options,
            *files,
        ],
    )


def pod_of(daemon_set: dict) -> dict:
    """The pod that `everynode reconciler` sends for a node."""
    metadata, template = daemon_set["metadata"], copy.deepcopy(daemon_set["spec"]["template"])
    template["metadata"] |= {
        "generateName": f"{metadata['name']}-",
        "labels": template["metadata"]["labels"]
        | {"controller-revision-hash": "5d8f6f7c9b", "pod-template-generation": "1"},
        "ownerReferences": [
            {
                "apiVersion": "apps/v1",
                "kind": "DaemonSet",
                "name": metadata["name"],
                "uid": metadata["uid"],
                "controller": True,
                "blockOwnerDeletion": True,
            }
        ],
    }
    here = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["@NODE@"]}]}
    template["spec"] |= {
        "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [here]}}},
        "tolerations": [
            {"key": f"node.kubernetes.io/{key}", "operator": "Exists", "effect": effect} for key, effect in TAINTS
        ],
    }
    return {"apiVersion": "v1", "kind": "Pod", **template}
