"""Nodes, as the API server and the controllers treat them. Seen in Kubernetes v1.37.2 unless a test says otherwise."""

from __future__ import annotations

import time

from tests.harness.cluster import nodes, pods, waiting
from tests.reality.environment import NODE, RealityTest

NOT_READY = "node.kubernetes.io/not-ready"


class Nodes(RealityTest):
    def test_a_new_node_has_a_taint_that_nobody_asked_for(self) -> None:
        """not-ready:NoSchedule, from the admission plugin TaintNodesByCondition, before any controller has seen it:
        `plugin/pkg/admission/nodetaint`. So a DaemonSet's pods do not come at once, unless they tolerate it."""
        name = self.name("new")
        document = nodes.node(name)
        document["metadata"]["annotations"] = {}  # nobody plays its kubelet
        taints = self.create(nodes.NODES, document)["spec"]["taints"]
        self.assertEqual([(one["key"], one["effect"]) for one in taints], [(NOT_READY, "NoSchedule")])

    def test_a_node_that_comes_back_under_its_name_keeps_the_pods(self) -> None:
        """The pods name it, not its UID; the garbage collector waits 40 s, and looks whether there is a node of that
        name: `pkg/controller/podgc/gc_controller.go`, `gcOrphaned`."""
        name, pod = self.name("again"), self.name("pod")
        nodes.add(self.api, [nodes.node(name)])
        self.addCleanup(self.api.delete, f"{nodes.NODES}/{name}")
        self.create(pods.PODS, pods.pod(pod, nodeName=name))
        before = self.api.get(f"{pods.PODS}/{pod}")["metadata"]["uid"]
        old = self.api.get(f"{nodes.NODES}/{name}")["metadata"]["uid"]
        self.api.delete(f"{nodes.NODES}/{name}")
        time.sleep(2)
        nodes.add(self.api, [nodes.node(name)])
        self.assertNotEqual(self.api.get(f"{nodes.NODES}/{name}")["metadata"]["uid"], old)
        self.assertEqual(self.api.get(f"{pods.PODS}/{pod}")["metadata"]["uid"], before)

    def test_no_controller_minds_the_conditions_of_a_nodes_life(self) -> None:
        """KEP-5683 has constants for them; nothing in the tree reads or writes them: the in-tree controller places a
        pod
        on a node that says that it shuts down."""
        condition = {"type": "GracefulNodeShutdownInProgress", "status": "True", "reason": "r", "message": "m"}
        body = {"status": {"conditions": [condition]}}
        self.api.ask("PATCH", f"{nodes.NODES}/{NODE}/status", body, "application/strategic-merge-patch+json")
        self.addCleanup(
            self.api.ask,
            "PATCH",
            f"{nodes.NODES}/{NODE}/status",
            {"status": {"conditions": [condition | {"status": "False"}]}},
            "application/strategic-merge-patch+json",
        )
        name = self.name("placed")
        labels = {"app": name}
        document = {
            "apiVersion": "apps/v1",
            "kind": "DaemonSet",
            "metadata": {"name": name},
            "spec": {
                "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": pods.pod("x")["spec"]},
            },
        }
        self.create("/apis/apps/v1/namespaces/default/daemonsets", document)
        of_node = f"{pods.PODS}?labelSelector=app%3D{name}"
        waiting.until(
            lambda: [one for one in self.api.items(of_node) if one["spec"].get("nodeName") == NODE], "its pod", 20
        )
        self.assertEqual(self.api.get(f"{nodes.NODES}/{NODE}")["spec"].get("taints"), None)

    def test_events_of_a_node_are_in_the_namespace_default(self) -> None:
        """Another namespace is refused, as the node has none (422): `pkg/apis/core/validation/events.go`; and `kubectl
        describe` shows those with the node's UID."""
        uid = self.api.get(f"{nodes.NODES}/{NODE}")["metadata"]["uid"]
        name = self.name("told")
        document = {
            "metadata": {"name": name, "namespace": "kube-system"},
            "involvedObject": {"apiVersion": "v1", "kind": "Node", "name": NODE, "uid": uid},
            "reason": "Told",
            "message": "of a test",
            "type": "Warning",
            "firstTimestamp": "2026-01-01T00:00:00Z",
            "lastTimestamp": "2026-01-01T00:00:00Z",
        }
        self.assertEqual(self.refused("POST", "/api/v1/namespaces/kube-system/events", document).code, 422)
        document["metadata"]["namespace"] = "default"
        self.create("/api/v1/namespaces/default/events", document)
        self.assertIn("of a test", self.kubectl("describe", "node", NODE).stdout)
