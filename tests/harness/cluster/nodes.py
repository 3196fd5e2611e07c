"""Simulated nodes: objects of the API, with KWOK as their kubelet."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.harness.cluster import waiting
from tests.harness.cluster.api import Api

NODES = "/api/v1/nodes"
NETWORK_UNAVAILABLE = "node.kubernetes.io/network-unavailable"
PARALLEL = 8


def node(name: str, cordoned: bool = False, network: bool = True, labels: dict[str, str] | None = None) -> dict:
    """A node; without network it keeps the taint that a node has until its network plugin runs."""
    annotations = {"kwok.x-k8s.io/node": "fake"}
    if not network:
        annotations["everynode.dev/simulated-network"] = "unavailable"
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "annotations": annotations,
            "labels": {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", **(labels or {})},
        },
        "spec": {"unschedulable": True} if cordoned else {},
    }


def add(api: Api, nodes: list[dict], seconds: float = 60) -> None:
    """Creates the nodes and waits until they are ready and their taints are final."""
    with ThreadPoolExecutor(PARALLEL) as pool:
        list(pool.map(lambda one: api.create(NODES, one), nodes))
    wanted = {one["metadata"]["name"] for one in nodes}
    waiting.until(
        lambda: wanted <= {one["metadata"]["name"] for one in api.items(NODES) if settled(one)},
        f"{len(wanted)} nodes to become ready",
        seconds,
    )


def settled(one: dict) -> bool:
    """A new node has the taint not-ready until the node lifecycle controller has read its conditions."""
    taints = {taint["key"] for taint in one["spec"].get("taints", [])}
    conditions = {condition["type"]: condition["status"] for condition in one["status"].get("conditions", [])}
    return (
        conditions.get("Ready") == "True"
        and "node.kubernetes.io/not-ready" not in taints
        and (NETWORK_UNAVAILABLE in taints) == (conditions.get("NetworkUnavailable") == "True")
        and ("node.kubernetes.io/unschedulable" in taints) == one["spec"].get("unschedulable", False)
    )
