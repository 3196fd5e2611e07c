"""Tests the reconciler with an API server that restarts, an etcd that is compacted or frozen, partitions and wrong
clocks.

Usage: python3 -m tests.harness.faults.outages [--nodes 1000] [--rounds 6] [-k NAME]

Each outage happens in the middle of a rollout, on a real control plane with simulated nodes. By each event of a watch,
there are never two staying pods on a node, and never fewer nodes with an available pod than the budget allows. By the
audit log, no pod is made twice, and there are never two writers. And the rollout must complete. The last line counts
the tests.
"""

from __future__ import annotations

import argparse
import itertools
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.harness.cluster import etcd, nodes, waiting, workspace
from tests.harness.cluster.control_plane import WITHOUT_IN_TREE, ControlPlane
from tests.harness.e2e.reconciler import rights
from tests.harness.e2e.reconciler.daemon import POOL, Daemon, document, rolling
from tests.harness.faults import scenarios
from tests.harness.faults.faults import Faults, RequestFault
from tests.harness.faults.pod_invariants import PodInvariants
from tests.harness.faults.replica import Replica
from tests.harness.faults.scenarios import Wrong
from tests.harness.faults.writes import changes_of_writer, writes
from tests.harness.tools.explained import exit_code

AUDIT = ("--audit-policy-file", str(Path(__file__).with_name("audit-policy.yaml")))
FREEZE_SECONDS = 30
PATIENCE_SECONDS = 400
STATUS_SECONDS = 10  # the watches begin anew, and a status waits 2 s at most
SMALL_POOL, SMALL = "small", 60
DURATION_SECONDS = 4
SHORT = ("--lease-duration", str(DURATION_SECONDS), "--lease-renew-deadline", "3", "--lease-retry-period", "1")
FAKETIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
SKEW = "+3600 x1.2"  # an hour ahead, and a fifth too fast


class LeaseBlocked(Faults):
    """Everything works except the lease."""

    def of_request(self, method: str, target: str) -> RequestFault:
        return RequestFault(kind="hang before", hang=60) if "/leases/" in target else RequestFault()


