"""Runs the tests of the packages in build/package: each is laid out or installed below a folder, and used there.

Usage: python3 -m tests.harness.package [-k PATTERN]

Prints a line for each test; the last line is "N passed, N failed".
"""

from __future__ import annotations

import argparse
import sys
import unittest
from pathlib import Path

from tests.harness.tools.explained import Explained
from tests.harness.tools.line_result import LineResult


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python3 -m tests.harness.package",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-k", metavar="PATTERN", help="only tests whose name contains this")
    pattern = parser.parse_args().k
    loader = unittest.TestLoader()
    if pattern:
        loader.testNamePatterns = [f"*{pattern}*"]
    files = sorted(file.stem for file in Path(__file__).parent.glob("test_*.py"))
    result = LineResult("tests.harness.package.")
    try:
        loader.loadTestsFromNames(f"tests.harness.package.{file}" for file in files).run(result)
    except Explained as error:
        print(error)
        result.failed_outside += 1
    except KeyboardInterrupt:
        print("interrupted")
        return 130
    print(f"{result.passed} passed, {result.failed} failed")
    return 0 if result.passed and not result.failed else 1


if __name__ == "__main__":
    sys.exit(main())
