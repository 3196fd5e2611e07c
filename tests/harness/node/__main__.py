"""Installs the chart on a real node (kubelet and containerd), with the real image, and tests the running release. Needs
root.

Usage: python3 -m tests.harness.node [-k PATTERN]...

Prints a line for each test; the last line is "N passed, N failed".
"""

from __future__ import annotations

import os
import sys
import unittest
from pathlib import Path

from tests.harness.chart import crds
from tests.harness.chart.environment import NEEDED
from tests.harness.chart.helm import Installed
from tests.harness.cluster import waiting
from tests.harness.cluster.control_plane import ADMIN, IN_TREE, ControlPlane
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.node import images, real_node
from tests.harness.node.services import Services
from tests.harness.node.test_bootstrap import Bootstrap
from tests.harness.node.test_certificates import CertManager, OwnSecret
from tests.harness.node.test_confinement import Confinement
from tests.harness.node.test_default import Default
from tests.harness.node.test_lives import Lives
from tests.harness.node.test_long_lives import LongLives
from tests.harness.node.test_page import Page
from tests.harness.node.test_static_pod import StaticPod
from tests.harness.node.test_take_over import TakeOver, values
from tests.harness.tools import suites
from tests.harness.tools.line_result import LineResult
from tests.reality.kubelet.test_kubelet import Kubelet

PACKAGE = "tests.harness.node"

# The chart's reconciler is the DaemonSet controller here, except for the default installation. The endpointslice
# controller publishes the addresses behind a Service: without kube-proxy, the API server calls webhooks there.
CONTROLLERS = (*(one for one in NEEDED if one != IN_TREE), "endpointslice-controller")


def flags(directory: Path) -> list:
    """Pods find the API server at the node's address, as with kubeadm, and the API server asks the kubelet for their
    logs."""
    return [
        "--enable-aggregator-routing",
        "--bind-address",
        "0.0.0.0",
        "--kubelet-preferred-address-types",
        "InternalIP",
        "--kubelet-client-certificate",
        directory / "pki" / f"{ADMIN}.crt",
        "--kubelet-client-key",
        directory / "pki" / f"{ADMIN}.key",
    ]


def main() -> int:
    chosen = suites.patterns(PACKAGE, __doc__)
    if os.geteuid() != 0:
        print("a real node needs root: not run\n0 passed, 0 failed")
        return 0
    crds.files(crds.CERT_MANAGER)  # the namespaces have no access to the network
    real_node.enter_namespaces([sys.executable, "-m", PACKAGE, *sys.argv[1:]])
    return suites.exit_code(lambda: run(chosen))


def run(chosen: list[str]) -> list[LineResult]:
    result = LineResult(f"{PACKAGE}.", "tests.")
    with suites.explained(result), suites.place("everynode-node-", result) as directory:
        archives = [images.everynode(directory / "everynode"), images.pause(directory / "pause")]
        with ControlPlane(directory, CONTROLLERS, say=print, apiserver_flags=flags(directory)) as cluster:
            node = real_node.RealNode(cluster)
            node.start(archives)
            print("a real node has joined, without a network")
            run_tests(cluster, node, suites.loader(chosen), result)
            node.wait_idle()
        node.clean_up()
    return [result]


def run_tests(cluster: ControlPlane, node: real_node.RealNode, loader: unittest.TestLoader, result: LineResult) -> None:
    for tests in (Bootstrap, Default, CertManager, OwnSecret, Page, TakeOver, Confinement, StaticPod):
        tests.cluster, tests.kubectl, tests.helm = cluster, Kubectl(cluster.kubeconfig), Installed(cluster.kubeconfig)
    for tests in (Bootstrap, Page, TakeOver, Confinement, StaticPod):
        tests.values = values(cluster)
    for tests in (Bootstrap, Confinement, StaticPod, Lives, LongLives, Kubelet):
        tests.node = node
    for tests in (Lives, LongLives, Kubelet):
        tests.cluster, tests.kubectl = cluster, Kubectl(cluster.kubeconfig)
    loader.loadTestsFromTestCase(Bootstrap).run(result)
    if not node.ready():  # happens if tests were chosen by name
        node.bring_network()
        waiting.until(node.ready, "the node to become ready")
    Default.services = Services(cluster.api, cluster.port, real_node.ADDRESS)
    in_tree = cluster.start_controllers("in-tree-controller", [IN_TREE])
    for tests in (Default, CertManager, OwnSecret):
        loader.loadTestsFromTestCase(tests).run(result)
    in_tree.stop()
    long = (LongLives,) if os.environ.get("EVERYNODE_LIVES") else ()
    for tests in (Page, TakeOver, Confinement, StaticPod, Lives, *long, Kubelet):
        loader.loadTestsFromTestCase(tests).run(result)


if __name__ == "__main__":
    sys.exit(main())
