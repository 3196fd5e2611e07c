"""An hour of churn on a real control plane with simulated nodes, the real webhook and the real reconciler; then the
figures.

Usage: python3 -m tests.harness.faults.soak [--minutes 60] [--nodes 1000] [--rate 10] [--seed N]

Nodes join, leave and flap; DaemonSets come, roll, are undone and go; the webhook's certificate is renewed each minute,
and two of its three replicas restart in turn. By each event of a watch, there are never two staying pods of a DaemonSet
on a node (surge: never three), and no pod that the webhook has not seen. At quiet points, there is one ready pod of the
newest template on each eligible node, and the status is right. At the end, no admission failed open, no answer was
refused, and the memory of reconciler and webhook does not grow. The exit code is 0 only if all of this holds.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.harness.chart.helm import NAMESPACE
from tests.harness.cluster import nodes, pods, registration, waiting, workspace
from tests.harness.cluster.control_plane import WITHOUT_IN_TREE, ControlPlane
from tests.harness.cluster.ports import HOST
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.cluster.webhook import Webhook
from tests.harness.e2e.reconciler import rights
from tests.harness.faults.balancer import Balancer
from tests.harness.faults.churn import DAEMON_SETS, Churn
from tests.harness.faults.memory import Memory
from tests.harness.faults.pod_invariants import PodInvariants, settled
from tests.harness.tools.explained import Explained, exit_code

QUIET_EVERY_SECONDS = 60
QUIET_PATIENCE_SECONDS = 300
CERTIFICATE_SECONDS = 60
RESTART_SECONDS = 75
SAMPLE_SECONDS = 10
DRAIN_DELAY_SECONDS = 5
PAUSE_SECONDS = 0.2
# A leak of a few bytes per pod or request would exceed this, at some ten pods a second.
MOST_SLOPE_KIB_PER_HOUR = 4096
SHORTEST_JUDGED_MINUTES = 10  # before that, memory is still being filled for the first time
SMALL_AUDIT_LOG = ("--audit-log-maxsize", "50", "--audit-log-maxbackup", "1")


class Soak:
    """One run."""

    def __init__(
        self,
        cluster: ControlPlane,
        webhooks: list[Webhook],
        reconciler: Reconciler,
        churn: Churn,
        invariants: PodInvariants,
        rate: float,
    ):
        self.quiet_points: list[float] = []  # seconds until the cluster had settled
        self.problems: list[str] = []
        self.memory = {"reconciler": Memory(reconciler.process), "webhook": Memory(webhooks[0].process)}
        self.renewals = self.restarts = 0
        self._api, self._webhooks, self._churn, self._invariants, self._rate = (
            cluster.api,
            webhooks,
            churn,
            invariants,
            rate,
        )
        self._turn, self._draining = 1, False
        now = time.monotonic()
        self._due = {
            self._sample: now,
            self._renew: now + CERTIFICATE_SECONDS,
            self._restart: now + RESTART_SECONDS / 2,
        }

    def run(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.problems:
            pause = time.monotonic() + QUIET_EVERY_SECONDS
            while time.monotonic() < min(pause, end):
                self._rest(PAUSE_SECONDS + self._churn.step() / self._rate)
            self._await_quiet()

    def _rest(self, seconds: float) -> None:
        """Does meanwhile what is due by time."""
        end = time.monotonic() + seconds
        while True:
            self._chores()
            left = end - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, PAUSE_SECONDS))

    def _chores(self) -> None:
        every = {self._sample: SAMPLE_SECONDS, self._renew: CERTIFICATE_SECONDS, self._restart: RESTART_SECONDS}
        for chore, due in self._due.items():
            if time.monotonic() >= due and chore():
                self._due[chore] = max(due + every[chore], time.monotonic())

    def _sample(self) -> bool:
        for one in self.memory.values():
            one.sample()
        return True

    def _renew(self) -> bool:
        self._webhooks[0].renew_certificate()  # all replicas have the same files, as from a Secret
        self.renewals += 1
        return True

    def _restart(self) -> bool:
        """Sends SIGTERM to one replica; when it has drained and ended, starts it again."""
        victim = self._webhooks[self._turn]
        if victim.process.running:
            if not self._draining:
                victim.process.send(signal.SIGTERM)
                self._draining = True
            return False
        if code := victim.process.wait():
            self.problems.append(f"a webhook that drained ended with code {code}")
        victim.start()
        self._draining = False
        self.restarts += 1
        self._turn = 3 - self._turn
        return True

    def _await_quiet(self) -> None:
        begin = time.monotonic()
        while why := self._unsettled():
            if time.monotonic() - begin > QUIET_PATIENCE_SECONDS:
                self.problems.append(f"not as it should be {QUIET_PATIENCE_SECONDS} s after the last change: {why}")
                return
            self._rest(1)
        self.quiet_points.append(time.monotonic() - begin)
        print(
            f"  quiet point {len(self.quiet_points)}: as it should be after {self.quiet_points[-1]:.1f} s, "
            f"{self._invariants.created} pods so far, "
            f"{self.memory['reconciler'].samples[-1][1]} and {self.memory['webhook'].samples[-1][1]} KiB",
            flush=True,
        )

    def _unsettled(self) -> str:
        tainted = self._churn.taints
        for one in self._api.items(DAEMON_SETS):
            pool = one["spec"]["template"]["spec"].get("nodeSelector", {}).get("pool")
            meant = {name for name, its in self._churn.nodes.items() if pool in (None, its)}
            keeps = {name for name in meant if tainted.get(name) == "NoSchedule"}
            if why := settled(self._invariants, one, meant - set(tainted), keeps, self._churn.nodes.__contains__):
                return why
        return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--nodes", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=10, help="pods that the churn may concern, each second")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    options = parser.parse_args()
    workspace.end_on_signals()
    return exit_code(lambda: run_here(options))


def run_here(options: argparse.Namespace) -> None:
    with workspace.workspace("everynode-soak-") as directory:
        if not soak(directory, options):
            raise Explained(f"the logs are in {directory / 'logs'}")


def soak(directory: Path, options: argparse.Namespace) -> bool:
    print(
        f"{options.minutes:g} minutes, {options.nodes} nodes, {options.rate:g} pods a second, seed {options.seed}",
        flush=True,
    )
    with running(directory) as (cluster, webhooks, balancer, reconciler):
        churn = Churn(cluster.api, options.nodes, options.seed)
        with PodInvariants(cluster.api) as invariants:
            churn.begin()
            run = Soak(cluster, webhooks, reconciler, churn, invariants, options.rate)
            cpu = reconciler.process.cpu_seconds()
            run.run(options.minutes * 60)
            figures = {
                "minutes": options.minutes,
                "nodes": options.nodes,
                "seed": options.seed,
                "pods created": invariants.created,
                **churn.done,
                "certificates renewed": run.renewals,
                "webhook restarts": run.restarts,
                "connections to the webhook": balancer.connections,
                "refused for want of a replica": balancer.refused,
                "quiet points": len(run.quiet_points),
                "longest until quiet, s": round(max(run.quiet_points, default=0), 1),
                "reconciler CPU, s": round(reconciler.process.cpu_seconds() - cpu, 1),
                **admissions(cluster),
                **shape(cluster, reconciler),
            }
            memory = {name: one.figures() for name, one in run.memory.items()}
            return report(
                figures, memory, run.problems + invariants.violations + judged(figures, memory, options.minutes)
            )


@contextlib.contextmanager
def running(directory: Path) -> Iterator[tuple[ControlPlane, list[Webhook], Balancer, Reconciler]]:
    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(
            ControlPlane(directory, WITHOUT_IN_TREE, say=print, apiserver_flags=SMALL_AUDIT_LOG)
        )
        webhooks = [Webhook(directory) for _ in range(3)]
        for one in webhooks:
            one.drain_delay_seconds = DRAIN_DELAY_SECONDS
            one.start()
            stack.callback(lambda one=one: one.process.stop())
        balancer = stack.enter_context(Balancer(webhooks))
        document = registration.configuration(
            f"https://{HOST}:{balancer.port}/mutate",
            webhooks[0].ca.read_bytes(),
            timeout_seconds=registration.CHART_TIMEOUT_SECONDS,
        )
        registration.register(cluster.api, document)
        registration.wait_in_force(cluster.api, lambda pod: pods.pins_of(pod) == ["probe"])
        reconciler = Reconciler(rights.grant(cluster), cluster.logs, "--lease-namespace", NAMESPACE)
        yield cluster, webhooks, balancer, stack.enter_context(reconciler)


def admissions(cluster: ControlPlane) -> dict[str, float]:
    """The API server's metrics of our webhook."""
    names = {
        "admissions": "apiserver_admission_webhook_request_total",
        "failed open": "apiserver_admission_webhook_fail_open_count",
        "refused": "apiserver_admission_webhook_rejection_count",
    }
    return {what: cluster.api.metric(metric, name=registration.WEBHOOK) for what, metric in names.items()}


