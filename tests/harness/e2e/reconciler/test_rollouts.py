"""New revisions reach the nodes within the budget."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from tests.harness.cluster import pods, waiting
from tests.harness.cluster.api import ApiError
from tests.harness.e2e.reconciler.daemon import (
    EVENT_SECONDS,
    Daemon,
    hash_of,
    image_of,
    is_running,
    node_of,
    rolling,
    uid_of,
)
from tests.harness.e2e.reconciler.environment import SHARED, ReconcilerTest, taint

NEVER_READY = {"everynode.dev/simulated-readiness": "never"}
QUIET_SECONDS = 1.5


class Rolling(ReconcilerTest):
    def test_max_unavailable(self):
        daemon = self.create(self.name("roll"), strategy=rolling(unavailable=1))
        before = daemon.wait_on(*SHARED)
        daemon.set_image("2")
        fewest = self.watch(daemon, serving)
        self.assertGreaterEqual(fewest, len(SHARED) - 1)
        after = daemon.wait_on(*SHARED)
        self.assertFalse(set(map(uid_of, before)) & set(map(uid_of, after)))
        self.assertEqual({hash_of(pod) for pod in after}, {hash_of(daemon.revisions()[-1])})
        deleted = sorted(f"Deleted pod: {pod['metadata']['name']}" for pod in before)
        waiting.until(
            lambda: sorted(event["message"] for event in daemon.events("SuccessfulDelete")) == deleted,
            "the events",
            EVENT_SECONDS,
        )
        self.assertEqual(self.creations(daemon), 2 * len(SHARED))

    def test_max_surge(self):
        daemon = self.create(self.name("surge"), strategy=rolling(surge=1))
        daemon.wait_on(*SHARED)
        daemon.set_image("2")
        fewest = self.watch(daemon, serving)
        self.assertEqual(fewest, len(SHARED))
        daemon.wait_on(*SHARED)
        self.assertEqual(self.creations(daemon), 2 * len(SHARED))

    def test_surge_with_failing_pods_is_held_back(self):
        """Upstream makes hundreds of pods here (requirement 5.6)."""
        daemon = self.create(self.name("surge-fails"), strategy=rolling(surge=1))
        daemon.wait_on(*SHARED)
        daemon.set_image("2")
        end = time.monotonic() + 4
        while time.monotonic() < end:
            for pod in daemon.pods():
                if image_of(pod).endswith(":2") and pod["status"]["phase"] != "Failed":
                    with contextlib.suppress(ApiError):  # it may just have gone
                        daemon.fail(pod)
        # The first pod, its replacement at once, another one when the status has the new generation, then after 1 and 2
        # s.
        self.assertLessEqual(self.creations(daemon), len(SHARED) + 5 * len(SHARED))
        daemon.set_image("3")
        daemon.wait_on(*SHARED)

    def test_on_delete(self):
        daemon = self.create(self.name("on-delete"), strategy={"type": "OnDelete"})
        before = daemon.wait_on(*SHARED)
        daemon.set_image("2")
        daemon.wait_revisions(2)
        daemon.wait_status(numberAvailable=len(SHARED), updatedNumberScheduled=0)
        self.assertEqual(daemon.uids(), set(map(uid_of, before)))
        self.api.delete(f"{pods.PODS}/{before[0]['metadata']['name']}")
        daemon.wait_status(seconds=30, numberAvailable=len(SHARED), updatedNumberScheduled=1)
        self.assertEqual(daemon.images(), ["example.org/agent:1", "example.org/agent:1", "example.org/agent:2"])

    def test_template_changed_mid_roll(self):
        daemon = self.create(self.name("mid-roll"), strategy=rolling(unavailable=1), minReadySeconds=1)
        daemon.wait_on(*SHARED)
        daemon.set_image("2")
        waiting.until(lambda: any(image_of(pod).endswith(":2") for pod in daemon.pods()), "the roll to begin")
        daemon.set_image("3")
        daemon.wait_on(*SHARED)
        self.assertEqual([one["revision"] for one in daemon.revisions()], [1, 2, 3])

    def test_strategy_changed_mid_roll(self):
        daemon = self.create(self.name("strategies"), strategy=rolling(unavailable=1))
        daemon.wait_on(*SHARED)
        daemon.set_image("2", annotations=NEVER_READY)
        daemon.wait_status(seconds=30, numberAvailable=2, updatedNumberScheduled=1)
        daemon.merge({"spec": {"updateStrategy": rolling(unavailable=2)}})
        daemon.wait_status(seconds=30, numberAvailable=1, updatedNumberScheduled=2)
        daemon.merge({"spec": {"updateStrategy": {"type": "OnDelete", "rollingUpdate": None}}})
        (last,) = (pod for pod in daemon.pods() if image_of(pod).endswith(":1"))
        self.api.merge(
            f"{daemon.path}",
            {"spec": {"template": {"metadata": {"annotations": {"everynode.dev/simulated-readiness": None}}}}},
        )
        daemon.wait_revisions(3)
        time.sleep(QUIET_SECONDS)
        self.assertIn(uid_of(last), daemon.uids(), "OnDelete deletes nothing")
        before = daemon.uids()
        daemon.merge({"spec": {"updateStrategy": rolling(surge=1)}})
        daemon.wait_on(*SHARED)
        self.assertFalse(before & daemon.uids(), "all were of older revisions")

    def test_nodes_leave_and_are_tainted_mid_roll(self):
        pool = self.name("leave")
        first = self.add_nodes(pool, 4)
        daemon = self.create(self.name("left"), pool=pool, strategy=rolling(unavailable=1))
        daemon.wait_on(*first)
        daemon.set_image("2", annotations=NEVER_READY)
        daemon.wait_status(seconds=30, numberAvailable=3, updatedNumberScheduled=1)
        waiting.until(lambda: any(image_of(pod).endswith(":2") for pod in daemon.pods()), "the new pod", 30)
        (updated,) = (node_of(pod) for pod in daemon.pods() if image_of(pod).endswith(":2"))
        gone, tainted, kept = (name for name in first if name != updated)
        self.change_node(tainted, taints=[taint("gone", "NoExecute")])
        waiting.until(lambda: not daemon.on(tainted), "the pod to leave the tainted node", 30)
        self.api.delete(f"/api/v1/nodes/{gone}")
        # The pod that is not available still uses up the budget: no other may go.
        daemon.wait_status(seconds=60, desiredNumberScheduled=2, numberAvailable=1, updatedNumberScheduled=1)
        time.sleep(QUIET_SECONDS)
        self.assertEqual([image_of(pod) for pod in daemon.on(kept)], ["example.org/agent:1"])
        self.api.delete(f"/api/v1/nodes/{updated}")
        daemon.wait_status(seconds=60, desiredNumberScheduled=1, numberAvailable=0, updatedNumberScheduled=1)

    def test_roll_that_stands_still_is_undone_without_needless_restarts(self):
        daemon = self.create(self.name("stands-still"), strategy=rolling(unavailable=1))
        before = daemon.wait_on(*SHARED)
        daemon.set_image("2", annotations=NEVER_READY)
        daemon.wait_status(seconds=30, numberAvailable=2, updatedNumberScheduled=1, numberUnavailable=1)
        self.kubectl("rollout", "undo", f"daemonset/{daemon.name}")
        after = daemon.wait_on(*SHARED)
        self.assertEqual(len(set(map(uid_of, before)) & set(map(uid_of, after))), 2)
        self.assertEqual([one["revision"] for one in daemon.revisions()], [2, 3])

    def test_node_joins_while_a_roll_stands_still(self):
        pool = self.name("joins")
        first = self.add_nodes(pool, 2)
        daemon = self.create(self.name("joined"), pool=pool, strategy=rolling(unavailable=1))
        daemon.wait_on(*first)
        daemon.set_image("2", annotations=NEVER_READY)
        daemon.wait_status(seconds=30, numberAvailable=1, updatedNumberScheduled=1)
        (joined,) = self.add_nodes(pool, 1)
        pod = waiting.until(lambda: daemon.on(joined), "a pod on the new node", 30)[0]
        self.assertEqual(hash_of(pod), hash_of(daemon.revisions()[-1]))
        daemon.wait_status(seconds=30, desiredNumberScheduled=3, numberAvailable=1, updatedNumberScheduled=2)

    def watch(self, daemon: Daemon, count: Callable[[list[dict]], int]) -> int:
        """The lowest count that was seen before the rollout ended."""
        least = len(SHARED)
        while not daemon.is_on(SHARED):
            least = min(least, count(daemon.pods()))
        return least


class Readiness(ReconcilerTest):
    def test_min_ready_seconds(self):
        # So long that the pods are found ready and not available yet.
        daemon = self.create(self.name("min-ready"), minReadySeconds=15)
        daemon.wait_status(seconds=30, numberReady=len(SHARED), numberAvailable=0, numberUnavailable=len(SHARED))
        daemon.wait_status(seconds=40, numberReady=len(SHARED), numberAvailable=len(SHARED), numberUnavailable=0)

    def test_pod_that_is_no_longer_ready(self):
        daemon = self.create(self.name("not-ready"))
        pod = daemon.wait_on(*SHARED)[0]
        conditions = [
            one | ({"status": "False"} if one["type"] == "Ready" else {}) for one in pod["status"]["conditions"]
        ]
        daemon.keep_pod_status(pod, {"conditions": conditions})
        daemon.wait_status(numberReady=2, numberAvailable=2, numberUnavailable=1)


class History(ReconcilerTest):
    def test_limit(self):
        daemon = self.create(self.name("short"), strategy=rolling(unavailable="100%"), revisionHistoryLimit=1)
        daemon.wait_on(*SHARED)
        for image in "234":
            daemon.set_image(image)
            daemon.wait_on(*SHARED)
        waiting.until(lambda: [one["revision"] for one in daemon.revisions()] == [3, 4], "old revisions to go", 30)

    def test_revision_with_pods_is_kept(self):
        daemon = self.create(self.name("in-use"), strategy={"type": "OnDelete"}, revisionHistoryLimit=0)
        daemon.wait_on(*SHARED)
        for count, image in enumerate("234", 2):
            daemon.set_image(image)
            waiting.until(lambda count=count: daemon.revisions()[-1]["revision"] == count, "the new revision", 30)
        waiting.until(lambda: [one["revision"] for one in daemon.revisions()] == [1, 4], "unused revisions to go", 30)

    def test_name_that_a_revision_of_somebody_else_has(self):
        """Requirements 9.7 and 9.8."""
        name = self.name("collides")
        (first,) = self.create(name, strategy=rolling(unavailable="100%")).wait_revisions(1)
        self.remove(Daemon(self.api, name))
        path = "/apis/apps/v1/namespaces/default/controllerrevisions"
        taken = first["metadata"]["name"]
        document = {
            "apiVersion": "apps/v1",
            "kind": "ControllerRevision",
            "metadata": {"name": taken},
            "data": {"of": "somebody"},
            "revision": 7,
        }

        def take() -> bool:
            """The reconciler may have written its revision once more before it knew that the DaemonSet had gone."""
            try:
                return bool(self.api.create(path, document))
            except ApiError as error:
                if error.code != 409:
                    raise
                return False

        waiting.until(take, f"the name {taken} to be free")
        self.addCleanup(self.api.delete, f"{path}/{taken}")
        daemon = self.create(name)
        daemon.wait_on(*SHARED)
        (ours,) = daemon.revisions()
        self.assertEqual(
            (daemon.get()["status"]["collisionCount"], ours["revision"], ours["data"]), (1, 1, first["data"])
        )
        self.assertNotEqual(ours["metadata"]["name"], taken)
        self.assertEqual(self.api.get(f"{path}/{taken}")["data"], {"of": "somebody"})

    def test_template_with_characters_that_go_escapes(self):
        """Requirement 9.1: the data is what kube-controller-manager would write, byte for byte."""
        daemon = self.create(
            self.name("escapes"),
            template={
                "nodeSelector": {"kubernetes.io/hostname": SHARED[0]},
                "containers": [
                    {"name": "agent", "image": "example.org/agent:1", "args": ['<a> & \u2028 "quoted" \\ \t é']}
                ],
            },
        )
        (pod,) = daemon.wait_on(SHARED[0])
        daemon.merge({"spec": {"template": {"metadata": {"annotations": {"a": "b"}}}}})
        daemon.wait_revisions(2)
        self.kubectl("rollout", "undo", f"daemonset/{daemon.name}")
        waiting.until(
            lambda: [one["revision"] for one in daemon.revisions()] == [2, 3],
            "the first revision to be current again",
            30,
        )
        self.assertEqual(node_of(pod), SHARED[0])


def serving(found: list[dict]) -> int:
    """The nodes with a pod that is running and ready."""
    return len({node_of(pod) for pod in found if is_running(pod) and is_ready(pod)})


def is_ready(pod: dict) -> bool:
    return any(one["type"] == "Ready" and one["status"] == "True" for one in pod["status"].get("conditions", []))
