"""Two programs create the same pods at the same time, each with a control plane on a core of its own.

If one ran after the other, one of them might meet a machine that is a fifth faster; side by side both meet the same
machine. The cores differ as well, so they are exchanged from round to round.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from tests.harness.bench import reconcilers
from tests.harness.bench.creation import add_daemon_sets, add_nodes, control_plane, existing_pods, names_of, remove_all
from tests.harness.bench.reconciler_results import EVERYNODE, PLAIN_LOAD, Race
from tests.harness.cluster import waiting
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.cluster.processes import Process
from tests.harness.tools.explained import Explained

T = TypeVar("T")
SETTLE_SECONDS = 3

# Creates DaemonSets of these names, and returns the process that creates their pods on so many nodes.
Create = Callable[[list[str], int], Process]


@dataclass(frozen=True)
class Creator:
    name: str
    prepare: Callable[[ControlPlane], Create]


def everynode() -> Creator:
    def prepare(cluster: ControlPlane) -> Create:
        controller = reconcilers.Everynode(cluster)

        def create(names: list[str], _: int) -> Process:
            add_daemon_sets(cluster.api, names)
            return controller.process

        return create

    return Creator(EVERYNODE, prepare)


def plain_load(name: str = PLAIN_LOAD, *options: str) -> Creator:
    def prepare(cluster: ControlPlane) -> Create:
        return lambda names, node_count: reconcilers.plain_load(
            cluster, add_daemon_sets(cluster.api, names), node_count, *options
        )

    return Creator(name, prepare)


def race(first: Creator, second: Creator, node_count: int, daemon_sets: int, rounds: int) -> Race:
    """The number of rounds is even, so that each program has both cores equally often. One more round before them, on
    new control planes, does not count."""
    result = Race()
    with contextlib.ExitStack() as stack:
        places = start_on_two_cores(stack, node_count)
        for number in range(rounds + 1):
            names = [
                f"round-{number}-{name}" for name in names_of(daemon_sets)
            ]  # pods of a name that was used before cost less
            walls = one_round(places, (first, second), node_count, names)
            print(f"round {number}: {first.name} {walls[0]:.1f} s, {second.name} {walls[1]:.1f} s", flush=True)
            if number > 0:
                result.first.append(walls[0])
                result.second.append(walls[1])
            places.reverse()
    return result


def two_cores() -> list[int]:
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        raise Explained("this needs a machine with two cores: one for each control plane")
    return usable[:2]


@dataclass(frozen=True)
class Place:
    core: int
    cluster: ControlPlane


def start_on_two_cores(stack: contextlib.ExitStack, node_count: int) -> list[Place]:
    places = [Place(core, on(core, stack.enter_context, control_plane())) for core in two_cores()]
    print(f"adding {node_count} nodes to each control plane", flush=True)
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda place: add_nodes(place.cluster, node_count), places))
    return places


def one_round(places: list[Place], creators: Sequence[Creator], node_count: int, names: list[str]) -> list[float]:
    """Returns the seconds that each creator took. Leaves no pods."""
    create = [on(place.core, creator.prepare, place.cluster) for place, creator in zip(places, creators, strict=True)]
    time.sleep(SETTLE_SECONDS)
    begun, processes = [], []
    for place, begin in zip(places, create, strict=True):
        begun.append(time.monotonic())
        processes.append(on(place.core, begin, names, node_count))
    clusters = [place.cluster for place in places]
    ended = await_all(clusters, processes, len(names) * node_count)
    for cluster, process in zip(clusters, processes, strict=True):
        process.stop()
        remove_all(cluster, names)
    return [end - begin for end, begin in zip(ended, begun, strict=True)]


def await_all(clusters: list[ControlPlane], creators: list[Process], pods: int) -> list[float]:
    """Returns when each control plane had all pods."""
    ended: dict[int, float] = {}

    def done() -> bool:
        for number, (cluster, creator) in enumerate(zip(clusters, creators, strict=True)):
            if number in ended:
                continue
            if existing_pods(cluster.api) >= pods:
                ended[number] = time.monotonic()
            elif creator.failed:
                raise creator.ended(f"while we waited for {pods} pods to exist")
        return len(ended) == len(clusters)

    waiting.until(done, f"{pods} pods to exist in each cluster", 1200, interval=0.1)
    return [ended[number] for number in range(len(clusters))]


def on(core: int, do: Callable[..., T], *arguments: object) -> T:
    """What `do` starts stays on this core; we do not."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        return do(*arguments)
    finally:
        os.sched_setaffinity(0, before)
