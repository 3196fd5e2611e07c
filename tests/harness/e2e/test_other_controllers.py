"""Pods of other controllers: those of other DaemonSet kinds, such as OpenKruise's, are ours to patch; the rest is
not."""

from __future__ import annotations

import json

from tests.harness.cluster import pods, waiting
from tests.harness.cluster.pods import NODE_ANNOTATION, PODS
from tests.harness.e2e.environment import CORDONED, CUT_OFF, PLAIN, ClusterTest


class OtherDaemonSets(ClusterTest):
    def test_pinned_by_match_fields(self):
        pod = self.create(pods.daemon_pod("kruise-pinned", affinity=pods.required(pods.field_term(CORDONED))))
        self.assert_mutated(pod)
        self.assertEqual(pods.pins_of(pod), [CORDONED])

    def test_pinned_by_annotation(self):
        pod = self.create(pods.daemon_pod("kruise-annotation", {NODE_ANNOTATION: PLAIN}))
        self.assert_mutated(pod)
        self.assertEqual(pods.pins_of(pod), [PLAIN])

    def test_reaches_a_node_without_network(self):
        self.create(pods.daemon_pod("kruise-cut-off", {NODE_ANNOTATION: CUT_OFF}))
        pod = waiting.until(lambda: self.running("kruise-cut-off"), "the pod to run")
        self.assertEqual(pod["spec"]["nodeName"], CUT_OFF)

    def test_server_side_dry_run_of_kubectl_shows_the_mutation(self):
        document = pods.daemon_pod("kruise-dry-run", {NODE_ANNOTATION: CORDONED})
        answer = self.kubectl("create", "--dry-run=server", "-o", "json", "-f", "-", stdin=json.dumps(document))
        pod = json.loads(answer.stdout)
        self.assert_mutated(pod)
        self.assertEqual(pods.pins_of(pod), [CORDONED])
        self.assertFalse([one for one in self.api.items(PODS) if one["metadata"]["name"] == "kruise-dry-run"])

    def running(self, name: str) -> dict | None:
        pod = self.api.get(f"{PODS}/{name}")
        return pod if pod["status"]["phase"] == "Running" else None


class NotOurs(ClusterTest):
    """The node annotation is always there: only the owner differs."""

    def test_pod_without_owner(self):
        self.assert_untouched(self.create(pods.pod("ownerless", annotations={NODE_ANNOTATION: PLAIN})))

    def test_pod_of_a_replica_set(self):
        owners = [pods.owner("ReplicaSet", "apps.example.org/v1")]
        self.assert_untouched(self.create(pods.pod("replica", owners, {NODE_ANNOTATION: PLAIN})))

    def test_daemon_set_that_is_not_the_controller(self):
        for name, controller in (("not-controller", False), ("no-controller", None)):
            owners = [pods.owner(controller=controller)]
            self.assert_untouched(self.create(pods.pod(name, owners, {NODE_ANNOTATION: PLAIN})))

    def test_mirror_pod(self):
        annotations = {NODE_ANNOTATION: PLAIN, "kubernetes.io/config.mirror": "5d41402abc4b2a76b9719d911017c592"}
        self.assert_untouched(self.create(pods.daemon_pod("mirror", annotations, nodeName=PLAIN)))
