"""Nodes that shut down, go out of service, are drained, or come back under their name: section 17 of the requirements.
Their kubelets are simulated; tests.harness.node has a real one."""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Iterator

from tests.harness.cluster import binary, nodes, pods, waiting
from tests.harness.e2e.reconciler.daemon import EVENT_SECONDS, Daemon, uid_of
from tests.harness.e2e.reconciler.environment import ReconcilerTest, taint

SHUTTING_DOWN = "GracefulNodeShutdownInProgress"
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
LOOP_SECONDS = 8.0
CERTAIN_SECONDS = 10.0
UNTIL_BACK = "its next pod comes when it is back"


class LeavingNodes(ReconcilerTest):
    def setUp(self) -> None:
        self.pool = self.name("pool")

    @contextlib.contextmanager
    def rejecting(self, one: Daemon, node: str, known: bool = False) -> Iterator[list[str]]:
        """A kubelet that shuts down: it ends all pods, and rejects the new ones, as the real one does. If `known`, it
        begins when the reconciler knows the node's condition; else it may hear of the pods first."""
        rejected: list[str] = []
        stop = threading.Event()

        def reject() -> None:
            while not stop.wait(0.05):
                for pod in one.on(node):
                    if pod["status"].get("phase") == "Failed" or pod["metadata"].get("deletionTimestamp"):
                        continue
                    if pod["metadata"]["name"] not in rejected:  # KWOK may have said once more that it runs
                        rejected.append(pod["metadata"]["name"])
                    status = {
                        "phase": "Failed",
                        "reason": "NodeShutdown",
                        "message": "Pod was rejected as the node is shutting down.",
                        "conditions": [{"type": "Ready", "status": "False"}],
                    }
                    with contextlib.suppress(Exception):
                        self.api.merge(f"{pods.PODS}/{pod['metadata']['name']}/status", {"status": status})

        self.set_condition(node, SHUTTING_DOWN, "True")
        if known:
            self.wait_for_news_of_nodes()
        thread = threading.Thread(target=reject)
        thread.start()
        try:
            yield rejected
        finally:
            stop.set()
            thread.join()
            self.set_condition(node, SHUTTING_DOWN, "False")

    def wait_for_news_of_nodes(self) -> None:
        """Until the reconciler has read all that was written of nodes: a new one comes last in its watch."""

        def counted() -> bool:
            return self.reconciler.metric("everynode_reconciler_nodes") == len(self.api.items(nodes.NODES))

        waiting.until(counted, "the reconciler to know all nodes")
        self.add_nodes(self.name("news"), 1)
        waiting.until(counted, "the reconciler to know the new node")

    def test_a_node_that_shuts_down_gets_no_pod_until_it_is_back(self) -> None:  # requirement 17.1
        stays, leaves = self.add_nodes(self.pool, 2)
        one = self.create(self.name("shut-down"), pool=self.pool)
        one.wait_on(stays, leaves)
        with self.rejecting(one, leaves, known=True) as rejected:
            waiting.until(lambda: rejected, "its pod to end", 30)
            time.sleep(LOOP_SECONDS)
            self.assertEqual(len(rejected), 1)
            self.assertEqual(len(one.on(leaves)), 1, "what has ended stays")
        begin = time.monotonic()
        one.wait_on(stays, leaves)
        print(f"a pod {time.monotonic() - begin:.1f} s after the node was back; none in {LOOP_SECONDS:.0f} s before")

    def test_upstream_creates_what_is_rejected(self) -> None:  # requirement 17.1
        counts = {}
        with self.away():
            for name, controller in (("in-tree", self.in_tree_controller), ("--mind-nodes=false", self.plain)):
                with controller():
                    stays, leaves = self.add_nodes(self.name("pool"), 2)
                    one = self.create(self.name("looping"), pool=leaves.rpartition("-")[0])
                    waiting.until(lambda one=one, on=(stays, leaves): one.is_on(on), "the pods", 60)
                    with self.rejecting(one, leaves) as rejected:
                        time.sleep(LOOP_SECONDS)
                    counts[name] = len(rejected)
                    self.api.delete(one.path)
        print(f"rejected in {LOOP_SECONDS:.0f} s: {counts}")
        for name, count in counts.items():
            self.assertGreater(count, 2, name)

    def plain(self) -> contextlib.AbstractContextManager:
        return self.new_reconciler("--mind-nodes=false", name="as-upstream")

    def test_pods_leave_a_node_out_of_service_at_once(self) -> None:  # requirement 17.2
        stays, dead = self.add_nodes(self.pool, 2)
        one = self.create(self.name("out-of-service"), pool=self.pool, template={"terminationGracePeriodSeconds": 600})
        tolerant = self.create(
            self.name("tolerant"), pool=self.pool, template={"tolerations": [{"operator": "Exists"}]}
        )
        for each in (one, tolerant):
            each.wait_on(stays, dead)
        kept = tolerant.uids()
        self.silence(dead)
        begin = time.monotonic()
        self.change_node(dead, taints=[taint(OUT_OF_SERVICE, "NoExecute", "nodeshutdown")])
        waiting.until(lambda: not one.on(dead), "the pod to go", 30)
        seconds = time.monotonic() - begin
        print(f"gone {seconds:.1f} s after the taint (the pod garbage collector looks every 20 s)")
        self.assertLess(seconds, 5)
        self.assertEqual(tolerant.uids(), kept)

    def test_explain_knows_how_they_are_treated(self) -> None:  # requirement 11.2
        (node,) = self.add_nodes(self.pool, 1)
        one = self.create(self.name("explained"), pool=self.pool)
        one.wait_on(node)
        with self.away(), self.plain():
            waiting.until(lambda: self.tells(one) == ["False"], "the condition", 30)
            with self.rejecting(one, node) as rejected:
                waiting.until(lambda: len(rejected) > 1, "the second pod", 60)
                self.assertNotIn(UNTIL_BACK, self.explained(one))
        waiting.until(lambda: not self.tells(one), "the condition to go", 30)
        one.wait_on(node)
        with self.rejecting(one, node) as rejected:
            waiting.until(lambda: rejected, "its pod to end", 30)
            waiting.until(lambda: UNTIL_BACK in self.explained(one), "the reason", 30)

    @staticmethod
    def tells(one: Daemon) -> list[str]:
        conditions = one.get()["status"].get("conditions", [])
        return [condition["status"] for condition in conditions if condition["type"] == "NodesMinded"]

    def explained(self, one: Daemon) -> str:
        command = [binary.path(), "explain", "ds", one.name, "-n", "default", "--kubeconfig", self.cluster.kubeconfig]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout

    def test_draining_and_maintenance_change_nothing(self) -> None:  # requirement 17.4
        (node,) = self.add_nodes(self.pool, 1)
        one = self.create(self.name("drained"), pool=self.pool)
        before = {uid_of(pod) for pod in one.wait_on(node)}
        self.kubectl("drain", node, "--ignore-daemonsets", "--force", "--timeout=60s")
        for kind in ("DrainInProgress", "Drained", "MaintenancePlanned", "MaintenanceInProgress"):
            self.set_condition(node, kind, "True")
        time.sleep(1)
        self.assertEqual({uid_of(pod) for pod in one.wait_on(node)}, before)
        one.set_image("2")
        one.wait_on(node)
        self.kubectl("uncordon", node)

    def test_pods_leave_a_node_that_has_gone(self) -> None:  # requirement 17.3
        """The pod garbage collector runs here too, and waits 40 s."""
        stays, dead = self.add_nodes(self.pool, 2)
        one = self.create(self.name("gone"), pool=self.pool, template={"terminationGracePeriodSeconds": 600})
        kept = {uid_of(pod) for pod in one.wait_on(stays, dead) if pod["spec"]["nodeName"] == stays}
        self.silence(dead)
        begin = time.monotonic()
        self.api.delete(f"{nodes.NODES}/{dead}")
        waiting.until(lambda: not one.on(dead), "the pod to go", 30)
        seconds = time.monotonic() - begin
        print(f"gone {seconds:.1f} s after the node")
        self.assertGreater(seconds, 4)
        self.assertLess(seconds, CERTAIN_SECONDS)
        self.assertEqual(one.uids(), kept)
        what = "the event that says whose deletion it was"
        waiting.until(lambda: one.events("SuccessfulDelete"), what, EVENT_SECONDS)

    def test_pods_stay_where_a_kubelet_may_come_back(self) -> None:  # requirement 17.3
        ready, again = self.add_nodes(self.pool, 2)
        one = self.create(self.name("stays"), pool=self.pool)
        before = {uid_of(pod) for pod in one.wait_on(ready, again)}
        self.silence(again)
        for node in (ready, again):
            self.api.delete(f"{nodes.NODES}/{node}")
        nodes.add(self.api, [nodes.node(again, labels={"pool": self.pool})])
        time.sleep(CERTAIN_SECONDS)
        self.assertEqual(one.uids(), before, "neither of a node that was ready nor of one that is back")
        self.assertEqual(len(one.on(again)), 1)

    def test_pods_of_a_node_that_has_gone_are_left_to_the_garbage_collector(self) -> None:  # requirement 17.3
        with self.away(), self.plain():
            stays, dead = self.add_nodes(self.pool, 2)
            one = self.create(self.name("left"), pool=self.pool)
            before = {uid_of(pod) for pod in one.wait_on(stays, dead)}
            self.silence(dead)
            self.api.delete(f"{nodes.NODES}/{dead}")
            time.sleep(CERTAIN_SECONDS)
            self.assertEqual(one.uids(), before)

    def test_a_node_comes_back_under_its_name(self) -> None:  # requirement 17.3
        stays, node = self.add_nodes(self.pool, 2)
        one = self.create(self.name("again"), pool=self.pool)
        one.wait_on(stays, node)
        before = one.on(node)
        old = self.api.get(f"{nodes.NODES}/{node}")["metadata"]["uid"]
        self.api.delete(f"{nodes.NODES}/{node}")
        one.wait_status(desiredNumberScheduled=1, numberAvailable=1)
        begin = time.monotonic()
        nodes.add(self.api, [nodes.node(node, labels={"pool": self.pool})])
        one.wait_on(stays, node)
        print(f"a running pod {time.monotonic() - begin:.1f} s after the node was registered again")
        self.assertNotEqual(self.api.get(f"{nodes.NODES}/{node}")["metadata"]["uid"], old)
        self.assertEqual([uid_of(pod) for pod in one.on(node)], [uid_of(pod) for pod in before])