class Outages:
    """All outages, on one control plane."""

    def __init__(self, cluster: ControlPlane, granted: Path, count: int, rounds: int):
        self._cluster, self._api, self._granted, self._count, self._rounds = (
            cluster,
            cluster.api,
            granted,
            count,
            rounds,
        )
        self._images = itertools.count(2)
        self._agent, self._small = Daemon(cluster.api, "agent"), Daemon(cluster.api, "small")

    def begin(self) -> None:
        made = [
            nodes.node(f"node-{number}", labels={POOL: SMALL_POOL} if number < SMALL else {})
            for number in range(self._count)
        ]
        nodes.add(self._api, made, seconds=600)
        daemon_sets = self._agent.path.rpartition("/")[0]
        self._api.create(daemon_sets, document(self._agent.name, "", strategy=rolling(unavailable="10%")))
        self._api.create(daemon_sets, document(self._small.name, SMALL_POOL, strategy=rolling(unavailable=3)))
        with self.replica("first", "--leader-elect", "false"):
            waiting.until(
                lambda: self._done(self._agent, self._count) and self._done(self._small, SMALL), "the pods", 400
            )

    # --- outages in the middle of a roll of all nodes ---

    def api_server_restarts(self) -> str:
        with self.replica("restart") as replica:
            return self._roll_through(replica, lambda: self._cluster.restart_apiserver())

    def api_server_restarts_while_pods_are_created(self) -> str:
        """Three times. Soon after the pods are ready the status says so, and nothing that was lost leaves it behind."""
        daemon = Daemon(self._api, "fresh")
        with self.replica("fresh") as replica:
            self._api.create(daemon.path.rpartition("/")[0], document(daemon.name, ""))
            try:
                for part in (0.1, 0.4, 0.7):
                    self._await(
                        replica, lambda part=part: len(daemon.pods()) > self._count * part, "a part of the pods"
                    )
                    self._cluster.restart_apiserver()
                mended = time.monotonic()
                self._await(replica, lambda: self._ready(daemon) == self._count, "a ready pod on each node")
                begin = time.monotonic()
                self._await(replica, lambda: self._done(daemon, self._count), "the status to say so")
                took = time.monotonic() - begin
                if took > STATUS_SECONDS:
                    raise Wrong(f"the status was {took:.0f} s behind the pods")
                return (
                    f"{len(daemon.pods())} pods, ready {begin - mended:.1f} s after the last restart; "
                    f"the status was {took:.1f} s behind them"
                )
            finally:
                self._api.delete(daemon.path)
                waiting.until(lambda: not daemon.pods(), "the garbage collector", PATIENCE_SECONDS)

    def etcd_is_compacted(self) -> str:
        """While the reconciler is cut off. The API server restarts, so that it does not remember what happened
        meanwhile either."""
        with self.replica("compact", "--leader-elect", "false") as replica:

            def outage() -> None:
                replica.proxy.partition(True)
                for pod in self._agent.pods()[:20]:
                    self._api.delete(f"{self._agent.pods_path}/{pod['metadata']['name']}")
                self._compact()
                self._cluster.restart_apiserver()
                replica.proxy.partition(False)

            told = self._roll_through(replica, outage, extra=20)
            expired = replica.metric("everynode_reconciler_watch_failures_total", reason="expired")
            if not expired:
                raise Wrong("no watch had to begin anew")
            return f"{told}, {expired:g} watches expired"

    def etcd_freezes(self) -> str:
        with self.replica("freeze") as replica:

            def outage() -> None:
                etcd = self._cluster.processes["etcd"]
                etcd.send(signal.SIGSTOP)
                try:
                    time.sleep(FREEZE_SECONDS)
                finally:
                    etcd.send(signal.SIGCONT)

            return self._roll_through(replica, outage)

    def _roll_through(self, replica: Replica, outage: Callable[[], None], extra: int = 0) -> str:
        """`extra`: pods that the outage deletes, which may have been rolled before or not."""
        mark, begin = len(self._created()), time.monotonic()
        with PodInvariants(self._api, admitted=False) as invariants:
            if not extra:
                invariants.watch_budget(self._agent.name, self._count - self._count // 10)
            self._agent.set_image(str(next(self._images)))
            self._await(replica, lambda: self._updated(self._agent) > self._count * 0.3, "a third of the roll")
            outage()
            mended = time.monotonic()
            self._await(replica, lambda: self._done(self._agent, self._count), "the roll")
            end = time.monotonic()
            if invariants.violations:
                raise Wrong("; ".join(invariants.violations[:5]))
            made = len(self._created()) - mark
            if not self._count <= made <= self._count + extra:
                raise Wrong(f"{made} pods were made for {self._count} nodes")
            return (
                f"{end - begin:.0f} s, {end - mended:.0f} s of it after the outage, {made} pods made, "
                f"{replica.restarts} restarts of the "
                f"reconciler, {invariants.gaps} gaps in the judge's sight"
            )

    # --- two replicas ---

    def partitions(self) -> str:
        """The leader is cut off from everything, or only from its lease; the other replica takes over."""
        mark, took = len(writes(self._cluster.audit_log)), []
        with self.replica("a", *SHORT) as first, self.replica("b", *SHORT, leading=False) as second, PodInvariants(
            self._api, admitted=False
        ) as invariants:
            leader, other = first, second
            for turn in range(self._rounds):
                self._small.set_image(str(next(self._images)))
                waiting.until(lambda: self._updated(self._small) > SMALL / 10, "the roll to begin", 60)
                begin = time.monotonic()
                leader.proxy.set_faults(LeaseBlocked()) if turn % 2 else leader.proxy.partition(True)
                waiting.until(other.leads, "the other to lead", 60)
                took.append(time.monotonic() - begin)
                waiting.until(lambda: self._done(self._small, SMALL), "the roll", 120)
                self._small.set_image(
                    str(next(self._images))
                )  # the cut-off leader may have had time to finish the other rollout
                waiting.until(lambda: self._done(self._small, SMALL), "a roll of the other's own", 120)
                if (code := leader.process.wait(10)) != 1:
                    raise Wrong(f"who lost the lease ended with {code}")
                leader.proxy.partition(False)
                leader.proxy.set_faults(Faults())
                leader.start(leading=False)
                leader, other = other, leader
        found = writes(self._cluster.audit_log)[mark:]
        order = changes_of_writer(found)
        if order != [name for name, _ in zip(itertools.cycle("ab"), range(self._rounds + 1))]:
            raise Wrong(f"the writers in their order: {order}")
        if invariants.violations:
            raise Wrong("; ".join(invariants.violations[:5]))
        return (
            f"{self._rounds} partitions, {len(found)} writes of {' '.join(order)}, another leads after "
            f"{min(took):.1f} to {max(took):.1f} s"
        )

    def wrong_clock(self) -> str:
        if not FAKETIME:
            raise Wrong("libfaketime is missing: 'make outages' installs it")
        mark = len(writes(self._cluster.audit_log))
        skewed = {"LD_PRELOAD": str(FAKETIME[0]), "FAKETIME": SKEW}
        with self.replica("a", *SHORT) as first, self.replica("b", *SHORT, leading=False, environment=skewed) as second:
            self._small.set_image(str(next(self._images)))
            end = time.monotonic() + 4 * DURATION_SECONDS
            while time.monotonic() < end:
                if second.leads() or not first.leads():
                    raise Wrong("a wrong clock took the lease of a leader that lives")
                time.sleep(0.1)
            waiting.until(lambda: self._done(self._small, SMALL), "the roll", 120)
            self._small.set_image(str(next(self._images)))
            begin = time.monotonic()
            first.process.send(signal.SIGSTOP)
            waiting.until(second.leads, "the other to lead", 30)
            took = time.monotonic() - begin
            first.process.send(signal.SIGCONT)
            waiting.until(lambda: self._done(self._small, SMALL), "the roll", 120)
            if first.process.wait(10) != 1:
                raise Wrong("who lost the lease did not end")
        order = changes_of_writer(writes(self._cluster.audit_log)[mark:])
        if order != ["a", "b"]:
            raise Wrong(f"the writers in their order: {order}")
        return (
            f"clock {SKEW}: no take-over in {4 * DURATION_SECONDS} s, then after {took:.1f} s; writers "
            f"{' '.join(order)}"
        )

    # --- what they have in common ---

    @contextmanager
    def replica(
        self, name: str, *flags: str, leading: bool = True, environment: dict[str, str] | None = None
    ) -> Iterator[Replica]:
        one = Replica(self._cluster, self._granted, name, *flags)
        one.environment = environment or {}
        with one.proxy:
            one.start(leading)
            try:
                yield one
            finally:
                one.proxy.partition(False)
                one.process.stop()

    def _await(self, replica: Replica, condition: Callable[[], bool], what: str) -> None:
        def come_true() -> bool:
            replica.keep_up()
            return condition()

        waiting.until(come_true, what, PATIENCE_SECONDS, interval=0.2)

    def _ready(self, daemon: Daemon) -> int:
        conditions = (one for pod in daemon.pods() for one in pod["status"].get("conditions", []))
        return sum(one["type"] == "Ready" and one["status"] == "True" for one in conditions)

    def _updated(self, daemon: Daemon) -> int:
        live = daemon.get()
        current = live["status"].get("observedGeneration") == live["metadata"]["generation"]
        return live["status"].get("updatedNumberScheduled", 0) if current else 0

    def _done(self, daemon: Daemon, count: int) -> bool:
        return daemon.has_status(
            dict.fromkeys(("desiredNumberScheduled", "updatedNumberScheduled", "numberAvailable"), count)
        )

    def _created(self) -> list:
        return [
            one for one in writes(self._cluster.audit_log) if (one.verb, one.what, one.code) == ("create", "pods", 201)
        ]

    def _compact(self) -> None:
        revision = etcd.ask(self._cluster.etcd, "kv/range", {"key": "AA=="})["header"]["revision"]
        etcd.ask(self._cluster.etcd, "kv/compaction", {"revision": revision})


SCENARIOS = (
    "api_server_restarts",
    "api_server_restarts_while_pods_are_created",
    "etcd_is_compacted",
    "etcd_freezes",
    "partitions",
    "wrong_clock",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("-k", metavar="NAME", default="", help="only outages whose name contains this")
    options = parser.parse_args()
    if options.nodes < SMALL:
        parser.error(f"--nodes: at least {SMALL}, which is how many the smaller DaemonSet runs on")
    workspace.end_on_signals()
    return exit_code(lambda: run_all(options))


def run_all(options: argparse.Namespace) -> None:
    with workspace.workspace("everynode-outages-") as directory:
        with ControlPlane(directory, WITHOUT_IN_TREE, say=print, apiserver_flags=AUDIT) as cluster:
            outages = Outages(cluster, rights.grant(cluster), options.nodes, options.rounds)
            outages.begin()
            scenarios.run(outages, [name for name in SCENARIOS if options.k in name], directory)


if __name__ == "__main__":
    sys.exit(main())
