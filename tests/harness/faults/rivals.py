"""Measures how soon the reconciler recognises an in-tree DaemonSet controller that acts beside it.

Usage: python3 -m tests.harness.faults.rivals [--nodes 1000] [--qps 10000] [--busy 0] [-k PATTERN]

A real control plane with simulated nodes. The reconciler has given each node its pod when a second controller, which is
the real kube-controller-manager, begins; then the cluster gives both something to do. By each event of a watch, the
reconciler must leave the DaemonSet alone before more than 1 % of the nodes have had a second pod, and in the end each
node has one. The last line counts.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from tests.harness.chart.helm import NAMESPACE
from tests.harness.cluster import nodes, waiting, workspace
from tests.harness.cluster.api import ApiError
from tests.harness.cluster.control_plane import IN_TREE, WITHOUT_IN_TREE, ControlPlane
from tests.harness.cluster.processes import Process
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.e2e.reconciler import rights
from tests.harness.e2e.reconciler.daemon import POOL, Daemon, document, rolling
from tests.harness.faults import scenarios
from tests.harness.faults.doubles import Doubles
from tests.harness.faults.scenarios import Wrong
from tests.harness.tools.explained import exit_code

MOST = 0.01  # of the nodes may have had a second pod when the rival is recognised
SUSPICIOUS = 3  # nodes; with fewer pods of somebody else nobody is suspected
HEADSTART_SECONDS = 6  # what the guard sees this soon after it began to lead may be the work of the one before
PATIENCE_SECONDS = 300
LULL_SECONDS = 5
NOTHING: Callable[[], object] = lambda: None
RECOGNISED = ("somebody creates pods", "another controller acts")  # the log's words: suspected, proven


class Rivals:
    """All of them on one control plane, with a reconciler of its own for each: one that has seen a rival remembers it
    for ten minutes."""

    def __init__(self, cluster: ControlPlane, granted: Path, count: int, qps: int):
        self._cluster, self._api, self._granted, self._count, self._qps = cluster, cluster.api, granted, count, qps
        self._numbers = itertools.count(2)
        self._agent = Daemon(cluster.api, "agent")

    def begin(self) -> None:
        nodes.add(self._api, self._new_nodes(self._count), seconds=600)
        self._create(self._agent)

    # --- what both have to do ---

    def nothing_to_do(self) -> str:
        """No sign and no harm: after a while one node joins at a time."""

        def join() -> None:
            for _ in range(max(3, self._count // 100)):
                time.sleep(1)
                self._join(1)

        return self._beside(join, must_be_recognised=False)

    def many_nodes_join(self) -> str:
        return self._beside(lambda: self._join(self._count // 4))

    def all_pods_are_deleted(self) -> str:
        pods = f"{self._agent.pods_path}?labelSelector=app%3D{self._agent.name}&gracePeriodSeconds=0"

        def delete() -> None:
            with contextlib.suppress(ApiError):  # a busy API server deletes what it can in a minute
                self._api.delete(pods)

        return self._beside(delete)

    def a_daemon_set_is_created(self) -> str:
        daemon = Daemon(self._api, f"other-{next(self._numbers)}")
        try:
            return self._beside(lambda: self._create(daemon), daemon=daemon, present=False)
        finally:
            self._api.delete(daemon.path)
            waiting.until(lambda: not daemon.pods(), "the garbage collector", PATIENCE_SECONDS)

    def a_rollout_begins(self) -> str:
        return self._beside(lambda: self._agent.set_image(str(next(self._numbers))))

    def it_starts_in_a_rollout(self) -> str:
        def roll() -> None:
            self._agent.set_image(str(next(self._numbers)))
            waiting.until(lambda: self._updated() > self._count * 0.2, "a part of the roll", PATIENCE_SECONDS, 0.05)

        return self._beside(lambda: None, before=roll)

    # --- what they have in common ---

    def _beside(
        self,
        work: Callable[[], object],
        *,
        daemon: Daemon | None = None,
        present: bool = True,
        before: Callable[[], object] = NOTHING,
        must_be_recognised: bool = True,
    ) -> str:
        daemon = daemon or self._agent
        with self._reconciler() as reconciler:
            if present:
                waiting.until(lambda: self._done(daemon), "a pod on each node", PATIENCE_SECONDS)
            time.sleep(HEADSTART_SECONDS)
            with Doubles(self._api, daemon) as doubles:
                before()
                with self._in_tree() as process:
                    if before is NOTHING:
                        waiting.until(lambda: works(process), "the rival's caches", PATIENCE_SECONDS)
                    begin = datetime.now(UTC)
                    work()
                    waiting.until(lambda: self._done(daemon), "the work", PATIENCE_SECONDS, 0.5)
                    time.sleep(LULL_SECONDS)
                    waiting.until(lambda: self._done(daemon), "one pod on each node", PATIENCE_SECONDS, 0.5)
            return self._judge(doubles, begin, recognised(reconciler.log(), daemon), must_be_recognised)

    def _judge(self, doubles: Doubles, begin: datetime, signs: dict[str, datetime], must: bool) -> str:
        first = min(signs.values(), default=None)
        said = ", ".join(f"'{words}' after {(when - begin).total_seconds():.2f} s" for words, when in signs.items())
        by_then = doubles.until(first) if first else len(doubles.since)
        told = (
            f"{said or 'not recognised'}; {by_then} nodes with a second pod by then, {len(doubles.since)} in all; made "
            + ", ".join(f"{count} by {creator}" for creator, count in sorted(doubles.made.items()))
        )
        if by_then > max(SUSPICIOUS, self._count * MOST) or (must and not first):
            raise Wrong(told)
        return told

    def _done(self, daemon: Daemon) -> bool:
        wanted = ("desiredNumberScheduled", "updatedNumberScheduled", "numberAvailable")
        return daemon.has_status(dict.fromkeys(wanted, self._count)) and len(daemon.pods()) == self._count

    def _updated(self) -> int:
        live = self._agent.get()
        current = live["status"].get("observedGeneration") == live["metadata"]["generation"]
        return live["status"].get("updatedNumberScheduled", 0) if current else 0

    def _create(self, daemon: Daemon) -> None:
        self._api.create(daemon.path.rpartition("/")[0], document(daemon.name, "", strategy=rolling(unavailable="10%")))

    def _join(self, count: int) -> None:
        with ThreadPoolExecutor(nodes.PARALLEL) as pool:
            list(pool.map(lambda one: self._api.create(nodes.NODES, one), self._new_nodes(count)))
        self._count += count

    def _new_nodes(self, count: int) -> list[dict]:
        return [nodes.node(f"node-{next(self._numbers)}", labels={POOL: "all"}) for _ in range(count)]

    def _reconciler(self) -> Reconciler:
        name = f"everynode-reconciler-{next(self._numbers)}"
        return Reconciler(self._granted, self._cluster.logs, "--lease-namespace", NAMESPACE, name=name)

    @contextlib.contextmanager
    def _in_tree(self) -> Iterator[Process]:
        rate = ("--kube-api-qps", str(self._qps), "--kube-api-burst", str(self._qps * 3 // 2))
        process = self._cluster.start_controllers(f"in-tree-{next(self._numbers)}", [IN_TREE], *rate)
        try:
            yield process
        finally:
            process.stop()


def works(in_tree: Process) -> bool:
    """Whether the controller has all that it needs to know."""
    log = in_tree.log.read_text(errors="replace")
    waiting_for = log.count("Waiting for caches to sync")
    return "Starting daemon sets controller" in log and log.count("Caches are synced") >= waiting_for > 0


def recognised(log: str, daemon: Daemon) -> dict[str, datetime]:
    """When the reconciler first left the DaemonSet alone, by the words of its log."""
    found: dict[str, datetime] = {}
    for line in log.splitlines():
        words = next((one for one in RECOGNISED if one in line), None)
        if words and (said := json.loads(line))["daemonset"] == f"{daemon.namespace}/{daemon.name}":
            found.setdefault(words, datetime.fromisoformat(said["time"].replace("Z", "+00:00")))
    return found


@contextlib.contextmanager
def busy(count: int) -> Iterator[None]:
    """Programs that do nothing but need a core each."""
    burning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for one in burning:
            one.kill()
            one.wait()


SCENARIOS = (
    "nothing_to_do",
    "many_nodes_join",
    "all_pods_are_deleted",
    "a_daemon_set_is_created",
    "a_rollout_begins",
    "it_starts_in_a_rollout",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=1000)
    parser.add_argument(
        "--qps", type=int, default=10000, help="requests a second of the rival; Kubernetes' default: 20"
    )
    parser.add_argument("--busy", type=int, default=0, help="so many programs keep a core busy")
    parser.add_argument("-k", metavar="PATTERN", default="", help="only what has this regular expression in its name")
    options = parser.parse_args()
    workspace.end_on_signals()
    return exit_code(lambda: run_all(options))


def run_all(options: argparse.Namespace) -> None:
    with workspace.workspace("everynode-rivals-") as directory:
        with ControlPlane(directory, WITHOUT_IN_TREE, say=print) as cluster:
            rivals = Rivals(cluster, rights.grant(cluster), options.nodes, options.qps)
            with rivals._reconciler():
                rivals.begin()
            with busy(options.busy):
                scenarios.run(rivals, [name for name in SCENARIOS if re.search(options.k, name)], directory)


if __name__ == "__main__":
    sys.exit(main())
