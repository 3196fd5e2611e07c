"""`make run`, which ends at once here."""

from __future__ import annotations

import subprocess
import sys

from tests.harness.e2e.environment import ClusterTest
from tests.root import ROOT


class Tour(ClusterTest):
    def test_once(self):
        done = subprocess.run(
            [sys.executable, "-m", "tests.harness.cluster.tour", "--once"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for word in (
            "filebeat-",
            "worker-1",
            "worker-2",
            "worker-3",
            "*network-unavailable:NoSchedule",
            "everynode_webhook_",
            "by the reconciler",
            "worker-4 ADDED",
            "worker-1 TAINTED",
            "worker-2 REMOVED",
            "UNDONE",
            "REVISION",
            "numberAvailable: 2",
            "everynode_reconciler_actions_total",
        ):
            self.assertIn(word, done.stdout)
