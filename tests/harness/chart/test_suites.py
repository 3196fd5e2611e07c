"""The suites of helm-unittest, one test per file."""

from __future__ import annotations

import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.harness.chart import helm
from tests.harness.tools import binaries

FOLDER = Path(__file__).resolve().parent / "unittest"


class Suites(unittest.TestCase):
    def test_that_does_not_hold_is_found(self) -> None:
        broken = (FOLDER / "names_test.yaml").read_text().replace("value: everynode-webhook", "value: another")
        done = helm.run([binaries.built("helm-unittest"), "--strict", "-f", self.scratch(broken), helm.CHART])
        self.assertEqual(done.returncode, 1)
        self.assertIn("another", done.stdout)

    def scratch(self, text: str) -> Path:
        directory = TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        path = Path(directory.name) / "broken_test.yaml"
        path.write_text(text)
        return path


def of(file: Path):
    def test(self: Suites) -> None:
        done = helm.run([binaries.built("helm-unittest"), "--strict", "-f", file, helm.CHART])
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    return test


for _file in sorted(FOLDER.glob("*_test.yaml")):
    setattr(Suites, f"test_{_file.stem.removesuffix('_test')}", of(_file))
