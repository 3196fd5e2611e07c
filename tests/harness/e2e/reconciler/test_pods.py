"""Pods that are too many, fail, end, or have no owner; and DaemonSets that are deleted."""

from __future__ import annotations

import time

from tests.harness.cluster import pods, waiting
from tests.harness.e2e.reconciler import daemon as daemon_sets
from tests.harness.e2e.reconciler.daemon import EVENT_SECONDS, HASH, Daemon, ended, hash_of, node_of, uid_of
from tests.harness.e2e.reconciler.environment import SHARED, ReconcilerTest

NODE = SHARED[0]
ON_ONE = {"nodeSelector": {"kubernetes.io/hostname": NODE}}
ON_DELETE = {"type": "OnDelete"}
QUIET_SECONDS = 1.5


class Pods(ReconcilerTest):
    def test_second_pod_on_a_node_goes(self):
        daemon = self.create(self.name("twice"), template=ON_ONE)
        (first,) = daemon.wait_on(NODE)
        labels, owners = first["metadata"]["labels"], first["metadata"]["ownerReferences"]
        self.api.create(pods.PODS, pods.pod(f"younger-than-{daemon.name}", owners, labels=labels, nodeName=NODE))
        waiting.until(lambda: daemon.uids() == {uid_of(first)}, "the younger pod to go", 30)
        daemon.wait_on(NODE)

    def test_failed_pods_are_replaced_ever_more_slowly(self):
        """Requirement 5.4: the first at once, the second 1 s after the first, the third 2 s after the second."""
        daemon = self.create(self.name("failing"), template=ON_ONE)
        first, second, third = (self.replaced(daemon, "Failed") for _ in range(3))
        self.assertLess(first[1] - first[0], 10)
        # A replacement comes after its pod has failed and before it is seen, so the distances are at least these,
        # however slow the machine is.
        self.assertGreater(second[1] - first[0], 0.9)
        self.assertGreater(third[1] - second[0], 1.9)
        self.assertGreater(third[1] - first[0], 2.9)
        self.assertLess(third[1] - third[0], 20)
        waiting.until(lambda: daemon.events("FailedDaemonPod"), "the event", EVENT_SECONDS)
        self.assertRegex(
            daemon.events("FailedDaemonPod")[0]["message"],
            rf"^Found failed daemon pod default/{daemon.name}-\w+ on node {NODE}, will try to kill it$",
        )

    def test_ended_pod_is_replaced_at_once(self):
        daemon = self.create(self.name("ended"), template=ON_ONE)
        rounds = [self.replaced(daemon, "Succeeded") for _ in range(5)]
        self.assertLess(rounds[-1][1] - rounds[0][0], 1 + 2 + 4 + 8, "as long as it would take if they had failed")
        waiting.until(lambda: daemon.events("SucceededDaemonPod"), "the event", EVENT_SECONDS)

    def test_pod_that_somebody_deletes_comes_back(self):
        daemon = self.create(self.name("deleted"))
        victim = daemon.wait_on(*SHARED)[0]
        self.api.delete(f"{pods.PODS}/{victim['metadata']['name']}")
        self.assertNotIn(uid_of(victim), map(uid_of, daemon.wait_on(*SHARED)))

    def replaced(self, daemon: Daemon, phase: str) -> tuple[float, float]:
        """When the pod ended and when there was another one, in seconds."""
        (pod,) = daemon.wait_on(NODE)
        begin = time.monotonic()
        daemon.keep_pod_status(pod, ended(phase))
        waiting.until(lambda: uid_of(pod) not in daemon.uids() and daemon.pods(), "another pod", 60)
        return begin, time.monotonic()


