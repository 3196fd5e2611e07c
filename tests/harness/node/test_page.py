"""The live page, served from the cluster: by its own ServiceAccount, and reached as README says."""

from __future__ import annotations

import http.client
import json
import secrets

from tests.harness.chart.helm import NAMESPACE, RELEASE
from tests.harness.cluster import waiting
from tests.harness.cluster.processes import Process
from tests.harness.node.real_node import NAME
from tests.harness.node.release import SECRETS, WAIT, Release
from tests.harness.tools import binaries

SECRET, SERVICE, PORT = "everynode-dashboard", f"{RELEASE}-dashboard", 8080


class Page(Release):
    def setUp(self) -> None:
        super().setUp()
        self.token = secrets.token_urlsafe(32)
        self.kubectl(
            *("create", "secret", "generic", SECRET, "--namespace", NAMESPACE, f"--from-literal=token={self.token}")
        )
        self.addCleanup(self.cluster.api.delete, f"{SECRETS}/{SECRET}")
        self.helm.upgrade(self.values | {"dashboard": {"enabled": True}}, *WAIT)
        self.addCleanup(self.helm.upgrade, self.values, *WAIT)

    def test_shows_the_cluster_to_whoever_has_the_token(self) -> None:
        pod = self.start_agent()["metadata"]["name"]
        self.forward()
        status, page = waiting.until(lambda: self.ask("/"), "the page")
        self.assertEqual((status, b"<!doctype html>" in page.lower()), (200, True), page[:200])
        for token in ("", "x" * len(self.token)):
            self.assertEqual(self.ask("/api/snapshot", token)[0], 401)
        self.assertIn(NAME, json.dumps(self.read("/api/snapshot")))
        self.assertIn(pod, json.dumps(self.read(f"/api/explain?daemonSet=default/agent&node={NAME}")))
        self.assertEqual(self.ask("/api/snapshot", self.token, host="elsewhere")[0], 403)

    def forward(self) -> None:
        command = [binaries.built("kubectl"), "--kubeconfig", self.cluster.kubeconfig, "--namespace", NAMESPACE]
        forwarder = Process(
            "port-forward", [*command, "port-forward", f"service/{SERVICE}", str(PORT)], self.cluster.logs
        )
        self.addCleanup(forwarder.stop)

    def read(self, path: str) -> dict:
        status, body = self.ask(path, self.token)
        self.assertEqual(status, 200, body[:500])
        return json.loads(body)

    def ask(self, path: str, token: str = "", host: str = f"localhost:{PORT}") -> tuple[int, bytes] | None:
        """The status and the body; None if nobody listens yet."""
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=10)
        try:
            connection.request(
                "GET", path, headers={"Host": host} | ({"Authorization": f"Bearer {token}"} if token else {})
            )
            answer = connection.getresponse()
            return answer.status, answer.read()
        except ConnectionRefusedError:
            return None
        finally:
            connection.close()
