"""Runs the tests of the Helm chart and of the image: rendering first, then against a real control plane.

Usage: python3 -m tests.harness.chart [-k PATTERN]

Prints a line for each test; the last line is "N passed, N failed".
"""

from __future__ import annotations

import argparse
import sys
import unittest
from pathlib import Path

from tests.harness.chart import crds
from tests.harness.chart.environment import NEEDED, NODES, ChartTest
from tests.harness.chart.helm import Installed
from tests.harness.cluster import nodes, workspace
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.tools.explained import Explained
from tests.harness.tools.line_result import LineResult

WITH_CLUSTER = (
    "test_admission",
    "test_certificate_loop",
    "test_install",
    "test_neighbours",
    "test_schemas",
    "test_trust",
)


class Failed(Explained):
    """Tests failed; the workspace and its logs are kept."""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python3 -m tests.harness.chart", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-k", metavar="PATTERN", help="only tests whose name contains this")
    pattern = parser.parse_args().k
    workspace.end_on_signals()
    result = LineResult("tests.harness.chart.")
    try:
        files = sorted(file.stem for file in Path(__file__).parent.glob("test_*.py"))
        suite(pattern, [file for file in files if file not in WITH_CLUSTER]).run(result)
        in_cluster = suite(pattern, WITH_CLUSTER)
        if in_cluster.countTestCases():
            run_in_cluster(in_cluster, result)
    except Explained as error:
        print(error)
        result.failed_outside += not isinstance(error, Failed)
    except KeyboardInterrupt:
        print("interrupted")
        return 130
    print(f"{result.passed} passed, {result.failed} failed")
    return 0 if result.passed and not result.failed else 1


def run_in_cluster(tests: unittest.TestSuite, result: LineResult) -> None:
    failed_before = result.failed
    with workspace.workspace("everynode-chart-") as directory, ControlPlane(directory, NEEDED, say=print) as cluster:
        nodes.add(cluster.api, NODES)
        ChartTest.cluster, ChartTest.directory = cluster, directory
        ChartTest.kubectl, ChartTest.helm = Kubectl(cluster.kubeconfig), Installed(cluster.kubeconfig)
        crds.install(ChartTest.kubectl, cluster.api, crds.CERT_MANAGER, crds.PROMETHEUS_OPERATOR)
        tests.run(result)
        if result.failed > failed_before:
            raise Failed(f"the logs of the cluster are in {directory / 'logs'}")


def suite(pattern: str | None, files) -> unittest.TestSuite:
    loader = unittest.TestLoader()
    if pattern:
        loader.testNamePatterns = [f"*{pattern}*"]
    return loader.loadTestsFromNames(f"tests.harness.chart.{file}" for file in files)


if __name__ == "__main__":
    sys.exit(main())
