"""The requirement for the node in the required terms of a pod."""

from __future__ import annotations

import json

from tests.harness.cluster import pods
from tests.harness.cluster.pods import NODE_ANNOTATION, field_term, required, requirement
from tests.harness.e2e.environment import CORDONED, PLAIN, ClusterTest

LINUX = {"matchExpressions": [requirement("kubernetes.io/os", "In", "linux")]}
BIG = {"matchExpressions": [requirement("example.org/big", "Exists")]}


class Terms(ClusterTest):
    def test_several_terms_each_get_the_requirement(self):
        """Terms are ORed: one without the requirement would let the pod go anywhere."""
        pod = self.create(pods.daemon_pod("several-terms", {NODE_ANNOTATION: PLAIN}, affinity=required(BIG, LINUX)))
        self.assertEqual(pods.pins_of(pod), [PLAIN, PLAIN])
        self.assertEqual(
            [term["matchExpressions"] for term in pods.terms_of(pod)],
            [BIG["matchExpressions"], LINUX["matchExpressions"]],
        )

    def test_one_pinned_term_pins_the_others(self):
        pod = self.create(pods.daemon_pod("pinned-term", affinity=required(LINUX, field_term(CORDONED))))
        self.assertEqual(pods.pins_of(pod), [CORDONED, CORDONED])

    def test_preferred_terms_stay(self):
        preferred = [{"weight": 10, "preference": LINUX}]
        affinity = {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": preferred}}
        pod = self.create(pods.daemon_pod("preferred", {NODE_ANNOTATION: PLAIN}, affinity=affinity))
        self.assertEqual(pods.pins_of(pod), [PLAIN])
        self.assertEqual(
            pod["spec"]["affinity"]["nodeAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"], preferred
        )

    def test_name_as_expression_is_rewritten(self):
        """As a label, metadata.name selects nothing: the pod would stay Pending for ever."""
        mistake = {"matchExpressions": [requirement("metadata.name", "In", CORDONED)]}
        pod = self.create(pods.daemon_pod("name-as-expression", affinity=required(mistake)))
        self.assertEqual(pods.pins_of(pod), [CORDONED])
        self.assertFalse([one for term in pods.terms_of(pod) for one in term.get("matchExpressions", [])])


class NoTarget(ClusterTest):
    def test_admitted_with_tolerations_and_a_warning(self):
        document = pods.daemon_pod("no-target")
        answer = self.kubectl("create", "--dry-run=server", "-o", "json", "-f", "-", stdin=json.dumps(document))
        pod = json.loads(answer.stdout)
        self.assert_mutated(pod)
        self.assertEqual(pods.terms_of(pod), [])
        self.assertIn("Warning:", answer.stderr)
        self.assertIn("everynode", answer.stderr)
