"""The chart with takeover: the release's reconciler is the only DaemonSet controller."""

from __future__ import annotations

from tests.harness.chart.helm import HELM_4, NAMESPACE, RELEASE, Installed
from tests.harness.cluster import pods
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.node.real_node import NAME
from tests.harness.node.release import NETWORK_UNAVAILABLE, UNSCHEDULABLE, WAIT, Release


def values(cluster: ControlPlane) -> dict:
    """One control-plane node, and an API server on an unusual port."""
    return {
        "webhook": {"drainDelaySeconds": 3},
        "reconciler": {"takeOver": True, "replicas": 1, "apiServer": {"port": cluster.port}},
    }


class TakeOver(Release):
    def test_real_pods_of_a_daemon_set(self) -> None:
        pod = self.start_agent()
        self.assertEqual(pod["spec"]["nodeName"], NAME)
        self.assertLessEqual({UNSCHEDULABLE, NETWORK_UNAVAILABLE}, pods.tolerated_taints(pod))

    def test_reconciler_that_was_killed_comes_back(self) -> None:
        self.kill_and_await_others("reconciler")
        self.start_agent()

    def test_upgrade_and_rollback_under_load(self) -> None:
        def upgrade_and_roll_back() -> None:
            revision = int(
                self.helm("history", RELEASE, "--namespace", NAMESPACE, "--max", "1").splitlines()[-1].split()[0]
            )
            self.helm.upgrade(self.values | {"webhook": self.values["webhook"] | {"logLevel": "warning"}}, *WAIT)
            self.helm("rollback", RELEASE, str(revision), "--namespace", NAMESPACE, *WAIT)

        self.no_pod_slips_through(upgrade_and_roll_back)

    def test_uninstalled_by_helm_4(self) -> None:
        self.created_during(Installed(self.helm.kubeconfig, HELM_4).uninstall)
        self.assert_nothing_left()
