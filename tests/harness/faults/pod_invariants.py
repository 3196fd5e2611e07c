"""What must be true of the pods of DaemonSets at every moment, checked at each event of a watch: no state is left
out."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from tests.harness.cluster import pods
from tests.harness.cluster.api import Api
from tests.harness.cluster.watch import Watch
from tests.harness.e2e.reconciler.daemon import image_of, node_of

PODS = "/api/v1/namespaces/default/pods"
NETWORK = "node.kubernetes.io/network-unavailable"  # only the webhook adds it


@dataclass(frozen=True)
class Pod:
    name: str
    owner: str  # UID
    daemon_set: str
    node: str
    image: str
    stays: bool
    ready: bool


class PodInvariants:
    """Follows all pods of the namespace. DaemonSets whose name begins with "surge" may have two pods on a node."""

    def __init__(self, api: Api, admitted: bool = True):
        self.created = 0
        self.violations: list[str] = []
        self._admitted = admitted
        self._budgeted: str | None = None
        self._least = 0
        self._pods: dict[str, Pod] = {}
        self._staying: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._lock = threading.Lock()
        self._watch = Watch(api, PODS, listed=self._take_all, happened=self._take, may_miss=True)

    def __enter__(self) -> PodInvariants:
        self._watch.__enter__()
        return self

    def __exit__(self, *error) -> None:
        self._watch.__exit__(*error)

    @property
    def gaps(self) -> int:
        """How often events were missed because the API server no longer had them."""
        return self._watch.gaps

    def pods_of(self, daemon_set: str) -> list[Pod]:
        with self._lock:
            return [pod for pod in self._pods.values() if pod.daemon_set == daemon_set]

    def serving(self, daemon_set: str) -> int:
        """The number of nodes with a ready pod that stays."""
        return len({pod.node for pod in self.pods_of(daemon_set) if pod.ready and pod.stays})

    def watch_budget(self, daemon_set: str | None, least: int = 0) -> None:
        """From now on, so many nodes must have a ready pod at every moment; None: no more."""
        with self._lock:
            self._budgeted, self._least = daemon_set, least

    def _take_all(self, found: list[dict]) -> None:
        """Objects from before count as if they had just been created; missed events are not judged."""
        with self._lock:
            self._pods.clear()
            self._staying.clear()
            for pod in found:
                if owner := owner_of(pod):
                    self._judge("LISTED", pod, owner)

    def _take(self, what: str, found: dict) -> None:
        if owner := owner_of(found):
            with self._lock:
                self._judge(what, found, owner)

    def _judge(self, what: str, found: dict, owner: dict) -> None:
        uid, pod = found["metadata"]["uid"], read(found, owner)
        served = self._pods.get(uid)
        if (
            served
            and served.ready
            and served.stays
            and pod.daemon_set == self._budgeted
            and not (pod.ready and pod.stays)
        ):
            self._judge_budget(uid)
        staying = self._staying[pod.owner, pod.node]
        if what == "DELETED":
            self._pods.pop(uid, None)
            staying.discard(uid)
            return
        self._pods[uid] = pod
        if what == "ADDED":
            self.created += 1
            if self._admitted and NETWORK not in {key for key, _ in pods.tolerated_taints(found)}:
                self.violations.append(f"{pod.name} was created without the webhook")
        if not pod.stays:
            staying.discard(uid)
            return
        staying.add(uid)
        if len(staying) > (2 if pod.daemon_set.startswith("surge") else 1):
            self.violations.append(f"{len(staying)} pods of {pod.daemon_set} on {pod.node}")

    def _judge_budget(self, going: str) -> None:
        left = {
            pod.node
            for uid, pod in self._pods.items()
            if pod.daemon_set == self._budgeted and pod.ready and pod.stays and uid != going
        }
        if len(left) < self._least:
            self.violations.append(f"{len(left)} nodes are served, {self._least} should be")


def owner_of(found: dict) -> dict | None:
    """The DaemonSet that controls the pod."""
    owners = found["metadata"].get("ownerReferences", [])
    return next((one for one in owners if one.get("controller") and one["kind"] == "DaemonSet"), None)


def read(found: dict, owner: dict) -> Pod:
    over = found["status"].get("phase") in ("Failed", "Succeeded")
    ready = any(one["type"] == "Ready" and one["status"] == "True" for one in found["status"].get("conditions", []))
    return Pod(
        found["metadata"]["name"],
        owner["uid"],
        owner["name"],
        node_of(found),
        image_of(found),
        "deletionTimestamp" not in found["metadata"] and not over,
        ready,
    )


def settled(
    invariants: PodInvariants, daemon_set: dict, eligible: set[str], may_keep: set[str], present: Callable[[str], bool]
) -> str:
    """Empty if there is one ready pod of the newest template on each eligible node, and none where none may be.
    Otherwise what is different."""
    name, image = daemon_set["metadata"]["name"], image_of(daemon_set["spec"]["template"])
    on: dict[str, list[Pod]] = defaultdict(list)
    for pod in invariants.pods_of(name):
        if present(pod.node):  # the garbage collector removes the pods of a node that has gone
            on[pod.node].append(pod)
    for node in eligible:
        found = on.pop(node, [])
        if len(found) != 1 or not found[0].ready or not found[0].stays or found[0].image != image:
            return f"{name} on {node}: {found}"
    wrong = {node: found for node, found in on.items() if node not in may_keep or len(found) > 1}
    if wrong:
        return f"{name} where it may not be: {wrong}"
    status, count = daemon_set["status"], len(eligible)
    counters = (
        "desiredNumberScheduled",
        "updatedNumberScheduled",
        "numberAvailable",
        "numberReady",
        "currentNumberScheduled",
    )
    true = status.get("observedGeneration") == daemon_set["metadata"]["generation"] and all(
        status.get(one, 0) == count for one in counters
    )
    return "" if true else f"{name}: the status of {count} nodes is {status}"
