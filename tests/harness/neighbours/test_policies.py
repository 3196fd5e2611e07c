"""MutatingAdmissionPolicies of others, which change the pods of DaemonSets before our webhook sees them and, with
IfNeeded, once more after it."""

from __future__ import annotations

import contextlib

from tests.harness.cluster import pods
from tests.harness.neighbours import mutated, policy
from tests.harness.neighbours.mutated import CRITICAL, OURS, Change, MutatedTest
from tests.harness.tools import binaries


class Policies(MutatedTest):
    neighbour = f"MutatingAdmissionPolicy v1, {binaries.ALL['kube-apiserver'].version}"
    ways = ("Never", "IfNeeded")

    def test_an_affinity_that_is_added_leaves_the_pin(self) -> None:
        for pod in self.each("adds a preferred node affinity", mutated.ADDED_AFFINITY):
            self.assertEqual(len(pods.pins_of(pod)), 1)
            self.assertTrue(pod["spec"]["affinity"]["nodeAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"])

    def test_an_affinity_that_is_replaced(self) -> None:
        """Nothing says any more which node the pod was made for, and the webhook pins none of them."""
        for pod in self.each("replaces the node affinity", mutated.REPLACED_AFFINITY):
            self.assertEqual(pods.pins_of(pod), [None])

    def test_a_toleration_that_is_added_leaves_ours(self) -> None:
        for pod in self.each("adds a toleration", mutated.ADDED_TOLERATION):
            self.assertLessEqual({OURS, ("own", "NoSchedule")}, pods.tolerated_taints(pod))

    def test_tolerations_that_are_replaced(self) -> None:
        for pod in self.each("replaces all tolerations", mutated.REPLACED_TOLERATIONS):
            self.assertIn(OURS, pods.tolerated_taints(pod))

    def test_a_class_that_is_set(self) -> None:
        """Requirement A13: refused whoever sets it, as the built-in plugin has written the number before."""
        self.assertEqual(self.each("sets priorityClassName", mutated.CLASS), [])

    def test_a_class_that_is_set_with_its_number(self) -> None:
        for pod in self.each("sets priorityClassName and priority", mutated.CLASS_AND_NUMBER):
            self.assertEqual((pod["spec"]["priority"], len(pods.pins_of(pod))), (CRITICAL, 1))

    def changing(self, name: str, change: Change, way: str) -> contextlib.AbstractContextManager:
        return policy.mutating(self.api, name, policy.patched(change), way)