def shape(cluster: ControlPlane, reconciler: Reconciler) -> dict[str, float]:
    """Waits until the reconciler knows as many objects as exist; returns the events and objects that it lost."""
    counted = {"nodes": nodes.NODES, "daemonsets": "/apis/apps/v1/daemonsets"}

    def difference(what: str) -> float:
        return reconciler.metric(f"everynode_reconciler_{what}") - len(cluster.api.items(counted[what]))

    waiting.until(lambda: not any(map(difference, counted)), "the reconciler to know what there is", 10)
    return {
        "events lost": reconciler.metric("everynode_reconciler_events_lost_total"),
        "undecodable": reconciler.metric("everynode_reconciler_undecodable_objects_total"),
    }


def judged(figures: dict, memory: dict[str, dict], minutes: float) -> list[str]:
    problems = [f"{what}: {figures[what]:g}" for what in ("failed open", "refused", "undecodable") if figures[what]]
    if figures["refused for want of a replica"]:
        problems.append("connections found no ready replica")
    for name, one in memory.items() if minutes >= SHORTEST_JUDGED_MINUTES else ():
        if one["slope_kib_per_hour"] - 2 * one["standard_error"] > MOST_SLOPE_KIB_PER_HOUR:
            problems.append(f"the memory of the {name} grows by {one['slope_kib_per_hour']} KiB/h")
    return problems


def report(figures: dict, memory: dict[str, dict], problems: list[str]) -> bool:
    print(
        "\n| what | how many |\n| --- | ---: |",
        *(f"| {what} | {value:g} |" for what, value in figures.items()),
        sep="\n",
    )
    print(
        "\n| memory of the | first KiB | last KiB | peak KiB | slope of the second half, KiB/h | standard error |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: |"
    )
    for name, one in memory.items():
        print(
            f"| {name} | {one['first_kib']} | {one['last_kib']} | {one['peak_kib']} | {one['slope_kib_per_hour']} | "
            f"{one['standard_error']} |"
        )
    print(json.dumps({"figures": figures, "memory": memory, "problems": problems}), flush=True)
    for problem in problems[:20]:
        print(f"WRONG: {problem}")
    print("soak: all invariants held" if not problems else f"soak: {len(problems)} violations", flush=True)
    return not problems


if __name__ == "__main__":
    sys.exit(main())
