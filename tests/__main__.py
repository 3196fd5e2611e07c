"""Runs the tests and counts them. The last line is "N passed, N failed"; the exit code is 0 only if some ran and none
failed.

Usage: python3 -m tests SUITE

       unit        unit and golden tests of build/
       e2e         the end-to-end tests against a real control plane
       chart       the tests of the Helm chart and of the image, at last on a real node
       all         unit, golden, shell, end-to-end and chart tests
       sanitize    unit, golden and shell tests under ASan+UBSan, those with threads under TSan too
                   (builds them)
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from pathlib import Path

from tests.root import ROOT

JOBS = str(os.cpu_count() or 2)
FAST = "unit|golden"
EVERY = "unit|golden|shell"
# The other tests have one thread.
THREADED = ("webhook_process", "cli_process", "support", "logging", "webhook", "cluster")
# Their laws are about the time and the memory of the optimised binary: under a sanitizer they say nothing.
MEASURED = r"^webhook_process[.](Flood|HostileBody|HostileTls|Smuggling)[.]"
LAST_LINE = re.compile(r"^(\d+) passed, (\d+) failed$")


def ctest(build: str, labels: str, *more: str) -> tuple[int, int]:
    """Runs the C++ tests of one build. Returns how many passed and failed."""
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory) / "junit.xml"
        subprocess.run(
            [
                "ctest",
                "--test-dir",
                str(ROOT / build),
                "-L",
                labels,
                *more,
                "-j",
                JOBS,
                "--output-on-failure",
                "--no-tests=error",
                "--output-junit",
                str(report),
            ],
            check=False,
        )
        if not report.exists():
            return 0, 1
        suite = ElementTree.parse(report).getroot()
    total, failed = int(suite.get("tests", 0)), int(suite.get("failures", 0)) + int(suite.get("disabled", 0))
    return total - failed, max(failed, 0 if total else 1)


def module(name: str) -> tuple[int, int]:
    """Runs a module of this tree, showing what it says. Returns what its last line counts."""
    with subprocess.Popen([sys.executable, "-m", name], stdout=subprocess.PIPE, text=True, cwd=ROOT) as tests:
        line = ""
        for line in tests.stdout:
            print(line, end="", flush=True)
    counts = LAST_LINE.match(line.strip())
    if not counts:
        return 0, 1
    passed, failed = int(counts[1]), int(counts[2])
    return passed, failed if tests.returncode == 0 or failed else failed + 1


def sanitized(preset: str, folders: Sequence[str] = ()) -> tuple[int, int]:
    """Builds a preset and runs its C++ tests, or those of some folders; a build that fails counts as one failed
    test."""
    targets = ["--target", "everynode", *(f"everynode_{folder}_test" for folder in folders)] if folders else []
    for command in (["cmake", "--preset", preset], ["cmake", "--build", "--preset", preset, "-j", JOBS, *targets]):
        if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
            return 0, 1
    return ctest(f"build-{preset}", EVERY, "-E", MEASURED, *(["-R", f"^({'|'.join(folders)})[.]"] if folders else []))


SUITES = {
    "unit": [lambda: ctest("build", FAST)],
    "e2e": [lambda: module("tests.harness.e2e")],
    "chart": [lambda: module("tests.harness.chart"), lambda: module("tests.harness.node")],
    "all": [
        lambda: ctest("build", EVERY),
        lambda: module("tests.harness.e2e"),
        lambda: module("tests.harness.chart"),
        lambda: module("tests.harness.node"),
    ],
    "sanitize": [lambda: sanitized("asan"), lambda: sanitized("tsan", THREADED)],
}


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1] not in SUITES:
        print(__doc__)
        return 2
    passed = failed = 0
    for suite in SUITES[sys.argv[1]]:
        more_passed, more_failed = suite()
        passed, failed = passed + more_passed, failed + more_failed
        print(f"so far: {passed} passed, {failed} failed", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
