"""Two replicas, of which one acts."""

from __future__ import annotations

import contextlib
import random
import signal
import time
from collections.abc import Iterator

from tests.harness.chart.helm import NAMESPACE
from tests.harness.cluster import pods, waiting
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.e2e.reconciler.daemon import rolling
from tests.harness.e2e.reconciler.environment import SHARED, ReconcilerTest

LEASE = f"/apis/coordination.k8s.io/v1/namespaces/{NAMESPACE}/leases/everynode-reconciler"
DURATION_SECONDS = 10
SHORT = ("--lease-duration", str(DURATION_SECONDS), "--lease-renew-deadline", "8", "--lease-retry-period", "1")
# The other replica reads the lease each 1 to 2.2 s, and counts from when it saw the last renewal; the rest is for a
# machine that is slow.
FOLLOWED_SECONDS = DURATION_SECONDS + 2 * 2.2 + 10
LONG = ("--lease-duration", "60", "--lease-renew-deadline", "50", "--lease-retry-period", "1")
AT_ONCE_SECONDS = 20  # far less than a long lease lasts


class Leader(ReconcilerTest):
    def test_killed_leader_is_followed_within_the_lease(self):
        """Requirement 13.2."""
        with self.two_replicas() as (leader, other):
            self.assert_followed(leader, other, signal.SIGKILL, FOLLOWED_SECONDS)

    def test_stopped_leader_hands_over_at_once(self):
        with self.two_replicas(LONG) as (leader, other):
            self.assert_followed(leader, other, signal.SIGTERM, AT_ONCE_SECONDS)
            self.assertEqual(leader.process.wait(), 0)

    def test_leader_that_was_asleep_does_not_act_again(self):
        """A process that was stopped for longer than the lease wakes up and still believes that it leads."""
        with self.two_replicas() as (leader, other):
            leader.process.send(signal.SIGSTOP)
            waiting.until(other.leads, "the other to lead", FOLLOWED_SECONDS)
            daemon = self.create(self.name("asleep"))
            daemon.wait_on(*SHARED)
            leader.process.send(signal.SIGCONT)
            daemon.set_image("2")
            daemon.wait_on(*SHARED)
            self.assertEqual(self.creations(daemon), 2 * len(SHARED))
            self.assertEqual(leader.process.wait(), 1)
            self.assertTrue(other.leads())

    @contextlib.contextmanager
    def two_replicas(self, times: tuple[str, ...] = SHORT) -> Iterator[tuple[Reconciler, Reconciler]]:
        with self.away(), contextlib.ExitStack() as stack:
            first, second = (self.new_reconciler(*times, name=f"everynode-reconciler-{letter}") for letter in "ab")
            for one, leading in ((first, True), (second, False)):
                one.start(leading)
                stack.callback(one.process.stop)
            self.assertFalse(second.leads())
            yield first, second

    def assert_followed(self, leader: Reconciler, other: Reconciler, end: signal.Signals, seconds: float) -> None:
        daemon = self.create(self.name("followed"))
        victim = daemon.wait_on(*SHARED)[0]
        transitions = self.transitions()
        leader.process.send(end)
        begin = time.monotonic()
        self.api.delete(f"{pods.PODS}/{victim['metadata']['name']}")
        daemon.set_image("2")
        waiting.until(lambda: "example.org/agent:2" in daemon.images(), "the other to act", seconds)
        self.assertLess(time.monotonic() - begin, seconds)
        daemon.wait_on(*SHARED)
        self.assertTrue(other.leads())
        self.assertEqual(self.transitions(), transitions + 1)
        # Three at first; a new or an old pod replaced the victim; the others were rolled.
        self.assertIn(self.creations(daemon), (2 * len(SHARED), 2 * len(SHARED) + 1))

    def transitions(self) -> int:
        return self.api.get(LEASE)["spec"].get("leaseTransitions", 0)


class Crashes(ReconcilerTest):
    ROUNDS = 8
    MOST_SECONDS = 0.4  # between becoming ready and being killed

    def test_killed_again_and_again_in_a_roll(self):
        pool = self.name("crashes")
        nodes = self.add_nodes(pool, 8)
        daemon = self.create(self.name("crashed"), pool=pool, strategy=rolling(unavailable=2))
        daemon.wait_on(*nodes)
        chance = random.Random(1)
        with self.away():
            daemon.set_image("2")
            for _ in range(self.ROUNDS):
                victim = self.new_reconciler("--leader-elect", "false", name="everynode-reconciler-crashing")
                victim.start()
                time.sleep(chance.uniform(0, self.MOST_SECONDS))
                victim.process.send(signal.SIGKILL)
                victim.process.wait()
        daemon.wait_on(*nodes)
        # Of a client that has gone the API server says 504, whether the pod was created or not.
        created, in_doubt = self.creations(daemon), self.creations(daemon, code=504)
        self.assertLessEqual(created, 2 * len(nodes))
        self.assertGreaterEqual(created + in_doubt, 2 * len(nodes))
        self.assertEqual([one["revision"] for one in daemon.revisions()], [1, 2])
