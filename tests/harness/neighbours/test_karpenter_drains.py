"""The order in which Karpenter has the pods of a node end before it takes the node away, and what DaemonSet controllers
do about that meanwhile."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from tests.harness.cluster import pods, waiting
from tests.harness.cluster.watch import Watch
from tests.harness.neighbours import karpenter
from tests.harness.neighbours.environment import CONTROLLERS, DAEMON_SETS, NODES, NeighboursTest, daemon_set
from tests.harness.tools import binaries

CLASS = "system-node-critical"
SILENT = "everynode.dev/simulated-kubelet"  # the pod takes its time to end
GRACE = 300
LONG = 6.0  # seconds that such a pod takes


class KarpenterDrains(NeighboursTest):
    """Four DaemonSets: slow (takes long to end) and usual, critical, and tolerant (of every taint)."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.enterClassContext(karpenter.running(cls.cluster, cls.kubectl))

    def test_a_node_that_is_deleted(self) -> None:
        for which in CONTROLLERS:
            with self.subTest(which), self.controller(which), self.daemons() as names, self.node(names) as node:
                with Ends(self, node) as ends:
                    self.kubectl("delete", "nodeclaims", "--all", "--wait=false")
                    self.drained(node, names, ends)
                    seconds = self.left_alone(node, names)
                self.assertEqual((ends.made, ends.gone), ([], ["work", "usual", "slow", "critical", "tolerant"]))
                self.told(
                    "a node with a pod and four daemon pods is deleted: the pod and one of these take long to end",
                    which,
                    "the pod ends, then the daemon pods of no class, then the critical one; one that tolerates all "
                    f"stays until the node has gone, and goes {seconds:.0f} s after it; no pod is made there meanwhile",
                )

    def test_a_rollout_on_a_node_that_is_deleted(self) -> None:
        """While the pod takes its time to end."""
        for which in CONTROLLERS:
            with self.subTest(which), self.controller(which), self.daemons() as names, self.node(names) as node:
                with Ends(self, node) as ends:
                    self.kubectl("delete", "nodeclaims", "--all", "--wait=false")
                    waiting.until(lambda: "work" in ends.asked, "the pod to be evicted", 30)
                    for name in (names["usual"], names["tolerant"]):
                        self.kubectl("rollout", "restart", f"daemonset/{name}")
                        self.kubectl("rollout", "status", f"daemonset/{name}", "--timeout=60s")
                    time.sleep(LONG)
                    early = sorted(kind for kind in ends.gone if kind != "work")
                    made = list(ends.made)
                    self.let_end(node, "work")
                    self.let_end(node, "slow")
                    self.left_alone(node, names)
                self.assertEqual((early, made), (["tolerant", "usual"], ["tolerant"]))
                self.told(
                    "the same, and two DaemonSets are rolled out while the pod takes its time to end",
                    which,
                    "the pod of the one that tolerates all is replaced; that of the other ends before its time, "
                    "and no other comes",
                )

    # --- what they have in common ---

    def drained(self, node: str, names: dict[str, str], ends: Ends) -> None:
        """Each that takes long has what comes after it wait."""
        waiting.until(lambda: "work" in ends.asked, "the pod to be evicted", 30)
        time.sleep(LONG)
        self.assertEqual(ends.asked, ["work"])
        self.let_end(node, "work")
        waiting.until(lambda: "slow" in ends.asked, "the first daemon pods to be evicted", 30)
        time.sleep(LONG)
        self.assertEqual(sorted(ends.asked), ["slow", "usual", "work"])
        self.assertEqual(self.running_on(names["tolerant"]), {*NODES, node})
        self.let_end(node, "slow")

    def left_alone(self, node: str, names: dict[str, str]) -> float:
        """How long after the node its last pod goes."""
        waiting.until(lambda: not karpenter.its_nodes(self.cluster), "Karpenter to take the node away", 60)
        begin = time.monotonic()
        waiting.until(lambda: not self.there(node), "the pods that tolerate all to go", 120)
        seconds = time.monotonic() - begin
        for name in names.values():
            self.assertEqual(self.running_on(name), set(NODES))
        return seconds

    @contextlib.contextmanager
    def daemons(self) -> Iterator[dict[str, str]]:
        patches = {
            "usual": {},
            "slow": {"terminationGracePeriodSeconds": GRACE},
            "critical": {"priorityClassName": CLASS},
            "tolerant": {"tolerations": [{"operator": "Exists"}]},
        }
        names = {kind: self.name(kind) for kind in patches}
        for kind, patch in patches.items():
            document = daemon_set(names[kind])
            document["spec"]["template"]["spec"] |= patch
            self.api.create(DAEMON_SETS, document)
        try:
            for name in names.values():
                waiting.until(lambda: self.running_on(name) >= set(NODES), f"the pods of {name}", 60)
            yield names
        finally:
            for name in names.values():
                self.remove(name)

    @contextlib.contextmanager
    def node(self, names: dict[str, str]) -> Iterator[str]:
        """That Karpenter makes for a pod, with all daemon pods."""
        work = pods.pod("work", nodeSelector={karpenter.POOL_LABEL: karpenter.POOL})
        work["spec"]["terminationGracePeriodSeconds"] = GRACE
        self.api.create(pods.PODS, work)
        waiting.until(lambda: karpenter.its_nodes(self.cluster), "a node", 60)
        (node,) = (one["metadata"]["name"] for one in karpenter.its_nodes(self.cluster))
        waiting.until(lambda: len(self.up(node)) == len(names) + 1, "all pods on it to run", 60)
        for pod in self.there(node):
            if kind_of(pod) in ("work", "slow"):
                self.annotate(pod, "silent")
        try:
            yield node
        finally:
            for kind in ("work", "slow"):
                self.let_end(node, kind)
            self.api.delete(f"{pods.PODS}/work?gracePeriodSeconds=0")
            self.kubectl("delete", "nodeclaims", "--all", "--timeout=60s")

    def there(self, node: str) -> list[dict]:
        return self.api.items(f"{pods.PODS}?fieldSelector=spec.nodeName%3D{node}")

    def up(self, node: str) -> list[dict]:
        return [pod for pod in self.there(node) if pod["status"].get("phase") == "Running"]

    def let_end(self, node: str, kind: str) -> None:
        for pod in self.there(node):
            if kind_of(pod) == kind:
                self.annotate(pod, None)

    def annotate(self, pod: dict, value: str | None) -> None:
        self.api.merge(f"{pods.PODS}/{pod['metadata']['name']}", {"metadata": {"annotations": {SILENT: value}}})

    def told(self, does: str, beside: str, outcome: str) -> None:
        self.tell(f"Karpenter {binaries.ALL['karpenter'].version}, KWOK provider", does, beside, outcome)


class Ends:
    """The kinds of the node's pods in the order in which they were asked to end, and ended, and of those that were made
    for it meanwhile."""

    def __init__(self, test: NeighboursTest, node: str):
        self.asked: list[str] = []
        self.gone: list[str] = []
        self.made: list[str] = []
        self._node = node
        self._watch = Watch(test.api, pods.PODS, happened=self._happened)

    def __enter__(self) -> Ends:
        self._watch.__enter__()
        return self

    def __exit__(self, *error) -> None:
        self._watch.__exit__(*error)

    def _happened(self, what: str, pod: dict) -> None:
        if self._node not in (pod["spec"].get("nodeName"), *pods.pins_of(pod)):
            return
        kind = kind_of(pod)
        if what == "ADDED":
            self.made.append(kind)
        if what == "DELETED":
            self.gone.append(kind)
        if "deletionTimestamp" in pod["metadata"] and kind not in self.asked:
            self.asked.append(kind)


def kind_of(pod: dict) -> str:
    return pod["metadata"]["name"].partition("-")[0]
