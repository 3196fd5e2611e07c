"""What one look of the live page costs while a DaemonSet is rolled out, in instructions that callgrind counts: the
machine's speed and what else runs on it do not matter.

Usage: python3 -m tests.harness.bench.look_cost [--nodes 5000]...
"""

from __future__ import annotations

import argparse
import sys

from tests.harness.bench.plan_cost import count
from tests.harness.bench.results import table
from tests.harness.tools.explained import Explained, exit_code

SIZES = (1000, 5000)
LOOKS = 10
COUNTED = "everynode::bench::(anonymous namespace)::Roll::look()"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, action="append", help=f"may be given more than once {SIZES}")
    options = parser.parse_args()
    return exit_code(lambda: print(costs(options.nodes or SIZES)))


def costs(sizes) -> str:
    rows = [[f"{nodes}", f"{look(nodes):,.0f}", f"{look(nodes, '--policy'):,.0f}"] for nodes in sizes]
    return table(["nodes", "without a policy", "with one"], rows)


def look(nodes: int, *flags: str) -> float:
    """The first look, which makes the rows, is not counted."""
    options = ["--nodes", nodes, *flags]
    first, _ = count(COUNTED, "everynode_look_cost", *options, "--looks", 0)
    counted, said = count(COUNTED, "everynode_look_cost", *options, "--looks", LOOKS)
    if int(said or 0) != LOOKS:
        raise Explained(f"of {LOOKS} looks {said.strip()} saw something new")
    return (counted - first) / LOOKS


if __name__ == "__main__":
    sys.exit(main())
