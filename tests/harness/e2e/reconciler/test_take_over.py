"""Kubernetes' own controller hands over to ours, and takes over again."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

from tests.harness.cluster import waiting
from tests.harness.cluster.processes import Process
from tests.harness.e2e.reconciler.daemon import EVENT_SECONDS, Daemon, image_of, rolling, uid_of
from tests.harness.e2e.reconciler.environment import SHARED, ReconcilerTest

QUIET_SECONDS = 3
HOST_NETWORK = {
    "hostNetwork": True,
    "tolerations": [{"operator": "Exists"}],
    "initContainers": [
        {
            "name": "init",
            "image": "example.org/init:1",
            "command": ["sh", "-c", "a <b> & c"],
            "resources": {"limits": {"memory": "1536Mi", "cpu": "1500m"}},
        }
    ],
}
HEADSTART_SECONDS = 6  # what it sees this soon after it began to lead may be the work of the previous controller


class TakeOver(ReconcilerTest):
    """Each controller treats the state that the other leaves as its own."""

    def setUp(self) -> None:
        self.pool = self.name("take-over")
        self.nodes = self.add_nodes(self.pool, 3)

    def test_and_back_without_a_restart(self):
        """Requirement 9.11."""
        with self.away():
            with self.in_tree_controller():
                daemons = self.with_history()
                before = [state(one) for one in daemons]
            self.reconciler.start()
            before = self.assert_only_new_pods(daemons, before)
            self.reconciler.process.stop()
            with self.in_tree_controller():
                self.assert_only_new_pods(daemons, before)

    def test_in_the_middle_of_a_roll(self):
        self.take_over_in_the_middle(rolling(unavailable=1))

    def test_in_the_middle_of_a_surge(self):
        self.take_over_in_the_middle(rolling(surge=1))

    def test_back_in_the_middle_of_a_roll(self):
        self.hand_back_in_the_middle(rolling(unavailable=1))

    def test_back_in_the_middle_of_a_surge(self):
        self.hand_back_in_the_middle(rolling(surge=1))

    def take_over_in_the_middle(self, strategy: dict) -> None:
        with self.away(), self.in_tree_controller() as in_tree:
            daemon, updated = self.half_way(strategy)
            in_tree.stop()
            self.reconciler.start()
            self.assert_completed(daemon, updated)
            self.reconciler.process.stop()

    def hand_back_in_the_middle(self, strategy: dict) -> None:
        """After a restart, Kubernetes' own controller does not notice a new pod of a surge that was ready before. We
        make it look."""
        daemon, updated = self.half_way(strategy)
        with self.away(), self.in_tree_controller():
            self.assert_completed(
                daemon,
                updated,
                look=lambda: daemon.merge({"metadata": {"labels": {"looked-at": str(time.monotonic_ns())}}}),
            )

    def with_history(self) -> list[Daemon]:
        """DaemonSets with several revisions, of different templates and strategies."""
        at_once = rolling(unavailable="100%")
        daemons = [
            self.create(self.name("plain"), pool=self.pool, strategy=at_once),
            self.create(
                self.name("surging"), pool=self.pool, strategy=rolling(surge="100%"), annotations={"of": "<somebody>"}
            ),
            self.create(self.name("host"), pool=self.pool, strategy=at_once, template=HOST_NETWORK),
        ]
        for image in ("1", "2", "3", "1"):
            for one in daemons:
                one.set_image(image, cause=f"image {image}")
            for one in daemons:
                one.wait_on(*self.nodes)
        return daemons

    def half_way(self, strategy: dict) -> tuple[Daemon, set[str]]:
        """A DaemonSet in the middle of a rollout, and the pods that are right already."""
        daemon = self.create(self.name("half-way"), pool=self.pool, strategy=strategy, minReadySeconds=3)
        waiting.until(lambda: daemon.has_status({"numberAvailable": len(self.nodes)}), "the first revision", 60)
        daemon.set_image("2")
        return daemon, waiting.until(lambda: updated_pods(daemon), "an updated pod", 30)

    def assert_completed(self, daemon: Daemon, updated: set[str], look: Callable[[], object] = lambda: None) -> None:
        counts = dict.fromkeys(("numberAvailable", "updatedNumberScheduled"), len(self.nodes))
        waiting.until(lambda: (look(), daemon.has_status(counts))[1], "the roll", 90, interval=0.5)
        self.assertLessEqual(updated, daemon.uids(), "a pod that was right already was restarted")
        self.assertEqual([one["revision"] for one in daemon.revisions()], [1, 2])
        self.assertEqual(self.creations(daemon), 2 * len(self.nodes))

    def assert_only_new_pods(self, daemons: list[Daemon], before: list[tuple]) -> list[tuple]:
        """Adds a node to show that the current controller has begun; nothing else may have changed."""
        self.nodes += self.add_nodes(self.pool, 1)
        for one, (pods, revisions) in zip(daemons, before, strict=True):
            waiting.until(lambda one=one: one.is_on(self.nodes), f"the pod of {one.name} on the new node")
            one.wait_status(seconds=30, numberAvailable=len(self.nodes), updatedNumberScheduled=len(self.nodes))
            self.assertEqual(len(one.uids()), len(pods) + 1)
            self.assertLess(pods, one.uids(), "a pod was restarted")
            self.assertEqual(state(one)[1], revisions)
        return [state(one) for one in daemons]


class Rival(ReconcilerTest):
    def test_gives_way_to_another_controller(self):
        """Requirement 13.2."""
        time.sleep(HEADSTART_SECONDS)
        with self.in_tree_controller() as in_tree:
            daemon = self.overlook()
            waiting.until(
                lambda: self.reconciler.metric("everynode_reconciler_rivalled_daemonsets") == 1, "the metric", 20
            )
            waiting.until(lambda: daemon.events("AnotherController"), "the event", EVENT_SECONDS)
            (event,) = daemon.events("AnotherController")
            self.assertEqual(event["type"], "Warning")
            self.assertRegex(
                event["message"], "^kube-controller-manager (creates pods for|writes the status of) this daemon set"
            )
            self.assertIn("--controllers=*,-daemonset-controller", event["message"])
            self.assertIn("another controller acts for this DaemonSet", self.reconciler.log())
            daemon.wait_on(*SHARED, seconds=20)
            self.assert_quiet(daemon)
            daemon.set_image("2")
            daemon.wait_on(*SHARED, seconds=20)
            self.assert_quiet(daemon)
            self.assert_idle_without(daemon, in_tree)

    def test_gives_way_to_no_stranger(self):
        """Anybody who may create pods can make one that looks like ours, and anybody who may write a status can write
        one."""
        time.sleep(HEADSTART_SECONDS)
        pool = self.name("strange")
        nodes = self.add_nodes(pool, 2)
        daemon = self.create(self.name("strange"), pool=pool)
        daemon.wait_on(*nodes)
        self.api.merge(f"{daemon.path}/status", {"status": {"numberMisscheduled": 7}})
        self.forge_pod_of(daemon)
        waiting.until(lambda: daemon.has_status({"numberMisscheduled": 0}), "the status to be put right", 20)
        waiting.until(lambda: len(daemon.uids()) == len(nodes), "one pod on each node", 20)
        nodes += self.add_nodes(pool, 1)
        daemon.wait_on(*nodes, seconds=20)
        self.assertEqual(daemon.events("AnotherController"), [])

    def forge_pod_of(self, daemon: Daemon) -> None:
        """Creates a second pod for the node of one of its pods, as its controller would have made it."""
        pod = daemon.pods()[0]
        metadata = {key: pod["metadata"][key] for key in ("namespace", "labels", "ownerReferences")}
        self.api.create(
            daemon.pods_path,
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "spec": pod["spec"],
                "metadata": {**metadata, "name": f"{daemon.name}-x"},
            },
        )

    def overlook(self) -> Daemon:
        """A DaemonSet whose pods the other controller creates. Ours is faster, so it must sleep meanwhile."""
        self.reconciler.process.send(signal.SIGSTOP)
        try:
            daemon = self.create(self.name("rival"))
            waiting.until(lambda: daemon.is_on(SHARED), "the pods of the other")
        finally:
            self.reconciler.process.send(signal.SIGCONT)
        return daemon

    def assert_quiet(self, daemon: Daemon) -> None:
        before, created = daemon.uids(), self.creations(daemon)
        time.sleep(QUIET_SECONDS)
        self.assertEqual((daemon.uids(), self.creations(daemon)), (before, created))

    def assert_idle_without(self, daemon: Daemon, in_tree: Process) -> None:
        """Even when the other controller has gone, we wait for a while before we act."""
        in_tree.stop()
        before = daemon.uids()
        daemon.set_image("3")
        time.sleep(QUIET_SECONDS)
        self.assertEqual(daemon.uids(), before)


def state(daemon: Daemon) -> tuple[set[str], list[tuple]]:
    return daemon.uids(), [(uid_of(one), one["revision"], one["data"]) for one in daemon.revisions()]


def updated_pods(daemon: Daemon) -> set[str]:
    return {uid_of(pod) for pod in daemon.pods() if image_of(pod).endswith(":2")}
