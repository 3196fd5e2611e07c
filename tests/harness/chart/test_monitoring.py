"""Alerts and dashboard use metrics that exist."""

from __future__ import annotations

import json
import re
import shutil
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.harness.chart import helm, value_sets
from tests.harness.chart.helm import CHART, Objects
from tests.harness.cluster.webhook import Webhook
from tests.harness.tools import binaries

OF_THE_API_SERVER = {
    "apiserver_admission_webhook_fail_open_count",
    "apiserver_admission_webhook_admission_duration_seconds_bucket",
}
OF_THE_RECONCILER = {
    "everynode_reconciler_rivalled_daemonsets",
    "leader_election_master_status",
    "everynode_certificates_failing",
    "everynode_certificates_bundle_undone_total",
    "everynode_certificates_expiry_timestamp_seconds",
    "everynode_rollout_phase",
    "everynode_rollout_phase_seconds",
    "everynode_rollout_wave",
    "everynode_rollout_waves",
    "everynode_rollout_nodes",
    "everynode_rollout_policy_accepted",
    "everynode_daemonset_pods_unmutated",
    "everynode_daemonset_pods_outdated_by_overlays",
}
OF_KUBE_STATE_METRICS = {"kube_lease_renew_time", "kube_lease_owner"}
# Series that exist only once something has happened.
ON_DEMAND = {
    "everynode_webhook_reloads_total",
    "everynode_webhook_connections_refused_total",
    "everynode_webhook_overlay_watch_current",
}
WITH_ALL_ALERTS = value_sets.OTHER_KINDS["monitored-take-over"]
OF_STATIC_PODS = value_sets.MONITORED | value_sets.STATIC_POD
WITH_SHARDS = WITH_ALL_ALERTS | {"reconciler": WITH_ALL_ALERTS["reconciler"] | {"shards": 3}}
NAME = re.compile(r"\b(?:everynode|apiserver|process|leader|kube)_[a-z_]+\b")


class Metrics(unittest.TestCase):
    page: str
    exposed: set[str]

    @classmethod
    def setUpClass(cls) -> None:
        with TemporaryDirectory() as directory:
            (Path(directory) / "logs").mkdir()
            with Webhook(Path(directory)) as webhook:
                lines = webhook.metrics()
        cls.page = "".join(f"{line}\n" for line in lines)
        cls.exposed = {re.split(r"[{ ]", line)[0] for line in lines if not line.startswith("#")}

    def test_promtool_has_nothing_against_them(self) -> None:
        done = helm.run([binaries.built("promtool"), "check", "metrics"], self.page)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_of_alerts(self) -> None:
        rules = Objects(WITH_ALL_ALERTS).get("PrometheusRule")["spec"]["groups"][0]["rules"]
        self.assertGreater(len(rules), 7)
        for rule in rules:
            self.check(rule["expr"], rule["alert"])
            self.assertNotIn("{{", rule["expr"])
            self.assertEqual(rule["labels"]["namespace"], helm.NAMESPACE)

    def test_nobody_reads_those_of_static_pods(self) -> None:
        """An alert on metrics that nothing scrapes fires for ever, or never."""
        for rule in Objects(OF_STATIC_PODS).get("PrometheusRule")["spec"]["groups"][0]["rules"]:
            names = set(NAME.findall(re.sub(r'"[^"]*"', '""', rule["expr"])))
            self.assertLessEqual(
                names, self.exposed | OF_THE_API_SERVER | OF_KUBE_STATE_METRICS | ON_DEMAND, rule["alert"]
            )

    def test_of_the_dashboard(self) -> None:
        text = Objects(value_sets.MONITORED).get("ConfigMap", "everynode-dashboard")["data"]["everynode.json"]
        for panel in json.loads(text)["panels"]:
            for target in panel["targets"]:
                self.check(target["expr"], panel["title"])

    def test_all_are_in_the_readme(self) -> None:
        text = (CHART / "README.md").read_text()
        for name in sorted(self.exposed | ON_DEMAND | OF_THE_RECONCILER):
            family = re.sub(r"_(bucket|count|sum)$", "", name)
            self.assertIn(f"`{family}`", text)

    def check(self, expression: str, where: str) -> None:
        names = set(NAME.findall(re.sub(r'"[^"]*"', '""', expression)))
        self.assertTrue(names, where)
        self.assertLessEqual(names, self.exposed | OF_THE_API_SERVER | OF_THE_RECONCILER | ON_DEMAND, where)


class Alerts(unittest.TestCase):
    """Uses promtool, which reads the rules as Prometheus does."""

    def test_fire_when_they_shall(self) -> None:
        self.check(WITH_ALL_ALERTS, "alerts.yaml")

    def test_of_static_pods_fire_when_they_shall(self) -> None:
        self.check(OF_STATIC_PODS, "alerts_of_static_pods.yaml")

    def test_of_shards_fire_when_they_shall(self) -> None:
        self.check(WITH_SHARDS, "alerts_of_shards.yaml")

    def check(self, values: dict, tests: str) -> None:
        with TemporaryDirectory() as directory:
            # JSON is YAML.
            (Path(directory) / "rules.yaml").write_text(json.dumps(Objects(values).get("PrometheusRule")["spec"]))
            shutil.copy(Path(__file__).parent / tests, Path(directory) / "alerts.yaml")
            for command in (["check", "rules", "rules.yaml"], ["test", "rules", "alerts.yaml"]):
                done = helm.run([binaries.built("promtool"), *command], directory=Path(directory))
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class Monitors(unittest.TestCase):
    def test_service_monitor_finds_the_metrics_services(self) -> None:
        objects = Objects(value_sets.MONITORED)
        monitor = objects.get("ServiceMonitor")["spec"]
        found = [
            one["metadata"]["name"]
            for one in objects.all
            if one["kind"] == "Service"
            and monitor["selector"]["matchLabels"].items() <= one["metadata"]["labels"].items()
            and any(port["name"] == monitor["endpoints"][0]["port"] for port in one["spec"]["ports"])
        ]
        self.assertEqual(sorted(found), ["everynode-reconciler-metrics", "everynode-webhook-metrics"])

    def test_pod_monitor_finds_the_pods(self) -> None:
        objects = Objects(value_sets.OTHER_KINDS["pod-monitor"])
        monitor = objects.get("PodMonitor")["spec"]
        for component in ("webhook", "reconciler"):
            template = objects.get("Deployment", f"everynode-{component}")["spec"]["template"]
            self.assertLessEqual(monitor["selector"]["matchLabels"].items(), template["metadata"]["labels"].items())
            ports = [port["name"] for port in template["spec"]["containers"][0]["ports"]]
            self.assertIn(monitor["podMetricsEndpoints"][0]["port"], ports)
