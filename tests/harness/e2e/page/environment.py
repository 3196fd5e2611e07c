"""What the tests of the page share: a control plane with Kubernetes' own DaemonSet controller, and a browser."""

from __future__ import annotations

import contextlib
import itertools
import re
import unittest
from collections.abc import Iterator
from pathlib import Path

from tests.harness.cluster import binary, nodes, waiting
from tests.harness.cluster.control_plane import CONTROLLERS, ControlPlane
from tests.harness.cluster.processes import Process
from tests.harness.e2e.environment import daemon_set
from tests.harness.e2e.page.browser import Browser

ZONE = "topology.kubernetes.io/zone"
WORKERS = "/api/v1/nodes"
PODS = "/api/v1/namespaces/default/pods"
SETS = "/apis/apps/v1/namespaces/default/daemonsets"
NODES = {"worker-1": "a", "worker-2": "a", "worker-3": "b", "worker-10": "b"}
_numbers = itertools.count(1)


@contextlib.contextmanager
def running(directory: Path) -> Iterator[None]:
    cluster = ControlPlane(directory, (*CONTROLLERS, "resourcequota-controller"), say=print)
    with cluster, Browser(cluster.logs) as browser:
        print(f"Chromium {browser.version}")
        nodes.add(cluster.api, [nodes.node(name, labels={ZONE: zone}) for name, zone in NODES.items()])
        PageTest.cluster, PageTest.browser = cluster, browser
        yield


class PageTest(unittest.TestCase):
    """A test with a `everynode dashboard` of its own."""

    cluster: ControlPlane
    browser: Browser

    @property
    def api(self):
        return self.cluster.api

    def serve(self, *flags: str | Path, kubeconfig: Path | None = None) -> str:
        """Starts `everynode dashboard` and returns the address that it prints."""
        command = [binary.path(), "dashboard", "--kubeconfig", kubeconfig or self.cluster.kubeconfig, *flags]
        self.process = Process(f"dashboard-{next(_numbers)}", command, self.cluster.logs)
        self.addCleanup(self.process.stop)
        printed = waiting.until(
            lambda: re.search(r"^http://\S+$", self.process.log.read_text(), re.MULTILINE) or not self.process.running,
            "the page's address",
        )
        if printed is True:
            raise self.process.ended("before it had printed an address")
        return printed[0]

    def open(self, *flags: str, **how) -> None:
        self.browser.open(self.serve(*flags), **how)
        self.addCleanup(self.assert_well_behaved)

    def assert_well_behaved(self) -> None:
        self.assertEqual(self.browser("complaints"), [])

    def create(self, name: str, **spec) -> str:
        """Creates a DaemonSet, which is removed after the test; `spec` are fields of its pods' spec."""
        self.api.create(SETS, daemon_set(name, spec))
        self.addCleanup(self._remove, name)
        return name

    def create_and_see(self, name: str, **spec) -> str:
        """Creates it and waits until the page shows its pods on all nodes as up to date."""
        self.create(name, **spec)
        self.browser.wait_cells({f"{name} on {node}": "updated" for node in NODES})
        return name

    def _remove(self, name: str) -> None:
        self.api.delete(f"{SETS}/{name}")
        waiting.until(lambda: not self.pods(name), f"the pods of {name} to go")

    def pods(self, name: str) -> list[dict]:
        return self.api.items(f"{PODS}?labelSelector=name%3D{name}")

    def set_pod_status(self, name: str, node: str, status: dict) -> None:
        """Of the DaemonSet's pod on the node."""
        pod = next(one for one in self.pods(name) if one["spec"].get("nodeName") == node)
        self.api.merge(f"{PODS}/{pod['metadata']['name']}/status", {"status": status})

    def set_image(self, name: str, image: str, annotations: dict | None = None, cause: str | None = None) -> None:
        template = {"spec": {"containers": [{"name": "agent", "image": image}]}}
        if annotations:
            template["metadata"] = {"annotations": annotations}
        metadata = {"annotations": {"kubernetes.io/change-cause": cause}}
        self.api.merge(f"{SETS}/{name}", {"metadata": metadata, "spec": {"template": template}})
