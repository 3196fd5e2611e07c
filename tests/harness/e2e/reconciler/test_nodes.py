"""Nodes come and go and change; pods follow."""

from __future__ import annotations

from tests.harness.cluster import nodes, pods, waiting
from tests.harness.cluster.pods import field_term, required, requirement
from tests.harness.e2e.reconciler.daemon import EVENT_SECONDS, GENERATION, HASH, POOL, hash_of, uid_of
from tests.harness.e2e.reconciler.environment import SHARED, ReconcilerTest, taint

TOO_BIG = {
    "containers": [{"name": "agent", "image": "example.org/agent:1", "resources": {"requests": {"cpu": "1000"}}}]
}


class NodesComeAndGo(ReconcilerTest):
    def setUp(self) -> None:
        self.pool = self.name("pool")

    def test_added_node_gets_its_pod(self):
        first = self.add_nodes(self.pool, 1)
        daemon = self.create(self.name("added"), pool=self.pool)
        before = daemon.wait_on(*first)
        second = self.add_nodes(self.pool, 2)
        self.assertIn(uid_of(before[0]), map(uid_of, daemon.wait_on(*first, *second)))

    def test_node_goes_with_a_bound_pod(self):
        """The pod garbage collector removes the pod; the status is right at once nevertheless."""
        stays, goes = self.add_nodes(self.pool, 2)
        daemon = self.create(self.name("bound"), pool=self.pool)
        daemon.wait_on(stays, goes)
        self.api.delete(f"{nodes.NODES}/{goes}")
        daemon.wait_status(desiredNumberScheduled=1, currentNumberScheduled=1, numberAvailable=1, numberMisscheduled=0)
        self.assertEqual(daemon.event_count("SuccessfulDelete"), 0)

    def test_node_goes_with_an_unbound_pod(self):
        stays, goes = self.add_nodes(self.pool, 2)
        daemon = self.create(self.name("unbound"), pool=self.pool, template=TOO_BIG)
        waiting.until(lambda: len(daemon.pods()) == 2, "two pending pods")
        daemon.wait_status(desiredNumberScheduled=2, currentNumberScheduled=2, numberReady=0, numberUnavailable=2)
        self.api.delete(f"{nodes.NODES}/{goes}")
        waiting.until(
            lambda: [pods.pins_of(pod) for pod in daemon.pods()] == [[stays]], "the pod of the vanished node to go", 15
        )
        daemon.wait_status(desiredNumberScheduled=1, currentNumberScheduled=1)

    def test_relabelled_node(self):
        stays, changes = self.add_nodes(self.pool, 2)
        daemon = self.create(self.name("relabelled"), pool=self.pool)
        daemon.wait_on(stays, changes)
        self.change_node(changes, labels={POOL: None})
        daemon.wait_on(stays)
        self.change_node(changes, labels={POOL: self.pool})
        daemon.wait_on(stays, changes)

    def test_no_schedule_taint_keeps_pods(self):
        stays, changes = self.add_nodes(self.pool, 2)
        daemon = self.create(self.name("no-schedule"), pool=self.pool)
        daemon.wait_on(stays, changes)
        before = daemon.uids()
        self.change_node(changes, taints=[taint("dedicated", "NoSchedule")])
        daemon.wait_status(desiredNumberScheduled=1, currentNumberScheduled=1, numberMisscheduled=1, numberAvailable=1)
        self.assertEqual(daemon.uids(), before)
        self.change_node(changes, taints=[])
        daemon.wait_on(stays, changes)
        self.assertEqual(daemon.uids(), before)

    def test_no_schedule_taint_keeps_new_pods_away(self):
        stays, changes = self.add_nodes(self.pool, 2)
        witness = self.create(self.name("witness"), pool=self.pool)
        witness.wait_on(stays, changes)
        self.change_node(changes, taints=[taint("dedicated", "NoSchedule")])
        witness.wait_status(numberMisscheduled=1)  # the taint is known
        plain = self.create(self.name("not-tolerant"), pool=self.pool)
        tolerations = [{"key": "dedicated", "operator": "Exists"}]
        tolerant = self.create(self.name("tolerant"), pool=self.pool, template={"tolerations": tolerations})
        plain.wait_on(stays)
        tolerant.wait_on(stays, changes)

    def test_no_execute_taint_removes_pods(self):
        stays, changes = self.add_nodes(self.pool, 2)
        daemon = self.create(self.name("no-execute"), pool=self.pool)
        daemon.wait_on(stays, changes)
        self.change_node(changes, taints=[taint("broken", "NoExecute")])
        daemon.wait_on(stays)
        self.change_node(changes, taints=[])
        daemon.wait_on(stays, changes)


class Placement(ReconcilerTest):
    def test_affinity(self):
        not_third = {"matchExpressions": [requirement("kubernetes.io/hostname", "In", *SHARED[:2])]}
        daemon = self.create(self.name("affinity"), template={"affinity": required(not_third)})
        for pod in daemon.wait_on(*SHARED[:2]):
            self.assertEqual(pods.pins_of(pod), [pod["spec"]["nodeName"]])

    def test_affinity_to_a_name(self):
        daemon = self.create(self.name("by-name"), pool="", template={"affinity": required(field_term(SHARED[1]))})
        daemon.wait_on(SHARED[1])

    def test_template_that_names_a_node(self):
        daemon = self.create(self.name("named"), pool="", template={"nodeName": SHARED[2]})
        daemon.wait_on(SHARED[2])

    def test_selector_that_no_node_has(self):
        daemon = self.create(self.name("nowhere"), template={"nodeSelector": {"no": "such-label"}})
        daemon.wait_on()
        daemon.merge({"spec": {"template": {"spec": {"nodeSelector": {"no": None, POOL: "shared"}}}}})
        daemon.wait_on(*SHARED)

    def test_what_a_pod_carries(self):
        """Requirements 4.1, 4.2, 4.3 and 6.7."""
        daemon = self.create(self.name("carries"))
        live = daemon.get()
        created = daemon.wait_on(*SHARED)
        (revision,) = daemon.revisions()
        for pod in created:
            metadata = pod["metadata"]
            self.assertEqual(metadata["generateName"], f"{daemon.name}-")
            self.assertEqual(metadata["labels"], {"app": daemon.name, HASH: hash_of(revision), GENERATION: "1"})
            self.assertEqual(
                metadata["ownerReferences"],
                [
                    {
                        "apiVersion": "apps/v1",
                        "kind": "DaemonSet",
                        "name": daemon.name,
                        "uid": live["metadata"]["uid"],
                        "controller": True,
                        "blockOwnerDeletion": True,
                    }
                ],
            )
            self.assertEqual(pods.pins_of(pod), [pod["spec"]["nodeName"]])
        self.assertEqual(revision["metadata"]["name"], f"{daemon.name}-{hash_of(revision)}")
        self.assertEqual(self.creations(daemon), len(SHARED))

    def test_events_are_as_upstream_has_them(self):
        daemon = self.create(self.name("told"))
        created = daemon.wait_on(*SHARED)
        wanted = sorted(f"Created pod: {pod['metadata']['name']}" for pod in created)
        waiting.until(
            lambda: sorted(event["message"] for event in daemon.events("SuccessfulCreate")) == wanted,
            "the events",
            EVENT_SECONDS,
        )
        for event in daemon.events():
            self.assertEqual((event["type"], event["source"]["component"]), ("Normal", "daemonset-controller"))
            self.assertEqual(event["involvedObject"]["uid"], daemon.get()["metadata"]["uid"])
