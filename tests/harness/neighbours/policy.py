"""A MutatingAdmissionPolicy for the pods of one DaemonSet, and its binding."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

from tests.harness.cluster.api import Api
from tests.harness.neighbours.mutated import Change

GROUP = "/apis/admissionregistration.k8s.io/v1"
POLICIES, BINDINGS = f"{GROUP}/mutatingadmissionpolicies", f"{GROUP}/mutatingadmissionpolicybindings"


def cel(value: object) -> str:
    """A value of JSON in CEL, whose lists and maps have values of one type only: dyn."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: dyn({cel(one)})" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(f"dyn({cel(one)})" for one in value) + "]"
    return json.dumps(value)


def patched(change: Change) -> dict:
    """A mutation by a JSON patch."""
    texts = [f"JSONPatch{{op: {cel(op)}, path: {cel(path)}, value: {cel(value)}}}" for op, path, value in change]
    return {"patchType": "JSONPatch", "jsonPatch": {"expression": f"[{', '.join(texts)}]"}}


def new_pods(name: str) -> dict:
    """Which requests a policy is about: those that create pods with the label `name: NAME`."""
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"], "operations": ["CREATE"]}
    return {"objectSelector": {"matchLabels": {"name": name}}, "resourceRules": [rule]}


@contextlib.contextmanager
def mutating(api: Api, name: str, mutation: dict, reinvocation: str) -> Iterator[None]:
    """In force for pods with the label `name: NAME`, a moment after it begins and until a moment after it ends."""
    api.create(
        POLICIES,
        {
            "metadata": {"name": name},
            "spec": {
                "failurePolicy": "Fail",
                "reinvocationPolicy": reinvocation,
                "matchConstraints": new_pods(name),
                "mutations": [mutation],
            },
        },
    )
    api.create(BINDINGS, {"metadata": {"name": name}, "spec": {"policyName": name}})
    try:
        yield
    finally:
        api.delete(f"{BINDINGS}/{name}")
        api.delete(f"{POLICIES}/{name}")
