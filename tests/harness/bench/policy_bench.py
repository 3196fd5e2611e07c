"""Compares a roll by a RolloutPolicy with a plain roll of the in-tree controller; writes the results into the folder
policy.

Usage: python3 -m tests.harness.bench.policy_bench [--nodes 5000] [--no-plans]

1 % of the nodes are dead, and on another 1 % the image crashes: the policy stops that roll. Then the image is mended
and rolled out. The in-tree controller rolls out without either, and then shows what it does about the dead nodes.
Without plans, it writes nothing.
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.harness.bench import plan_cost, policy_roll, reconcilers
from tests.harness.bench.availability_watch import AvailabilityWatch
from tests.harness.bench.creation import await_work
from tests.harness.bench.policy_roll import Fleet
from tests.harness.bench.reconciler_results import EVERYNODE, IN_TREE, at_most
from tests.harness.bench.results import table, verdicts
from tests.harness.cluster import workspace
from tests.harness.e2e.reconciler import policies
from tests.harness.tools.explained import exit_code

RESULTS = Path(__file__).resolve().parent / "policy" / "RESULTS.md"
NODES = 5000
STALL_SECONDS = 60
QUIET_SECONDS = 5


@dataclass
class Roll:
    """What one roll came to; times in seconds."""

    controller: str
    what: str
    end: str = ""
    wall: float = 0
    cpu: float = 0
    most_unavailable: int | None = None  # of the nodes that live

    def row(self) -> list[str]:
        most = "-" if self.most_unavailable is None else f"{self.most_unavailable}"
        return [self.controller, self.what, self.end, f"{self.wall:.1f}", f"{self.cpu:.2f}", most]


@dataclass
class Measured:
    fleet: Fleet
    plain: Roll
    rolls: list[Roll]  # all of them, that one too
    seconds_to_stop: float
    seconds_to_return: float

    @property
    def ours(self) -> list[Roll]:
        return [roll for roll in self.rolls if roll.controller == EVERYNODE]


class Timed:
    """Completes a roll with what the controller spent on it. A context manager."""

    def __init__(self, roll: Roll, process):
        self._roll, self._process = roll, process

    def __enter__(self) -> Roll:
        self._begin, self._cpu = time.monotonic(), self._process.cpu_seconds()
        return self._roll

    def __exit__(self, *error) -> None:
        self._roll.wall = time.monotonic() - self._begin
        self._roll.cpu = self._process.cpu_seconds() - self._cpu
        print(
            f"  {self._roll.what}: {self._roll.end} after {self._roll.wall:.1f} s, CPU {self._roll.cpu:.2f} s",
            flush=True,
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, help=f"at least 200 ({NODES})")
    parser.add_argument("--no-plans", action="store_true", help="without counting what plans cost")
    options = parser.parse_args()
    if options.nodes is not None and options.nodes < 200:
        parser.error("--nodes: at least 200, so that two nodes are bad and one may fail")
    workspace.end_on_signals()
    return exit_code(lambda: run(options))


def run(options: argparse.Namespace) -> None:
    measured = measure(Fleet(options.nodes or NODES))
    costs = [] if options.no_plans else plan_cost.measure(plan_cost.SIZES)
    print(rolls_table(measured), targets_table(measured, costs), sep="\n\n", flush=True)
    if costs:
        RESULTS.write_text(page(measured, costs))
        print(f"written to {RESULTS}")


def measure(fleet: Fleet) -> Measured:
    plain, stalled = roll_in_tree(fleet)
    with policy_roll.cluster_of(fleet, EVERYNODE) as cluster:
        policies.install(cluster.api)
        controller = reconcilers.Everynode(cluster)
        policy_roll.create(cluster)
        policy = policy_roll.create_policy(cluster, fleet)
        await_phase(controller, policy, "Complete")
        policy_roll.set_dead(cluster, fleet, True)
        begin = cluster.audit_log.stat().st_size
        with AvailabilityWatch(cluster.api, fleet.count - len(fleet.dead), fleet.dead) as watch:
            with Timed(Roll(EVERYNODE, "three waves, a bad image"), controller.process) as bad:
                policy_roll.roll(cluster, 2, bad=True)
                told = await_phase(controller, policy, "Failed")
                bad.end = f"stopped at {told['failed']} failed, {told['updated']} of {told['desired']} updated"
            time.sleep(QUIET_SECONDS)
            to_stop = policy_roll.seconds_to_stop(cluster, fleet, begin)
            bad.most_unavailable = watch.most_unavailable
            watch.most_unavailable = 0
            with Timed(Roll(EVERYNODE, "three waves, the mended image"), controller.process) as mended:
                policy_roll.roll(cluster, 3)
                told = await_phase(controller, policy, "Complete", deferred=len(fleet.dead))
                mended.end = f"complete, {told['updated']} updated, {told['deferred']} deferred"
            mended.most_unavailable = watch.most_unavailable
        with Timed(Roll(EVERYNODE, "the dead nodes are back"), controller.process) as back:
            policy_roll.set_dead(cluster, fleet, False)
            told = await_phase(controller, policy, "Complete", updated=fleet.count)
            back.end = f"complete, {told['updated']} updated"
    return Measured(fleet, plain, [plain, stalled, bad, mended, back], to_stop, back.wall)


def roll_in_tree(fleet: Fleet) -> tuple[Roll, Roll]:
    """Without a dead node, and with them."""
    with policy_roll.cluster_of(fleet, IN_TREE) as cluster:
        controller = reconcilers.InTree(cluster)
        policy_roll.create(cluster)
        await_work(controller.process, lambda: policy_roll.is_done(cluster, fleet.count), "the first pods")
        with Timed(Roll(IN_TREE, "plain roll"), controller.process) as plain:
            with AvailabilityWatch(cluster.api, fleet.count) as watch:
                policy_roll.roll(cluster, 2)
                await_work(controller.process, lambda: policy_roll.is_done(cluster, fleet.count), "the plain roll")
            plain.end, plain.most_unavailable = "complete", watch.most_unavailable
        policy_roll.set_dead(cluster, fleet, True)
        with Timed(Roll(IN_TREE, "plain roll, dead nodes"), controller.process) as stalled:
            policy_roll.roll(cluster, 3)
            time.sleep(STALL_SECONDS)
            updated = policy_roll.status(cluster).get("updatedNumberScheduled", 0)
            stalled.end = f"{updated} of {fleet.count} updated"
        return plain, stalled


def await_phase(controller, policy: policies.Policy, phase: str, **counts: int) -> dict:
    """Returns what the policy's status tells of the DaemonSet then."""
    told: dict = {}

    def reached() -> bool:
        for one in policy.status().get("daemonSets", []):
            told.update(one)
        return told.get("phase") == phase and all(told[name] == count for name, count in counts.items())

    await_work(controller.process, reached, f"the policy to be {phase}")
    return told


