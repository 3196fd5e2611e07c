"""A node pool that appears at once: how long the API server waits for the webhook then, and whether a pod fails open.

Usage: python3 -m tests.harness.bench.burst_bench [--nodes 1000] [--daemon-sets 20]

The DaemonSets are there first. Then the nodes are added, and the reconciler creates their pods as fast as the API
server takes them. The webhook is registered with a timeout of two seconds, and the API server says how long it waited,
by the limits of its histogram. The exit code is 1 if a pod failed open or was created without the webhook.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterable

from tests.harness.bench import creation
from tests.harness.bench.reconcilers import Everynode
from tests.harness.bench.results import table
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.cluster.registration import WEBHOOK
from tests.harness.cluster.webhook import Webhook
from tests.harness.tools.explained import Explained, exit_code

DURATION = "apiserver_admission_webhook_admission_duration_seconds"
FAILED_OPEN = "apiserver_admission_webhook_fail_open_count"
BUCKET = re.compile(rf'^{DURATION}_bucket{{(?=.*name="{re.escape(WEBHOOK)}").*le="([^"]+)".*}} (\S+)$')
MUTATED = "everynode_webhook_mutations_total"


def waits(lines: Iterable[str]) -> dict[str, float]:
    """How many admissions the API server waited for at most so many seconds for, by the limit as it is written."""
    counts: dict[str, float] = {}
    for line in lines:
        if found := BUCKET.match(line):
            counts[found[1]] = counts.get(found[1], 0) + float(found[2])
    return counts


def less(after: dict[str, float], before: dict[str, float]) -> dict[str, float]:
    return {limit: count - before.get(limit, 0) for limit, count in after.items()}


def rows(counts: dict[str, float]) -> list[list[str]]:
    total = counts["+Inf"]
    limits = sorted((float(limit), limit) for limit in counts)
    shown = [(limit, counts[text]) for limit, text in limits if counts[text] < total]
    whole = next(limit for limit, text in limits if counts[text] == total)
    return [
        [f"within {1000 * limit:g} ms", f"{100 * count / total:.3f} %"] for limit, count in [*shown, (whole, total)]
    ]


def measure(node_count: int, daemon_set_count: int) -> None:
    pods = node_count * daemon_set_count
    with creation.control_plane() as cluster, Webhook(cluster.directory) as webhook:
        webhook.register(cluster.api)
        reconciler = Everynode(cluster)
        names = creation.names_of(daemon_set_count)
        creation.add_daemon_sets(cluster.api, names)
        before, called = waits_now(cluster), webhook_calls(webhook)
        begin = time.monotonic()
        creation.add_nodes(cluster, node_count)
        seconds = creation.await_pods(cluster.api, reconciler.process, pods, begin)
        counts = less(waits_now(cluster), before)
        failed_open = cluster.api.metric(FAILED_OPEN, name=WEBHOOK)
        answered = webhook_calls(webhook) - called
        summary = [
            ["nodes, DaemonSets", f"{node_count}, {daemon_set_count}"],
            ["until all pods existed", f"{seconds:.0f} s"],
            ["answers of the webhook", f"{answered:,.0f}"],
            ["failed open", f"{failed_open:.0f}"],
        ]
        print(table(["the burst", ""], summary + rows(counts)))
        if failed_open or answered < pods:
            raise Explained(f"{failed_open:.0f} of {pods} pods failed open, {answered:.0f} were answered")


def waits_now(cluster: ControlPlane) -> dict[str, float]:
    return waits(cluster.api.get("/metrics").splitlines())


def webhook_calls(webhook: Webhook) -> float:
    return webhook.metric(MUTATED)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=1000)
    parser.add_argument("--daemon-sets", type=int, default=20)
    options = parser.parse_args()
    return exit_code(lambda: measure(options.nodes, options.daemon_sets))


if __name__ == "__main__":
    sys.exit(main())
