"""Runs the end-to-end tests against real control planes: first the tests of the webhook, beside the in-tree DaemonSet
controller; then those of the reconciler, in its place; those of kubeconfigs, against the real kubectl; those of the
page, in a real Chromium; last what Everynode takes Kubernetes for, without Everynode (tests/reality).

Usage: python3 -m tests.harness.e2e [-k PATTERN]

Prints a line for each test; the last line is "N passed, N failed".
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import unittest
from collections.abc import Callable
from pathlib import Path

from tests.harness.cluster import workspace
from tests.harness.e2e import environment
from tests.harness.e2e.kubeconfig import environment as kubeconfig_environment
from tests.harness.e2e.page import environment as page_environment
from tests.harness.e2e.reconciler import environment as reconciler_environment
from tests.harness.tools.explained import Explained
from tests.harness.tools.line_result import LineResult
from tests.reality import environment as reality_environment
from tests.root import ROOT

Environment = Callable[[Path], contextlib.AbstractContextManager[None]]
SUITES: dict[str, Environment] = {
    "tests.harness.e2e": environment.running,
    "tests.harness.e2e.reconciler": reconciler_environment.running,
    "tests.harness.e2e.kubeconfig": kubeconfig_environment.running,
    "tests.harness.e2e.page": page_environment.running,
    "tests.reality": reality_environment.running,
}


class Failed(Explained):
    """Tests failed; the workspace and its logs are kept."""


def main() -> int:
    pattern = parse().k
    workspace.end_on_signals()
    passed = failed = 0
    for package, running in SUITES.items():
        # Each suite has its own: a result remembers the last class, and another suite would end that class once more.
        result = LineResult("tests.harness.e2e.", "tests.")
        try:
            run(tests_matching(package, pattern), running, result)
        except Explained as error:
            print(error)
            result.failed_outside += not isinstance(error, Failed)
        except KeyboardInterrupt:
            print("interrupted")
            return 130
        passed, failed = passed + result.passed, failed + result.failed
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 -m tests.harness.e2e", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-k", metavar="PATTERN", help="only tests whose name contains this")
    return parser.parse_args()


def run(tests: unittest.TestSuite, running: Environment, result: LineResult) -> None:
    """Runs tests in the environment that they share. Does not start it if there are no tests."""
    if not tests.countTestCases():
        return
    with workspace.workspace("everynode-e2e-") as directory:
        with running(directory):
            tests.run(result)
        if result.failed:
            raise Failed(f"the logs of the cluster are in {directory / 'logs'}")


def tests_matching(package: str, pattern: str | None) -> unittest.TestSuite:
    loader = unittest.TestLoader()
    if pattern:
        loader.testNamePatterns = [f"*{pattern}*"]
    folder = ROOT.joinpath(*package.split("."))
    return loader.loadTestsFromNames(f"{package}.{file.stem}" for file in sorted(folder.glob("test_*.py")))


if __name__ == "__main__":
    sys.exit(main())
