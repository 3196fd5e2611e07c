"""A user who may create pods gains nothing by pretending that a pod is a DaemonSet's: nothing that the scheduler would
not give them anyway."""

from __future__ import annotations

import time

from tests.harness.cluster import nodes, pods, waiting
from tests.harness.cluster.pods import NODE_ANNOTATION, field_term, required
from tests.harness.e2e.environment import CORDONED, NETWORK_UNAVAILABLE, PLAIN, UNSCHEDULABLE, ClusterTest

CLOSED = "closed"
TAINT = {"key": "example.com/dedicated", "effect": "NoSchedule"}
QUIET_SECONDS = 2


class PodCreator(ClusterTest):
    def setUp(self) -> None:
        self.addCleanup(self.api.delete, f"{nodes.NODES}/{CLOSED}")
        nodes.add(self.api, [nodes.node(CLOSED) | {"spec": {"taints": [TAINT]}}])

    def test_annotation_opens_no_node_that_is_closed_to_him(self) -> None:
        self.create(pods.daemon_pod("intruder", {NODE_ANNOTATION: CLOSED}))
        self.assert_refused("intruder")

    def test_annotation_does_not_replace_his_own_affinity(self) -> None:
        """Both conditions hold: no node matches both."""
        self.create(
            pods.daemon_pod(
                "torn",
                {NODE_ANNOTATION: PLAIN},
                affinity=required({"matchExpressions": [pods.requirement("kubernetes.io/hostname", "In", CORDONED)]}),
            )
        )
        self.assert_refused("torn")

    def test_pin_goes_through_the_scheduler(self) -> None:
        created = self.dry_run(pods.daemon_pod("pinned", {NODE_ANNOTATION: PLAIN}))
        self.assertNotIn("nodeName", created["spec"])
        self.assertEqual(pods.pins_of(created), [PLAIN])

    def test_he_can_write_all_of_it_himself(self) -> None:
        """Anybody may create the pod that the webhook makes of a pretended DaemonSet's pod."""
        tolerations = [
            {"key": key, "operator": "Exists", "effect": effect} for key, effect in (UNSCHEDULABLE, NETWORK_UNAVAILABLE)
        ]
        own = self.create(pods.pod("honest", tolerations=tolerations, affinity=required(field_term(CORDONED))))
        pretended = self.create(pods.daemon_pod("pretender", {NODE_ANNOTATION: CORDONED}))
        self.assertEqual(pods.tolerated_taints(own), pods.tolerated_taints(pretended))
        for field in ("affinity", "priority", "hostNetwork", "securityContext", "serviceAccountName"):
            self.assertEqual(own["spec"].get(field), pretended["spec"].get(field), field)
        for name in ("honest", "pretender"):
            waiting.until(lambda name=name: self.node_of(name) == CORDONED, f"{name} to be on {CORDONED}")

    def test_nobody_gets_more_who_names_no_daemon_set(self) -> None:
        for owners in (None, [pods.owner("ReplicaSet", "apps/v1")], [pods.owner(controller=False)]):
            self.assert_untouched(self.dry_run(pods.pod("plain-pod", owners, {NODE_ANNOTATION: PLAIN})))

    def assert_refused(self, name: str) -> None:
        """The scheduler has tried to place the pod and found no node."""
        waiting.until(
            lambda: [
                one for one in self.pod(name)["status"].get("conditions", []) if one.get("reason") == "Unschedulable"
            ],
            f"the scheduler to say no to {name}",
        )
        time.sleep(QUIET_SECONDS)
        self.assertEqual(self.node_of(name), "")

    def node_of(self, name: str) -> str:
        return self.pod(name)["spec"].get("nodeName", "")

    def pod(self, name: str) -> dict:
        return self.api.get(f"{pods.PODS}/{name}")
