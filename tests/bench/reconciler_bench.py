#!/usr/bin/env python3
"""Compares Everynode's reconciler with the in-tree DaemonSet controller on the same control plane; writes reconciler/SCALE.md.

Usage: reconciler_bench.py [--scale NODESxDAEMONSETS]... [--no-roll] [--quick]

Each subject creates the pods of the DaemonSets, rolls them with maxUnavailable 50 %, idles while nodes heartbeat and gets new
nodes. Both without a limit on their requests. --quick: 100 nodes, writes nothing.
"""

from __future__ import annotations

import argparse
import datetime
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench import reconcilers  # noqa: E402
from tests.bench.pod_watch import PodWatch  # noqa: E402
from tests.bench.results import table  # noqa: E402
from tests.cluster import nodes, waiting, workspace  # noqa: E402
from tests.cluster.control_plane import CONTROLLERS, ControlPlane  # noqa: E402
from tests.tools.explained import Explained  # noqa: E402

RESULTS = Path(__file__).resolve().parent / "reconciler"
DAEMON_SETS = "/apis/apps/v1/namespaces/default/daemonsets"
HEARTBEATS_PER_SECOND = 50
IDLE_SECONDS = 20
LATE_NODES = 20


@dataclass
class Figures:
    """What one subject needed, in seconds and MiB."""

    scale: str
    subject: str
    pods: int
    create_wall: float = 0
    create_cpu: float = 0
    roll_wall: float = 0
    roll_cpu: float = 0
    idle_cpu: float = 0
    peak_mib: float = 0
    late: list[float] = field(default_factory=list)

    def row(self) -> list[str]:
        return [self.scale, self.subject, f"{self.create_wall:.1f}", f"{self.create_cpu:.2f}", f"{1e3 * self.create_cpu / self.pods:.3f}",
                f"{self.roll_wall:.1f}", f"{self.roll_cpu:.2f}", f"{1e3 * self.idle_cpu / IDLE_SECONDS:.1f}", f"{self.peak_mib:.0f}",
                f"{1e3 * statistics.median(self.late):.0f}", f"{1e3 * max(self.late):.0f}"]


HEADER = ["nodes x DaemonSets", "controller", "create, s", "its CPU, s", "CPU ms/pod", "roll, s", "its CPU, s", "idle, CPU ms/s", "peak MiB",
          "new node to pod, median ms", "max ms"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", action="append", help="e.g. 1000x1; may be given more than once (1000x1 and 5000x2)")
    parser.add_argument("--no-roll", action="store_true", help="create only: at 5000x2 rolling takes four minutes each")
    parser.add_argument("--quick", action="store_true", help="100 nodes, to see that it works")
    options = parser.parse_args()
    scales = ["100x1"] if options.quick else options.scale or ["1000x1", "5000x2"]
    workspace.end_on_signals()
    try:
        for scale in scales:
            text = page(compare(scale, not options.no_roll))
            print(text)
            if not options.quick:
                RESULTS.mkdir(exist_ok=True)
                (RESULTS / f"{scale}.md").write_text(text)
    except Explained as error:
        print(error)
        return 1
    return 0


def compare(scale: str, rolls: bool) -> list[Figures]:
    """Both subjects, each on a control plane of its own that is the same."""
    node_count, daemon_sets = map(int, scale.split("x"))
    return [measure(scale, node_count, daemon_sets, subject, rolls) for subject in reconcilers.SUBJECTS]


def measure(scale: str, node_count: int, daemon_sets: int, subject: type[reconcilers.Subject], rolls: bool) -> Figures:
    others = [one for one in CONTROLLERS if one != "daemonset-controller"]
    with workspace.workspace("everynode-bench-") as directory, ControlPlane(directory, controllers=others) as cluster:
        print(f"{scale}: {subject.name}: adding {node_count} nodes", flush=True)
        nodes.add(cluster.api, [nodes.node(f"node-{number}") for number in range(node_count)], seconds=600)
        controller = subject(cluster)
        figures = Figures(scale, subject.name, node_count * daemon_sets)
        names = [f"agent-{number}" for number in range(daemon_sets)]
        create(cluster.api, controller, names, node_count, figures)
        if rolls:
            roll(cluster.api, controller, names, node_count, figures)
        idle(cluster.api, controller, node_count, figures)
        figures.peak_mib = controller.process.memory_kib()["VmHWM"] / 1024
        late_nodes(cluster.api, names[0], figures)
        return figures


def create(api, controller, names: list[str], node_count: int, figures: Figures) -> None:
    cpu, begin = controller.process.cpu_seconds(), time.monotonic()
    for name in names:
        api.create(DAEMON_SETS, document(name))
    await_ready(api, names, node_count)
    figures.create_wall = time.monotonic() - begin
    figures.create_cpu = controller.process.cpu_seconds() - cpu
    print(f"  created in {figures.create_wall:.1f} s, CPU {figures.create_cpu:.2f} s", flush=True)


def roll(api, controller, names: list[str], node_count: int, figures: Figures) -> None:
    cpu, begin = controller.process.cpu_seconds(), time.monotonic()
    for name in names:
        api.merge(f"{DAEMON_SETS}/{name}", {"spec": {"template": {"metadata": {"annotations": {"rolled": "1"}}}}})
    await_ready(api, names, node_count)
    figures.roll_wall = time.monotonic() - begin
    figures.roll_cpu = controller.process.cpu_seconds() - cpu
    print(f"  rolled in {figures.roll_wall:.1f} s, CPU {figures.roll_cpu:.2f} s", flush=True)


def idle(api, controller, node_count: int, figures: Figures) -> None:
    """Nodes report their conditions, as kubelets do; nothing of it concerns a DaemonSet."""
    cpu, begin = controller.process.cpu_seconds(), time.monotonic()
    beats = 0
    with ThreadPoolExecutor(4) as pool:
        while time.monotonic() - begin < IDLE_SECONDS:
            list(pool.map(lambda number: heartbeat(api, number % node_count), range(beats, beats + HEARTBEATS_PER_SECOND)))
            beats += HEARTBEATS_PER_SECOND
            time.sleep(max(0.0, begin + beats / HEARTBEATS_PER_SECOND - time.monotonic()))
    figures.idle_cpu = controller.process.cpu_seconds() - cpu


def heartbeat(api, number: int) -> None:
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    change = {"status": {"conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady", "lastHeartbeatTime": now}]}}
    api.ask("PATCH", f"{nodes.NODES}/node-{number}/status", change, "application/strategic-merge-patch+json")


