"""What Everynode says about a DaemonSet that Kubernetes cannot say."""

from __future__ import annotations

import json
import subprocess

from tests.harness.cluster import binary
from tests.harness.e2e.reconciler.daemon import rolling
from tests.harness.e2e.reconciler.environment import SHARED, ReconcilerTest

NEVER_READY = {"everynode.dev/simulated-readiness": "never"}


class Explain(ReconcilerTest):
    def test_a_complete_daemon_set(self):
        daemon = self.create(self.name("explained"))
        daemon.wait_on(*SHARED)
        told = json.loads(self.everynode("explain", "daemonset", daemon.name, "-o", "json").stdout)
        self.assertTrue(told["complete"])
        self.assertEqual((told["desired"], told["revision"]), (len(SHARED), 1))
        states = {node["node"]: node["state"] for node in told["nodes"]}
        self.assertEqual({states[name] for name in SHARED}, {"updated"})

    def test_a_rollout_that_hangs(self):
        daemon = self.create(self.name("hangs"), strategy=rolling(unavailable=1))
        daemon.wait_on(*SHARED)
        daemon.merge({"spec": {"template": {"metadata": {"annotations": NEVER_READY}}}})
        watched = self.everynode(
            "rollout", "watch", "daemonset", daemon.name, "--interval", "1", "--timeout", "4", code=1
        )
        self.assertIn("starting", watched.stderr)
        text = self.everynode("explain", "ds", daemon.name).stdout
        self.assertIn("1 starting", text)
        self.assertIn("waits for its turn: 1 of 3 nodes have no available pod, maxUnavailable is 1", text)

    def test_what_is_not_there(self):
        self.assertIn("NotFound", self.everynode("explain", "ds", "nobody", code=2).stderr)
        daemon = self.create(self.name("explained"))
        self.assertIn(
            "there is no node nowhere", self.everynode("explain", "ds", daemon.name, "--node", "nowhere", code=2).stderr
        )

    def everynode(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess:
        command = [
            binary.path(),
            *arguments,
            "--kubeconfig",
            self.cluster.kubeconfig,
            *(["-n", "default"] if "-n" not in arguments else []),
        ]
        run = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        return run
