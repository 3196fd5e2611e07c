"""The results of the synthetic benchmark as tables: figures, and whether the targets were met."""

from __future__ import annotations

import datetime
import math
import os
from dataclasses import dataclass, field, replace

from tests.harness.bench import machine
from tests.harness.bench.memory_limit import MOST_KIB
from tests.harness.bench.reconciler_results import EVERYNODE, IN_TREE, at_most, p99_of, shown
from tests.harness.bench.results import table, verdicts

SMALL, MIDDLE, LARGE = "5000x2", "20000x2", "100000x10"
MOST_SECONDS = 600  # until a controller has acted for each DaemonSet


@dataclass(frozen=True)
class Load:
    """100,000 kubelets of which nothing changes report 333 times a second."""

    heartbeats: int  # a second
    pod_changes: int  # a second: of a status, which mean nothing to a DaemonSet
    seconds: int  # of a round
    rounds: int
    probes: int  # nodes that join, and as many pods that vanish
    taints: int
    pause: float  # between them

    def of(self, scale: str) -> Load:
        """At MIDDLE only the start is looked at."""
        return replace(self, rounds=0) if scale == MIDDLE else self


WHOLE = Load(heartbeats=330, pod_changes=110, seconds=30, rounds=5, probes=200, taints=50, pause=0.1)
SHORT = Load(heartbeats=50, pod_changes=20, seconds=3, rounds=2, probes=20, taints=5, pause=0.05)


@dataclass
class Figures:
    """What one controller needed; 0 for what it did not get to."""

    scale: str
    subject: str
    start: float = 0  # seconds from exec until it has acted for each DaemonSet
    start_cpu: float = 0  # seconds of CPU until then
    restart: float = 0  # the same after it was killed: the lease is still that of the dead process
    peak_mib: float = 0
    event_cpu: float = 0  # microseconds
    latencies: dict[str, list[float]] = field(default_factory=dict)  # milliseconds, by what they are upon
    listed: int = 0  # pods that it was told of in its last list
    stopped: str = ""  # why it did not get further

    def p99(self) -> float:
        """Of all its actions; infinite if it did not get there."""
        return p99_of(sum(self.latencies.values(), [])) if self.latencies else math.inf

    def row(self) -> list[str]:
        late = [shown(p99_of(self.latencies[what])) if self.latencies else "-" for what in ("node", "pod", "taint")]
        return [
            self.scale,
            self.subject,
            shown(self.start),
            shown(self.start_cpu),
            shown(self.restart),
            shown(self.peak_mib, 0),
            shown(self.event_cpu),
            *late,
            f"{self.listed:,}",
            self.stopped or "-",
        ]


HEADER = [
    "nodes x DaemonSets",
    "controller",
    "start, s",
    "CPU of it, s",
    "restart, s",
    "peak, MiB",
    "CPU us/event",
    "new node, p99 ms",
    "lost pod, p99 ms",
    "taint, p99 ms",
    "pods told of",
    "did not get further because",
]


def figures_table(measured: list[Figures]) -> str:
    return table(HEADER, [figures.row() for figures in measured])


def over(ours: float, theirs: float) -> float:
    """Infinite if one did not get there."""
    return ours / theirs if ours and theirs else math.inf


def targets_table(measured: list[Figures]) -> str:
    of = {(figures.scale, figures.subject): figures for figures in measured}
    small, large = of[SMALL, EVERYNODE], of[LARGE, EVERYNODE]
    ours, theirs = of[MIDDLE, EVERYNODE], of[MIDDLE, IN_TREE]
    return verdicts(
        [
            at_most(
                "from exec to actions, 20,000 x 2, over the in-tree controller", over(ours.start, theirs.start), 0.2
            ),
            at_most("CPU until then, over the in-tree controller", over(ours.start_cpu, theirs.start_cpu), 0.2),
            at_most("peak memory, 100,000 x 10", large.peak_mib, 700, " MiB"),
            at_most(
                "CPU for each event, at 100,000 x 10 over at 5,000 x 2",
                (large.event_cpu or math.inf) / small.event_cpu,
                1.2,
            ),
            at_most("from an event to the action upon it, p99, 100,000 x 10", large.p99(), 50, " ms"),
            at_most(
                "from exec to actions for all DaemonSets, 100,000 x 10",
                max(large.start or math.inf, large.restart or math.inf),
                60,
                " s",
            ),
        ]
    )


def page(measured: list[Figures], load: Load, meanwhile: machine.Meanwhile) -> str:
    others, stolen = meanwhile.percent()
    return f"""# A million pods

Written by `make bench-synthetic` on {datetime.date.today().isoformat()}, not by hand. The API server is synthetic
(tests/harness/bench/README.md); it plays scheduler and kubelets too, and speaks plain HTTP.

- Machine: {machine.cpu_model()}, {os.cpu_count()} cores, {machine.memory_gib():.0f} GiB; of its CPU time during the run
  {others:.0f} % went to other work and {stolen:.0f} % was stolen by the hypervisor.
- A controller may use {MOST_KIB // 2**20} GiB, and {MOST_SECONDS} s until it has acted for each DaemonSet.

## Targets

{targets_table(measured)}

## Figures

{figures_table(measured)}

"Start": all pods exist but for one of each DaemonSet; from exec until the server has received the request that creates
the last of these, and the CPU that it has used by then. "Restart": the same after the process was killed and lost one
more of each; Everynode waits there until the lease of the dead process is over, the in-tree controller runs without
one. At {MIDDLE} only the start is looked at.
"CPU us/event": {load.heartbeats} heartbeats of nodes and {load.pod_changes} changes of pods each second, at either
scale, which mean nothing to a DaemonSet; the median of {load.rounds} rounds of {load.seconds} s.
Meanwhile {load.probes} nodes join, {load.probes} pods vanish and {load.taints} nodes get a taint that no pod
tolerates, one each {load.pause:g} s: from the moment when the server tells a watch of it until it receives the request
that creates or deletes a pod, for each DaemonSet.
"""
