"""JSON schemas for kubeconform, made from an API server's own description (OpenAPI 2). They are strict: an unknown
field is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

LOCATION = "{{.Group}}_{{.ResourceAPIVersion}}_{{.ResourceKind}}.json"
KINDS = "x-kubernetes-group-version-kind"
REFERENCE = "#/definitions/"
NUMBERS_TOO = {"io.k8s.apimachinery.pkg.api.resource.Quantity": {"type": ["string", "number"]}}


def write(openapi: dict, directory: Path) -> None:
    """Writes a file for each kind, with the name that kubeconform looks for with LOCATION."""
    definitions = {name: strict(schema) for name, schema in openapi["definitions"].items()} | NUMBERS_TOO
    for name, schema in openapi["definitions"].items():
        for kind in schema.get(KINDS, []):
            own = definitions[name] | {"properties": definitions[name].get("properties", {}) | identity(kind)}
            document = own | {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "definitions": {one: definitions[one] for one in reachable(own, definitions)},
            }
            # Without a group kubeconform uses the version instead.
            file = f"{kind['group'] or kind['version']}_{kind['version']}_{kind['kind'].lower()}.json"
            (directory / file).write_text(json.dumps(document))


def identity(kind: dict[str, str]) -> dict:
    version = f"{kind['group']}/{kind['version']}" if kind["group"] else kind["version"]
    return {"apiVersion": {"enum": [version]}, "kind": {"enum": [kind["kind"]]}}


def strict(schema: dict) -> dict:
    """The same as a JSON schema, without Kubernetes' extensions."""
    if schema.get("format") == "int-or-string":
        return {"type": ["string", "integer"]}
    result = {
        key: strict_part(key, value)
        for key, value in schema.items()
        if not key.startswith("x-") and key != "description"
    }
    if "properties" in schema and "x-kubernetes-preserve-unknown-fields" not in schema:
        result.setdefault("additionalProperties", False)
    return result


def strict_part(key: str, value: Any) -> Any:
    if key == "properties":
        return {name: strict(schema) for name, schema in value.items()}
    if key in ("allOf", "anyOf", "oneOf"):
        return list(map(strict, value))
    return strict(value) if key in ("items", "additionalProperties", "not") and isinstance(value, dict) else value


def reachable(node: Any, definitions: dict[str, Any]) -> set[str]:
    """The names of all definitions that this one needs."""
    found: set[str] = set()
    todo = [node]
    while todo:
        for name in references(todo.pop()) - found:
            found.add(name)
            todo.append(definitions[name])
    return found


def references(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(references, node))
    if not isinstance(node, dict):
        return set()
    own = {node["$ref"].removeprefix(REFERENCE)} if isinstance(node.get("$ref"), str) else set()
    return own.union(*map(references, node.values()))
