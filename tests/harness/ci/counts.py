"""Reads the output of a run of tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

COUNTS = re.compile(r"^(\d+) passed, (\d+) failed$")
FAILED = re.compile(r"^FAIL |^ *\d+/\d+ Test +#.*\*\*\*")
ANOTHER_TEST = re.compile(r"^(ok  |FAIL) |^ *\d+/\d+ Test +#|^ +Start +\d+: |^so far: |^\d+ passed, \d+ failed$")
MOST_LINES = 60


def counted(lines: Sequence[str]) -> tuple[int, int] | None:
    """How many tests passed and failed, by the last count in the output; None without a count."""
    found = next(filter(None, map(COUNTS.match, reversed(lines))), None)
    return (int(found[1]), int(found[2])) if found else None


def failed_tests(lines: Iterable[str]) -> list[str]:
    """The line of each failed test, of ours or of ctest, and its output: at most MOST_LINES lines."""
    kept, left = [], 0
    for line in lines:
        if FAILED.match(line):
            left = MOST_LINES
        elif ANOTHER_TEST.match(line):
            left = 0
        if left > 0:
            kept.append(line)
            left -= 1
    return kept
