"""Runs the tests of the Helm chart and of the image: rendering first, then against a real control plane.

Usage: python3 -m tests.harness.chart [-k PATTERN]...

Prints a line for each test; the last line is "N passed, N failed".
"""

from __future__ import annotations

import sys
import unittest

from tests.harness.chart import crds
from tests.harness.chart.environment import NEEDED, NODES, ChartTest
from tests.harness.chart.helm import Installed
from tests.harness.cluster import nodes
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.tools import suites
from tests.harness.tools.line_result import LineResult

PACKAGE = "tests.harness.chart"
WITH_CLUSTER = (
    f"{PACKAGE}.test_admission",
    f"{PACKAGE}.test_certificate_loop",
    f"{PACKAGE}.test_install",
    f"{PACKAGE}.test_neighbours",
    f"{PACKAGE}.test_schemas",
    f"{PACKAGE}.test_trust",
)


def main() -> int:
    chosen = suites.patterns(PACKAGE, __doc__)
    return suites.exit_code(lambda: run(chosen))


def run(chosen: list[str]) -> list[LineResult]:
    result = LineResult(f"{PACKAGE}.")
    without_cluster = [module for module in suites.modules(PACKAGE) if module not in WITH_CLUSTER]
    with suites.explained(result):
        suites.tests(without_cluster, chosen).run(result)
        in_cluster = suites.tests(WITH_CLUSTER, chosen)
        if in_cluster.countTestCases():
            run_in_cluster(in_cluster, result)
    return [result]


def run_in_cluster(tests: unittest.TestSuite, result: LineResult) -> None:
    with suites.place("everynode-chart-", result) as directory, ControlPlane(directory, NEEDED, say=print) as cluster:
        nodes.add(cluster.api, NODES)
        ChartTest.cluster, ChartTest.directory = cluster, directory
        ChartTest.kubectl, ChartTest.helm = Kubectl(cluster.kubeconfig), Installed(cluster.kubeconfig)
        crds.install(ChartTest.kubectl, cluster.api, crds.CERT_MANAGER, crds.PROMETHEUS_OPERATOR)
        tests.run(result)


if __name__ == "__main__":
    sys.exit(main())
