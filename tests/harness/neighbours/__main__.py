"""Real programs and policies of others beside Everynode. Writes what was seen, with versions, into RESULTS.md beside
it.

Usage: python3 -m tests.harness.neighbours [-k PATTERN] (with a pattern it writes nothing)

Prints a line for each test; the last line is "N passed, N failed".
"""

from __future__ import annotations

import argparse
import sys
import unittest
from pathlib import Path

from tests.harness.cluster import workspace
from tests.harness.neighbours import environment
from tests.harness.neighbours.environment import NeighboursTest
from tests.harness.tools.explained import Explained
from tests.harness.tools.line_result import LineResult

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "RESULTS.md"


class Failed(Explained):
    """Tests failed; the workspace and its logs are kept."""


def main() -> int:
    pattern = parse().k
    workspace.end_on_signals()
    result = LineResult("tests.harness.neighbours.")
    loader = unittest.TestLoader()
    if pattern:
        loader.testNamePatterns = [f"*{pattern}*"]
    tests = loader.loadTestsFromNames(f"{__package__}.{file.stem}" for file in sorted(HERE.glob("test_*.py")))
    try:
        with workspace.workspace("everynode-neighbours-") as directory:
            with environment.running(directory):
                tests.run(result)
            if result.failed:
                raise Failed(f"the logs of the cluster are in {directory / 'logs'}")
    except Explained as error:
        print(error)
        result.failed_outside += not isinstance(error, Failed)
    except KeyboardInterrupt:
        print("interrupted")
        return 130
    if not pattern and not result.failed:
        write(NeighboursTest.rows)
    print(f"{result.passed} passed, {result.failed} failed")
    return 0 if result.passed and not result.failed else 1


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 -m tests.harness.neighbours",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-k", metavar="PATTERN", help="only tests whose name contains this")
    return parser.parse_args()


def write(rows: list[tuple[str, str, str, str]]) -> None:
    """Leaves the text above the table as it is."""
    text = RESULTS.read_text().partition("\n| ")[0]
    head = ("neighbour", "what it does", "beside", "what became of it")
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, ("---",) * 4, *rows)]
    RESULTS.write_text(f"{text}\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
