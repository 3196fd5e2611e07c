"""Replicas that share the namespaces of a cluster, against an API server that shards lists and watches."""

from __future__ import annotations

import signal
import time

from tests.harness.cluster import waiting
from tests.harness.e2e.reconciler.daemon import Daemon
from tests.harness.e2e.reconciler.policies import Policy
from tests.harness.e2e.shards.environment import DURATION_SECONDS, NODES, SHARDS, SHORT, ShardTest, owned, shared_out
from tests.reality.environment import SHARDING

TAKEN_OVER_SECONDS = 4 * DURATION_SECONDS
HANDED_OVER_SECONDS = 30  # half of what a lease of such a test lasts


class Shards(ShardTest):
    def test_replicas_share_and_a_new_one_gets_its_part(self):
        first = self.start("a")
        shared_out(first)
        daemons = self.daemons("joined")
        self.wait_for(daemons)
        second = self.start("b")
        shares = shared_out(first, second)
        self.assertEqual(sorted(map(len, shares)), [1, 2])
        self.roll(daemons, "2")
        self.assert_made(daemons, 2)

        def created() -> list[float]:
            """By each, who counts a moment after the API server has answered."""
            labels = {"action": "create_pod", "result": "ok"}
            return [one.metric("everynode_reconciler_actions_total", **labels) for one in (first, second)]

        waiting.until(lambda: sum(created()) >= 2 * SHARDS * len(NODES), "all creations to be counted")
        made = created()
        self.assertEqual(made[1], len(shares[1]) * len(NODES), "each acts for its own shards")
        self.assertEqual(sum(made), 2 * SHARDS * len(NODES))
        self.assertEqual(second.metric("everynode_reconciler_daemonsets"), len(shares[1]), "and knows no more")
        self.assertEqual(second.metric("everynode_reconciler_nodes"), len(NODES), "but all nodes")
        self.assertEqual([owned(first), owned(second)], shares, "nothing moves any more")

    def test_shards_of_a_killed_replica_are_taken_over(self):
        first, second = self.start("a", times=SHORT), self.start("b", times=SHORT)
        shared_out(first, second)
        daemons = self.daemons("killed")
        self.wait_for(daemons)
        second.process.send(signal.SIGKILL)
        begin = time.monotonic()
        self.roll(daemons, "2")
        self.assertEqual(owned(first), list(range(SHARDS)))
        self.assertLess(time.monotonic() - begin, TAKEN_OVER_SECONDS + 10)
        self.assert_made(daemons, 2)

    def test_stopped_replica_hands_over_and_ends_well(self):
        first, second = self.start("a"), self.start("b")
        shared_out(first, second)
        daemons = self.daemons("stopped")
        self.wait_for(daemons)
        for one in daemons.values():
            one.set_image("2")
        begin = time.monotonic()
        self.assertEqual(second.process.stop(), 0)
        waiting.until(lambda: owned(first) == list(range(SHARDS)), "the other to have all", HANDED_OVER_SECONDS)
        self.assertLess(time.monotonic() - begin, HANDED_OVER_SECONDS)
        self.wait_for(daemons, "2")
        self.assert_made(daemons, 2)

    def test_replica_that_was_asleep_does_not_act_again(self):
        first, second = self.start("a", times=SHORT), self.start("b", times=SHORT)
        shared_out(first, second)
        second.process.send(signal.SIGSTOP)
        waiting.until(lambda: owned(first) == list(range(SHARDS)), "the other to have all", TAKEN_OVER_SECONDS)
        daemons = self.daemons("asleep")
        self.wait_for(daemons)
        second.process.send(signal.SIGCONT)
        self.assertEqual(second.process.wait(), 1)
        self.roll(daemons, "2")
        self.assert_made(daemons, 2)

    def test_replicas_with_another_number_of_shards_stay_out(self):
        first = self.start("a", times=SHORT)
        shared_out(first)
        other, alone = self.start("b", shards=2, times=SHORT), self.start("c", shards=1, times=SHORT)
        daemons = self.daemons("other")
        self.wait_for(daemons)
        self.assertEqual(owned(other), [])
        self.assertFalse(alone.leads())
        self.assert_made(daemons, 1)
        self.assertEqual(first.process.stop(), 0)
        waiting.until(lambda: alone.leads() or owned(other), "one of them to follow", TAKEN_OVER_SECONDS)
        self.assertFalse(alone.leads() and owned(other))

    def test_policies_are_served_by_the_owner_of_their_namespace(self):
        first, second = self.start("a"), self.start("b")
        shared_out(first, second)
        policies = {
            shard: Policy(self.api, f"policy-{shard}", namespace) for shard, namespace in self.namespaces.items()
        }
        for one in policies.values():
            self.addCleanup(one.delete)
            one.create(selector={})
        daemons = self.daemons("governed")
        self.wait_for(daemons)
        for shard, one in policies.items():
            waiting.until(
                lambda told=one, name=daemons[shard].name: name in str(told.status()), "the policy's status to tell"
            )

    def wait_for(self, daemons: dict[int, Daemon], image: str = "1") -> None:
        for one in daemons.values():
            waiting.until(
                lambda daemon=one: daemon.images() == [f"example.org/agent:{image}"] * len(NODES),
                f"the pods of {one.name}",
            )

    def roll(self, daemons: dict[int, Daemon], image: str) -> None:
        for one in daemons.values():
            one.set_image(image)
        self.wait_for(daemons, image)

    def assert_made(self, daemons: dict[int, Daemon], times: int) -> None:
        """One pod on each node, so often and not once more."""
        for one in daemons.values():  # the audit log is written a moment later
            waiting.until(lambda daemon=one: self.creations(daemon) >= times * len(NODES), f"creations of {one.name}")
            self.assertEqual(self.creations(one), times * len(NODES), one.name)
            self.assertEqual(sorted(pod["spec"]["affinity"] != {} for pod in one.pods()), [True] * len(NODES))


class WithoutTheGate(ShardTest):
    def test_server_that_does_not_shard_is_refused(self):
        """Also when it was exchanged under a replica that acts."""
        replica = self.start("acting")
        shared_out(replica)
        server = self.cluster.processes["kube-apiserver"]
        whole = list(server.command)
        server.command = [word for word in whole if word not in SHARDING]
        self.cluster.restart_apiserver()
        try:
            self.assertEqual(replica.process.wait(60), 1)
            late = self.replica("late")
            late.launch()
            self.addCleanup(late.process.stop)
            self.assertEqual(late.process.wait(30), 1)
            for one in (replica, late):
                self.assertIn("feature gate ShardedListAndWatch", one.log())
                self.assertIn("--shards 1", one.log())
        finally:
            self.cluster.processes["kube-apiserver"].command = whole
            self.cluster.restart_apiserver()
