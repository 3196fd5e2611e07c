"""MutatingAdmissionPolicies of others, which change the pods of DaemonSets before our webhook sees them and, with
IfNeeded, once more after it."""

from __future__ import annotations

import time
from collections import Counter

from tests.harness.cluster import pods, waiting
from tests.harness.cluster.api import ApiError
from tests.harness.neighbours.environment import CONTROLLERS, DAEMON_SETS, NeighboursTest, daemon_set
from tests.harness.neighbours.policy import mutating, patched
from tests.harness.tools import binaries

WATCHED_SECONDS = 6.0
MOST_MADE = 40  # on three nodes: five at once for each, then one a second, two, four
LINUX = {
    "nodeSelectorTerms": [{"matchExpressions": [{"key": "kubernetes.io/os", "operator": "In", "values": ["linux"]}]}]
}
PREFERRED = [{"weight": 1, "preference": LINUX["nodeSelectorTerms"][0]}]
OWN_TOLERATION = {"key": "own", "operator": "Exists", "effect": "NoSchedule"}
OURS = ("node.kubernetes.io/unschedulable", "NoSchedule")
CRITICAL = 2000001000
PREFERENCES = "/spec/affinity/nodeAffinity/preferredDuringSchedulingIgnoredDuringExecution"
ADDED_AFFINITY = patched(("add", PREFERENCES, PREFERRED))
REPLACED_AFFINITY = patched(
    ("add", "/spec/affinity", {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": LINUX}})
)
ADDED_TOLERATION = patched(("add", "/spec/tolerations/-", OWN_TOLERATION))
REPLACED_TOLERATIONS = patched(("replace", "/spec/tolerations", [OWN_TOLERATION]))
CLASS = patched(("add", "/spec/priorityClassName", "system-node-critical"))
CLASS_AND_NUMBER = patched(
    ("add", "/spec/priorityClassName", "system-node-critical"), ("add", "/spec/priority", CRITICAL)
)
REPEATED = ("Never", "IfNeeded")


class Policies(NeighboursTest):
    def test_an_affinity_that_is_added_leaves_the_pin(self) -> None:
        for pod in self.each("adds a preferred node affinity", ADDED_AFFINITY):
            self.assertEqual(len(pods.pins_of(pod)), 1)
            self.assertTrue(pod["spec"]["affinity"]["nodeAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"])

    def test_an_affinity_that_is_replaced(self) -> None:
        """Nothing says any more which node the pod was made for, and the webhook pins none of them."""
        for pod in self.each("replaces the node affinity", REPLACED_AFFINITY):
            self.assertEqual(pods.pins_of(pod), [None])

    def test_a_toleration_that_is_added_leaves_ours(self) -> None:
        for pod in self.each("adds a toleration", ADDED_TOLERATION):
            self.assertLessEqual({OURS, ("own", "NoSchedule")}, pods.tolerated_taints(pod))

    def test_tolerations_that_are_replaced(self) -> None:
        for pod in self.each("replaces all tolerations", REPLACED_TOLERATIONS):
            self.assertIn(OURS, pods.tolerated_taints(pod))

    def test_a_class_that_is_set(self) -> None:
        """Requirement A13: refused whoever sets it, as the built-in plugin has written the number before."""
        self.assertEqual(self.each("sets priorityClassName", CLASS), [])

    def test_a_class_that_is_set_with_its_number(self) -> None:
        for pod in self.each("sets priorityClassName and priority", CLASS_AND_NUMBER):
            self.assertEqual((pod["spec"]["priority"], len(pods.pins_of(pod))), (CRITICAL, 1))

    def each(self, does: str, mutation: dict) -> list[dict]:
        """The pods that are there in the end, of both controllers, with the policy called once and again after us."""
        found = []
        for which in CONTROLLERS:
            with self.controller(which):
                for reinvocation in REPEATED:
                    with self.subTest(does, reinvocation=reinvocation, controller=which):
                        found += self.tried(f"{does}, {reinvocation}", mutation, reinvocation, which)
        return found

    def tried(self, does: str, mutation: dict, reinvocation: str, which: str) -> list[dict]:
        name = self.name("policy")
        self.addCleanup(self.remove, name)
        with mutating(self.api, name, mutation, reinvocation), self.made(name) as made:
            self.wait_in_force(name)
            self.api.create(DAEMON_SETS, daemon_set(name))
            time.sleep(WATCHED_SECONDS)
            there, count = self.pods_of(name), len(made)
            self.tell(f"MutatingAdmissionPolicy v1, {version()}", does, which, self.outcome(name, there, count))
            if which == "takeover":  # requirement 5.2; the in-tree controller has its pace only
                self.assertLessEqual(count, MOST_MADE, "a loop without a brake")
        return there

    def outcome(self, name: str, there: list[dict], count: int) -> str:
        """In words, for the table."""
        pins = Counter(len([one for one in pods.pins_of(pod) if one]) for pod in there)
        parts = [f"{count} pods made in {WATCHED_SECONDS:.0f} s, {len(self.running_on(name))} of 3 nodes run one"]
        if pins.keys() - {1}:
            parts.append(
                f"{sum(number for pinned, number in pins.items() if pinned != 1)} of {len(there)} without a pin"
            )
        if there and not all(OURS in pods.tolerated_taints(pod) for pod in there):
            parts.append("our tolerations are gone")
        twice = max((Counter(map(str, pod["spec"]["tolerations"])).most_common(1)[0][1] for pod in there), default=1)
        if twice > 1:
            parts.append(f"a toleration stands {twice} times")
        if not there:
            parts.append(self.told(name))
        return "; ".join(parts)

    def told(self, name: str) -> str:
        """What the controller says in its last event about the DaemonSet."""
        events = self.api.items(f"/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3D{name}")
        about = [one["message"] for one in events]
        return about[-1].partition(": ")[2][:160] if about else "no event"

    def wait_in_force(self, name: str) -> None:
        """A moment after it was written: dry runs differ from the pod that they ask for."""
        asked = pods.pod("probe", **{"tolerations": []})
        asked["metadata"]["labels"] = {"name": name}

        def changed() -> bool:
            try:
                spec = pods.dry_run(self.api, asked).body["spec"]
            except ApiError:
                return True  # the policy's patch is refused
            return (
                "affinity" in spec
                or ("own", "NoSchedule") in pods.tolerated_taints({"spec": spec})
                or bool(spec.get("priority"))
            )

        waiting.until(changed, "the policy to be in force", 30)


def version() -> str:
    return binaries.ALL["kube-apiserver"].version
