"""The descheduler, which evicts pods by rules of its own: those of DaemonSets only if it is told to."""

from __future__ import annotations

import json
import time
from pathlib import Path

from tests.harness.cluster import waiting
from tests.harness.neighbours.environment import CONTROLLERS, DAEMON_SETS, NODES, NeighboursTest, daemon_set
from tests.harness.tools import binaries

LIFE_SECONDS = 1
ROUNDS_SECONDS, WATCHED_SECONDS = 1, 20.0
MOST_MADE = 45  # five at once for each of three nodes, then one a second, two, four


class Descheduler(NeighboursTest):
    def test_pods_that_it_finds_too_old(self) -> None:
        """PodLifeTime after a second, each second: with pods of DaemonSets protected, as by default, and without."""
        for which in CONTROLLERS:
            for protected in (True, False):
                with self.subTest(which, protected=protected), self.controller(which):
                    made = self.tried(which, protected)
                    if protected:
                        self.assertEqual(made, 0)
                    elif which == "takeover":  # requirement 5.2
                        self.assertLessEqual(made, MOST_MADE)

    def tried(self, which: str, protected: bool) -> int:
        """How many pods were made after those that were there."""
        name = self.name("descheduled")
        self.api.create(DAEMON_SETS, daemon_set(name))
        self.addCleanup(self.remove, name)
        waiting.until(lambda: self.running_on(name) == set(NODES), "its pods", 60)
        there = {one["metadata"]["uid"] for one in self.pods_of(name)}
        with self.made(name) as seen:
            process = self.cluster.run(
                f"descheduler-{name}",
                [
                    binaries.built("descheduler"),
                    f"--client-connection-kubeconfig={self.cluster.kubeconfig}",
                    f"--policy-config-file={self.write_policy(name, protected)}",
                    f"--descheduling-interval={ROUNDS_SECONDS}s",
                    "--disable-metrics",
                    "--secure-port=0",
                    "--v=1",
                ],
            )
            process.wait_ready(lambda: "Number of evictions" in process.log.read_text(errors="replace"))
            time.sleep(WATCHED_SECONDS)
            count = len(seen - there)
            process.stop()
        kept = "protected, as by default" if protected else "not protected"
        self.tell(
            f"descheduler {binaries.ALL['descheduler'].version}",
            f"PodLifeTime of {LIFE_SECONDS} s, each second; pods of DaemonSets {kept}",
            which,
            f"{count} pods made in {WATCHED_SECONDS:.0f} s" if count else "no pod is evicted",
        )
        return count

    def write_policy(self, name: str, protected: bool) -> Path:
        path = self.cluster.directory / f"{name}.yaml"
        protections = {} if protected else {"podProtections": {"defaultDisabled": ["DaemonSetPods"]}}
        profile = {
            "name": "old",
            "pluginConfig": [
                {"name": "DefaultEvictor", "args": protections},
                {
                    "name": "PodLifeTime",
                    "args": {
                        "maxPodLifeTimeSeconds": LIFE_SECONDS,
                        "labelSelector": {"matchLabels": {"name": name}},
                    },
                },
            ],
            "plugins": {"deschedule": {"enabled": ["PodLifeTime"]}},
        }
        path.write_text(
            json.dumps({"apiVersion": "descheduler/v1alpha2", "kind": "DeschedulerPolicy", "profiles": [profile]})
        )
        return path
