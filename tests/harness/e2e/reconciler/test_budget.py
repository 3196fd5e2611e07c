"""A rollout over several hundred nodes keeps to its budget at every instant (requirements 10.1, 10.3 and 10.4)."""

from __future__ import annotations

from tests.harness.e2e.reconciler.daemon import Daemon, rolling
from tests.harness.e2e.reconciler.environment import ReconcilerTest
from tests.harness.e2e.reconciler.pod_watch import Instant, PodWatch

COUNT = 300
ROLL_SECONDS = 180


class Budget(ReconcilerTest):
    def test_at_every_instant(self):
        pool = self.name("budget")
        self.add_nodes(pool, COUNT)
        daemon = self.create(self.name("budgeted"), pool=pool)
        self.wait_rolled_out(daemon)
        rolls = (
            (rolling(unavailable="50%"), COUNT // 2, 0),
            (rolling(unavailable=7), 7, 0),
            (rolling(surge="10%"), 0, COUNT // 10),
        )
        for number, (strategy, unavailable, surge) in enumerate(rolls, 2):
            with self.subTest(strategy=strategy["rollingUpdate"]):
                daemon.merge({"spec": {"updateStrategy": strategy}})
                with PodWatch(daemon, lambda now, u=unavailable, s=surge: keeps(now, u, s)) as watch:
                    daemon.set_image(str(number))
                    self.wait_rolled_out(daemon)
                print(f"     {strategy['rollingUpdate']}: {watch.events} events, {watch.samples} samples", flush=True)
                self.assertGreaterEqual(watch.events, 4 * COUNT, "created, bound, running, going")
                self.assertEqual(watch.violations, [])
                self.assertEqual(self.creations(daemon), number * COUNT)

    def wait_rolled_out(self, daemon: Daemon) -> None:
        counts = dict.fromkeys(("numberAvailable", "updatedNumberScheduled", "desiredNumberScheduled"), COUNT)
        daemon.wait_status(seconds=ROLL_SECONDS, **counts)


def keeps(now: Instant, unavailable: int, surge: int) -> bool:
    return now.served >= COUNT - unavailable and now.doubled <= surge and now.crowded == 0
