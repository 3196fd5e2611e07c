"""Pods as various controllers make them."""

from __future__ import annotations

from typing import Any

from tests.harness.cluster.api import Answer, Api

NODE_ANNOTATION = "everynode.dev/node"
NAMESPACE = "default"
PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"


def owner(
    kind: str = "DaemonSet", api_version: str = "apps.kruise.io/v1alpha1", controller: bool | None = True
) -> dict:
    """A reference to an owner that does not exist in this cluster, so that no controller adopts or collects the pod."""
    reference = {
        "apiVersion": api_version,
        "kind": kind,
        "name": "agent",
        "uid": "6f1d1f3e-5a0e-4b57-9a3c-2f4f7f4a0c11",
    }
    return reference if controller is None else reference | {"controller": controller}


def pod(
    name: str,
    owners: list[dict] | None = None,
    annotations: dict[str, str] | None = None,
    labels: dict[str, str] | None = None,
    **spec: Any,
) -> dict:
    """A small pod; further fields of its spec by name."""
    metadata = {
        "name": name,
        "namespace": NAMESPACE,
        "ownerReferences": owners,
        "annotations": annotations,
        "labels": labels,
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {key: value for key, value in metadata.items() if value},
        "spec": {"containers": [{"name": "agent", "image": "example.org/agent:1"}], **spec},
    }


def daemon_pod(name: str, annotations: dict[str, str] | None = None, **spec: Any) -> dict:
    """A pod of a DaemonSet of another API group, such as OpenKruise's."""
    return pod(name, [owner()], annotations, **spec)


def required(*terms: dict) -> dict:
    """An affinity to nodes that match one of these terms."""
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": list(terms)}}}


def field_term(node: str) -> dict:
    """The term that selects one node by its name, as the DaemonSet controller writes it."""
    return {"matchFields": [requirement("metadata.name", "In", node)]}


def requirement(key: str, operator: str, *values: str) -> dict:
    return {"key": key, "operator": operator, **({"values": list(values)} if values else {})}


def dry_run(api: Api, document: dict) -> Answer:
    """The pod as it would be created, after admission; does not create it."""
    return api.ask("POST", f"{PODS}?dryRun=All", document)


def create(api: Api, document: dict) -> Answer:
    return api.ask("POST", PODS, document)


def terms_of(document: dict) -> list[dict]:
    """The required node selector terms of a pod."""
    affinity = document["spec"].get("affinity", {}).get("nodeAffinity", {})
    return affinity.get("requiredDuringSchedulingIgnoredDuringExecution", {}).get("nodeSelectorTerms", [])


def pins_of(document: dict) -> list[str | None]:
    """The node that each required term names, or None."""
    return [
        next((field["values"][0] for field in term.get("matchFields", []) if field["key"] == "metadata.name"), None)
        for term in terms_of(document)
    ]


def tolerated_taints(document: dict) -> set[tuple[str, str]]:
    """Key and effect of each toleration; an empty string means all."""
    return {(one.get("key", ""), one.get("effect", "")) for one in document["spec"].get("tolerations", [])}
