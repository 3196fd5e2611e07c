"""The descheduler, which evicts pods that are not where they should be. It knows daemon pods by the kind of their
owner, and leaves them alone unless told otherwise; then its controller decides what comes after them."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.harness.cluster import nodes, pods, waiting
from tests.harness.neighbours import descheduler
from tests.harness.neighbours.environment import CONTROLLERS, DAEMON_SETS, NODES, NeighboursTest, daemon_set
from tests.harness.tools import binaries

OTHER_ZONE, ZONE = "descheduled", "topology.kubernetes.io/zone"
ALL_NODES = {*NODES, OTHER_ZONE}
TAINT = {"key": "example.com/own", "effect": "NoSchedule"}
RESTARTS = 200
TO_OTHER_ZONE = {"matchExpressions": [pods.requirement(ZONE, "In", "b")]}
PREFERRED = {
    "nodeAffinity": {
        "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "preference": TO_OTHER_ZONE}],
    }
}


@dataclass(frozen=True)
class Strategy:
    """What it looks for, and what becomes of daemon pods where nothing protects them: how many of four are evicted,
    and how many nodes run one in the end."""

    name: str
    looks_for: str
    evicts: int
    stay: int = 4
    arguments: dict = field(default_factory=dict)
    template: dict = field(default_factory=dict)


TAINTS = Strategy("RemovePodsViolatingNodeTaints", "a taint of a node that they do not tolerate", evicts=1, stay=3)
TOO_MANY_RESTARTS = Strategy(
    "RemovePodsHavingTooManyRestarts",
    f"{RESTARTS} restarts of one",
    evicts=1,
    arguments={"podRestartThreshold": 100, "includingInitContainers": True},
)
AFFINITY = Strategy(
    "RemovePodsViolatingNodeAffinity",
    "three would rather be on a node that they are not made for",
    evicts=3,  # at every run: it asks whether the pod fits on any node, and the one where it is counts
    arguments={
        "nodeAffinityType": [
            "requiredDuringSchedulingIgnoredDuringExecution",
            "preferredDuringSchedulingIgnoredDuringExecution",
        ]
    },
    template={"affinity": PREFERRED},
)
SPREAD = Strategy(
    "RemovePodsViolatingTopologySpreadConstraint",
    "three in one zone and one in the other",
    evicts=0,
    arguments={"constraints": ["DoNotSchedule", "ScheduleAnyway"]},
)
DUPLICATES = Strategy("RemoveDuplicates", "two on each node, in a rollout with maxSurge", evicts=0)


class Descheduler(NeighboursTest):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        api = cls.cluster.api
        nodes.add(api, [nodes.node(OTHER_ZONE, labels={ZONE: "b"})])
        cls.addClassCleanup(api.delete, f"{nodes.NODES}/{OTHER_ZONE}")
        for name in NODES:
            api.merge(f"{nodes.NODES}/{name}", {"metadata": {"labels": {ZONE: "a"}}})
            cls.addClassCleanup(api.merge, f"{nodes.NODES}/{name}", {"metadata": {"labels": {ZONE: None}}})

    def test_a_taint(self) -> None:
        node = f"{nodes.NODES}/{OTHER_ZONE}"
        for which in CONTROLLERS:
            with self.subTest(which), self.controller(which):
                name = self.running(TAINTS)
                self.api.merge(node, {"spec": {"taints": [TAINT]}})
                try:
                    self.judged(TAINTS, name, which)
                finally:
                    self.api.merge(node, {"spec": {"taints": None}})

    def test_restarts(self) -> None:
        for which in CONTROLLERS:
            with self.subTest(which), self.controller(which):
                name = self.running(TOO_MANY_RESTARTS)
                self.restarted(self.pods_of(name)[0])
                self.judged(TOO_MANY_RESTARTS, name, which)

    def test_an_affinity(self) -> None:
        self.each(AFFINITY)

    def test_a_spread(self) -> None:
        self.each(SPREAD)

    def test_duplicates(self) -> None:
        for which in CONTROLLERS:
            with self.subTest(which), self.controller(which):
                name = self.running(
                    DUPLICATES, updateStrategy={"rollingUpdate": {"maxSurge": "100%", "maxUnavailable": 0}}
                )
                never = {"annotations": {"everynode.dev/simulated-readiness": "never"}}
                self.api.merge(f"{DAEMON_SETS}/{name}", {"spec": {"template": {"metadata": never}}})
                waiting.until(lambda one=name: len(self.pods_of(one)) == 2 * len(ALL_NODES), "two pods on each node")
                self.judged(DUPLICATES, name, which)

    def test_it_protects_what_is_of_the_kind_daemon_set(self) -> None:
        """Of any API group, but not what `ownerKinds` of the webhook's policy adds."""
        outcomes = []
        for kind, evicts in (("DaemonSet", 0), ("NodeAgent", 1)):
            owner = pods.owner(kind=kind, api_version="example.com/v1")
            one = pods.pod(self.name("other"), [owner], affinity=pods.required(pods.field_term(NODES[0])))
            made = pods.create(self.api, one).body
            path = f"{pods.PODS}/{made['metadata']['name']}"
            self.addCleanup(self.api.delete, path)
            waiting.until(lambda at=path: self.api.get(at)["status"]["phase"] == "Running", "it to run")
            self.restarted(made)
            self.assertEqual(len(self.evicted(TOO_MANY_RESTARTS, True)), evicts)
            outcomes.append(f"evicts {evicts} of kind {kind}")
        self.told("pods that other kinds own: " + TOO_MANY_RESTARTS.looks_for, "pinned pods", ", ".join(outcomes))

    # --- what they have in common ---

    def each(self, strategy: Strategy) -> None:
        for which in CONTROLLERS:
            with self.subTest(which), self.controller(which):
                self.judged(strategy, self.running(strategy), which)

    def running(self, strategy: Strategy, **spec: object) -> str:
        name = self.name("descheduled")
        document = daemon_set(name)
        document["spec"] |= spec
        document["spec"]["template"]["spec"] |= strategy.template
        if strategy is SPREAD:
            spread = {"maxSkew": 1, "topologyKey": ZONE, "whenUnsatisfiable": "DoNotSchedule"}
            document["spec"]["template"]["spec"]["topologySpreadConstraints"] = [
                spread | {"labelSelector": {"matchLabels": {"name": name}}}
            ]
        self.api.create(DAEMON_SETS, document)
        self.addCleanup(self.remove, name)
        waiting.until(lambda: self.running_on(name) == ALL_NODES, "its pods", 60)
        return name

    def restarted(self, pod: dict) -> None:
        path = f"{pods.PODS}/{pod['metadata']['name']}"
        statuses = self.api.get(path)["status"]["containerStatuses"]
        statuses[0]["restartCount"] = RESTARTS
        self.api.merge(f"{path}/status", {"status": {"containerStatuses": statuses}})

    def judged(self, strategy: Strategy, name: str, which: str) -> None:
        there = len(self.pods_of(name))
        self.assertEqual(self.evicted(strategy, True), set())
        evicted = self.evicted(strategy, False)
        self.assertEqual(len(evicted), strategy.evicts, evicted)
        waiting.until(lambda: len(self.running_on(name)) == strategy.stay, f"{strategy.stay} nodes to run one")
        unprotected = f"evicts {len(evicted)} of {there}" if evicted else "evicts none either"
        end = f"; {strategy.stay} of {len(ALL_NODES)} nodes run one in the end" if evicted else ""
        self.told(
            f"{strategy.name}: {strategy.looks_for}",
            which,
            f"evicts none; without its protection of DaemonSetPods it {unprotected}{end}",
        )
        self.remove(name)

    def evicted(self, strategy: Strategy, protecting: bool) -> set[str]:
        log = self.cluster.logs / f"{self.name('descheduler')}.log"
        return descheduler.evicted(self.cluster.kubeconfig, log, strategy.name, strategy.arguments, protecting)

    def told(self, does: str, beside: str, outcome: str) -> None:
        self.tell(f"descheduler {binaries.ALL['descheduler'].version}", does, beside, outcome)
