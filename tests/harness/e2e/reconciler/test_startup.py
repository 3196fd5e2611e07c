"""New nodes that wait for DaemonSets: section 18 of the requirements, with the real scheduler."""

from __future__ import annotations

import time

from tests.harness.cluster import nodes, pods, waiting
from tests.harness.e2e.reconciler.daemon import POOL
from tests.harness.e2e.reconciler.environment import ReconcilerTest, taint
from tests.harness.e2e.reconciler.life import STARTING

REQUIRED = {"everynode.dev/startup": "required"}
NEVER_READY = {"everynode.dev/simulated-readiness": "never"}


class Startup(ReconcilerTest):
    def setUp(self) -> None:
        self.pool = self.name("pool")

    def add_starting_node(self) -> str:
        """As a kubelet with --register-with-taints registers it."""
        name = self.name(self.pool)
        document = nodes.node(name, labels={POOL: self.pool})
        document["spec"]["taints"] = [taint("other", "PreferNoSchedule"), taint(STARTING, "NoSchedule")]
        self.addCleanup(self.api.delete, f"{nodes.NODES}/{name}")
        nodes.add(self.api, [document])
        return name

    def taints_of(self, node: str) -> list[str]:
        return [one["key"] for one in self.api.get(f"{nodes.NODES}/{node}")["spec"].get("taints", [])]

    def workload(self) -> str:
        """A pod that anybody's Deployment could have."""
        name = self.name("workload")
        self.addCleanup(self.api.delete, f"{pods.PODS}/{name}?gracePeriodSeconds=0")
        self.api.create(pods.PODS, pods.pod(name, nodeSelector={POOL: self.pool}))
        return name

    def node_of(self, pod: str) -> str | None:
        return self.api.get(f"{pods.PODS}/{pod}")["spec"].get("nodeName")

    def test_a_node_waits_for_what_it_requires(self) -> None:  # requirements 18.1 and 18.2
        with self.away(), self.new_reconciler("--startup-taint", STARTING, name="starting"):
            required = self.create(self.name("required"), pool=self.pool, annotations=REQUIRED, minReadySeconds=2)
            other = self.create(self.name("other"), pool=self.pool)
            node = self.add_starting_node()
            workload = self.workload()
            waiting.until(lambda: required.on(node), "its pod, in spite of the taint", 20)
            self.assertIn(STARTING, self.taints_of(node))
            self.assertEqual((other.pods(), self.node_of(workload)), ([], None))
            waiting.until(lambda: STARTING not in self.taints_of(node), "the taint to go", 20)
            (pod,) = required.pods()
            self.assertEqual(pod["status"]["phase"], "Running")
            self.assertIn("other", self.taints_of(node), "only this one goes")
            waiting.until(lambda: self.node_of(workload) == node, "the workload to come", 20)
            other.wait_on(node)
            self.assertNotIn(STARTING, str(required.get()["spec"]))

    def test_it_waits_as_long_as_it_takes_and_for_nobody_who_does_not_come(self) -> None:  # requirement 18.1
        with self.away(), self.new_reconciler("--startup-taint", STARTING, name="starting"):
            nowhere = {"nodeSelector": {"no": "such-label"}}
            self.create(self.name("elsewhere"), pool="", annotations=REQUIRED, template=nowhere)
            free = self.add_starting_node()
            waiting.until(lambda: STARTING not in self.taints_of(free), "the taint to go", 20)
            one = self.create(self.name("broken"), pool=self.pool, annotations=REQUIRED)
            one.wait_on(free)
            one.merge({"spec": {"template": {"metadata": {"annotations": NEVER_READY}}}})
            node = self.add_starting_node()
            waiting.until(lambda: one.on(node), "its pod", 20)
            time.sleep(2)
            self.assertIn(STARTING, self.taints_of(node))
            # The ways out: the annotation, or the taint itself.
            one.merge({"metadata": {"annotations": {"everynode.dev/startup": None}}})
            waiting.until(lambda: STARTING not in self.taints_of(node), "the taint to go", 20)
