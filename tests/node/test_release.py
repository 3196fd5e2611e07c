"""The chart on a real node: real image, real pods, real Service, real certificate."""

from __future__ import annotations

import base64
import ssl
import threading
import unittest
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.chart import value_sets
from tests.chart.helm import NAMESPACE, RELEASE, Installed
from tests.cluster import pods, registration, waiting
from tests.cluster.control_plane import ControlPlane
from tests.cluster.kubectl import Kubectl
from tests.cluster.ports import HOST
from tests.node.images import PAUSE
from tests.node.real_node import NAME

SECRET = f"/api/v1/namespaces/{NAMESPACE}/secrets/everynode-certificate"
CONFIGURATION = f"{registration.CONFIGURATIONS}/{RELEASE}"
DAEMON_SETS = "/apis/apps/v1/namespaces/default/daemonsets"
PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"
UNSCHEDULABLE = ("node.kubernetes.io/unschedulable", "NoSchedule")
NETWORK_UNAVAILABLE = ("node.kubernetes.io/network-unavailable", "NoSchedule")
WAIT = ("--wait", "--timeout", "120s")
MARGIN = 20  # pods created after what was waited for


def take_over_values(cluster: ControlPlane) -> dict:
    """Both components. The API server listens on the loopback address, which pods on the node's network share."""
    return value_sets.HELM | {
        "webhook": {"drainDelaySeconds": 3, "resources": {"requests": {"cpu": "10m"}}},
        "reconciler": {"takeOver": True, "replicas": 1, "apiServer": {"from": "address", "address": HOST, "port": cluster.port}},
    }


class Release(unittest.TestCase):
    values: dict
    cluster: ControlPlane
    kubectl: Kubectl
    helm: Installed

    @classmethod
    def tearDownClass(cls) -> None:
        cls.helm("uninstall", RELEASE, "--namespace", NAMESPACE, "--ignore-not-found", "--wait")

    def setUp(self) -> None:
        """Every test begins with a release whose webhook is in force."""
        if RELEASE not in self.helm("list", "--namespace", NAMESPACE, "--short").split():
            self.helm.install(self.values, "--create-namespace", *WAIT)
        registration.wait_in_force(self.cluster.api, mutated, 60)

    def test_real_pods_of_a_daemon_set(self) -> None:
        self.cluster.api.create(DAEMON_SETS, daemon_set("agent"))
        self.addCleanup(self.cluster.api.delete, f"{DAEMON_SETS}/agent")
        pod = waiting.until(lambda: next(iter(self.running("agent")), None), "the agent's pod to run")
        self.assertEqual(pod["spec"]["nodeName"], NAME)
        self.assertLessEqual({UNSCHEDULABLE, NETWORK_UNAVAILABLE}, pods.tolerated_taints(pod))

    def test_webhook_stays_within_its_limits(self) -> None:
        for pod in self.webhook_pods():
            status = pod["status"]["containerStatuses"][0]
            self.assertEqual((status["restartCount"], status["ready"]), (0, True))

    def test_new_certificate_under_load(self) -> None:
        def renew() -> None:
            before = self.cluster.api.get(SECRET)["data"]["tls.crt"]
            self.cluster.api.merge(SECRET, {"metadata": {"annotations": {"everynode.dev/renew-after": "1"}}})
            self.helm.upgrade(self.values, *WAIT)
            self.assertNotEqual(self.cluster.api.get(SECRET)["data"]["tls.crt"], before)
            new = base64.b64decode(self.cluster.api.get(SECRET)["data"]["tls.crt"]).decode().strip()
            waiting.until(lambda: {self.served(pod) for pod in self.webhook_pods()} == {new}, "the pods to serve the new certificate", 90)
        self.no_pod_slips_through(renew)

    def test_upgrade_and_rollback_under_load(self) -> None:
        def upgrade_and_roll_back() -> None:
            revision = int(self.helm("history", RELEASE, "--namespace", NAMESPACE, "--max", "1").splitlines()[-1].split()[0])
            self.helm.upgrade(self.values | {"webhook": self.values["webhook"] | {"logLevel": "warning"}}, *WAIT)
            self.helm("rollback", RELEASE, str(revision), "--namespace", NAMESPACE, *WAIT)
        self.no_pod_slips_through(upgrade_and_roll_back)

    def test_a_dead_webhook_stops_nobody(self) -> None:
        for pod in self.webhook_pods():
            self.cluster.api.ask("DELETE", f"{PODS}/{pod['metadata']['name']}?gracePeriodSeconds=0")
        pods.dry_run(self.cluster.api, pods.daemon_pod("while-it-is-dead"))
        self.kubectl("rollout", "status", "deployment/everynode-webhook", "--namespace", NAMESPACE, "--timeout=60s")
        registration.wait_in_force(self.cluster.api, mutated)

    def test_nothing_stays_behind(self) -> None:
        self.helm.uninstall()
        waiting.until(lambda: not self.cluster.api.items(PODS), "the pods of the release to go", 60)
        self.assertEqual(self.cluster.api.items(registration.CONFIGURATIONS), [])
        self.assertEqual(self.cluster.api.items(f"/apis/coordination.k8s.io/v1/namespaces/{NAMESPACE}/leases"), [])
        pod = pods.dry_run(self.cluster.api, pods.daemon_pod("after-it")).body
        self.assertFalse(mutated(pod))

    def no_pod_slips_through(self, change: Callable[[], None]) -> None:
        """Creates pods one after the other while `change` happens; each of them must have been to the webhook."""
        done, seen = threading.Event(), []

        def create() -> None:
            while not done.is_set():
                seen.append(mutated(pods.dry_run(self.cluster.api, pods.daemon_pod("probe", {pods.NODE_ANNOTATION: "probe"})).body))

        before = self.failed_open()
        with ThreadPoolExecutor(1) as pool:
            creator = pool.submit(create)
            try:
                change()
                enough = len(seen) + MARGIN
                waiting.until(lambda: creator.done() or len(seen) >= enough, f"{MARGIN} more pods")
            finally:
                done.set()
            creator.result()
        self.assertEqual((seen.count(False), self.failed_open() - before), (0, 0), f"of {len(seen)} pods")

    def failed_open(self) -> float:
        return self.cluster.api.metric("apiserver_admission_webhook_fail_open_count")

    def webhook_pods(self) -> list[dict]:
        found = self.cluster.api.items(f"{PODS}?labelSelector=app.kubernetes.io%2Fcomponent%3Dwebhook")
        return [one for one in found if "deletionTimestamp" not in one["metadata"]]

    def served(self, pod: dict) -> str:
        """The certificate that a pod shows right now."""
        return ssl.get_server_certificate((pod["status"]["podIP"], 8443)).strip()

    def running(self, name: str) -> list[dict]:
        found = self.cluster.api.items(f"/api/v1/namespaces/default/pods?labelSelector=name%3D{name}")
        return [one for one in found if one["status"]["phase"] == "Running"]


def mutated(pod: dict) -> bool:
    return UNSCHEDULABLE in pods.tolerated_taints(pod)


def daemon_set(name: str) -> dict:
    return {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": name, "namespace": "default"},
            "spec": {"selector": {"matchLabels": {"name": name}}, "template": {
                "metadata": {"labels": {"name": name}},
                "spec": {"containers": [{"name": "agent", "image": PAUSE, "imagePullPolicy": "Never"}]}}}}
