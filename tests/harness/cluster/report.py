"""The output of the tour: which pod runs where, why, and how to explore further."""

from __future__ import annotations

import textwrap
from collections import defaultdict

from tests.harness.cluster import audit, nodes, pods
from tests.harness.cluster.audit import Admission
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.cluster.table import table
from tests.harness.cluster.webhook import Webhook
from tests.harness.tools import binaries

PREFIX = "node.kubernetes.io/"


def what_happened(cluster: ControlPlane, webhook: Webhook, running: list[dict]) -> str:
    admitted = {(one.namespace, one.pod): one for one in audit.admissions(cluster.audit_log) if not one.dry_run}
    of_pod = {name_of(pod): admitted.get((pod["metadata"]["namespace"], name_of(pod))) for pod in running}
    taints = {one["metadata"]["name"]: taints_of(one) for one in cluster.api.items(nodes.NODES)}
    rows = [
        (name_of(pod), pod["spec"]["nodeName"], taints[pod["spec"]["nodeName"]], pin(pod, of_pod[name_of(pod)]))
        for pod in running
    ]
    return "\n".join(
        [
            "",
            table(("POD", "NODE", "ITS TAINTS", "PINNED BY, AS THE AUDIT LOG HAS IT"), rows),
            "",
            "  Tolerations, * where the webhook added them:",
            *tolerations(running, of_pod),
            "",
            "  The webhook counted (one is the dry run that waited for it):",
            *(f"    {line}" for line in counted(webhook)),
            "",
        ]
    )


def what_was_done(reconciler: Reconciler) -> str:
    series = [
        line
        for line in reconciler.metrics()
        if line.startswith("everynode_reconciler_actions_total") and not line.endswith(" 0")
    ]
    return "\n".join(["  The reconciler counted:", *(f"    {line}" for line in series), ""])


def what_next(cluster: ControlPlane, webhook: Webhook, reconciler: Reconciler) -> str:
    kubectl = binaries.built("kubectl")
    return f"""  Look around, from another terminal:

    export KUBECONFIG={cluster.kubeconfig}
    {kubectl} get nodes
    {kubectl} get pods -A -o wide
    {kubectl} create -f tests/harness/cluster/agent-pod.yaml --dry-run=server -o yaml
    {kubectl} -n kube-system rollout history daemonset filebeat
    {kubectl} -n kube-system describe daemonset filebeat
    {kubectl} get daemonsets,nodes,pods,controllerrevisions -A -o json | build/everynode plan -o text
    curl --cacert {webhook.ca} {webhook.url}/healthz
    curl {webhook.metrics_url}
    curl {reconciler.metrics_url}
    grep everynode {cluster.audit_log}

  The logs are in {cluster.logs}. Ctrl-C ends all of it.
"""


def name_of(pod: dict) -> str:
    return pod["metadata"]["name"]


def taints_of(node: dict) -> str:
    return ", ".join(short(taint) for taint in node["spec"].get("taints", [])) or "none"


def short(taint: dict) -> str:
    """A taint or toleration as kubectl writes it, without the prefix that nearly all have."""
    key = taint.get("key", "").removeprefix(PREFIX) or "any"
    return f"{key}:{taint['effect']}" if taint.get("effect") else key


def pin(pod: dict, admission: Admission | None) -> str:
    """What keeps the pod on its node, and who wrote that, by the webhook's annotations in the audit log."""
    if not any(pods.pins_of(pod)):
        return "nothing"
    if not admission:
        return "matchFields, not seen by the webhook"
    if pod["metadata"].get("labels", {}).get("controller-revision-hash"):
        return "matchFields, by the reconciler"
    if admission.annotations.get("pin") == "added":
        return f"matchFields, added by the webhook: {admission.annotations.get('node-from', 'the pod')}"
    return "matchFields, there before"


def tolerations(running: list[dict], of_pod: dict[str, Admission | None]) -> list[str]:
    """One line for all pods that have the same tolerations."""
    groups: dict[str, list[str]] = defaultdict(list)
    for pod in running:
        admission = of_pod[name_of(pod)]
        added = set(admission.annotations.get("tolerations", "").split(",")) if admission else set()
        words = [("*" if one.get("key") in added else "") + short(one) for one in pod["spec"].get("tolerations", [])]
        groups["  ".join(words)].append(name_of(pod))
    return [line for words, names in groups.items() for line in (f"    {', '.join(names)}", wrapped(words))]


def wrapped(words: str) -> str:
    return textwrap.fill(words, 110, initial_indent=" " * 6, subsequent_indent=" " * 6, break_on_hyphens=False)


def counted(webhook: Webhook) -> list[str]:
    return [
        line
        for line in webhook.metrics()
        if line.startswith("everynode_webhook_mutations_total") and not line.endswith(" 0")
    ]
