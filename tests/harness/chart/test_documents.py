"""What the chart's documents say is true."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unittest

from tests.harness.chart import helm, value_sets
from tests.harness.chart.helm import CHART, Objects
from tests.harness.cluster import binary
from tests.root import ROOT


class Documents(unittest.TestCase):
    def test_table_of_values_is_up_to_date(self) -> None:
        done = helm.run([sys.executable, "-m", "charts.values_table", "--check"], directory=ROOT)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_every_value_is_in_the_schema(self) -> None:
        schema = json.loads((CHART / "values.schema.json").read_text())
        table = re.findall(
            r"^\| `([\w.]+)` \|", (CHART / "README.md").read_text().partition("## Values")[2], re.MULTILINE
        )
        self.assertGreater(len(table), 100)
        for path in table:
            self.assertTrue(in_schema(schema, path.split(".")), f"{path} is not in values.schema.json")

    def test_every_alert_is_in_the_readme(self) -> None:
        readme = (CHART / "README.md").read_text()
        for name in re.findall(r"- alert: Everynode(\w+)", (CHART / "files" / "alerts.yaml").read_text()):
            self.assertIn(f"| `{name}` |", readme)

    def test_versions_agree(self) -> None:
        version = re.search(r"project\(everynode VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]
        chart = (CHART / "Chart.yaml").read_text()
        self.assertIn(f"\nversion: {version}\n", chart)
        self.assertIn(f"\nappVersion: {version}\n", chart)
        self.assertIn(f'image.version="{version}"', (ROOT / "charts" / "image" / "Dockerfile").read_text())
        self.assertIn(
            f"image: everynode:{version}\n", (CHART / "examples" / "kubeadm" / "everynode-reconciler.yaml").read_text()
        )

    def test_static_pod_is_started_as_the_deployment_is(self) -> None:
        spec = helm.parsed((CHART / "examples" / "kubeadm" / "everynode-reconciler.yaml").read_text())[0]["spec"]
        static = spec["containers"][0]["args"]
        deployed = Objects(value_sets.TAKE_OVER).arguments("reconciler")
        own = ("--metrics-listen", "--kubeconfig")
        self.assertEqual(
            [one for one in static if not one.startswith(own)], [one for one in deployed if not one.startswith(own)]
        )
        self.assertTrue(spec["hostNetwork"])


class CommandLine(unittest.TestCase):
    """The chart starts the binary with arguments that it knows."""

    def test_webhook(self) -> None:
        self.check(Objects({"webhook": {"threads": 2}}).arguments("webhook"))

    def test_reconciler(self) -> None:
        self.check(Objects(value_sets.TAKE_OVER | value_sets.HELM).arguments("reconciler"))

    def test_dashboard(self) -> None:
        self.check(Objects(value_sets.RESTRICTED["dashboard"]).arguments("dashboard"))

    def test_helm_test(self) -> None:
        arguments = Objects().get("Pod", "everynode-test")["spec"]["containers"][0]["args"]
        self.check([one for one in arguments if not one.startswith("https://")])

    def check(self, arguments: list[str]) -> None:
        usage = subprocess.run(
            [binary.path(), arguments[0], "--help"], capture_output=True, text=True, check=True
        ).stdout
        for argument in arguments[1:]:
            self.assertRegex(usage, rf"(?m)^  {argument.split('=')[0]} ")


def in_schema(schema: dict, path: list[str]) -> bool:
    node = schema
    for key in path:
        node = node.get("properties", {}).get(key)
        if node is None:
            return False
        if "$ref" in node:
            node = schema["definitions"][node["$ref"].removeprefix("#/definitions/")]
    return True
