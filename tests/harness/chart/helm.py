"""Helm, as a person would use it, on the chart of this tree."""

from __future__ import annotations

import functools
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.harness.tools import binaries
from tests.harness.tools.explained import Explained
from tests.root import ROOT

CHART = ROOT / "charts" / "everynode"
RELEASE, NAMESPACE = "everynode", "everynode-system"
HELM_3, HELM_4 = "helm", "helm4"


def run(
    command: list[str | Path], stdin: str = "", environment: dict[str, str] | None = None, directory: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, command)),
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | (environment or {}),
        cwd=directory,
    )


def rendered(
    values: dict | None = None, *flags: str, program: str = HELM_3, release: str = RELEASE, chart: Path = CHART
) -> str:
    """What `helm template` prints; if it fails, raises its error text."""
    return printed(json.dumps(values or {}), flags, binaries.built(program), release, chart)


@functools.cache
def printed(values: str, flags: tuple[str, ...], program: Path, release: str, chart: Path) -> str:
    """Runs once for each set of values: the invariants for all of them look at the same text."""
    done = run([program, "template", release, chart, "--namespace", NAMESPACE, "-f", "-", *flags], values)
    if done.returncode != 0:
        raise Explained(f"helm template: {done.stderr.strip()}")
    return done.stdout


def refusal(values: dict) -> str:
    """The error text with which `helm template` refuses these values."""
    try:
        rendered(values)
    except Explained as error:
        return str(error)
    raise AssertionError(f"helm template accepted {values}")


def parsed(text: str) -> list[dict]:
    """The documents of a YAML text."""
    documents, decoder, rest = [], json.JSONDecoder(), as_json(text).lstrip()
    while rest:
        document, end = decoder.raw_decode(rest)
        del document["metadata"]["labels"]["read-by"]
        documents.append(document)
        rest = rest[end:].lstrip()
    return documents


@functools.cache
def as_json(text: str) -> str:
    """kubectl converts YAML without a server; the standard library cannot."""
    done = run([binaries.built("kubectl"), "label", "--local", "-f", "-", "-o", "json", "read-by=test"], text)
    if done.returncode != 0:
        raise Explained(f"kubectl label --local: {done.stderr.strip()}")
    return done.stdout


class Objects:
    """The objects that the chart renders from some values."""

    def __init__(self, values: dict | None = None, *flags: str, release: str = RELEASE):
        self.all = parsed(rendered(values, *flags, release=release))

    def find(self, kind: str, name: str | None = None) -> dict | None:
        found = [one for one in self.all if one["kind"] == kind and (name is None or one["metadata"]["name"] == name)]
        if len(found) > 1:
            raise AssertionError(f"{len(found)} objects are a {kind} {name or ''}")
        return found[0] if found else None

    def get(self, kind: str, name: str | None = None) -> dict:
        found = self.find(kind, name)
        if not found:
            raise AssertionError(f"there is no {kind} {name or ''} among {sorted(self.names())}")
        return found

    def names(self) -> set[str]:
        return {f"{one['kind']}/{one['metadata']['name']}" for one in self.all}

    def webhook(self) -> dict:
        return self.get("MutatingWebhookConfiguration")["webhooks"][0]

    def pod_spec(self, component: str) -> dict:
        return self.get("Deployment", f"{RELEASE}-{component}")["spec"]["template"]["spec"]

    def arguments(self, component: str) -> list[str]:
        return self.pod_spec(component)["containers"][0]["args"]


@dataclass(frozen=True)
class Installed:
    """Helm with one kubeconfig: the commands that change a cluster."""

    kubeconfig: Path
    program: str = HELM_3

    def __call__(self, *arguments: str, values: dict | None = None) -> str:
        own = {
            "KUBECONFIG": str(self.kubeconfig),
            "HELM_CACHE_HOME": str(self.kubeconfig.parent / "helm"),
            "HELM_CONFIG_HOME": str(self.kubeconfig.parent / "helm"),
            "HELM_DATA_HOME": str(self.kubeconfig.parent / "helm"),
        }
        done = run([binaries.built(self.program), *arguments], json.dumps(values or {}), own)
        if done.returncode != 0:
            raise Explained(f"helm {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def install(self, values: dict | None = None, *flags: str, namespace: str = NAMESPACE) -> str:
        return self("install", RELEASE, str(CHART), "--namespace", namespace, "-f", "-", *flags, values=values)

    def upgrade(self, values: dict | None = None, *flags: str, namespace: str = NAMESPACE) -> str:
        """With these values and no others: without the flag, Helm would reuse the values of the last time."""
        return self(
            "upgrade", RELEASE, str(CHART), "--namespace", namespace, "--reset-values", "-f", "-", *flags, values=values
        )

    def rollback(self, revision: int, namespace: str = NAMESPACE) -> str:
        return self("rollback", RELEASE, str(revision), "--namespace", namespace)

    def uninstall(self, namespace: str = NAMESPACE) -> str:
        return self("uninstall", RELEASE, "--namespace", namespace, "--wait")
