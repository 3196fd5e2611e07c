"""A real Prometheus, which scrapes the API server, the webhook and the reconciler, with the chart's rules: alerts
fire on real faults and resolve. Only the clock is another: each minute of a rule is a second here."""

from __future__ import annotations

import json
import re
import signal
import time
import urllib.request
from pathlib import Path

from tests.harness.chart import value_sets
from tests.harness.chart.helm import NAMESPACE, Objects
from tests.harness.cluster import waiting
from tests.harness.cluster.control_plane import ADMIN, answers_ok
from tests.harness.cluster.ports import HOST, free_ports
from tests.harness.cluster.processes import Process
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.neighbours.environment import DAEMON_SETS, NODES, NeighboursTest, daemon_set
from tests.harness.tools import binaries

RULES = value_sets.OTHER_KINDS["monitored-take-over"]
MINUTES = re.compile(r"\b(\d+)m\b")
FIRE_SECONDS, RESOLVE_SECONDS = 40, 60


class Prometheus(NeighboursTest):
    prometheus: Process
    ours: Reconciler

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        directory = cls.cluster.directory / "prometheus"
        directory.mkdir()
        cls.ours = cls.enterClassContext(
            Reconciler(cls.kubeconfig, cls.cluster.logs, "--lease-namespace", NAMESPACE, name="scraped")
        )
        (port,) = free_ports(1)
        cls.url = f"http://{HOST}:{port}"
        cls.prometheus = cls.cluster.run(
            "prometheus",
            [
                binaries.built("prometheus"),
                f"--config.file={cls.write_config(directory)}",
                f"--storage.tsdb.path={directory / 'data'}",
                f"--web.listen-address={HOST}:{port}",
            ],
        )
        cls.prometheus.wait_ready(lambda: answers_ok(f"{cls.url}/-/ready"))
        cls.addClassCleanup(cls.prometheus.stop)
        # A rule that looks a minute back has one to look at.
        waiting.until(lambda: len(cls.targets_up()) == 3, "all to be scraped", 30)
        time.sleep(20)

    def test_nothing_fires_while_all_is_well(self) -> None:
        self.assertEqual(self.firing(), set())
        self.told("the chart's rules while all is well", "no alert fires")

    def test_a_webhook_that_is_away(self) -> None:
        """Pods are let through without it, and it is not seen."""
        wanted = {"EverynodeWebhookFailedOpen", "EverynodeWebhookAbsent"}
        name = self.name("unseen")
        self.webhook.process.stop()
        try:
            self.api.create(DAEMON_SETS, daemon_set(name))
            self.addCleanup(self.remove, name)
            fired = self.wait_firing(wanted)
        finally:
            self.webhook.start()
        self.resolved("the webhook is away while pods are made", wanted, fired)

    def test_a_certificate_that_cannot_be_read(self) -> None:
        file = self.webhook.certificates / "tls.crt"
        good = file.read_bytes()
        file.write_text("no certificate")
        try:
            fired = self.wait_firing({"EverynodeWebhookReloadFailed"})
        finally:
            file.write_bytes(good)
        self.resolved("the webhook gets a broken certificate", {"EverynodeWebhookReloadFailed"}, fired)

    def test_a_reconciler_that_is_away(self) -> None:
        self.ours.process.stop()
        try:
            fired = self.wait_firing({"EverynodeReconcilerLeaderless"})
        finally:
            self.ours.start()
        self.resolved("the reconciler is away", {"EverynodeReconcilerLeaderless"}, fired)

    def test_a_rival(self) -> None:
        """Ours leaves the DaemonSet alone for ten minutes more, so here its end is that of the DaemonSet."""
        name = self.name("rivalled")
        time.sleep(10)  # what it sees soon after it began to lead may be the work of the one before
        with self.in_tree():
            self.ours.process.send(signal.SIGSTOP)  # it would be faster
            try:
                self.api.create(DAEMON_SETS, daemon_set(name))
                waiting.until(lambda: self.running_on(name) == set(NODES), "the pods of the other")
            finally:
                self.ours.process.send(signal.SIGCONT)
            fired = self.wait_firing({"EverynodeReconcilerRivalled"})
        self.remove(name)
        self.resolved(
            "the in-tree controller runs as well, until its DaemonSet is deleted",
            {"EverynodeReconcilerRivalled"},
            fired,
        )

    # --- what they have in common ---

    def wait_firing(self, wanted: set[str]) -> float:
        """How long it took until each had fired, in seconds; one may have resolved again by then."""
        begin, fired = time.monotonic(), set()

        def all_fired() -> bool:
            fired.update(self.firing())
            return wanted <= fired

        waiting.until(all_fired, f"{wanted} to fire", FIRE_SECONDS, 0.5)
        return time.monotonic() - begin

    def resolved(self, fault: str, wanted: set[str], fired: float) -> None:
        begin = time.monotonic()
        waiting.until(lambda: not wanted & self.firing(), f"{wanted} to resolve", RESOLVE_SECONDS, 0.5)
        names = ", ".join(sorted(one.removeprefix("Everynode") for one in wanted))
        self.told(
            fault, f"{names}: firing after {fired:.0f} s, resolved {time.monotonic() - begin:.0f} s after the end"
        )

    def told(self, fault: str, outcome: str) -> None:
        self.tell(f"Prometheus {binaries.ALL['prometheus'].version}, minutes as seconds", fault, "takeover", outcome)

    def firing(self) -> set[str]:
        alerts = self.ask("/api/v1/alerts")["alerts"]
        return {one["labels"]["alertname"] for one in alerts if one["state"] == "firing"}

    @classmethod
    def targets_up(cls) -> list[dict]:
        return [one for one in cls.ask("/api/v1/targets")["activeTargets"] if one["health"] == "up"]

    @classmethod
    def ask(cls, path: str) -> dict:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(cls.url + path, timeout=10) as response:
            return json.load(response)["data"]

    @classmethod
    def write_config(cls, directory: Path) -> Path:
        rules, config = directory / "rules.yaml", directory / "prometheus.yaml"
        document = {"groups": Objects(RULES).get("PrometheusRule")["spec"]["groups"]}
        rules.write_text(MINUTES.sub(r"\1s", json.dumps(document)))
        tls = {
            "ca_file": str(cls.cluster.pki.certificate("ca")),
            "cert_file": str(cls.cluster.pki.certificate(ADMIN)),
            "key_file": str(cls.cluster.pki.key(ADMIN)),
        }
        jobs = (
            ("apiserver", cls.cluster.server, {"scheme": "https", "tls_config": tls}),
            ("webhook", f"http://{HOST}:{cls.webhook.metrics_port}", {}),
            ("reconciler", f"http://{HOST}:{cls.ours.metrics_port}", {}),
        )
        config.write_text(
            json.dumps(
                {
                    "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
                    "rule_files": [str(rules)],
                    "scrape_configs": [
                        {
                            "job_name": job,
                            "static_configs": [
                                {
                                    "targets": [url.partition("//")[2]],
                                    "labels": {"namespace": NAMESPACE, "pod": f"{job}-1"},
                                }
                            ],
                        }
                        | more
                        for job, url, more in jobs
                    ],
                }
            )
        )
        return config
