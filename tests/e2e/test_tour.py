"""`make run`, without staying up."""

from __future__ import annotations

import subprocess
import sys

from tests.cluster.binary import ROOT
from tests.e2e.environment import ClusterTest


class Tour(ClusterTest):
    def test_once(self):
        done = subprocess.run([sys.executable, "-m", "tests.cluster.tour", "--once"], cwd=ROOT, capture_output=True, text=True,
                              timeout=180, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for word in ("filebeat-", "worker-1", "worker-2", "worker-3", "*network-unavailable:NoSchedule", "everynode_webhook_"):
            self.assertIn(word, done.stdout)
