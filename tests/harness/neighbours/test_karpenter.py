"""Karpenter, which reckons with what daemon pods will take of a node before there is the node, and takes nodes away on
which nothing but daemon pods is left."""

from __future__ import annotations

import time

from tests.harness.cluster import waiting
from tests.harness.cluster.watch import Watch
from tests.harness.e2e.reconciler.policies import GROUP
from tests.harness.neighbours import karpenter
from tests.harness.neighbours.environment import CONTROLLERS, DAEMON_SETS, NODES, NeighboursTest, daemon_set
from tests.harness.neighbours.karpenter import EIGHT, FOUR
from tests.harness.tools import binaries

DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
SMALL, LARGE = "500m", "1500m"
CLASS = "system-node-critical"
WORK = "3"  # of the 3.9 cores of a small node: one daemon pod that is small fits beside it, not a large one


class Karpenter(NeighboursTest):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.enterClassContext(karpenter.running(cls.cluster, cls.kubectl))

    def test_a_node_that_comes_and_goes(self) -> None:
        for which in CONTROLLERS:
            with self.subTest(which), self.controller(which):
                name = self.daemons(SMALL)
                self.assertEqual(self.served(name), [FOUR])
                seconds = self.emptied(name)
                self.told(
                    "a node for a pod beside a daemon pod; the pod is deleted",
                    which,
                    f"takes the small node, as it should; takes it away {seconds:.0f} s after the end of the pod",
                )

    def test_an_overlay_that_makes_pods_larger(self) -> None:
        """It reckons with the youngest pod of a DaemonSet, whose node the overlay leaves alone here, and reads it once
        a minute. Of two pods without a class the one that is bound first stays."""
        does = f"the template asks for {SMALL}, an overlay of its nodes for {LARGE}"
        with self.reconciler("--overlays"):
            name = self.daemons(SMALL, new_nodes=LARGE)
            self.assertEqual(self.served(name), [FOUR])
            time.sleep(10)
            self.assertEqual(self.running_on(name), set(NODES))
            self.told(
                does,
                "takeover",
                "takes the small node; the daemon pod does not fit beside the pod, and stays pending",
            )
            self.cleared(name)

    def test_an_overlay_that_makes_pods_of_a_class_larger(self) -> None:
        does = f"the same, and the template has the class {CLASS}"
        with self.reconciler("--overlays"):
            name = self.daemons(SMALL, new_nodes=LARGE, priorityClassName=CLASS)
            types = self.served(name, 240)
            self.assertEqual((types[0], types[-1]), (FOUR, EIGHT))
            waiting.until(lambda: len(self.running_on(name)) > len(NODES), "a daemon pod beside it", 30)
            self.told(
                does,
                "takeover",
                "takes small nodes, where the daemon pod drives the pod out; "
                "the larger node once it has read such a pod",
            )
            self.cleared(name)

    def test_an_overlay_that_makes_pods_smaller(self) -> None:
        does = f"the template asks for {LARGE}, an overlay of its nodes for {SMALL}"
        with self.reconciler("--overlays"):
            name = self.daemons(LARGE, new_nodes=SMALL)
            self.assertEqual(self.served(name), [EIGHT])
            waiting.until(lambda: len(self.running_on(name)) > len(NODES), "a daemon pod beside it", 30)
            self.told(does, "takeover", "takes a node that is larger than needed; both run")
            self.cleared(name)

    # --- what they have in common ---

    def daemons(self, cpu: str, new_nodes: str = "", **spec: object) -> str:
        name = self.name("counted")
        document = daemon_set(name)
        document["spec"]["template"]["spec"] |= spec
        document["spec"]["template"]["spec"]["containers"][0]["resources"] = {"requests": {"cpu": cpu}}
        if new_nodes:
            self.overlay(name, new_nodes)
        self.api.create(DAEMON_SETS, document)
        self.addCleanup(self.remove, name)
        waiting.until(lambda: self.running_on(name) >= set(NODES), "its pods", 60)
        time.sleep(2)  # until Karpenter has seen them
        return name

    def overlay(self, name: str, cpu: str) -> None:
        path = f"{GROUP}/namespaces/default/daemonsetoverlays"
        container = {"name": "agent", "resources": {"requests": {"cpu": {"base": cpu}}}}
        spec = {
            "daemonSets": {"matchLabels": {"name": name}},
            "nodes": {"matchLabels": {karpenter.POOL_LABEL: karpenter.POOL}},
            "containers": [container],
        }
        document = {"apiVersion": "everynode.dev/v1alpha1", "kind": "DaemonSetOverlay", "metadata": {"name": name}}
        self.api.create(path, document | {"spec": spec})
        self.addCleanup(self.api.delete, f"{path}/{name}")

    def served(self, name: str, seconds: float = 60) -> list[str]:
        """The types of the nodes that Karpenter makes for a pod until it runs for good, in order."""
        types: dict[str, str] = {}

        def seen(_: str, node: dict) -> None:
            types[node["metadata"]["name"]] = node["metadata"]["labels"][karpenter.TYPE]

        work = f"work-{name}"
        with Watch(self.api, "/api/v1/nodes", karpenter.POOL_LABEL, happened=seen):
            self.api.create(DEPLOYMENTS, deployment(work))
            self.addCleanup(self.api.delete, f"{DEPLOYMENTS}/{work}?propagationPolicy=Background")
            waiting.until(lambda: self.settled(work), "the work to run", seconds, 0.5)
        return list(types.values())

    def settled(self, work: str) -> bool:
        """It runs, and still does when a daemon pod would have driven it out."""
        before = self.running_on(work)
        time.sleep(5 if before else 0)
        return bool(before) and self.running_on(work) == before

    def cleared(self, name: str) -> None:
        """Without waiting for Karpenter's pace."""
        self.api.delete(f"{DEPLOYMENTS}/work-{name}?propagationPolicy=Background")
        waiting.until(lambda: not self.pods_of(f"work-{name}"), "the work to go")
        self.kubectl("delete", "nodeclaims", "--all", "--timeout=60s")
        waiting.until(lambda: not karpenter.its_nodes(self.cluster), "its nodes to go", 30)
        self.remove(name)

    def emptied(self, name: str) -> float:
        begin = time.monotonic()
        self.api.delete(f"{DEPLOYMENTS}/work-{name}?propagationPolicy=Background")
        waiting.until(lambda: not karpenter.its_nodes(self.cluster), "Karpenter to take its nodes away", 120)
        waiting.until(lambda: self.running_on(name) == set(NODES), "the other daemon pods to be alone")
        seconds = time.monotonic() - begin
        self.remove(name)
        return seconds

    def told(self, does: str, beside: str, outcome: str) -> None:
        self.tell(f"Karpenter {binaries.ALL['karpenter'].version}, KWOK provider", does, beside, outcome)


def deployment(name: str) -> dict:
    labels = {"name": name}
    container = {"name": "work", "image": "example.org/work:1", "resources": {"requests": {"cpu": WORK}}}
    spec = {
        "nodeSelector": {karpenter.POOL_LABEL: karpenter.POOL},
        "terminationGracePeriodSeconds": 0,
        "containers": [container],
    }
    return {
        "metadata": {"name": name},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    }
