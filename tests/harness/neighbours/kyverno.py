"""Kyverno's admission controller, on this machine: the API server finds its webhooks by a URL. And policies for the
pods of one DaemonSet."""

from __future__ import annotations

import contextlib
import json
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.harness.chart import crds
from tests.harness.cluster.api import Api
from tests.harness.cluster.control_plane import ControlPlane, answers_ok
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.cluster.ports import HOST, free_ports
from tests.harness.cluster.processes import Process
from tests.harness.cluster.registration import CONFIGURATIONS
from tests.harness.neighbours import policy
from tests.harness.neighbours.mutated import Change
from tests.harness.tools import binaries, go_toolchain

NAMESPACE = "kyverno"
REGISTRATION = "kyverno-resource-mutating-webhook-cfg"
MANAGED = "webhook.kyverno.io/managed-by=kyverno"
# Where what it makes out of the cluster is, and who it is there; its own chart says so too.
ENVIRONMENT = {
    "KYVERNO_NAMESPACE": NAMESPACE,
    "KYVERNO_SERVICEACCOUNT_NAME": "kyverno",
    "KYVERNO_DEPLOYMENT": "kyverno",
    "KYVERNO_POD_NAME": "kyverno-1",
    "INIT_CONFIG": "kyverno",
    "METRICS_CONFIG": "kyverno-metrics",
}
KINDS = {
    "ClusterPolicy": ("kyverno.io/v1", "clusterpolicies"),
    "MutatingPolicy": ("policies.kyverno.io/v1", "mutatingpolicies"),
    "ValidatingPolicy": ("policies.kyverno.io/v1", "validatingpolicies"),
}


@contextlib.contextmanager
def running(cluster: ControlPlane, kubectl: Kubectl) -> Iterator[None]:
    install(kubectl)
    process = start(cluster)
    try:
        yield
    finally:
        process.stop()
        kubectl("delete", "mutatingwebhookconfigurations,validatingwebhookconfigurations", f"--selector={MANAGED}")


def install(kubectl: Kubectl) -> None:
    go = go_toolchain.find_or_install(lambda text: print(text, file=sys.stderr, flush=True))
    source = crds.source(go, binaries.ALL["kyverno"].directory, binaries.ALL["kyverno"].module)
    for directory in sorted((source / "config" / "crds").iterdir()):
        kubectl("apply", "--server-side", "-f", str(directory))
    kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
    kubectl("create", "namespace", NAMESPACE)


def start(cluster: ControlPlane) -> Process:
    webhooks, metrics = free_ports(2)
    command: list[str | Path] = [
        binaries.built("kyverno"),
        f"--kubeconfig={cluster.kubeconfig}",
        f"--serverIP={HOST}:{webhooks}",
        f"--webhookServerHost={HOST}",
        f"--webhookServerPort={webhooks}",
        f"--metricsHost={HOST}",
        f"--metricsPort={metrics}",
        "--controllerRuntimeMetricsAddress=0",
        "--caSecretName=kyverno-ca",
        "--tlsSecretName=kyverno-tls",
        "--admissionReports=false",
    ]
    process = cluster.run("kyverno", command, ENVIRONMENT)
    trusting = ssl._create_unverified_context()  # the API server is told its certificate, and we are not
    process.wait_ready(lambda: answers_ok(f"https://{HOST}:{webhooks}/health/readiness", trusting), 120)
    process.wait_ready(lambda: cluster.api.items(f"{CONFIGURATIONS}?labelSelector={MANAGED.replace('=', '%3D')}"))
    return process


@contextlib.contextmanager
def in_force(api: Api, kind: str, name: str, spec: dict) -> Iterator[None]:
    """A moment after it begins, and until a moment after it ends."""
    version, plural = KINDS[kind]
    api.create(
        f"/apis/{version}/{plural}", {"apiVersion": version, "kind": kind, "metadata": {"name": name}, "spec": spec}
    )
    try:
        yield
    finally:
        api.delete(f"/apis/{version}/{plural}/{name}")


def mutating_policy(name: str, change: Change) -> dict:
    return {
        "failurePolicy": "Fail",
        "reinvocationPolicy": "IfNeeded",
        "matchConstraints": policy.new_pods(name),
        "mutations": [policy.patched(change)],
    }


def cluster_policy(name: str, change: Change) -> dict:
    patch = [{"op": op, "path": path, "value": value} for op, path, value in change]
    resources = {"kinds": ["Pod"], "operations": ["CREATE"], "selector": {"matchLabels": {"name": name}}}
    rule = {
        "name": "change",
        "match": {"any": [{"resources": resources}]},
        "mutate": {"patchesJson6902": json.dumps(patch)},
    }
    return {"background": False, "rules": [rule]}


def refusing(name: str, node: str) -> dict:
    """Of a ValidatingPolicy that wants no such pod on this node."""
    terms = "object.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"
    pinned = f'{terms}.exists(term, term.matchFields.exists(field, "{node}" in field.values))'
    return {
        "failurePolicy": "Fail",
        "validationActions": ["Deny"],
        "matchConstraints": policy.new_pods(name),
        "validations": [{"expression": f"!{pinned}", "message": f"none on {node}"}],
    }
