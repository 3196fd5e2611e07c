"""How soon an admission knows that the pod's node has changed."""

from __future__ import annotations

import http.client
import json
import random
import time
from dataclasses import dataclass, field

from tests.harness.bench import bodies
from tests.harness.bench.fleet import ADMITTED, PLENTY, ZONE
from tests.harness.bench.kept import Kept
from tests.harness.cluster import nodes
from tests.harness.cluster.api import Api
from tests.harness.tools.explained import Explained

MERGE = "application/merge-patch+json"
NODE = f"{nodes.NODES}/{ADMITTED}"
FIRST_PODS = 111
MOST_SECONDS = 30
# Between two admissions that ask whether it is visible, and between a change that is and the next one.
ASK_SECONDS = 0.0005
PAUSE_SECONDS = (0.01, 0.05)


@dataclass
class Visibility:
    """Milliseconds from the API server's answer to a change until an admission has answered with it."""

    delays: list[float] = field(default_factory=list)

    def quantile(self, part: float) -> float:
        """The smallest delay that at least this part of the changes did not exceed."""
        ordered = sorted(self.delays)
        return ordered[max(0, -int(-part * len(ordered) // 1) - 1)]


class Changes:
    """A label and what is allocatable change in turns, beginning with the label; each value is a new one."""

    def __init__(self, api: Kept):
        self._api, self._number = api, 0
        self._allocate()

    def make(self) -> tuple[str, str]:
        """Returns the zone and the request of memory that the pod has to get from now on."""
        self._number += 1
        if self._number % 2:
            self._api.ask("PATCH", NODE, {"metadata": {"labels": {ZONE: self._zone()}}}, MERGE)
        else:
            self._allocate()
        return self._zone(), f"{64 + self._pods()}Mi"

    def _allocate(self) -> None:
        amounts = PLENTY | {"pods": str(self._pods())}
        self._api.ask("PATCH", f"{NODE}/status", {"status": {"allocatable": amounts}}, MERGE)

    def _zone(self) -> str:
        return f"zone-{(self._number + 1) // 2}"

    def _pods(self) -> int:
        return FIRST_PODS + self._number // 2


def measure(api: Api, port: int, body: bodies.Body, count: int) -> Visibility:
    """The webhook on this port knows the API server's nodes; `body` is about a pod of the node that changes."""
    review, result = json.loads(body.path.read_text()), Visibility()
    webhook = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=bodies.trusting_context())
    with Kept(api.connect()) as server, Kept(webhook) as admission:
        changes = Changes(server)
        for _ in range(count):
            wanted = changes.make()
            begin = time.perf_counter()
            while fitted(review, admission.ask("POST", bodies.PATH, body.path.read_bytes())) != wanted:
                if time.perf_counter() - begin > MOST_SECONDS:
                    raise Explained(f"after {MOST_SECONDS} s no admission knows that {ADMITTED} has {wanted}")
                time.sleep(ASK_SECONDS)
            result.delays.append(1e3 * (time.perf_counter() - begin))
            time.sleep(random.uniform(*PAUSE_SECONDS))
    return result


def fitted(review: dict, answer: bytes) -> tuple[str, str]:
    """The zone and the request of memory that the pod's first container gets."""
    container = bodies.patched_by(review, answer)["spec"]["containers"][0]
    zone = next(variable["value"] for variable in container["env"] if variable["name"] == "ZONE")
    return zone, container["resources"]["requests"]["memory"]