def late_nodes(api, daemon_set: str, figures: Figures) -> None:
    """From the answer to a node's creation until a watch shows its pod."""
    api.merge(f"{DAEMON_SETS}/{daemon_set}", {"spec": {"updateStrategy": {"type": "OnDelete", "rollingUpdate": None},
                                                       "template": {"spec": {"tolerations": [{"operator": "Exists"}]}}}})
    time.sleep(2)
    with PodWatch(api, f"name%3D{daemon_set}") as watch:
        for number in range(LATE_NODES):
            name = f"late-{number}"
            api.create(nodes.NODES, nodes.node(name))
            begin = time.monotonic()
            waiting.until(lambda: name in watch.seen, f"the pod of {name}", 60, interval=0.01)
            figures.late.append(max(0.0, watch.seen[name] - begin))


def await_ready(api, names: list[str], node_count: int) -> None:
    def done() -> bool:
        return all(is_done(api.get(f"{DAEMON_SETS}/{name}"), node_count) for name in names)
    waiting.until(done, f"{len(names)} DaemonSets on {node_count} nodes", 1200, interval=0.1)


def is_done(one: dict, node_count: int) -> bool:
    status = one["status"]
    counters = ("desiredNumberScheduled", "updatedNumberScheduled", "numberAvailable")
    return status.get("observedGeneration") == one["metadata"]["generation"] and all(
        status.get(counter, 0) == node_count for counter in counters)


def document(name: str) -> dict:
    labels = {"name": name}
    return {
        "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": name},
        "spec": {"selector": {"matchLabels": labels}, "updateStrategy": {"rollingUpdate": {"maxUnavailable": "50%"}},
                 "template": {"metadata": {"labels": labels},
                              "spec": {"containers": [{"name": "agent", "image": "example.org/agent:1"}]}}},
    }


def page(measured: list[Figures]) -> str:
    return f"""# The reconciler beside the in-tree controller

Written by `make bench-reconciler` on {datetime.date.today().isoformat()}, not by hand. Both run alone for DaemonSets on a control plane of their own
(etcd, kube-apiserver, scheduler, the other controllers, KWOK) on the same machine, without a limit on their requests. The API server,
not the controllers, is the limit of the wall times; the CPU and the memory are the controller's process alone.

{table(HEADER, [figures.row() for figures in measured])}

{table(["nodes x DaemonSets", "create CPU", "roll CPU", "idle CPU", "peak memory", "create wall", "roll wall"], ratios(measured))}

The second table: Everynode's figure divided by the in-tree controller's.
"""


def ratios(measured: list[Figures]) -> list[list[str]]:
    rows = []
    for ours, theirs in zip(measured[::2], measured[1::2]):
        pairs = [(ours.create_cpu, theirs.create_cpu), (ours.roll_cpu, theirs.roll_cpu), (ours.idle_cpu, theirs.idle_cpu),
                 (ours.peak_mib, theirs.peak_mib), (ours.create_wall, theirs.create_wall), (ours.roll_wall, theirs.roll_wall)]
        rows.append([ours.scale, *(f"{a / b:.3f}" if b else "-" for a, b in pairs)])
    return rows


if __name__ == "__main__":
    sys.exit(main())
