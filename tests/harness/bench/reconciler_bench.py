"""Compares Everynode's reconciler with the in-tree DaemonSet controller on the same control plane; writes
reconciler/RESULTS.md.

Usage: python3 -m tests.harness.bench.reconciler_bench [--scale NODESxDAEMONSETS]... [--no-roll] [--quick] [--race]
                                                       [--before PROGRAM]

Each controller creates the pods of the DaemonSets, rolls them with maxUnavailable 50 %, idles while nodes heartbeat and
gets new nodes, without a limit on its requests. The in-tree controller as installed and a plain load generator only
create pods. At the end Everynode and the plain load create pods side by side. With any option, it writes nothing.
--quick: 100 nodes, to check that it works. --race: only the end. --before: only Everynode and another build of it, in
turns.
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.harness.bench import heartbeats, late_nodes, reconcilers, side_by_side
from tests.harness.bench.availability_watch import AvailabilityWatch
from tests.harness.bench.creation import (
    DAEMON_SETS,
    MAX_UNAVAILABLE_PERCENT,
    add_daemon_sets,
    await_pods,
    await_work,
    cluster_with,
    names_of,
)
from tests.harness.bench.reconciler_results import (
    AS_INSTALLED,
    EVERYNODE,
    IN_TREE,
    LARGE,
    PLAIN_LOAD,
    SMALL,
    Figures,
    Race,
    figures_table,
    races_table,
    targets_table,
)
from tests.harness.cluster import nodes, workspace
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.cluster.processes import Process
from tests.harness.tools.explained import Explained

RESULTS = Path(__file__).resolve().parent / "reconciler" / "RESULTS.md"
HEARTBEATS_PER_SECOND = 50
SETTLE_SECONDS = 10
IDLE_SECONDS = 20  # per round
LATE_NODES = 100  # per round
ROUNDS = 3
RACES = 16  # of Everynode with the plain load


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--scale", action="append", help=f"e.g. {SMALL}; may be given more than once ({SMALL} and {LARGE})"
    )
    parser.add_argument("--no-roll", action="store_true", help="create only: at 5000x2 rolling takes four minutes each")
    parser.add_argument("--quick", action="store_true", help="100 nodes, to see that it works")
    parser.add_argument("--race", action="store_true", help="only Everynode and the plain load side by side")
    parser.add_argument("--before", type=Path, metavar="PROGRAM", help="compare with this everynode only")
    options = parser.parse_args()
    scales = ["100x1"] if options.quick else options.scale or [SMALL, LARGE]
    workspace.end_on_signals()
    measured = []
    try:
        if options.race:
            print(races_table(race_with_plain_load(), EVERYNODE, PLAIN_LOAD))
            return 0
        for scale in scales:
            rolls = not options.no_roll
            measured += compare_builds(scale, rolls, options.before) if options.before else compare(scale, rolls)
            print(figures_table(measured), flush=True)
        if not (options.quick or options.scale or options.no_roll or options.before):
            races = race_with_plain_load()
            RESULTS.write_text(page(measured, races))
            print(f"{targets_table(measured, races)}\nwritten to {RESULTS}")
    except Explained as error:
        print(error)
        return 1
    return 0


def race_with_plain_load() -> Race:
    node_count, daemon_sets = size_of(LARGE)
    return side_by_side.race(side_by_side.everynode(), side_by_side.plain_load(), node_count, daemon_sets, RACES)


def size_of(scale: str) -> tuple[int, int]:
    """The numbers of nodes and of DaemonSets."""
    node_count, daemon_sets = map(int, scale.split("x"))
    return node_count, daemon_sets


def compare(scale: str, rolls: bool) -> list[Figures]:
    """Runs all subjects, each on a new control plane of the same kind."""
    node_count, daemon_sets = size_of(scale)
    theirs, ours = (
        median(measure(scale, node_count, daemon_sets, subject, rolls) for _ in range(rounds(scale)))
        for subject in (reconcilers.InTree, reconcilers.Everynode)
    )
    if scale != LARGE:  # its limit of 20 requests a second makes it wait for minutes
        installed = measure_creation(scale, node_count, daemon_sets, reconcilers.InTreeAsInstalled)
        return [ours, theirs, installed, measure_load(scale, node_count, daemon_sets)]
    return [ours, theirs, measure_load(scale, node_count, daemon_sets)]


def compare_builds(scale: str, rolls: bool, before: Path) -> list[Figures]:
    node_count, daemon_sets = size_of(scale)
    subjects = (reconcilers.Everynode, reconcilers.older(before.absolute()))
    turns = [
        [measure(scale, node_count, daemon_sets, subject, rolls) for subject in subjects] for _ in range(rounds(scale))
    ]
    return [median(of_one) for of_one in zip(*turns, strict=True)]


def rounds(scale: str) -> int:
    return ROUNDS if scale == SMALL else 1


def median(of_rounds: Iterable[Figures]) -> Figures:
    ordered = sorted(of_rounds, key=lambda figures: figures.cpu_per_pod)
    return ordered[len(ordered) // 2]


def measure(scale: str, node_count: int, daemon_sets: int, subject: type[reconcilers.Subject], rolls: bool) -> Figures:
    with cluster_with(node_count, f"{scale}: {subject.name}") as cluster:
        controller = subject(cluster)
        figures = Figures(scale, subject.name, node_count * daemon_sets)
        names = names_of(daemon_sets)
        create(cluster.api, controller, names, node_count, figures)
        if rolls:
            roll(cluster.api, controller, names, node_count, figures)
        idle(cluster.api, controller, node_count, figures)
        figures.peak_mib = controller.process.memory_kib()["VmHWM"] / 1024
        add_late_nodes(cluster, names[0], figures)
        return figures


def measure_creation(scale: str, node_count: int, daemon_sets: int, subject: type[reconcilers.Subject]) -> Figures:
    with cluster_with(node_count, f"{scale}: {subject.name}") as cluster:
        figures = Figures(scale, subject.name, node_count * daemon_sets)
        create(cluster.api, subject(cluster), names_of(daemon_sets), node_count, figures)
        return figures


def measure_load(scale: str, node_count: int, daemon_sets: int) -> Figures:
    with cluster_with(node_count, f"{scale}: {PLAIN_LOAD}") as cluster:
        figures = Figures(scale, PLAIN_LOAD, node_count * daemon_sets)
        made = add_daemon_sets(cluster.api, names_of(daemon_sets))
        begin = time.monotonic()
        load = reconcilers.plain_load(cluster, made, node_count)
        figures.exist_wall = await_pods(cluster.api, load, figures.pods, begin)
        return figures


def create_only(api, creator: Process, names: list[str], pods: int) -> float:
    begin = time.monotonic()
    add_daemon_sets(api, names)
    return await_pods(api, creator, pods, begin)


def create(api, controller, names: list[str], node_count: int, figures: Figures) -> None:
    cpu, begin = controller.process.cpu_seconds(), time.monotonic()
    figures.exist_wall = create_only(api, controller.process, names, figures.pods)
    await_ready(api, controller.process, names, node_count)
    figures.ready_wall = time.monotonic() - begin
    figures.create_cpu = controller.process.cpu_seconds() - cpu
    print(f"  ready after {figures.ready_wall:.1f} s, CPU {figures.create_cpu:.2f} s", flush=True)


def roll(api, controller, names: list[str], node_count: int, figures: Figures) -> None:
    with AvailabilityWatch(api, node_count) as watch:
        cpu, begin = controller.process.cpu_seconds(), time.monotonic()
        for name in names:
            api.merge(f"{DAEMON_SETS}/{name}", {"spec": {"template": {"metadata": {"annotations": {"rolled": "1"}}}}})
        await_ready(api, controller.process, names, node_count)
        figures.roll_wall = time.monotonic() - begin
        figures.roll_cpu = controller.process.cpu_seconds() - cpu
    figures.budget_used = watch.most_unavailable / (node_count * MAX_UNAVAILABLE_PERCENT / 100)
    print(
        f"  rolled in {figures.roll_wall:.1f} s, CPU {figures.roll_cpu:.2f} s, at most {watch.most_unavailable} "
        "nodes at a time",
        flush=True,
    )


def idle(api, controller, node_count: int, figures: Figures) -> None:
    """Nodes report their conditions, as kubelets do; no DaemonSet is concerned."""
    time.sleep(SETTLE_SECONDS)
    cpu, begin = controller.process.cpu_seconds(), time.monotonic()
    beats = 0
    with ThreadPoolExecutor(4) as pool:
        while time.monotonic() - begin < IDLE_SECONDS * samples(figures):
            list(
                pool.map(
                    lambda number: heartbeat(api, number % node_count), range(beats, beats + HEARTBEATS_PER_SECOND)
                )
            )
            beats += HEARTBEATS_PER_SECOND
            time.sleep(max(0.0, begin + beats / HEARTBEATS_PER_SECOND - time.monotonic()))
    figures.idle_cpu = (controller.process.cpu_seconds() - cpu) / (time.monotonic() - begin)


def heartbeat(api, number: int) -> None:
    api.ask("PATCH", f"{nodes.NODES}/node-{number}/status", heartbeats.report(), heartbeats.STRATEGIC)


def add_late_nodes(cluster: ControlPlane, daemon_set: str, figures: Figures) -> None:
    cluster.api.merge(
        f"{DAEMON_SETS}/{daemon_set}",
        {
            "spec": {
                "updateStrategy": {"type": "OnDelete", "rollingUpdate": None},
                "template": {"spec": {"tolerations": [{"operator": "Exists"}]}},
            }
        },
    )
    time.sleep(2)
    figures.late = late_nodes.measure(
        cluster, daemon_set, [f"late-{number}" for number in range(LATE_NODES * samples(figures))]
    )


def samples(figures: Figures) -> int:
    """Without rounds, one sample is as large as all rounds together."""
    return ROUNDS if figures.scale == LARGE else 1


def await_ready(api, controller: Process, names: list[str], node_count: int) -> None:
    def done() -> bool:
        return all(is_done(api.get(f"{DAEMON_SETS}/{name}"), node_count) for name in names)

    await_work(controller, done, f"{len(names)} DaemonSets on {node_count} nodes")


def is_done(one: dict, node_count: int) -> bool:
    status = one["status"]
    counters = ("desiredNumberScheduled", "updatedNumberScheduled", "numberAvailable")
    return status.get("observedGeneration") == one["metadata"]["generation"] and all(
        status.get(counter, 0) == node_count for counter in counters
    )


def page(measured: list[Figures], races: Race) -> str:
    return f"""# The reconciler beside the in-tree controller

