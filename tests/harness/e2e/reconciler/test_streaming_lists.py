"""A reconciler that begins with streams in the place of lists, and one whose API server has none."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

from tests.harness.chart.helm import NAMESPACE
from tests.harness.cluster import audit
from tests.harness.cluster.api import Api, ApiError
from tests.harness.cluster.ports import HOST, free_ports
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.e2e.reconciler import rights
from tests.harness.e2e.reconciler.environment import SHARED, ReconcilerTest
from tests.harness.tools import binaries

STREAMED = ("pods", "nodes", "daemonsets", "controllerrevisions")
USER = f"system:serviceaccount:{NAMESPACE}:{rights.ACCOUNT}"


class StreamingLists(ReconcilerTest):
    def test_it_lists_nothing_that_is_streamed(self) -> None:
        with self.away(), contextlib.ExitStack() as stack:
            begin = self.cluster.audit_log.stat().st_size
            reconciler = stack.enter_context(self.new_reconciler("--streaming-lists", name="streaming"))
            self.assert_works(reconciler)
            pages = {one: reconciler.metric("everynode_reconciler_list_pages_total", resource=one) for one in STREAMED}
            failures = reconciler.metric("everynode_reconciler_watch_failures_total")
            listed = [one for one in self.asked(begin, "list") if "limit=500" in one]
            streamed = [one for one in self.asked(begin, "watch") if "sendInitialEvents=true" in one]
        if binaries.is_oldest():
            self.assertTrue(all(pages.values()), pages)
        else:
            self.assertFalse(any(pages.values()), pages)
            self.assertEqual(listed, [])
            self.assertGreaterEqual(len(streamed), len(STREAMED))
        self.assertEqual(failures, 0, "to have no streams is no failure")

    def test_it_lists_in_pages_where_there_are_no_streams(self) -> None:
        with self.without_streams() as (api, kubeconfig):
            with self.assertRaises(ApiError) as caught:
                api.get("/api/v1/pods?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan")
            self.assertEqual(caught.exception.code, 422)
            self.assertIn("unless the WatchList feature gate is enabled", str(caught.exception))
            flags = ("--lease-namespace", NAMESPACE, "--streaming-lists")
            with self.away(), Reconciler(kubeconfig, self.cluster.logs, *flags, name="no-streams") as reconciler:
                self.assert_works(reconciler)
                for one in STREAMED:
                    pages = reconciler.metric("everynode_reconciler_list_pages_total", resource=one)
                    self.assertGreater(pages, 0, one)
                    self.assertEqual(reconciler.metric("everynode_reconciler_watch_failures_total", resource=one), 0)

    def assert_works(self, reconciler: Reconciler) -> None:
        daemon = self.create(self.name("streamed"))
        daemon.wait_on(*SHARED)
        daemon.set_image("2")
        daemon.wait_on(*SHARED)
        self.assertTrue(reconciler.leads())

    def asked(self, begin: int, verb: str) -> Iterator[str]:
        for event in audit.events(self.cluster.audit_log, begin):
            resource = event.get("objectRef", {}).get("resource")
            if event["user"]["username"] == USER and event["verb"] == verb and resource in STREAMED:
                yield event["requestURI"]

    @contextlib.contextmanager
    def without_streams(self) -> Iterator[tuple[Api, Path]]:
        """Another API server over the same etcd: that is how a cluster is upgraded."""
        port = free_ports(1)[0]
        command = list(map(str, self.cluster.processes["kube-apiserver"].command))
        command[command.index("--secure-port") + 1] = str(port)
        command[command.index("--audit-log-path") + 1] = str(self.cluster.logs / "audit-without-streams.log")
        process = self.cluster.run("without-streams", [*command, "--feature-gates", "WatchList=false"])
        try:
            pki = self.cluster.pki
            api = Api(port, pki.certificate("ca"), pki.certificate("admin"), pki.key("admin"))
            process.wait_ready(api.healthy)
            kubeconfig = json.loads(self.kubeconfig.read_text())
            kubeconfig["clusters"][0]["cluster"]["server"] = f"https://{HOST}:{port}"
            path = self.cluster.directory / "without-streams.kubeconfig"
            path.write_text(json.dumps(kubeconfig))
            yield api, path
        finally:
            process.stop()
