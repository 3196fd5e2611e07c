"""What reconciler and webhook make of an etcd that is restored from a backup: resourceVersions go back.

Usage: python3 -m tests.harness.faults.restores [-k NAME]

A real control plane with simulated nodes. After each restore the reconciler, which is never restarted, must notice it
within ten seconds of the API server's return, say so in its log, in an event and in a metric, roll out what changes
from then on, serve a node that joins, and leave no pod too many. The last line counts.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.harness.chart.helm import NAMESPACE
from tests.harness.cluster import nodes, pods, waiting, workspace
from tests.harness.cluster.control_plane import WITHOUT_IN_TREE, ControlPlane
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.cluster.webhook import Webhook
from tests.harness.e2e import overlays
from tests.harness.e2e.reconciler import policies, rights
from tests.harness.e2e.reconciler.daemon import POOL, Daemon, document
from tests.harness.e2e.reconciler.policies import Policy
from tests.harness.faults import scenarios
from tests.harness.faults.scenarios import Wrong
from tests.harness.tools.explained import exit_code

NOTICED_SECONDS = 10
FOLLOWED_SECONDS = 60
SETTLE_SECONDS = 2  # in which a wrong step would be taken
WENT_BACK = "everynode_reconciler_cluster_went_back_total"
# A slow machine starts an API server in more than the usual 10 s: who loses the lease meanwhile ends, and notices
# nothing.
PATIENT = ("--lease-duration", "90", "--lease-renew-deadline", "60")


class Restores:
    """All of them on one control plane; each has a DaemonSet and nodes of its own."""

    def __init__(self, cluster: ControlPlane, granted: Path):
        self._cluster, self._api, self._granted = cluster, cluster.api, granted
        self._numbers = itertools.count(1)

    def after_a_roll_with_leader_election(self) -> str:
        return self._restore_after(self._roll_and_grow)

    def after_a_roll_without_leader_election(self) -> str:
        return self._restore_after(self._roll_and_grow, "--leader-elect=false")

    def within_a_second(self) -> str:
        """Only a few writes are lost."""
        return self._restore_after(lambda daemon, pool: daemon.merge({"metadata": {"labels": {"lost": "soon"}}}))

    def of_a_time_before_the_daemon_set(self) -> str:
        """The DaemonSet and its pods have never been; other controllers' objects are as they were."""
        backup = self._backup()
        pool = f"pool-{next(self._numbers)}"
        with self._reconciler() as reconciler:
            self._cluster.back_up(backup)
            daemon = self._begin(pool)
            took = self._restore(backup, reconciler)
            if daemon.exists() or daemon.pods():
                raise Wrong("the DaemonSet came back")
            self._begin(pool)
        return f"noticed {took:.1f} s after the API server's return"

    def in_a_wave_on_hold(self) -> str:
        """What was promoted after the backup has never been: the wave is on hold again, and then goes on."""
        backup, pool = self._backup(), f"pool-{next(self._numbers)}"
        policy = Policy(self._api, f"policy-{pool}")
        policy.create(waves=[{"name": "one", "count": 1, "hold": True}])
        with self._reconciler() as reconciler:
            daemon = self._begin(pool, policy.name)
            policy.wait_phase("Complete")
            daemon.set_image("2")
            policy.wait_phase("Held", "one")
            before = sorted(daemon.images())
            self._cluster.back_up(backup)
            waiting.until(reconciler.leads, "the reconciler to go on after the backup", FOLLOWED_SECONDS)
            policy.promote("one")
            policy.wait_phase("Complete")
            took = self._restore(backup, reconciler)
            waiting.until(lambda: policy.status().get("phase") == "Held", "the policy's status", FOLLOWED_SECONDS)
            time.sleep(SETTLE_SECONDS)
            if sorted(daemon.images()) != before:
                raise Wrong(f"{before} before, {sorted(daemon.images())} after the restore")
            policy.promote("one")
            policy.wait_phase("Complete")
            self._settled(daemon, pool)
        return f"noticed {took:.1f} s after the API server's return, held again, and went on when it was promoted"

    def of_what_the_webhook_knows(self) -> str:
        """Overlays and nodes as the webhook fits pods to them."""
        name, path = f"node-{next(self._numbers)}", f"{overlays.OVERLAYS}/zone"
        nodes.add(self._api, [nodes.node(name, labels={"zone": "kept"})])
        webhook = Webhook(self._cluster.directory)
        webhook.flags = overlays.grant(self._cluster, Kubectl(self._cluster.kubeconfig))
        variables = [{"name": "ZONE", "nodeLabel": "zone"}]
        self._api.create(overlays.OVERLAYS, overlays.overlay("zone", {"containers": [{"name": "*", "env": variables}]}))

        def zone() -> str | None:
            pod = pods.dry_run(self._api, pods.daemon_pod("fitted", {pods.NODE_ANNOTATION: name})).body
            return next((one.get("value") for one in pod["spec"]["containers"][0].get("env", [])), None)

        def relabel(value: str) -> None:
            self._api.merge(f"{nodes.NODES}/{name}", {"metadata": {"labels": {"zone": value}}})
            waiting.until(lambda: zone() == value, f"pods in zone {value}", FOLLOWED_SECONDS)

        with webhook:
            webhook.register(self._api)
            relabel("kept")
            backup = self._backup()
            self._cluster.back_up(backup)
            for lost in ("lost-1", "lost-2", "lost-3"):
                relabel(lost)
            self._api.merge(path, {"spec": {"priority": 7}})
            self._cluster.restore(backup)
            begin = time.monotonic()
            waiting.until(lambda: zone() == "kept", "pods as before", FOLLOWED_SECONDS)
            took = time.monotonic() - begin
            if took > NOTICED_SECONDS:
                raise Wrong(f"noticed only after {took:.1f} s")
            if not webhook.metric("everynode_webhook_cluster_went_back_total"):
                raise Wrong("the metric does not say so")
            relabel("after")
            self._api.delete(path)
            waiting.until(lambda: zone() is None, "pods without the overlay", FOLLOWED_SECONDS)
        return f"the webhook fitted pods as before {took:.1f} s after the API server's return, then followed changes"

    def no_alarm_without_a_restore(self) -> str:
        """API server and etcd start anew with what they had."""
        pool = f"pool-{next(self._numbers)}"
        with self._reconciler() as reconciler:
            daemon = self._begin(pool)
            self._cluster.back_up(self._backup())
            self._follows(daemon, pool)
            if reconciler.metric(WENT_BACK):
                raise Wrong("a restart was taken for a restore")
        return "a restart of both is no restore"

    # --- what they have in common ---

    def _restore_after(self, lost: Callable[[Daemon, str], object], *flags: str) -> str:
        backup, pool = self._backup(), f"pool-{next(self._numbers)}"
        with self._reconciler(*flags) as reconciler:
            daemon = self._begin(pool)
            self._cluster.back_up(backup)
            waiting.until(reconciler.leads, "the reconciler to go on after the backup", FOLLOWED_SECONDS)
            lost(daemon, pool)
            took = self._restore(backup, reconciler)
            begin = time.monotonic()
            self._follows(daemon, pool)
            return (
                f"noticed {took:.1f} s after the API server's return, "
                f"then followed a new template and a new node in {time.monotonic() - begin:.1f} s"
            )

    def _restore(self, backup: Path, reconciler: Reconciler) -> float:
        """Returns how long after the API server's return the restore was noticed, in seconds."""
        before, pid = reconciler.metric(WENT_BACK), reconciler.process.pid
        self._cluster.restore(backup)
        begin = time.monotonic()
        waiting.until(lambda: reconciler.metric(WENT_BACK) > before, "the restore to be noticed", FOLLOWED_SECONDS)
        took = time.monotonic() - begin
        if took > NOTICED_SECONDS:
            raise Wrong(f"noticed only after {took:.1f} s")
        if not reconciler.process.running or reconciler.process.pid != pid:
            raise Wrong("the reconciler has ended")
        if "went back" not in reconciler.log():
            raise Wrong("the log does not say so")
        return took

    def _roll_and_grow(self, daemon: Daemon, pool: str) -> None:
        """What the restore takes back."""
        daemon.set_image("lost")
        self._add_node(pool)
        self._settled(daemon, pool)

    def _follows(self, daemon: Daemon, pool: str) -> None:
        daemon.set_image(str(next(self._numbers)))
        self._add_node(pool)
        self._settled(daemon, pool)

    def _settled(self, daemon: Daemon, pool: str) -> None:
        members = [node["metadata"]["name"] for node in self._api.items(f"{nodes.NODES}?labelSelector={POOL}%3D{pool}")]
        waiting.until(
            lambda: daemon.is_on(members), f"one current pod on each of {len(members)} nodes", FOLLOWED_SECONDS
        )

    def _begin(self, pool: str, policy: str = "") -> Daemon:
        daemon = Daemon(self._api, f"agent-{pool}")
        for _ in range(3):
            self._add_node(pool)
        made = document(daemon.name, pool)
        made["metadata"]["labels"] = {"policy": policy}
        self._api.create(daemon.path.rpartition("/")[0], made)
        self._settled(daemon, pool)
        return daemon

    def _add_node(self, pool: str) -> None:
        nodes.add(self._api, [nodes.node(f"{pool}-{next(self._numbers)}", labels={POOL: pool})])

    def _reconciler(self, *flags: str) -> Reconciler:
        return Reconciler(
            self._granted,
            self._cluster.logs,
            "--lease-namespace",
            NAMESPACE,
            *PATIENT,
            *flags,
            name=f"everynode-reconciler-{next(self._numbers)}",
        )

    def _backup(self) -> Path:
        return self._cluster.directory / f"backup-{next(self._numbers)}"


SCENARIOS = (
    "after_a_roll_with_leader_election",
    "after_a_roll_without_leader_election",
    "within_a_second",
    "of_a_time_before_the_daemon_set",
    "in_a_wave_on_hold",
    "of_what_the_webhook_knows",
    "no_alarm_without_a_restore",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-k", metavar="NAME", default="", help="only restores whose name contains this")
    options = parser.parse_args()
    workspace.end_on_signals()
    return exit_code(lambda: run_all(options.k))


def run_all(pattern: str) -> None:
    with workspace.workspace("everynode-restores-") as directory:
        with ControlPlane(directory, WITHOUT_IN_TREE, say=print) as cluster:
            policies.install(cluster.api)
            restores = Restores(cluster, rights.grant(cluster))
            scenarios.run(restores, [name for name in SCENARIOS if pattern in name], directory)


if __name__ == "__main__":
    sys.exit(main())