class Ownership(ReconcilerTest):
    def test_orphan_is_adopted_in_place_of_a_new_pod(self):
        name = self.name("adopter")
        orphan = self.api.create(pods.PODS, pods.pod(f"orphan-of-{name}", labels={"app": name}, nodeName=NODE))
        daemon = self.create(name, template=ON_ONE, strategy=ON_DELETE)
        waiting.until(lambda: daemon.pods()[0]["metadata"].get("ownerReferences"), "the adoption", 30)
        self.assertEqual(daemon.pods()[0]["metadata"]["ownerReferences"][0]["uid"], daemon.get()["metadata"]["uid"])
        daemon.wait_on(NODE, updatedNumberScheduled=0)
        self.assertEqual(daemon.uids(), {uid_of(orphan)})

    def test_relabelled_pod_is_released_and_replaced(self):
        daemon = self.create(self.name("releaser"), template=ON_ONE)
        (pod,) = daemon.wait_on(NODE)
        path = f"{pods.PODS}/{pod['metadata']['name']}"
        self.addCleanup(self.api.delete, path)
        self.api.merge(path, {"metadata": {"labels": {"app": "nobody"}}})
        waiting.until(lambda: not self.api.get(path)["metadata"].get("ownerReferences"), "the release", 30)
        daemon.wait_on(NODE)

    def test_orphaning_deletion_and_a_successor(self):
        """Requirement 12.2: a successor with the same template keeps the pods."""
        document = daemon_sets.document(self.name("orphaning"))
        first = self.create_document(document)
        first.wait_on(*SHARED)
        before, revisions = first.uids(), first.revisions()
        self.kubectl("delete", "daemonset", first.name, "--cascade=orphan")
        waiting.until(lambda: not any("ownerReferences" in pod["metadata"] for pod in first.pods()), "orphans")
        second = self.create_document(document)
        waiting.until(lambda: all("ownerReferences" in pod["metadata"] for pod in second.pods()), "the adoption", 30)
        second.wait_on(*SHARED)
        self.assertEqual(second.uids(), before)
        self.assertEqual([uid_of(one) for one in second.revisions()], list(map(uid_of, revisions)))

    def test_foreground_deletion(self):
        daemon = self.create(self.name("foreground"))
        daemon.wait_on(*SHARED)
        self.kubectl("delete", "daemonset", daemon.name, "--cascade=foreground", "--wait=false")
        waiting.until(lambda: not daemon.exists() and not daemon.pods(), "all of it to go")
        self.assertEqual(self.creations(daemon), len(SHARED))

    def test_deleted_revision_is_written_again(self):
        daemon = self.create(self.name("no-history"), template=ON_ONE)
        (pod,) = daemon.wait_on(NODE)
        (lost,) = daemon.revisions()
        self.api.delete(f"/apis/apps/v1/namespaces/default/controllerrevisions/{lost['metadata']['name']}")
        found = waiting.until(daemon.revisions, "the revision", 30)[0]
        self.assertEqual((found["data"], hash_of(found)), (lost["data"], hash_of(lost)))
        self.assertEqual([uid_of(one) for one in daemon.pods()], [uid_of(pod)])


class Refusals(ReconcilerTest):
    ALLOWED = 1
    MOST_ATTEMPTS = 40

    def setUp(self) -> None:
        self.namespace = self.create_namespace(self.name("limited"))

    def test_quota(self):
        """Requirement 6.4."""
        quota = f"/api/v1/namespaces/{self.namespace}/resourcequotas"
        self.api.create(
            quota,
            {
                "apiVersion": "v1",
                "kind": "ResourceQuota",
                "metadata": {"name": "pods"},
                "spec": {"hard": {"pods": str(self.ALLOWED)}},
            },
        )
        waiting.until(lambda: self.api.get(f"{quota}/pods").get("status", {}).get("used"), "the quota to be counted")
        daemon = self.create(self.name("refused"), namespace=self.namespace)
        waiting.until(lambda: daemon.events("FailedCreate"), "the event", EVENT_SECONDS)
        self.assertIn("Error creating: pods ", daemon.events("FailedCreate")[0]["message"])
        self.assertIn("exceeded quota", daemon.events("FailedCreate")[0]["message"])
        time.sleep(QUIET_SECONDS)
        self.assertLess(self.refusals(daemon), self.MOST_ATTEMPTS)
        daemon.wait_status(desiredNumberScheduled=len(SHARED), currentNumberScheduled=self.ALLOWED)
        self.api.delete(f"{quota}/pods")
        daemon.wait_on(*SHARED)

    def refusals(self, daemon: Daemon) -> int:
        lines = self.cluster.audit_log.read_text().splitlines()
        return sum(f'"generateName":"{daemon.name}-"' in line and '"code":403' in line for line in lines)

    def test_pods_whose_service_account_is_not_there_yet(self):
        daemon = self.create(self.name("early"), namespace=self.namespace, template={"serviceAccountName": "late"})
        waiting.until(lambda: daemon.events("FailedCreate"), "the event", EVENT_SECONDS)
        self.api.create(
            f"/api/v1/namespaces/{self.namespace}/serviceaccounts",
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "late"}},
        )
        daemon.wait_on(*SHARED)


class Labels(ReconcilerTest):
    def test_pod_without_hash_counts_by_its_template_generation(self):
        """Requirement 9.11: this keeps pods alive when the hashes of two controllers differ."""
        daemon = self.create(self.name("other-hash"), template=ON_ONE)
        (pod,) = daemon.wait_on(NODE)
        self.api.merge(f"{pods.PODS}/{pod['metadata']['name']}", {"metadata": {"labels": {HASH: "other"}}})
        time.sleep(QUIET_SECONDS)
        (after,) = daemon.wait_on(NODE)
        self.assertEqual((uid_of(after), node_of(after)), (uid_of(pod), NODE))
