"""Runs the tests of the packages in build/package: each is laid out or installed below a folder, and used there.

Usage: python3 -m tests.harness.package [-k PATTERN]...

Prints a line for each test; the last line is "N passed, N failed".
"""

from __future__ import annotations

import sys

from tests.harness.tools import suites
from tests.harness.tools.line_result import LineResult

PACKAGE = "tests.harness.package"


def main() -> int:
    chosen = suites.patterns(PACKAGE, __doc__)
    return suites.exit_code(lambda: run(chosen))


def run(chosen: list[str]) -> list[LineResult]:
    result = LineResult(f"{PACKAGE}.")
    with suites.explained(result):
        suites.tests(suites.modules(PACKAGE), chosen).run(result)
    return [result]


if __name__ == "__main__":
    sys.exit(main())
