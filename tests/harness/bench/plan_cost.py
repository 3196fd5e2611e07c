"""What a plan costs with a RolloutPolicy and without one, in instructions that callgrind counts: the machine's speed
and what else runs on it do not matter.

Usage: python3 -m tests.harness.bench.plan_cost [--nodes 1000]...
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.harness.bench.results import table
from tests.harness.tools.explained import Explained, exit_code
from tests.root import ROOT

SIZES = (1000, 5000, 20000)
EVENTS = 10
# The event, and the function that is counted: the store takes the event, and the plan follows.
COUNTED = {"pod": "happen(unsigned long)", "node": "happen_to_node(unsigned long)"}


@dataclass(frozen=True)
class Cost:
    """Instructions for one event."""

    nodes: int
    event: str
    without: float
    with_policy: float

    @property
    def ratio(self) -> float:
        return self.with_policy / self.without

    def row(self) -> list[str]:
        return [f"{self.nodes}", self.event, f"{self.without:,.0f}", f"{self.with_policy:,.0f}", f"{self.ratio:.2f}"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, action="append", help=f"may be given more than once {SIZES}")
    options = parser.parse_args()
    return exit_code(lambda: print(costs_table(measure(options.nodes or SIZES))))


def measure(sizes) -> list[Cost]:
    return [
        Cost(nodes, event, instructions(nodes, event), instructions(nodes, event, "--policy"))
        for nodes in sizes
        for event in COUNTED
    ]


def instructions(nodes: int, event: str, *flags: str) -> float:
    """For each event."""
    with tempfile.TemporaryDirectory() as directory:
        out = Path(directory) / "callgrind.out"
        valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}"]
        counted = f"--toggle-collect=everynode::bench::(anonymous namespace)::Roll::{COUNTED[event]}"
        program = [
            ROOT / "build" / "everynode_plan_cost",
            "--nodes",
            nodes,
            "--event",
            event,
            "--events",
            EVENTS,
            *flags,
        ]
        done = subprocess.run(
            list(map(str, [*valgrind, counted, *program])), capture_output=True, text=True, check=False
        )
        if done.returncode or int(done.stdout or 0) != EVENTS:
            raise Explained(f"{program[0]} made {done.stdout.strip()} plans of {EVENTS}: {done.stderr}")
        return int(re.search(r"^(?:totals|summary): (\d+)", out.read_text(), re.MULTILINE)[1]) / EVENTS


def costs_table(costs: list[Cost]) -> str:
    return table(["nodes", "event", "without a policy", "with one", "ratio"], [cost.row() for cost in costs])


if __name__ == "__main__":
    sys.exit(main())
