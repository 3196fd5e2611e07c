"""The results of the reconciler's benchmark as tables: figures, and whether the targets were met."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, field

from tests.harness.bench.late_nodes import LateNode
from tests.harness.bench.results import Target, table, verdicts

SMALL, LARGE = "1000x1", "5000x2"
EVERYNODE, IN_TREE, AS_INSTALLED, PLAIN_LOAD = "Everynode", "in-tree", "in-tree, its own flags", "plain load"
OLDER = "an older Everynode"


@dataclass
class Figures:
    """What one subject used, in seconds and MiB; 0 for what it did not do."""

    scale: str
    subject: str
    pods: int
    exist_wall: float = 0  # until all pods exist
    ready_wall: float = 0  # until the status says that all are available
    create_cpu: float = 0
    roll_wall: float = 0
    roll_cpu: float = 0
    budget_used: float = 0  # the most nodes without an available pod at any instant of the roll, over maxUnavailable
    idle_cpu: float = 0  # per second
    peak_mib: float = 0
    late: list[LateNode] = field(default_factory=list)

    @property
    def cpu_per_pod(self) -> float:
        return self.create_cpu / self.pods

    def row(self) -> list[str]:
        late = [
            f"{1e3 * of(which):.0f}" if which else "-"
            for which in (self.late_called, self.late_shown)
            for of in (statistics.median, p99_of)
        ]
        return [
            self.scale,
            self.subject,
            shown(self.exist_wall),
            shown(self.ready_wall),
            shown(self.create_cpu, 2),
            shown(1e3 * self.cpu_per_pod, 3),
            shown(self.roll_wall),
            shown(self.roll_cpu, 2),
            shown(self.budget_used, 3),
            shown(1e3 * self.idle_cpu),
            shown(self.peak_mib, 0),
            *late,
        ]

    @property
    def late_called(self) -> list[float]:
        return [node.called for node in self.late]

    @property
    def late_shown(self) -> list[float]:
        return [node.shown for node in self.late]


@dataclass
class Race:
    """Two subjects that created the same pods side by side: the seconds until all existed, for each round."""

    first: list[float] = field(default_factory=list)
    second: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """The first subject's time over the second's, for each round."""
        return [one / other for one, other in zip(self.first, self.second, strict=True)]

    @property
    def ratio(self) -> float:
        """The geometric mean of all rounds."""
        return statistics.geometric_mean(self.ratios)

    @property
    def standard_error(self) -> float:
        """The relative standard error of the ratio."""
        return statistics.stdev(map(math.log, self.ratios)) / math.sqrt(len(self.ratios))


def p99_of(figures: list[float]) -> float:
    return sorted(figures)[max(0, round(0.99 * len(figures)) - 1)]


HEADER = [
    "nodes x DaemonSets",
    "controller",
    "pods exist, s",
    "pods ready, s",
    "CPU, s",
    "CPU ms/pod",
    "roll, s",
    "roll CPU, s",
    "of its budget",
    "idle CPU, ms/s",
    "peak, MiB",
    "new node to call: median, ms",
    "p99, ms",
    "to pod: median, ms",
    "p99, ms",
]


def shown(figure: float, digits: int = 1) -> str:
    return f"{figure:.{digits}f}" if figure else "-"


def figures_table(measured: list[Figures]) -> str:
    return table(HEADER, [figures.row() for figures in measured])


def races_table(races: Race, first: str, second: str) -> str:
    walls = enumerate(zip(races.first, races.second, races.ratios, strict=True), 1)
    rows = [[str(number), shown(one), shown(other), f"{ratio:.3f}"] for number, (one, other, ratio) in walls]
    return table(
        ["round", f"{first}, s", f"{second}, s", "ratio"],
        [*rows, ["all", "", "", f"{races.ratio:.3f} ± {races.standard_error:.3f}"]],
    )


def targets_table(measured: list[Figures], races: Race) -> str:
    of = {(figures.scale, figures.subject): figures for figures in measured}
    ours, theirs = of[LARGE, EVERYNODE], of[LARGE, IN_TREE]
    small, their_small = of[SMALL, EVERYNODE], of[SMALL, IN_TREE]
    return verdicts(
        [
            at_most(
                "CPU for each created pod, 5,000 x 2, over the in-tree controller's",
                ours.cpu_per_pod / theirs.cpu_per_pod,
                0.125,
            ),
            at_most(
                "CPU for each created pod, 1,000 x 1, over the in-tree controller's",
                small.cpu_per_pod / their_small.cpu_per_pod,
                0.25,
            ),
            at_most(
                "CPU for each created pod, at 5,000 x 2 over at 1,000 x 1", ours.cpu_per_pod / small.cpu_per_pod, 1.3
            ),
            at_most("CPU of a roll, 5,000 x 2, over the in-tree controller's", ours.roll_cpu / theirs.roll_cpu, 0.125),
            at_most("time of a roll, 5,000 x 2, over the in-tree controller's", ours.roll_wall / theirs.roll_wall, 1.0),
            at_most(
                "nodes without an available pod at any instant of a roll, over maxUnavailable", ours.budget_used, 1.0
            ),
            at_most("peak memory, 5,000 x 2, over the in-tree controller's", ours.peak_mib / theirs.peak_mib, 0.125),
            at_most(
                "CPU while 5,000 nodes heartbeat, over the in-tree controller's", ours.idle_cpu / theirs.idle_cpu, 0.2
            ),
            at_most(
                "from a new node to the call that creates its pod, p99, 5,000 nodes",
                1e3 * p99_of(ours.late_called),
                50,
                " ms",
            ),
            at_most("time until 10,000 pods exist, over a plain load generator's", races.ratio, 1.05),
            at_most(
                "time until 1,000 pods exist, over the in-tree controller's with its own flags",
                small.exist_wall / of[SMALL, AS_INSTALLED].exist_wall,
                0.2,
            ),
        ]
    )


def at_most(what: str, measured: float, bound: float, unit: str = "") -> Target:
    digits = 0 if unit else 3
    return Target(what, f"<= {bound}{unit}", f"{measured:.{digits}f}{unit}", measured <= bound)
