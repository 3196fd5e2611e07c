"""Checks the page's sources: types, lint, formatting and unit tests, and that the built files in the tree are what they
give, byte for byte.

Usage: python3 -m tests.harness.front

The last line is "N passed, N failed".
"""

from __future__ import annotations

import re
import subprocess
import sys

from tests.harness.tools import node_modules
from tests.harness.tools.explained import Explained

CHECKS = ("lint", "check")
COUNTS = re.compile(r"^# (pass|fail) (\d+)$", re.MULTILINE)


def npm(script: str) -> subprocess.CompletedProcess[str]:
    command = ["npm", "run", "--silent", script]
    return subprocess.run(command, cwd=node_modules.FRONT, check=False, capture_output=True, text=True)


def main() -> int:
    try:
        node_modules.install()
    except Explained as error:
        print(error)
        return 1
    passed = failed = 0
    for script in CHECKS:
        done = npm(script)
        print(done.stdout + done.stderr, end="")
        print(f"{'ok' if done.returncode == 0 else 'FAIL'} npm run {script}", flush=True)
        passed, failed = passed + (done.returncode == 0), failed + (done.returncode != 0)
    tests = npm("test")
    counts = {word: int(number) for word, number in COUNTS.findall(tests.stdout)}
    if tests.returncode != 0 or not counts.get("pass"):
        print(tests.stdout + tests.stderr)
        failed += counts.get("fail", 0) or 1
    passed += counts.get("pass", 0)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