Written by `make bench-reconciler` on {datetime.date.today().isoformat()}, not by hand. Each subject runs alone for
DaemonSets on a control plane of its own (etcd, kube-apiserver, scheduler, the other controllers, KWOK) on the same
machine of {os.cpu_count()} cores. The API server, not the controllers, is the limit of most times; the CPU and
the memory are the subject's process alone.

- **{EVERYNODE}**: `everynode reconciler` without a flag that matters here.
- **{IN_TREE}**: kube-controller-manager with this one controller and without a limit on its requests.
- **{AS_INSTALLED}**: the same with the limit that it has by default, 20 requests a second.
- **{PLAIN_LOAD}**: creates the same pods over as many connections as Everynode has, and does nothing else: what no
  controller can beat.

## Targets

{targets_table(measured, races)}

## Figures

{figures_table(measured)}

## Beside the plain load

{races_table(races, EVERYNODE, PLAIN_LOAD)}

Everynode and the plain load create {LARGE} pods at the same time, each with a control plane on a core of its own; the
cores are exchanged from round to round, and a round of new control planes goes before, which does not count. One after
the other would not do: from one minute to the next the machine's speed differs by more than they do. The last line
has the geometric mean and its standard error.

"Pods exist": the API server has them; "pods ready": the DaemonSet's status says that all are available. Rolls
have maxUnavailable 50 %. New nodes, one after the other: from the answer to the node's creation until the API server
receives the request that creates the pod ("call", as the audit log tells), and until a watch shows the pod.
At {SMALL} there are {ROUNDS} rounds; the figures are those of the round whose CPU for each created pod is the median.
At {LARGE} idling lasts {ROUNDS} times as long, and as many more nodes come.
"""


if __name__ == "__main__":
    sys.exit(main())
