"""Random clusters: nodes and DaemonSets with everything that decides which pod goes where."""

from __future__ import annotations

import random

from tests.harness.cluster import nodes
from tests.harness.cluster.pods import field_term, required, requirement
from tests.harness.e2e.reconciler import daemon

LABELS = {"zone": ("a", "b", "c"), "disk": ("ssd", "hdd"), "cores": ("4", "8", "16", "many")}
TAINTS = (("dedicated", "logs"), ("dedicated", "gpu"), ("broken", ""))
EFFECTS = ("NoSchedule", "NoExecute", "PreferNoSchedule")
STRATEGIES = (
    {"type": "OnDelete"},
    daemon.rolling(unavailable=1),
    daemon.rolling(unavailable="50%"),
    daemon.rolling(surge=1),
    daemon.rolling(surge="40%"),
)
# As people write them; some are the same as those that the controller adds itself (requirement 3.2).
TOLERATIONS = (
    {"operator": "Exists"},
    {"operator": "Exists", "effect": "NoSchedule"},
    {"key": "dedicated", "operator": "Exists"},
    {"key": "dedicated", "operator": "Equal", "value": "logs"},
    {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"},
    {"key": "broken", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 3600},
    {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 60},
    {"key": "node.kubernetes.io/unreachable", "effect": "NoExecute"},
    {"key": "node.kubernetes.io/disk-pressure", "operator": "Exists", "effect": "NoSchedule"},
    {"key": "node.kubernetes.io/network-unavailable", "operator": "Exists"},
)


class Rng:
    """The same seed gives the same cluster and the same changes to it."""

    def __init__(self, seed: int, count_of_nodes: int = 6, count_of_daemons: int = 14):
        self._random = random.Random(seed)
        self.node_names = [f"rng-{number}" for number in range(count_of_nodes)]
        self.daemon_names = [f"rng-{number}" for number in range(count_of_daemons)]

    def nodes(self) -> list[dict]:
        return [nodes.node(name, labels=self.labels()) for name in self.node_names]

    def labels(self) -> dict[str, str | None]:
        """A new value for each label, or None."""
        return {key: self._random.choice((*values, None)) for key, values in LABELS.items()}

    def taints(self) -> list[dict]:
        chosen = self._some(TAINTS, 0.25)
        effects = {(key, self._random.choice(EFFECTS)): value for key, value in chosen}
        return [
            {"key": key, "effect": effect, **({"value": value} if value else {})}
            for (key, effect), value in effects.items()
        ]

    def daemon_sets(self, namespace: str) -> list[dict]:
        return [self._daemon_set(name, namespace) for name in self.daemon_names]

    def template_change(self) -> dict:
        """A new image for all DaemonSets; for some of them other nodes too."""
        spec: dict = {"containers": [{"name": "agent", "image": "example.org/agent:2"}]}
        if self._chance(0.3):
            spec["nodeSelector"] = self._selector()
        if self._chance(0.3):
            spec["tolerations"] = self._some(TOLERATIONS, 0.3)
        return {"spec": {"template": {"spec": spec}}}

    def _daemon_set(self, name: str, namespace: str) -> dict:
        # Without a token there is no volume with a random name.
        template: dict = {"nodeSelector": self._selector(), "automountServiceAccountToken": False}
        if self._chance(0.6):
            template["tolerations"] = self._some(TOLERATIONS, 0.25)
        if self._chance(0.5):
            template["affinity"] = self._affinity()
        if self._chance(0.3):
            template["hostNetwork"] = True
        if self._chance(0.07):
            template["nodeName"] = self._random.choice(self.node_names)
        return daemon.document(
            name,
            pool="",
            namespace=namespace,
            template=template,
            strategy=self._random.choice(STRATEGIES),
            revisionHistoryLimit=self._random.choice((0, 10)),
        )

    def _selector(self) -> dict[str, str]:
        return {key: self._random.choice(LABELS[key]) for key in self._some(("zone", "disk"), 0.2)}

    def _affinity(self) -> dict:
        affinity = (
            required(*(self._term() for _ in range(self._random.randint(1, 3))))
            if self._chance(0.7)
            else {"nodeAffinity": {}}
        )
        if self._chance(0.4):
            preference = {"matchExpressions": [requirement("zone", "In", "a")]}
            affinity["nodeAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"] = [
                {"weight": 7, "preference": preference}
            ]
        if self._chance(0.3):
            affinity["podAntiAffinity"] = {
                "requiredDuringSchedulingIgnoredDuringExecution": [
                    {"labelSelector": {"matchLabels": {"app": "nobody"}}, "topologyKey": "kubernetes.io/hostname"}
                ]
            }
        return affinity

    def _term(self) -> dict:
        if self._chance(0.2):
            return field_term(self._random.choice(self.node_names))
        return {"matchExpressions": [self._expression() for _ in range(self._random.randint(0, 2))]}

    def _expression(self) -> dict:
        key = self._random.choice(tuple(LABELS))
        operator = self._random.choice(("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"))
        if operator in ("Gt", "Lt"):
            return requirement("cores", operator, str(self._random.choice((3, 4, 8, 16))))
        values = self._some(LABELS[key], 0.5) or [LABELS[key][0]]
        return requirement(key, operator, *(values if operator in ("In", "NotIn") else ()))

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _some(self, choices: tuple, share: float) -> list:
        return [one for one in choices if self._chance(share)]
