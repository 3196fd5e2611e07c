"""The pods whose reviews are recorded: one for each shape that the webhook meets, and some of given sizes."""

from __future__ import annotations

from typing import Any

from tests.harness.cluster.pods import NODE_ANNOTATION, daemon_pod, field_term, owner, pod, required, requirement

NODE = "worker-1"
ZONE_A = {"matchExpressions": [requirement("topology.kubernetes.io/zone", "In", "a")]}
ZONE_B = {"matchExpressions": [requirement("topology.kubernetes.io/zone", "In", "b")]}
PREFERRED = {
    "nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 10, "preference": ZONE_A}]}
}
DRY_RUN = "dry-run"


def single_pods() -> list[dict]:
    """Pods that are created one by one, as any client could."""
    pinned = {"affinity": required(field_term(NODE))}
    return [
        daemon_pod("kruise-pinned", **pinned),
        daemon_pod("size-3k", **pinned),
        daemon_pod("kruise-annotation", {NODE_ANNOTATION: NODE}),
        daemon_pod("several-terms", {NODE_ANNOTATION: NODE}, affinity=required(ZONE_A, ZONE_B)),
        daemon_pod(
            "name-as-expression", affinity=required({"matchExpressions": [requirement("metadata.name", "In", NODE)]})
        ),
        daemon_pod("preferred-only", {NODE_ANNOTATION: NODE}, affinity=PREFERRED),
        daemon_pod("node-name", nodeName=NODE),
        daemon_pod("no-target"),
        daemon_pod(
            "own-tolerations", tolerations=[{"key": "dedicated", "operator": "Exists", "effect": "NoExecute"}], **pinned
        ),
        daemon_pod(DRY_RUN, {NODE_ANNOTATION: NODE}),
        pod("ownerless"),
        pod("replica-set", [owner("ReplicaSet", "apps/v1beta3")]),
        pod("not-controller", [owner(controller=False)], {NODE_ANNOTATION: NODE}),
        pod("mirror", [owner()], {"kubernetes.io/config.mirror": "5d41402abc4b2a76b9719d911017c592"}, nodeName=NODE),
    ]


def daemon_sets() -> list[dict]:
    """DaemonSets whose pods Kubernetes' own controller creates."""
    return [
        daemon_set("host-network", {"hostNetwork": True, **agent(containers=1, variables=0, volumes=1)}),
        daemon_set("size-8k", agent(containers=1, variables=16, volumes=6)),
        daemon_set("size-20k", agent(containers=4, variables=12, volumes=25)),
        daemon_set("size-45k", agent(containers=6, variables=36, volumes=35)),
    ]


def daemon_set(name: str, spec: dict[str, Any]) -> dict:
    labels = {"app.kubernetes.io/name": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": spec}},
    }


def agent(containers: int, variables: int, volumes: int) -> dict[str, Any]:
    """The spec of a node agent of some size; the containers take turns in mounting the volumes."""
    return {
        "containers": [container(index, variables, range(index, volumes, containers)) for index in range(containers)],
        "volumes": [
            {"name": f"host-path-{index}", "hostPath": {"path": f"/var/lib/agent/{index}"}} for index in range(volumes)
        ],
    }


def container(index: int, variables: int, mounts: range) -> dict[str, Any]:
    return {
        "name": f"agent-{index}",
        "image": f"registry.example.org/observability/agent-{index}:1.28.4",
        "args": ["--config=/etc/agent/config.yaml", "--node-name=$(NODE_NAME)"],
        "env": [{"name": f"AGENT_SETTING_{number}", "value": f"value-{number}"} for number in range(variables)],
        "volumeMounts": [
            {"name": f"host-path-{number}", "mountPath": f"/host/{number}", "readOnly": True} for number in mounts
        ],
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
    }
