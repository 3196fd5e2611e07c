"""Argo CD: how it applies, and what its engine calls out of sync."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from tests.harness.chart.helm import CHART, parsed
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.tools import binaries
from tests.harness.tools.explained import Explained

MANAGER = "--field-manager=argocd-controller"
# How it applies, and how whoever chooses that may compare.
ON_SERVER = ("--server-side", "--force-conflicts")
WAYS = {(): ("client",), ON_SERVER: ("structured", "server")}
TRACKING = "argocd.argoproj.io/tracking-id"


def tracked(documents: list[dict]) -> str:
    """A manifest of objects with the annotation by which it knows its own."""
    for one in documents:
        group = one["apiVersion"].rpartition("/")[0]
        namespace, name = one["metadata"].get("namespace", ""), one["metadata"]["name"]
        identity = {TRACKING: f"ours:{group}/{one['kind']}:{namespace}/{name}"}
        one["metadata"]["annotations"] = (one["metadata"].get("annotations") or {}) | identity
    return "\n---\n".join(map(json.dumps, documents))


def apply(kubectl: Kubectl, flags: tuple[str, ...], manifest: str) -> None:
    kubectl("apply", MANAGER, *flags, "-f", "-", stdin=manifest)


def differences(
    kubeconfig: Path, flags: tuple[str, ...], manifest: str, ignoring: list[dict] | None = None
) -> dict[str, dict]:
    """By the way in which it compares, kind and name, what it would change."""
    found = {}
    for way in WAYS[flags]:
        command = [
            binaries.built("argo-diff"),
            f"--kubeconfig={kubeconfig}",
            f"--way={way}",
            f"--ignore={json.dumps(ignoring or [])}",
        ]
        done = subprocess.run(command, input=manifest, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode != 0:
            raise Explained(f"argo-diff: {done.stderr.strip()}")
        found |= {f"{way} {one['object']}": one["patch"] for one in map(json.loads, done.stdout.splitlines())}
    return found


def documented_rules() -> list[dict]:
    """The ignoreDifferences that the chart's README names."""
    text = (CHART / "README.md").read_text()
    found = re.search(r"^ {4}ignoreDifferences:.*\n((?: {6}- .*\n)+)", text, re.MULTILINE)
    if not found:
        raise Explained("the chart's README names no ignoreDifferences")
    header = "apiVersion: v1\nkind: Rules\nmetadata: {name: rules}\nrules:\n"
    return parsed(header + found[1])[0]["rules"]
