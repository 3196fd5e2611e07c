"""Runs the tests and counts them. The last line is "N passed, N failed"; the exit code is 0 only if some ran and none
failed.

Usage: python3 -m tests SUITE

       unit             unit and golden tests of build/
       cpp              these and the shell tests
       e2e              the end-to-end tests against a real control plane
       chart            the tests of the Helm chart and of the image, at last on a real node
       all              unit, golden, shell, end-to-end and chart tests
       build-sanitized  builds what the next ones run
       sanitized-unit   unit and golden tests under ASan+UBSan
       sanitized-shell  shell tests under ASan+UBSan, those with threads under TSan too
       sanitize         both
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from tests.root import ROOT

CORES = os.cpu_count() or 2
FAST = "unit|golden"
EVERY = "unit|golden|shell"
# The other tests have one thread.
THREADED = ("webhook_process", "cli_process", "support", "logging", "webhook", "cluster")
# They limit the time and the memory of the optimised binary: under a sanitizer they prove nothing, and they run beside
# few others.
MEASURED = r"^webhook_process[.](Threads/)?(Flood|HostileBody|HostileMemory|HostileTls|Smuggling)[.]"
LAST_LINE = re.compile(r"^(\d+) passed, (\d+) failed$")


def ctest(build: str, labels: str, *more: str, jobs: int = CORES) -> tuple[int, int]:
    """Runs the C++ tests of one build. Returns how many passed and failed."""
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory) / "junit.xml"
        said = ["--output-on-failure", "--no-tests=error", "--output-junit", str(report)]
        subprocess.run(
            ["ctest", "--test-dir", str(ROOT / build), "-L", labels, *more, "-j", str(jobs), *said], check=False
        )
        if not report.exists():
            return 0, 1
        suite = ElementTree.parse(report).getroot()
    total, failed = int(suite.get("tests", 0)), int(suite.get("failures", 0)) + int(suite.get("disabled", 0))
    return total - failed, max(failed, 0 if total else 1)


def module(name: str) -> tuple[int, int]:
    """Runs a module of this tree and shows its output. Returns the counts of its last line."""
    with subprocess.Popen([sys.executable, "-m", name], stdout=subprocess.PIPE, text=True, cwd=ROOT) as tests:
        line = ""
        for line in tests.stdout:
            print(line, end="", flush=True)
    counts = LAST_LINE.match(line.strip())
    if not counts:
        return 0, 1
    passed, failed = int(counts[1]), int(counts[2])
    return passed, failed if tests.returncode == 0 or failed else failed + 1


def build_sanitized() -> bool:
    """Builds all C++ tests and fuzz targets under ASan+UBSan, and those with threads under TSan."""
    threaded = [f"everynode_{folder}_test" for folder in THREADED]
    return build("asan") and build("tsan", "--target", "everynode", *threaded)


def build(preset: str, *more: str) -> bool:
    commands = (["cmake", "--preset", preset], ["cmake", "--build", "--preset", preset, "-j", str(CORES), *more])
    return all(subprocess.run(command, cwd=ROOT, check=False).returncode == 0 for command in commands)


FAST_TESTS = [lambda: ctest("build", FAST)]
# The shell tests mostly wait for each other's processes and for time to pass.
SHELL_TESTS = [
    lambda: ctest("build", "shell", "-R", MEASURED),
    lambda: ctest("build", "shell", "-E", MEASURED, jobs=2 * CORES),
]
E2E_TESTS = [lambda: module("tests.harness.e2e")]
CHART_TESTS = [lambda: module("tests.harness.chart"), lambda: module("tests.harness.node")]
SANITIZED_FAST_TESTS = [lambda: ctest("build-asan", FAST)]
SANITIZED_SHELL_TESTS = [
    lambda: ctest("build-asan", "shell", "-E", MEASURED),
    lambda: ctest("build-tsan", EVERY, "-E", MEASURED, "-R", f"^({'|'.join(THREADED)})[.]"),
]
SUITES = {
    "unit": FAST_TESTS,
    "cpp": FAST_TESTS + SHELL_TESTS,
    "e2e": E2E_TESTS,
    "chart": CHART_TESTS,
    "all": FAST_TESTS + SHELL_TESTS + E2E_TESTS + CHART_TESTS,
    "sanitized-unit": SANITIZED_FAST_TESTS,
    "sanitized-shell": SANITIZED_SHELL_TESTS,
    "sanitize": SANITIZED_FAST_TESTS + SANITIZED_SHELL_TESTS,
}


def main() -> int:
    if sys.argv[1:] == ["build-sanitized"]:
        return 0 if build_sanitized() else 1
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
