"""Clusters that are too large for this machine, played by a synthetic API server: what the reconciler needs for 100,000
nodes with 10 DaemonSets beside 5,000 with 2, and how far the in-tree controller gets. Writes RESULTS.md into the
folder `synthetic`.

Usage: python3 -m tests.harness.bench.synthetic_bench [--scale NODESxDAEMONSETS]... [--subject NAME]... [--quick]

All pods exist when a controller starts, but for one of each DaemonSet. Then it is killed, starts again, and sees the
events of kubelets that mean nothing to it, nodes that join, pods that vanish and nodes that get a taint. At 20,000
with 2 it only starts. With any option, it writes nothing. --quick: 200x2 for a moment, to see that it works.
"""

from __future__ import annotations

import argparse
import signal
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.harness.bench import machine, reconcilers
from tests.harness.bench.memory_limit import MemoryLimit
from tests.harness.bench.reconciler_results import EVERYNODE, IN_TREE
from tests.harness.bench.synthetic_cluster import Size, SyntheticCluster, synthetic_cluster, wall
from tests.harness.bench.synthetic_results import (
    LARGE,
    MIDDLE,
    MOST_SECONDS,
    SHORT,
    SMALL,
    WHOLE,
    Figures,
    Load,
    figures_table,
    page,
)
from tests.harness.cluster import waiting, workspace
from tests.harness.cluster.ports import free_ports
from tests.harness.cluster.processes import ComponentFailed, Process
from tests.harness.tools.explained import exit_code

RESULTS = Path(__file__).resolve().parent / "synthetic" / "RESULTS.md"
QUICK = "200x2"
SETTLE_SECONDS = 15


def everynode(cluster: SyntheticCluster) -> Process:
    return cluster.run("everynode", reconcilers.everynode_command(cluster.kubeconfig, free_ports(1)[0]))


def in_tree(cluster: SyntheticCluster) -> Process:
    command = reconcilers.in_tree_command(cluster.kubeconfig, cluster.directory, free_ports(1)[0])
    return cluster.run("in-tree", [*command, *reconcilers.UNLIMITED])


SUBJECTS: dict[str, Callable[[SyntheticCluster], Process]] = {EVERYNODE: everynode, IN_TREE: in_tree}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--scale", action="append", help=f"e.g. {SMALL}; may be given again ({SMALL}, {MIDDLE} and {LARGE})"
    )
    parser.add_argument("--subject", action="append", choices=SUBJECTS, help="may be given again (all)")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} for a moment, to see that it works")
    options = parser.parse_args()
    workspace.end_on_signals()
    return exit_code(lambda: run(options))


def run(options: argparse.Namespace) -> None:
    scales = [QUICK] if options.quick else options.scale or [SMALL, MIDDLE, LARGE]
    load = SHORT if options.quick else WHOLE
    measured, meanwhile = [], machine.Meanwhile()
    for name in options.subject or SUBJECTS:
        for scale in scales:
            measured.append(measure(name, Size.of(scale), load.of(scale)))
            print(figures_table(measured), flush=True)
    if not (options.quick or options.scale or options.subject):
        RESULTS.write_text(page(measured, load, meanwhile))
        print(f"written to {RESULTS}")


def measure(name: str, size: Size, load: Load) -> Figures:
    print(f"{size}: {name}", flush=True)
    with synthetic_cluster(size, "--missing", "1") as cluster:
        return Trial(cluster, name, load).run()


class Trial:
    """A controller with a cluster of its own."""

    def __init__(self, cluster: SyntheticCluster, name: str, load: Load):
        self.cluster, self.load = cluster, load
        self.start = SUBJECTS[name]
        self.figures = Figures(str(cluster.size), name)

    def run(self) -> Figures:
        try:
            self.figures.start = self.begin()
            self.figures.start_cpu = self.process.cpu_seconds()
            if self.load.rounds:
                self.go_on()
        except (ComponentFailed, waiting.DeadlineExceeded) as error:
            self.figures.stopped = self.why(error)
        self.note()
        self.limit.end()
        self.process.stop()
        return self.figures

    def go_on(self) -> None:
        self.crash()
        self.figures.restart = self.begin()
        self.settle()
        self.see_events()
        self.act_upon_events()

    def begin(self) -> float:
        """Starts the controller. Returns the seconds until it has acted for each DaemonSet."""
        begin = time.monotonic()
        self.process = self.start(self.cluster)
        self.limit = MemoryLimit(self.process)
        deeds = self.cluster.await_deeds(self.process, MOST_SECONDS)
        took = deeds[-1] - wall(begin)
        self.note()
        print(f"  acted after {took:.1f} s, {self.figures.peak_mib:.0f} MiB", flush=True)
        return took

    def crash(self) -> None:
        self.limit.end()
        self.process.send(signal.SIGKILL)
        self.process.wait()
        self.cluster.control("lack", pods=1)
        self.cluster.control("forget")

    def settle(self) -> None:
        time.sleep(SETTLE_SECONDS)

    def note(self) -> None:
        self.figures.peak_mib = max(self.figures.peak_mib, self.limit.peak_kib / 1024)
        self.figures.listed = max(self.figures.listed, self.cluster.figures()["listed"].get("pods", 0))

    def see_events(self) -> None:
        """Measures what an event costs that means nothing to a DaemonSet."""
        costs = []
        for _ in range(self.load.rounds):
            cpu = self.process.cpu_seconds()
            events = self.work(self.load.seconds)
            costs.append(1e6 * (self.process.cpu_seconds() - cpu) / events)
        self.figures.event_cpu = statistics.median(costs)
        self.note()
        print(f"  {self.figures.event_cpu:.1f} us for each event", flush=True)

    def work(self, seconds: float) -> int:
        """Returns how many events there were."""
        load = self.load
        return self.cluster.control("work", heartbeats=load.heartbeats, podChanges=load.pod_changes, seconds=seconds)

    def act_upon_events(self) -> None:
        """While the other events go on."""
        probes, pause = self.load.probes, self.load.pause
        with ThreadPoolExecutor(1) as pool:
            busy = pool.submit(self.work, pause * (2 * probes + self.load.taints))
            self.figures.latencies = {
                "node": self.cluster.probe("node", probes, pause),
                "pod": self.cluster.probe("pod", probes, pause),
                "taint": self.cluster.probe("taint", self.load.taints, pause),
            }
            busy.result()
        print(f"  acts within {self.figures.p99():.0f} ms", flush=True)

    def why(self, error: Exception) -> str:
        """Why it did not get further."""
        if self.limit.exceeded:
            return "it needed more memory than it may have"
        return "it did not act in time" if isinstance(error, waiting.DeadlineExceeded) else "it ended"


if __name__ == "__main__":
    sys.exit(main())
