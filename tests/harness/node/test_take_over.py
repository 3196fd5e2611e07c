"""The chart with takeover: the release's reconciler is the only DaemonSet controller."""

from __future__ import annotations

import datetime

from tests.harness.chart.helm import HELM_4, NAMESPACE, RELEASE, Installed
from tests.harness.cluster import nodes, pods, waiting
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.e2e.reconciler.policies import Policy
from tests.harness.node.images import PAUSE
from tests.harness.node.real_node import NAME
from tests.harness.node.release import DAEMON_SETS, NETWORK_UNAVAILABLE, UNSCHEDULABLE, WAIT, Release, daemon_set

SIMULATED = "simulated"
SOAK = 5  # seconds


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

    def test_a_rollout_by_waves(self) -> None:
        """The real node is the canary, by its kubelet's clock; a simulated one is the rest. Then an image that the
        kubelet cannot get stops the rollout."""
        self.add_simulated_node()
        policy = Policy(self.cluster.api, "waves")
        self.addCleanup(policy.delete)
        canary = {"name": "canary", "nodes": {"matchLabels": {"kubernetes.io/hostname": NAME}}, "soak": f"{SOAK}s"}
        policy.create(selector={}, waves=[canary], failure={"maxFailedNodes": 0, "progressDeadline": "5s"})
        document = daemon_set("waves")
        document["spec"]["template"]["spec"] |= {"tolerations": [{"key": SIMULATED, "operator": "Exists"}]}
        document["spec"]["template"]["spec"] |= {"terminationGracePeriodSeconds": 1}
        self.cluster.api.create(DAEMON_SETS, document)
        self.addCleanup(self.cluster.api.delete, f"{DAEMON_SETS}/waves")
        self.assertEqual(policy.wait_phase("Complete")["updated"], 2)

        self.roll({"metadata": {"annotations": {"version": "2"}}})
        policy.wait_phase("Soaking", "canary")
        policy.wait_phase("Complete")
        ready, begun = self.times_of(NAME)[0], self.times_of(SIMULATED)[1]
        print(f"the rest began {(begun - ready).total_seconds():.0f} s after the canary was ready, of {SOAK}")
        self.assertGreaterEqual((begun - ready).total_seconds(), SOAK)

        self.roll(
            {"spec": {"containers": [{"name": "agent", "image": f"{PAUSE}-missing", "imagePullPolicy": "Never"}]}}
        )
        told = policy.wait_phase("Failed", "canary")
        self.assertEqual([node["name"] for node in told["failedNodes"]], [NAME])
        self.assertIn("ErrImageNeverPull", told["failedNodes"][0]["reason"])
        self.kubectl("rollout", "undo", "daemonset/waves")
        policy.wait_phase("Complete")  # of a revision that was complete before: its last pods may still start
        waiting.until(lambda: policy.status()["daemonSets"][0]["updated"] == 2, "the pods to be back", 60)

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

    def add_simulated_node(self) -> None:
        simulated = nodes.node(SIMULATED)
        simulated["spec"]["taints"] = [{"key": SIMULATED, "effect": "NoSchedule"}]
        self.addCleanup(self.cluster.api.delete, f"{nodes.NODES}/{SIMULATED}")
        nodes.add(self.cluster.api, [simulated])

    def roll(self, template: dict) -> None:
        self.cluster.api.merge(f"{DAEMON_SETS}/waves", {"spec": {"template": template}})

    def times_of(self, node: str) -> tuple[datetime.datetime, datetime.datetime]:
        """When its pod became ready, and when the pod was created."""
        (pod,) = [one for one in self.running("waves") if one["spec"]["nodeName"] == node]
        ready = next(one for one in pod["status"]["conditions"] if one["type"] == "Ready")
        times = (ready["lastTransitionTime"], pod["metadata"]["creationTimestamp"])
        return tuple(datetime.datetime.fromisoformat(time) for time in times)
