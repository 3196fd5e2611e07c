"""Switches for where pods go: section 16 of the requirements."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Iterator

from tests.harness.cluster import binary, nodes, pods, waiting
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.e2e.reconciler.daemon import EVENT_SECONDS, Daemon
from tests.harness.e2e.reconciler.environment import ReconcilerTest

EXCLUDE, PLACEMENT, SUSPEND = "everynode.dev/exclude", "everynode.dev/placement", "everynode.dev/suspend"
SETTLE_SECONDS = 2.0


class Switches(ReconcilerTest):
    def setUp(self) -> None:
        self.pool = self.name("pool")

    def annotate_node(self, name: str, value: str | None, annotation: str = EXCLUDE) -> None:
        self.api.merge(f"{nodes.NODES}/{name}", {"metadata": {"annotations": {annotation: value}}})

    def annotate(self, one: Daemon, **annotations: str | None) -> None:
        names = {"placement": PLACEMENT, "suspend": SUSPEND}
        one.merge({"metadata": {"annotations": {names[name]: value for name, value in annotations.items()}}})

    def events_of_node(self, name: str) -> list[dict]:
        # Not those of the node controller, which tells of its nodes too (RegisteredNode). The reconciler's own have
        # another source in each mode.
        selector = f"involvedObject.kind%3DNode,involvedObject.name%3D{name},source%21%3Dnode-controller"
        return self.api.items(f"/api/v1/namespaces/default/events?fieldSelector={selector}")

    def explained(self, one: Daemon) -> str:
        command = [binary.path(), "explain", "ds", one.name, "--kubeconfig", self.cluster.kubeconfig]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def condition(self, one: Daemon, kind: str) -> dict:
        found = one.get()["status"].get("conditions", [])
        return next((condition for condition in found if condition["type"] == kind), {"reason": None, "status": None})

    def test_an_excluded_node_loses_its_pod_and_gets_it_back(self) -> None:  # requirement 16.1
        stays, changes = self.add_nodes(self.pool, 2)
        one, other = (self.create(self.name("excluded"), pool=self.pool) for _ in range(2))
        for each in (one, other):
            each.wait_on(stays, changes)
        self.annotate_node(changes, f"someone, default/{one.name}")
        one.wait_on(stays)
        other.wait_on(stays, changes)
        self.assertIn("the node excludes it", self.explained(one))
        self.annotate_node(changes, "*")
        other.wait_on(stays)
        self.annotate_node(changes, None)
        for each in (one, other):
            each.wait_on(stays, changes)

    def test_a_typo_on_a_node_neither_places_nor_removes(self) -> None:  # requirement 16.4
        stays, changes, later = self.add_nodes(self.pool, 3)
        self.annotate_node(later, "*")
        one = self.create(self.name("typo"), pool=self.pool)
        one.wait_on(stays, changes)
        before = one.uids()
        for name in (changes, later):
            self.annotate_node(name, "no;list")
        told = waiting.until(lambda: self.events_of_node(later), "the event", EVENT_SECONDS)
        self.assertEqual({event["reason"] for event in told}, {"SwitchNotUnderstood"})
        self.assertIn('everynode.dev/exclude is "no;list"', told[0]["message"])
        waiting.until(lambda: self.condition(one, "Degraded")["reason"] == "SwitchNotUnderstood", "the condition", 30)
        one.set_image("2")
        waiting.until(lambda: [image for image in one.images() if image.endswith(":2")], "the roll elsewhere")
        time.sleep(SETTLE_SECONDS)
        self.assertEqual(len(one.uids() & before), 1, "the held pod is not replaced")
        self.assertEqual(len(one.pods()), 2)
        self.assertIn("so nothing is done here", self.explained(one))
        for name in (changes, later):
            self.annotate_node(name, None)
        one.wait_on(stays, changes, later)

    def test_a_suspended_daemon_set_is_left_as_it_is(self) -> None:  # requirement 16.3
        first, second = self.add_nodes(self.pool, 2)
        one = self.create(self.name("suspended"), pool=self.pool)
        one.wait_on(first, second)
        self.annotate(one, suspend="true")
        waiting.until(lambda: one.events("Suspended"), "the event", EVENT_SECONDS)
        before = one.uids()
        one.set_image("2")
        (third,) = self.add_nodes(self.pool, 1)
        gone = one.on(second)[0]["metadata"]
        self.api.delete(f"{pods.PODS}/{gone['name']}?gracePeriodSeconds=0")
        one.wait_status(desiredNumberScheduled=3, currentNumberScheduled=1, updatedNumberScheduled=0)
        time.sleep(SETTLE_SECONDS)
        self.assertEqual(one.uids(), before - {gone["uid"]})
        self.assertEqual(self.condition(one, "Progressing")["reason"], "Suspended")
        self.assertIn("everynode.dev/suspend is true: no pod is created", self.explained(one))
        self.annotate(one, suspend="false")
        one.wait_on(first, second, third)

    def test_a_typo_on_a_daemon_set_suspends_it(self) -> None:  # requirement 16.4
        (first,) = self.add_nodes(self.pool, 1)
        one = self.create(self.name("typo"), pool=self.pool, annotations={PLACEMENT: "no-virtual-node"})
        told = waiting.until(lambda: one.events("SwitchNotUnderstood"), "the event", EVENT_SECONDS)
        self.assertIn('everynode.dev/placement is "no-virtual-node"', told[0]["message"])
        waiting.until(lambda: self.condition(one, "Degraded")["reason"] == "SwitchNotUnderstood", "the condition", 30)
        self.assertEqual(one.pods(), [])
        self.annotate(one, placement="no-virtual-nodes")
        one.wait_on(first)
        waiting.until(lambda: self.condition(one, "Degraded")["status"] == "False", "the condition", 30)

    def test_cordoned_and_virtual_nodes(self) -> None:  # requirement 16.2
        plain, cordoned, virtual = self.add_nodes(self.pool, 3)
        one = self.create(self.name("placed"), pool=self.pool)
        one.wait_on(plain, cordoned, virtual)
        before = one.on(cordoned)[0]["metadata"]["uid"]
        self.change_node(virtual, labels={"type": "virtual-kubelet"})
        self.kubectl("cordon", cordoned)
        self.annotate(one, placement="no-virtual-nodes,no-cordoned-nodes")
        waiting.until(lambda: not one.on(virtual), "the pod of the virtual node to go", 30)
        one.set_image("2")
        counts = dict.fromkeys(
            ("desiredNumberScheduled", "updatedNumberScheduled", "numberMisscheduled", "numberAvailable"), 1
        )
        one.wait_status(seconds=30, **counts)  # after a whole roll
        self.assertEqual([pod["metadata"]["uid"] for pod in one.on(cordoned)], [before])
        self.assertEqual(self.kubectl("rollout", "status", f"ds/{one.name}", "--timeout=60s").returncode, 0)
        self.kubectl("uncordon", cordoned)
        one.wait_on(plain, cordoned)
        self.annotate(one, placement=None)
        one.wait_on(plain, cordoned, virtual)

    def test_beside_the_in_tree_controller_they_are_not_obeyed(self) -> None:  # requirement 16.6
        with self.away(), self.in_tree_controller(), self.companion():
            first, excluded = self.add_nodes(self.pool, 2)
            self.annotate_node(excluded, "*")
            one = self.create(self.name("beside"), pool=self.pool, annotations={SUSPEND: "true"})
            waiting.until(lambda: one.is_on([first, excluded]), "the pods", 60)
            told = waiting.until(lambda: one.events("SwitchNotObeyed"), "the event", EVENT_SECONDS)
            self.assertIn("annotation everynode.dev/suspend has no effect", told[0]["message"])
            waiting.until(lambda: self.events_of_node(excluded), "the event of the node", EVENT_SECONDS)
            explained = self.explained(one)
            self.assertIn("annotation everynode.dev/suspend has no effect", explained)
            self.assertIn("not obeyed: the node excludes it", explained)

    @contextlib.contextmanager
    def companion(self) -> Iterator[Reconciler]:
        lease = ("--lease-name", self.name("beside"))
        with Reconciler(
            self.cluster.kubeconfig, self.cluster.logs, "--mode", "companion", *lease, name="beside"
        ) as reconciler:
            yield reconciler
