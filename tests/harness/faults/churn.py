"""Random changes of users and machines: nodes and DaemonSets come, change and go."""

from __future__ import annotations

import itertools
import random
from collections import Counter

from tests.harness.cluster import nodes, pods
from tests.harness.cluster.api import Api, ApiError
from tests.harness.e2e.reconciler.daemon import POOL, document, rolling

DAEMON_SETS = "/apis/apps/v1/namespaces/default/daemonsets"
TAINT = "example.org/soak"
POOL_NODES = 40  # of the nodes for small DaemonSets
MOST_SMALL = 6
MOST_TAINTED = 12
EVERYWHERE = ("agent", "surge-agent")  # on all nodes; rolled now and then
ROLL_EVERYWHERE_ONE_IN = 150


class Churn:
    """Knows what it made: which nodes exist, and which of them are tainted."""

    def __init__(self, api: Api, node_count: int, seed: int):
        self.done: Counter[str] = Counter()
        self.nodes: dict[str, str] = {}  # name: pool
        self.taints: dict[str, str] = {}  # name: effect
        self.images: dict[str, list[int]] = {}  # of each DaemonSet, oldest first
        self._api, self._count = api, node_count
        self._rng = random.Random(seed)
        self._numbers = itertools.count(1)
        self._pools = [f"pool-{number}" for number in range(max(1, node_count // POOL_NODES))]

    def begin(self) -> None:
        nodes.add(self._api, [self._new_node() for _ in range(self._count)], seconds=600)
        self._create("agent", "", rolling(unavailable="10%"))
        self._create("surge-agent", "", rolling(surge="10%"))
        self.add_small()

    def step(self) -> int:
        """Makes one change; returns how many pods it may affect."""
        if self._rng.randrange(ROLL_EVERYWHERE_ONE_IN) == 0:
            return self.roll(self._rng.choice(EVERYWHERE))
        acts = (
            self.join,
            self.leave,
            self.flap,
            self.flap,
            self.taint,
            self.untaint,
            self.cordon,
            self.delete_pod,
            self.fail_pod,
            self.add_small,
            self.roll_small,
            self.roll_small,
            self.undo_small,
            self.remove_small,
        )
        try:
            return self._rng.choice(acts)()
        except ApiError as error:
            if error.code not in (404, 409):  # the object has gone, or somebody else was faster
                raise
            return 1

    # --- nodes ---

    def join(self) -> int:
        if len(self.nodes) > self._count * 1.02:
            return 0
        self._api.create(nodes.NODES, self._new_node())
        return self._did("nodes joined", 3)

    def leave(self) -> int:
        if len(self.nodes) < self._count * 0.98:
            return 0
        name = self._rng.choice(list(self.nodes))
        self._api.delete(f"{nodes.NODES}/{name}")
        del self.nodes[name]
        self.taints.pop(name, None)
        return self._did("nodes left", 3)

    def flap(self) -> int:
        """Not ready for a moment: the simulated kubelet reports at once that it is ready."""
        name = self._rng.choice(list(self.nodes))
        condition = {"type": "Ready", "status": "False", "reason": "Soak", "message": "for a moment"}
        self._api.ask(
            "PATCH",
            f"{nodes.NODES}/{name}/status",
            {"status": {"conditions": [condition]}},
            "application/strategic-merge-patch+json",
        )
        return self._did("nodes not ready for a moment", 1)

    def taint(self) -> int:
        name = self._rng.choice(list(self.nodes))
        if len(self.taints) >= MOST_TAINTED or name in self.taints:
            return 0
        effect = self._rng.choice(("NoSchedule", "NoExecute"))
        self._patch_taints(name, {"key": TAINT, "effect": effect})
        self.taints[name] = effect
        return self._did("nodes tainted", 3)

    def untaint(self) -> int:
        if not self.taints:
            return 0
        name = self._rng.choice(list(self.taints))
        self._patch_taints(name, {"key": TAINT, "effect": self.taints[name], "$patch": "delete"})
        del self.taints[name]
        return self._did("nodes untainted", 3)

    def cordon(self) -> int:
        name = self._rng.choice(list(self.nodes))
        cordoned = self._rng.choice((True, None))
        self._api.merge(f"{nodes.NODES}/{name}", {"spec": {"unschedulable": cordoned}})
        return self._did("nodes cordoned or uncordoned", 1)

    def _patch_taints(self, name: str, taint: dict) -> None:
        """Keeps the taints of others: a patch would replace the whole list, so we read it first."""
        while True:
            node = self._api.get(f"{nodes.NODES}/{name}")
            taints = [one for one in node["spec"].get("taints", []) if one["key"] != TAINT]
            taints += [] if "$patch" in taint else [taint]
            version = node["metadata"]["resourceVersion"]
            try:
                self._api.merge(
                    f"{nodes.NODES}/{name}", {"metadata": {"resourceVersion": version}, "spec": {"taints": taints}}
                )
                return
            except ApiError as error:
                if error.code != 409:
                    raise

    def _new_node(self) -> dict:
        name, pool = f"node-{next(self._numbers)}", self._rng.choice(self._pools)
        self.nodes[name] = pool
        return nodes.node(name, labels={POOL: pool})

    # --- pods ---

    def delete_pod(self) -> int:
        if name := self._any_pod():
            self._api.delete(f"{pods.PODS}/{name}")
            return self._did("pods deleted by a user", 1)
        return 0

    def fail_pod(self) -> int:
        if name := self._any_pod():
            self._api.merge(f"{pods.PODS}/{name}/status", {"status": {"phase": "Failed", "conditions": []}})
            return self._did("pods failed", 1)
        return 0

    def _any_pod(self) -> str | None:
        name = self._rng.choice(list(self.nodes))
        found = self._api.items(f"{pods.PODS}?fieldSelector=spec.nodeName%3D{name}")
        return self._rng.choice(found)["metadata"]["name"] if found else None

    # --- DaemonSets ---

    @property
    def small(self) -> list[str]:
        return [name for name in self.images if name not in EVERYWHERE]

    def add_small(self) -> int:
        if len(self.small) >= MOST_SMALL:
            return 0
        surges = self._rng.random() < 0.4
        name = f"{'surge-' if surges else ''}small-{next(self._numbers)}"
        strategy = rolling(surge="25%") if surges else rolling(unavailable=self._rng.choice((1, 5, "50%")))
        self._create(name, self._rng.choice(self._pools), strategy)
        return self._did("DaemonSets created", POOL_NODES)

    def remove_small(self) -> int:
        if len(self.small) < 2:
            return 0
        name = self._rng.choice(self.small)
        del self.images[name]
        self._api.delete(f"{DAEMON_SETS}/{name}")
        return self._did("DaemonSets deleted", POOL_NODES)

    def roll_small(self) -> int:
        return self.roll(self._rng.choice(self.small)) if self.small else 0

    def roll(self, name: str) -> int:
        self._set_image(name, next(self._numbers))
        everywhere = name in EVERYWHERE
        return self._did(
            "rolls of all nodes" if everywhere else "rolls of a pool", self._count if everywhere else POOL_NODES
        )

    def undo_small(self) -> int:
        """Goes back to the previous template, often in the middle of the rollout."""
        rolled = [name for name in self.small if len(self.images[name]) > 1]
        if not rolled:
            return 0
        name = self._rng.choice(rolled)
        self._set_image(name, self.images[name][-2])
        return self._did("rolls undone", POOL_NODES)

    def _create(self, name: str, pool: str, strategy: dict) -> None:
        self._api.create(DAEMON_SETS, document(name, pool=pool, strategy=strategy, revisionHistoryLimit=3))
        self.images[name] = [1]

    def _set_image(self, name: str, image: int) -> None:
        containers = [{"name": "agent", "image": f"example.org/agent:{image}"}]
        self._api.merge(f"{DAEMON_SETS}/{name}", {"spec": {"template": {"spec": {"containers": containers}}}})
        self.images[name].append(image)

    def _did(self, what: str, pod_count: int) -> int:
        self.done[what] += 1
        return pod_count
