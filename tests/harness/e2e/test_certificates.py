"""The webhook takes up a certificate that is renewed on disk, without a restart and without a pod that misses it."""

from __future__ import annotations

import ssl
import threading
from concurrent.futures import ThreadPoolExecutor

from tests.harness.cluster import pods, waiting
from tests.harness.cluster.pods import NODE_ANNOTATION
from tests.harness.cluster.ports import HOST
from tests.harness.e2e.environment import PLAIN, ClusterTest

MARGIN = 20  # pods created after the new certificate was served


class Renewal(ClusterTest):
    def test_all_pods_are_mutated_while_the_certificate_changes(self) -> None:
        failed_open, before = self.failed_open(), self.served()
        seen: list[dict] = []
        done = threading.Event()
        with ThreadPoolExecutor(1) as pool:
            creator = pool.submit(self.create_until, done, seen)
            try:
                self.webhook.renew_certificate()
                waiting.until(lambda: self.served() != before, "the new certificate to be served")
                enough = len(seen) + MARGIN
                waiting.until(lambda: creator.done() or len(seen) >= enough, f"{MARGIN} more pods")
            finally:
                done.set()
            creator.result()
        for pod in seen:
            self.assert_mutated(pod)
        self.assertEqual(self.failed_open(), failed_open, "the API server let pods through without us")

    def create_until(self, done: threading.Event, seen: list[dict]) -> None:
        while not done.is_set():
            seen.append(self.dry_run(pods.daemon_pod("renewal", {NODE_ANNOTATION: PLAIN})))

    def served(self) -> str:
        """The certificate that the webhook serves right now."""
        return ssl.get_server_certificate((HOST, self.webhook.port), ca_certs=str(self.webhook.ca))