def rolls_table(measured: Measured) -> str:
    header = ["controller", "roll", "end", "s", "CPU, s", "most unavailable"]
    return table(header, [roll.row() for roll in measured.rolls])


def targets_table(measured: Measured, costs: list[plan_cost.Cost]) -> str:
    size = f"{measured.fleet.count:,}"
    most = max(roll.most_unavailable or 0 for roll in measured.ours)
    cpu = max(roll.cpu for roll in measured.ours)
    targets = [
        at_most(
            f"CPU of the dearest roll by the policy, {size} nodes, over the in-tree controller's plain roll",
            cpu / measured.plain.cpu,
            0.125,
        ),
        at_most(
            "living nodes without an available pod at any instant, over maxUnavailable",
            most / measured.fleet.budget,
            1.0,
        ),
        at_most("from one failed pod too many to the last deletion", 1e3 * measured.seconds_to_stop, 100, " ms"),
    ]
    if costs:
        worst = max(cost.ratio for cost in costs)
        targets.append(at_most("instructions of a plan with a policy, over one without, at worst", worst, 1.2))
    return verdicts(targets)


def page(measured: Measured, costs: list[plan_cost.Cost]) -> str:
    fleet = measured.fleet
    return f"""# A roll by a RolloutPolicy beside a plain roll

Written by `make bench-policy` on {datetime.date.today().isoformat()}, not by hand, on {os.cpu_count()} cores.
{fleet.count:,} nodes, one DaemonSet, maxUnavailable {policy_roll.BUDGET_PERCENT} % ({fleet.budget} nodes).
Each controller has a control plane of its own, and no limit on its requests. CPU is the controller's process alone.

The policy has three waves, 1 %, 10 % and the rest of the nodes, with soaks of 2 s. {len(fleet.dead)} nodes are NotReady
from the start. The image crashes on {len(fleet.bad)} nodes; maxFailedNodes is {fleet.most_failed}. Then a mended image
is rolled out, and at last the dead nodes come back.

## Targets

{targets_table(measured, costs)}

## Rolls

{rolls_table(measured)}

"Most unavailable": of the living nodes, checked at every event of a watch, which leaves out no state. The in-tree
controller's second roll was looked at for {STALL_SECONDS} s: the dead nodes use up its whole budget.

## What a plan costs

Instructions for one event, the plan that follows included, as callgrind counts them. In the middle of a roll a pod
becomes unready or ready, or a node gets or loses a taint that keeps pods away.

{plan_cost.costs_table(costs)}
"""


if __name__ == "__main__":
    sys.exit(main())
