"""Tolerations that compare numbers: the operators Lt and Gt, behind TaintTolerationComparisonOperators (requirement
2.8)."""

from __future__ import annotations

import json
import subprocess
import unittest

from tests.harness.cluster import binary, nodes, waiting, workspace
from tests.harness.cluster.control_plane import IN_TREE, WITHOUT_IN_TREE, ControlPlane
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.e2e.environment import ClusterTest, daemon_set
from tests.harness.tools import binaries
from tests.harness.tools.explained import Explained

GATE = ("--feature-gates", "TaintTolerationComparisonOperators=true")
DAEMON_SETS = "/apis/apps/v1/namespaces/default/daemonsets"
PODS = "/api/v1/namespaces/default/pods"
KEY = "example.com/errors"
# The value of the taint of each node; `none` has no taint.
TAINTS = {"none": None, "five": "5", "ten": "10", "hundred": "100", "padded": "05", "word": "few", "empty": ""}
EVERYWHERE = {"none"}
WANTED = {  # DaemonSet: the operator and value of its toleration, and the nodes it is for beside the one without taint
    "below-ten": ("Lt", "10", {"five"}),
    "above-ten": ("Gt", "10", {"hundred"}),
    "above-nine": ("Gt", "9", {"ten", "hundred"}),
    "above-less-than-nothing": ("Gt", "-1", {"five", "ten", "hundred"}),
    "below-the-greatest": ("Lt", "9223372036854775807", {"five", "ten", "hundred"}),
}


def toleration(operator: str, value: str) -> dict:
    return {"key": KEY, "operator": operator, "value": value, "effect": "NoSchedule"}


def tainted(name: str, value: str | None) -> dict:
    node = nodes.node(name)
    if value is not None:
        node["spec"]["taints"] = [{"key": KEY, "value": value, "effect": "NoSchedule"}]
    return node


class Comparisons(ClusterTest):
    @unittest.skipIf(binaries.is_oldest(), "the gate TaintTolerationComparisonOperators came with 1.35")
    def test_in_tree_controller_and_ours_choose_the_same_nodes(self) -> None:
        with workspace.workspace("everynode-comparisons-") as directory, ControlPlane(
            directory, WITHOUT_IN_TREE, apiserver_flags=GATE
        ) as cluster:
            nodes.add(cluster.api, [tainted(*one) for one in TAINTS.items()])
            in_tree = cluster.start_controllers("in-tree-daemonset-controller", [IN_TREE], *GATE)
            for name, (operator, value, _) in WANTED.items():
                cluster.api.create(DAEMON_SETS, daemon_set(name, {"tolerations": [toleration(operator, value)]}))
            self.wait_for_pods(cluster)
            in_tree.stop()
            plans = self.planned(cluster)
            self.assertEqual(len(plans), len(WANTED))
            self.assertEqual([plan for plan in plans if "createPod" in plan or "deletePod" in plan], [])
            uids = {pod["metadata"]["uid"] for pod in cluster.api.items(PODS)}
            with Reconciler(cluster.kubeconfig, cluster.logs):
                for pod in cluster.api.items(PODS):
                    cluster.api.delete(f"{PODS}/{pod['metadata']['name']}")
                waiting.until(
                    lambda: not uids & {pod["metadata"]["uid"] for pod in cluster.api.items(PODS)},
                    "the pods to go",
                    120,
                )
                self.wait_for_pods(cluster)

    def test_server_without_the_gate_refuses_them(self) -> None:
        """So what has them was let in by a server that knows them."""
        document = json.dumps(daemon_set("gated", {"tolerations": [toleration("Lt", "10")]}))
        with self.assertRaisesRegex(Explained, "Unsupported value: .?Lt"):
            self.kubectl("create", "--dry-run=server", "-f", "-", stdin=document)

    def wait_for_pods(self, cluster: ControlPlane) -> None:
        for name, (_, _, beside) in WANTED.items():
            waiting.until(
                lambda name=name, beside=beside: nodes_of(cluster, name) == EVERYWHERE | beside,
                f"pods of {name} on {sorted(EVERYWHERE | beside)}, and nowhere else",
                120,
            )

    def planned(self, cluster: ControlPlane) -> list[str]:
        """What the reconciler would do for each DaemonSet, as JSON."""
        kinds = "daemonsets,nodes,pods,controllerrevisions"
        seen = Kubectl(cluster.kubeconfig)("get", kinds, "-A", "-o", "json").stdout
        done = subprocess.run([binary.path(), "plan"], input=seen, capture_output=True, text=True, check=True)
        return [json.dumps(one) for one in json.loads(done.stdout)["daemonSets"]]


def nodes_of(cluster: ControlPlane, name: str) -> set[str]:
    """The nodes that the DaemonSet's pods are pinned to, bound or not: the scheduler does not know the operators."""
    affinities = [
        pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
        for pod in cluster.api.items(f"{PODS}?labelSelector=name%3D{name}")
        if "deletionTimestamp" not in pod["metadata"]
    ]
    return {terms[0]["matchFields"][0]["values"][0] for terms in affinities}
