"""Objects as no controller makes them: edited by hand, restored, or left behind by others."""

from __future__ import annotations

import http.client
import json
import ssl

from tests.harness.cluster import pods, waiting
from tests.harness.cluster.pki import Pki
from tests.harness.e2e.reconciler import daemon as daemon_sets
from tests.harness.e2e.reconciler.daemon import HASH, Daemon, image_of, is_running, rolling
from tests.harness.e2e.reconciler.environment import SHARED, ReconcilerTest
from tests.harness.e2e.reconciler.test_conditions import NEVER_READY

REVISIONS = "/apis/apps/v1/namespaces/default/controllerrevisions"
LARGEST = 2**63 - 1
FAR_FUTURE = "9999-12-31T23:59:59Z"
SOON = 60


class StrangeRevisions(ReconcilerTest):
    def test_changed_labels_of_the_current_one_replace_no_pod(self):
        """Its bytes count, whatever its labels are; also for pods of two template generations."""
        for change in ({HASH: "other"}, {HASH: None}, {"app": "nobody"}):
            with self.subTest(change):
                daemon, names = self.half_rolled_back()
                before = daemon.uids()
                current = daemon.revisions()[-1]["metadata"]["name"]
                self.addCleanup(self.api.delete, f"{REVISIONS}/{current}")
                self.api.merge(f"{REVISIONS}/{current}", {"metadata": {"labels": change}})
                waiting.until(lambda: self.agree(daemon), "pods and revision of the same hash", SOON)
                daemon.merge({"spec": {"minReadySeconds": 0, "revisionHistoryLimit": 5}})
                daemon.wait_on(*names)
                self.assertEqual(daemon.uids(), before)

    def test_the_largest_number_is_followed_by_another(self):
        daemon = self.create(self.name("largest"))
        daemon.wait_on(*SHARED)
        (first,) = daemon.revisions()
        self.api.merge(f"{REVISIONS}/{first['metadata']['name']}", {"revision": LARGEST})
        daemon.set_image("2")
        daemon.wait_on(*SHARED, seconds=SOON)
        self.assertEqual([one["revision"] for one in daemon.revisions()], [1, 2])
        self.kubectl("rollout", "undo", f"daemonset/{daemon.name}")
        daemon.wait_on(*SHARED, seconds=SOON)
        self.assertEqual(set(daemon.images()), {"example.org/agent:1"})

    def test_bytes_that_nobody_may_patch_keep_no_template_from_its_roll(self):
        """Requirement 9.3."""
        daemon = self.create(self.name("spaced"))
        daemon.wait_on(*SHARED)
        name = f"{daemon.name}-odd"
        document = {
            "apiVersion": "apps/v1",
            "kind": "ControllerRevision",
            "metadata": {"name": name, "labels": {"app": daemon.name, HASH: "odd"}},
            "revision": 7,
            "data": {"z": 1, "a": 2},
        }
        self.addCleanup(self.api.delete, f"{REVISIONS}/{name}")
        self.post(REVISIONS, json.dumps(document).replace('"data": {', '"data": {   '))
        daemon.set_image("2")
        daemon.wait_on(*SHARED, seconds=SOON)
        waiting.until(lambda: daemon.events("FailedAdopt"), "the event", SOON)

    def half_rolled_back(self) -> tuple[Daemon, list[str]]:
        """A DaemonSet whose pods are all of its first revision, but of two template generations."""
        pool = self.name("pool")
        names = self.add_nodes(pool, 4)
        daemon = self.create(self.name("rolled-back"), pool=pool, strategy=rolling(unavailable=2))
        daemon.wait_on(*names)
        daemon.set_image("2", annotations=NEVER_READY)
        waiting.until(lambda: sum(map(is_new, daemon.pods())) == 2, "half of a rollout", SOON)
        self.kubectl("rollout", "undo", f"daemonset/{daemon.name}")
        daemon.wait_on(*names)
        return daemon, names

    def agree(self, daemon: Daemon) -> bool:
        current = daemon.revisions()[-1]["metadata"]["labels"].get(HASH)
        return {pod["metadata"]["labels"][HASH] for pod in daemon.pods()} == {current}

    def post(self, path: str, body: str) -> None:
        """Byte for byte."""
        pki: Pki = self.cluster.pki
        context = ssl.create_default_context(cafile=pki.certificate("ca"))
        context.load_cert_chain(pki.certificate("admin"), pki.key("admin"))
        connection = http.client.HTTPSConnection("127.0.0.1", self.cluster.port, context=context, timeout=60)
        connection.request("POST", path, body=body, headers={"Content-Type": "application/json"})
        self.assertEqual(connection.getresponse().status, 201)
        connection.close()


class StrangePods(ReconcilerTest):
    def test_of_a_twin_are_replaced(self):
        """Two DaemonSets with one selector: the pods of the first, which is gone, have the second's template
        generation, but not its template (requirement 9.11)."""
        pool = self.name("pool")
        names = self.add_nodes(pool, 2)
        document = daemon_sets.document(self.name("twin"), pool=pool)
        first = self.create_document(document)
        first.wait_on(*names)
        self.kubectl("delete", "daemonset", first.name, "--cascade=orphan")
        document["metadata"]["name"] += "-of-it"
        document["spec"]["template"]["spec"]["containers"][0]["image"] = "example.org/agent:2"
        second = self.create_document(document)
        waiting.until(lambda: first.images() == ["example.org/agent:2"] * len(names), "pods of the second", SOON)
        waiting.until(
            lambda: second.has_status({"updatedNumberScheduled": len(names), "numberAvailable": len(names)}),
            "its status",
            SOON,
        )
        self.addCleanup(self.api.delete, f"{pods.PODS}?labelSelector=app%3D{first.name}&gracePeriodSeconds=0")

    def test_that_are_ready_in_the_future_keep_nobody_busy(self):
        daemon = self.create(self.name("future"), minReadySeconds=5)
        waiting.until(lambda: all(map(is_running, daemon.pods())) and daemon.pods(), "running pods", SOON)
        ready = {"type": "Ready", "status": "True", "lastTransitionTime": FAR_FUTURE}
        daemon.set_pod_status(daemon.pods()[0], {"conditions": [ready]})
        daemon.wait_status(SOON, numberReady=len(SHARED), numberAvailable=len(SHARED) - 1)
        before = self.reconciler.metric("workqueue_adds_total")
        daemon.merge({"metadata": {"annotations": {"seen": "yes"}}})
        waiting.until(lambda: self.reconciler.metric("workqueue_adds_total") > before, "another look", SOON)
        self.assertLess(self.reconciler.metric("workqueue_adds_total"), before + 40)
        self.assertLess(self.reconciler.metric("workqueue_queue_duration_seconds_sum"), 1e6)


def is_new(pod: dict) -> bool:
    return image_of(pod).endswith(":2") and is_running(pod)
