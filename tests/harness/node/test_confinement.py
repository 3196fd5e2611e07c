"""What the kernel lets the containers of the chart do on a real node."""

from __future__ import annotations

import unittest
from pathlib import Path

from tests.harness.chart.helm import NAMESPACE, RELEASE, Installed
from tests.harness.cluster import waiting
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.node.real_node import RealNode
from tests.harness.node.release import WAIT

COMPONENTS = ("webhook", "reconciler")
FILTERED = "2"  # the mode of seccomp with a filter
USER = "65532"


class Confinement(unittest.TestCase):
    values: dict
    cluster: ControlPlane
    kubectl: Kubectl
    helm: Installed
    node: RealNode

    @classmethod
    def setUpClass(cls) -> None:
        cls.node.bring_network()
        waiting.until(cls.node.ready, "the node to be ready")
        cls.helm.install(cls.values, "--create-namespace", *WAIT)
        cls.addClassCleanup(cls.helm, "uninstall", RELEASE, "--namespace", NAMESPACE, "--wait")

    def test_no_capabilities_and_a_filter_of_system_calls(self) -> None:
        for component in COMPONENTS:
            with self.subTest(component):
                status = self.status_of(component)
                for kind in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
                    self.assertEqual(int(status[kind], 16), 0, kind)
                self.assertEqual(status["NoNewPrivs"], "1")
                self.assertEqual(status["Seccomp"], FILTERED)
                self.assertEqual(set(status["Uid"].split()), {USER})

    def test_root_can_only_be_read(self) -> None:
        for component in COMPONENTS:
            with self.subTest(component):
                mounts = [line.split() for line in (self.process_of(component) / "mountinfo").read_text().splitlines()]
                (options,) = [fields[5].split(",") for fields in mounts if fields[4] == "/"]
                self.assertIn("ro", options)

    def test_webhook_has_no_token(self) -> None:
        mounts = (self.process_of("webhook") / "mountinfo").read_text()
        self.assertNotIn("serviceaccount", mounts)

    def status_of(self, component: str) -> dict[str, str]:
        lines = (self.process_of(component) / "status").read_text().splitlines()
        return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}

    def process_of(self, component: str) -> Path:
        """Our process namespace contains the containers' processes too."""
        found = [directory for directory in Path("/proc").glob("[0-9]*") if words_of(directory)[1:2] == [component]]
        self.assertTrue(found, f"no process everynode {component}")
        return found[0]


def words_of(process: Path) -> list[str]:
    try:
        words = (process / "cmdline").read_bytes().decode().split("\0")
    except OSError:  # it has ended
        return []
    return words if words[0].endswith("everynode") else []
