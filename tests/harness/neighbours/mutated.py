"""What policies of others make of the pods of a DaemonSet: each change, in each way to ask for it, beside each
controller."""

from __future__ import annotations

import contextlib
import time
from collections import Counter

from tests.harness.cluster import pods, waiting
from tests.harness.cluster.api import ApiError
from tests.harness.neighbours.environment import CONTROLLERS, DAEMON_SETS, NODES, NeighboursTest, daemon_set

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

# A change by a JSON patch: op, path and value of each operation.
Change = tuple[tuple[str, str, object], ...]
ADDED_AFFINITY: Change = (("add", PREFERENCES, PREFERRED),)
REPLACED_AFFINITY: Change = (
    ("add", "/spec/affinity", {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": LINUX}}),
)
ADDED_TOLERATION: Change = (("add", "/spec/tolerations/-", OWN_TOLERATION),)
REPLACED_TOLERATIONS: Change = (("replace", "/spec/tolerations", [OWN_TOLERATION]),)
CLASS: Change = (("add", "/spec/priorityClassName", "system-node-critical"),)
CLASS_AND_NUMBER: Change = (*CLASS, ("add", "/spec/priority", CRITICAL))


class MutatedTest(NeighboursTest):
    neighbour: str  # with its version
    ways: tuple[str, ...]

    def changing(self, name: str, change: Change, way: str) -> contextlib.AbstractContextManager:
        """A policy for pods with the label `name: NAME`, in force a moment after it begins."""
        raise NotImplementedError

    def each(self, does: str, change: Change, ways: tuple[str, ...] = ()) -> list[dict]:
        """The pods that are there in the end, of both controllers, in all these ways."""
        found = []
        for which in CONTROLLERS:
            with self.controller(which):
                for way in ways or self.ways:
                    with self.subTest(does, way=way, controller=which):
                        found += self.tried(f"{does}, {way}", change, way, which)
        return found

    def tried(self, does: str, change: Change, way: str, which: str) -> list[dict]:
        name = self.name("policy")
        self.addCleanup(self.remove, name)
        before = self.probed(name)
        with self.changing(name, change, way), self.made(name) as made:
            waiting.until(lambda: self.probed(name) != before, "the policy to be in force", 30)
            self.api.create(DAEMON_SETS, daemon_set(name))
            time.sleep(WATCHED_SECONDS)
            there, count = self.pods_of(name), len(made)
            self.assertTrue(there or self.told(name), f"{which} has done nothing")
            self.tell(self.neighbour, does, which, self.outcome(name, there, count))
            if which == "takeover":  # requirement 5.2; the in-tree controller has its pace only
                self.assertLessEqual(count, MOST_MADE, "a loop without a brake")
        return there

    def probed(self, name: str) -> list[object]:
        """What becomes of a pod that is asked for with a dry run; nothing of it if it is refused."""
        asked = pods.pod("probe", tolerations=[], affinity=pods.required(pods.field_term(NODES[0])))
        asked["metadata"]["labels"] = {"name": name}
        try:
            spec = pods.dry_run(self.api, asked).body["spec"]
        except ApiError:
            return []
        return [spec.get(field) for field in ("affinity", "tolerations", "priorityClassName")]

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
        """What the controller says in its last event about the DaemonSet; empty if it says nothing."""
        events = self.api.items(f"/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3D{name}")
        about = [one["message"] for one in events]
        return about[-1].partition(": ")[2][:160] if about else ""
