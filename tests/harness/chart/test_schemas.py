"""kubeconform: what the chart renders from each set of values, against the strict schemas of the pinned API."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.harness.chart import helm, schemas, value_sets
from tests.harness.chart.environment import ChartTest
from tests.harness.tools import binaries


class Schemas(ChartTest):
    folder: Path

    @classmethod
    def setUpClass(cls) -> None:
        scratch = TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = Path(scratch.name)
        schemas.write(cls.cluster.api.get("/openapi/v2"), cls.folder)

    def test_all_objects_conform(self) -> None:
        for name, values in value_sets.ALL.items():
            with self.subTest(name):
                summary = self.validate(helm.rendered(values))
                self.assertGreater(summary["valid"], 5)
                self.assertEqual((summary["invalid"], summary["errors"], summary["skipped"]), (0, 0, 0))

    def test_static_pod_conforms(self) -> None:
        self.assertEqual(
            self.validate((helm.CHART / "examples" / "kubeadm" / "everynode-reconciler.yaml").read_text())["valid"], 1
        )

    def test_what_does_not_conform_is_found(self) -> None:
        manifest = helm.rendered()
        for right, wrong in (
            ("failurePolicy:", "failPolicy:"),
            ("replicas: 2", 'replicas: "two"'),
            ("maxUnavailable: 1", "maxUnavailable: true"),
            ("apiVersion: policy/v1\n", "apiVersion: policy/v1beta1\n"),
            ("cpu: 50m", "cpu: [50m]"),
        ):
            with self.subTest(wrong):
                self.assertIn(right, manifest)
                self.assertGreater(
                    sum(self.validate(manifest.replace(right, wrong), 1)[key] for key in ("invalid", "errors")), 0
                )

    def validate(self, manifest: str, code: int = 0) -> dict:
        done = helm.run(
            [
                binaries.built("kubeconform"),
                "-strict",
                "-summary",
                "-output",
                "json",
                "-schema-location",
                self.folder / schemas.LOCATION,
            ],
            manifest,
        )
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout)["summary"]
