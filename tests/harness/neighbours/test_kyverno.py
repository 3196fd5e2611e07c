"""Kyverno, whose webhook is called behind ours or before it, as the names of their configurations say."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from collections.abc import Iterator

from tests.harness.cluster import binary, pods, registration, waiting
from tests.harness.cluster.registration import CONFIGURATIONS
from tests.harness.neighbours import kyverno, mutated
from tests.harness.neighbours.environment import CONTROLLERS, DAEMON_SETS, NODES, daemon_set
from tests.harness.neighbours.mutated import CRITICAL, OURS, Change, MutatedTest
from tests.harness.tools import binaries

MUTATING, CLUSTER = "MutatingPolicy", "ClusterPolicy"
BEHIND = "zz-everynode"
REFUSED = NODES[0]


class Kyverno(MutatedTest):
    neighbour = f"Kyverno {binaries.ALL['kyverno'].version}"
    ways = (MUTATING, CLUSTER)

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.enterClassContext(kyverno.running(cls.cluster, cls.kubectl))

    def test_an_affinity_that_is_added_leaves_the_pin(self) -> None:
        for pod in self.each("adds a preferred node affinity", mutated.ADDED_AFFINITY):
            self.assertEqual(len(pods.pins_of(pod)), 1)
            self.assertTrue(pod["spec"]["affinity"]["nodeAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"])

    def test_an_affinity_that_is_replaced(self) -> None:
        """We are called first and remember the node. Called again, we pin the pod again; a ClusterPolicy is then called
        again too, and has the last word."""
        for pod in self.each("replaces the node affinity", mutated.REPLACED_AFFINITY, (MUTATING,)):
            self.assertNotIn(None, pods.pins_of(pod))
        for pod in self.each("replaces the node affinity", mutated.REPLACED_AFFINITY, (CLUSTER,)):
            self.assertEqual(pods.pins_of(pod), [None])

    def test_an_affinity_that_is_replaced_before_we_are_called(self) -> None:
        with self.called_last():
            for pod in self.each("replaces the node affinity, called before ours", mutated.REPLACED_AFFINITY):
                self.assertEqual(pods.pins_of(pod), [None])

    def test_a_toleration_that_is_added_leaves_ours(self) -> None:
        for pod in self.each("adds a toleration", mutated.ADDED_TOLERATION):
            self.assertLessEqual({OURS, ("own", "NoSchedule")}, pods.tolerated_taints(pod))

    def test_tolerations_that_are_replaced(self) -> None:
        """The last word again, as above."""
        for pod in self.each("replaces all tolerations", mutated.REPLACED_TOLERATIONS, (MUTATING,)):
            self.assertIn(OURS, pods.tolerated_taints(pod))
        for pod in self.each("replaces all tolerations", mutated.REPLACED_TOLERATIONS, (CLUSTER,)):
            self.assertNotIn(OURS, pods.tolerated_taints(pod))

    def test_a_class_that_is_set(self) -> None:  # requirement A13
        self.assertEqual(self.each("sets priorityClassName", mutated.CLASS), [])

    def test_a_class_that_is_set_with_its_number(self) -> None:
        for pod in self.each("sets priorityClassName and priority", mutated.CLASS_AND_NUMBER):
            self.assertEqual((pod["spec"]["priority"], len(pods.pins_of(pod))), (CRITICAL, 1))

    def test_pods_that_are_refused_on_one_node(self) -> None:
        for which in CONTROLLERS:
            with self.subTest(which), self.controller(which):
                name = self.name("policy")
                self.addCleanup(self.remove, name)
                before = self.probed(name)
                with kyverno.in_force(self.api, "ValidatingPolicy", name, kyverno.refusing(name, REFUSED)):
                    waiting.until(lambda one=name, was=before: self.probed(one) != was, "the policy to be in force", 30)
                    self.api.create(DAEMON_SETS, daemon_set(name))
                    waiting.until(lambda one=name: self.running_on(one) == {*NODES} - {REFUSED}, "the other pods")
                    why = waiting.until(lambda one=name: self.why_refused(one), "explain to say why", 30)
                self.assertIn(f"none on {REFUSED}", why)
                begin = time.monotonic()
                waiting.until(lambda one=name: self.running_on(one) == {*NODES}, "the pod that was refused", 120)
                self.tell(
                    self.neighbour,
                    "a ValidatingPolicy refuses the pod of one node of three, and ends",
                    which,
                    f"explain says: {why}; the pod runs {time.monotonic() - begin:.0f} s after the end",
                )

    def test_how_it_asks_to_be_called(self) -> None:
        """A MutatingPolicy says IfNeeded in vain."""
        name = self.name("policy")
        with (
            self.changing(name, mutated.ADDED_TOLERATION, MUTATING),
            self.changing(name, mutated.ADDED_TOLERATION, CLUSTER),
        ):
            asked = waiting.until(self.reinvocation, "its webhooks to be registered", 30)
        self.assertLess(registration.NAME, kyverno.REGISTRATION)
        self.assertEqual(asked, {MUTATING: "Never", CLUSTER: "IfNeeded"})
        self.tell(
            self.neighbour,
            "a MutatingPolicy and a ClusterPolicy, of which the first says IfNeeded",
            f"{registration.NAME}, which is called first",
            f"{kyverno.REGISTRATION} says " + ", ".join(f"{policy} for the {kind}" for kind, policy in asked.items()),
        )

    # --- what they have in common ---

    def changing(self, name: str, change: Change, way: str) -> contextlib.AbstractContextManager:
        make = kyverno.mutating_policy if way == MUTATING else kyverno.cluster_policy
        return kyverno.in_force(self.api, way, name, make(name, change))

    def reinvocation(self) -> dict[str, str]:
        """By the kind of policy, once there are both."""
        webhooks = self.api.get(f"{CONFIGURATIONS}/{kyverno.REGISTRATION}").get("webhooks", [])
        kinds = {
            MUTATING if one["name"].startswith("mpol.") else CLUSTER: one["reinvocationPolicy"] for one in webhooks
        }
        return kinds if len(kinds) == 2 else {}

    def why_refused(self, name: str) -> str:
        """What `explain` says of the node, once it speaks of a refusal."""
        kubeconfig = ["--kubeconfig", self.cluster.kubeconfig]
        command = [binary.path(), "explain", f"ds/{name}", "-n", "default", "-o", "json", *kubeconfig]
        told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        return next((one["why"] for one in told["nodes"] if one["node"] == REFUSED and "refused" in one["why"]), "")

    @contextlib.contextmanager
    def called_last(self) -> Iterator[None]:
        """Our webhook under a name behind Kyverno's."""
        document = registration.configuration(f"{self.webhook.url}/mutate", self.webhook.ca.read_bytes())
        document["metadata"]["name"] = BEHIND
        self.api.delete(f"{CONFIGURATIONS}/{registration.NAME}")
        registration.wait_in_force(self.api, lambda pod: not pods.pins_of(pod))
        self.api.create(CONFIGURATIONS, document)
        registration.wait_in_force(self.api, lambda pod: pods.pins_of(pod) == ["probe"])
        try:
            yield
        finally:
            self.api.delete(f"{CONFIGURATIONS}/{BEHIND}")
            self.webhook.register(self.api)
