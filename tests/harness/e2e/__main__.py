"""Runs the end-to-end tests against real control planes: first the tests of the webhook, beside the in-tree DaemonSet
controller; then those of the reconciler, in its place, and of its shards; those of kubeconfigs, against the real
kubectl; those of the page, in a real Chromium; last what Everynode takes Kubernetes for, without Everynode
(tests/reality).

Usage: python3 -m tests.harness.e2e [-k PATTERN]...

Prints a line for each test; the last line is "N passed, N failed".
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.harness.e2e import environment
from tests.harness.e2e.kubeconfig import environment as kubeconfig_environment
from tests.harness.e2e.page import environment as page_environment
from tests.harness.e2e.reconciler import environment as reconciler_environment
from tests.harness.e2e.shards import environment as shards_environment
from tests.harness.tools import suites
from tests.harness.tools.line_result import LineResult
from tests.reality import environment as reality_environment

Environment = Callable[[Path], contextlib.AbstractContextManager[None]]
SUITES: dict[str, Environment] = {
    "tests.harness.e2e": environment.running,
    "tests.harness.e2e.reconciler": reconciler_environment.running,
    "tests.harness.e2e.shards": shards_environment.running,
    "tests.harness.e2e.kubeconfig": kubeconfig_environment.running,
    "tests.harness.e2e.page": page_environment.running,
    "tests.reality": reality_environment.running,
}


def main() -> int:
    chosen = suites.patterns("tests.harness.e2e", __doc__)
    return suites.exit_code(lambda: run(chosen))


def run(chosen: list[str]) -> Iterator[LineResult]:
    """Each suite in the environment that its tests share, which does not start if there are none."""
    for package, running in SUITES.items():
        tests = suites.tests(suites.modules(package), chosen)
        # Each suite has its own: a result remembers the last class, and another suite would end that class once more.
        result = LineResult("tests.harness.e2e.", "tests.")
        if tests.countTestCases():
            with suites.explained(result), suites.place("everynode-e2e-", result) as directory, running(directory):
                tests.run(result)
        yield result


if __name__ == "__main__":
    sys.exit(main())
