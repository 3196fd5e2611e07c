"""What overlays cost, and how soon they see a node change, as tables."""

from __future__ import annotations

import datetime
import statistics
from dataclasses import dataclass

from tests.harness.bench.measure import Measurements
from tests.harness.bench.reconciler_results import at_most
from tests.harness.bench.results import Target, table, verdicts
from tests.harness.bench.visibility import Visibility

PLAIN, FITTING, GO, OLDER = "everynode", "overlays", "go", "before"
TITLES = {
    PLAIN: "Everynode without overlays",
    FITTING: "Everynode with an overlay",
    GO: "Go twin with an overlay",
    OLDER: "an older Everynode without",
}
JUDGED = "8 KB"


@dataclass(frozen=True)
class Results:
    """Of one run."""

    figures: Measurements
    labels: list[str]  # of the bodies
    seen: dict[str, Visibility]  # by the server's name
    nodes: int
    changes: int
    heartbeats: float  # each second

    @property
    def servers(self) -> list[str]:
        return [name for name in TITLES if ("VmHWM", name) in self.figures.figures]

    def ratio(self, label: str, other: str) -> float:
        """With an overlay, over another server: the median of the rounds' own ratios. Within a round they are measured
        seconds apart, so a machine that becomes slower between rounds does not matter."""
        ours, theirs = (self.figures.figures["per_cpu", name, label] for name in (FITTING, other))
        return statistics.median(one / another for one, another in zip(ours, theirs, strict=True))


def page(results: Results, circumstances: list[str], warning: str, judged: bool) -> str:
    lines = "\n".join([*circumstances, f"- Date: {datetime.date.today().isoformat()}"])
    rounds = len(results.figures.figures["VmHWM", FITTING])
    judgement = f"{verdicts(targets(results))}\n\n" if judged else ""
    return f"""{judgement}{results.nodes:,} nodes, as large as those of a cloud, in a real API server.
Medians over rounds ({rounds}), in each of which the servers are started afresh and take short turns in changing orders,
with a core of their own and 25 kept connections. Ratios are medians of the rounds' own.
Everynode and the Go twin make the same pods. CPU is the server's process alone.

{costs_table(results)}

{results.changes} changes of the admitted node, of a label and of what is allocatable in turns, while all nodes
heartbeat, {results.heartbeats:.0f} each second: ms from the API server's answer to a change until an admission has
answered with it.

{visibility_table(results)}

{lines}
{warning}"""


def targets(results: Results) -> list[Target]:
    delay = results.seen[FITTING].quantile(0.99)
    of_plain = [PLAIN, OLDER] if OLDER in results.servers else [PLAIN]
    return [
        *(
            at_least(f"requests per CPU-second at {JUDGED}, over {TITLES[name]}", results.ratio(JUDGED, name), 0.9)
            for name in of_plain
        ),
        at_least(f"requests per CPU-second at {JUDGED}, over the {TITLES[GO]}", results.ratio(JUDGED, GO), 10),
        at_most("a node's change is visible to admission, p99", delay, 100, " ms"),
    ]


def at_least(what: str, measured: float, bound: float) -> Target:
    return Target(what, f">= {bound}", f"{measured:.2f}", measured >= bound)


def costs_table(results: Results) -> str:
    header = ["server", *(f"{label}, req/CPU-s" for label in results.labels)]
    header += [f"{label}, with an overlay over this" for label in results.labels]
    header += ["peak memory, MiB", "after the load, MiB"]
    rows = []
    for name in results.servers:
        rates = [f"{results.figures.median('per_cpu', name, label):.0f}" for label in results.labels]
        ratios = [f"{results.ratio(label, name):.2f}" for label in results.labels]
        memory = [f"{results.figures.median(kind, name) / 1024:.1f}" for kind in ("VmHWM", "VmRSS")]
        rows.append([TITLES[name], *rates, *ratios, *memory])
    return table(header, rows)


def visibility_table(results: Results) -> str:
    rows = []
    for name, seen in results.seen.items():
        rows.append([TITLES[name], *(f"{seen.quantile(part):.1f}" for part in (0.5, 0.99, 1.0))])
    return table(["server", "p50", "p99", "max"], rows)
