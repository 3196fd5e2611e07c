"""Real programs and policies of others beside Everynode. Writes what was seen, with versions, into RESULTS.md beside
it.

Usage: python3 -m tests.harness.neighbours [-k PATTERN]... (with a pattern the other rows stay as they are)

Prints a line for each test; the last line is "N passed, N failed".
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.harness.neighbours import environment
from tests.harness.neighbours.environment import NeighboursTest, Row
from tests.harness.tools import suites
from tests.harness.tools.line_result import LineResult

PACKAGE = "tests.harness.neighbours"
RESULTS = Path(__file__).resolve().parent / "RESULTS.md"


def main() -> int:
    chosen = suites.patterns(PACKAGE, __doc__)
    return suites.exit_code(lambda: run(chosen))


def run(chosen: list[str]) -> list[LineResult]:
    result = LineResult(f"{PACKAGE}.")
    with suites.explained(result), suites.place("everynode-neighbours-", result) as directory:
        with environment.running(directory):
            suites.tests(suites.modules(PACKAGE), chosen).run(result)
    if not result.failed:
        write(merged(NeighboursTest.rows) if chosen else NeighboursTest.rows)
    return [result]


def merged(rows: list[Row]) -> list[Row]:
    """The table with these rows in it, each in the place of what was said of the same before."""
    table = RESULTS.read_text().partition("\n| ---")[2].splitlines()[1:]
    old = [tuple(line.removeprefix("| ").removesuffix(" |").split(" | ")) for line in table]
    return sorted({row[:3]: row for row in (*old, *rows)}.values(), key=lambda row: row[0].lower())


def write(rows: list[Row]) -> None:
    """Leaves the text above the table as it is."""
    text = RESULTS.read_text().partition("\n| ")[0]
    head = ("neighbour", "what it does", "beside", "what became of it")
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, ("---",) * 4, *rows)]
    RESULTS.write_text(f"{text}\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
