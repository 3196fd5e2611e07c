"""What plans cost with a RolloutPolicy and without one, in instructions that callgrind counts: the machine's speed and
what else runs on it do not matter.

Usage: python3 -m tests.harness.bench.plan_cost [--nodes 1000]... [--rolls]

With --rolls not single plans, but those of whole rolls, against a simulated API server in simulated time.
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
ROLLED = (1000, 5000)
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


@dataclass(frozen=True)
class RollCost:
    """Of a whole roll; instructions of its plans, for each node."""

    nodes: int
    policy: bool
    plans: int
    seconds: float
    instructions: float

    def row(self) -> list[str]:
        policy = "three waves" if self.policy else "none"
        return [f"{self.nodes}", policy, f"{self.plans}", f"{self.seconds:.0f}", f"{self.instructions:,.0f}"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, action="append", help=f"may be given more than once {SIZES}")
    parser.add_argument("--rolls", action="store_true", help=f"whole rolls, of {ROLLED} nodes")
    options = parser.parse_args()
    if options.rolls:
        return exit_code(lambda: print(rolls_table(measure_rolls(options.nodes or ROLLED))))
    return exit_code(lambda: print(costs_table(measure(options.nodes or SIZES))))


def measure(sizes) -> list[Cost]:
    return [
        Cost(nodes, event, instructions(nodes, event), instructions(nodes, event, "--policy"))
        for nodes in sizes
        for event in COUNTED
    ]


def measure_rolls(sizes) -> list[RollCost]:
    return [roll(nodes, policy) for nodes in sizes for policy in (False, True)]


def roll(nodes: int, policy: bool) -> RollCost:
    """The plans that make the first pods are not counted."""
    command = [
        "everynode::daemonset::plan(*",
        "everynode_roll_cost",
        "--nodes",
        nodes,
        *(["--policy"] if policy else []),
    ]
    before, _ = count(*command, "--only-create")
    counted, said = count(*command)
    plans, seconds = said.split()
    return RollCost(nodes, policy, int(plans), float(seconds), (counted - before) / nodes)


def instructions(nodes: int, event: str, *flags: str) -> float:
    """For each event."""
    function = f"everynode::bench::(anonymous namespace)::Roll::{COUNTED[event]}"
    options = ["--nodes", nodes, "--event", event, "--events", EVENTS, *flags]
    counted, said = count(function, "everynode_plan_cost", *options)
    if int(said or 0) != EVENTS:
        raise Explained(f"everynode_plan_cost made {said.strip()} plans of {EVENTS}")
    return counted / EVENTS


def count(function: str, program: str, *options) -> tuple[int, str]:
    """The instructions of the function and what it calls, and what the program says."""
    with tempfile.TemporaryDirectory() as directory:
        out = Path(directory) / "callgrind.out"
        valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", f"--toggle-collect={function}"]
        command = [*valgrind, ROOT / "build" / program, *options]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
        if done.returncode:
            raise Explained(f"{program} ended with {done.returncode}: {done.stderr}")
        return int(re.search(r"^(?:totals|summary): (\d+)", out.read_text(), re.MULTILINE)[1]), done.stdout


def costs_table(costs: list[Cost]) -> str:
    return table(["nodes", "event", "without a policy", "with one", "ratio"], [cost.row() for cost in costs])


def rolls_table(rolls: list[RollCost]) -> str:
    header = ["nodes", "policy", "plans", "simulated s", "instructions of plans for each node"]
    return table(header, [one.row() for one in rolls])


if __name__ == "__main__":
    sys.exit(main())
