"""A release of the chart on the real node: the starting point of its tests, and what they need of it."""

from __future__ import annotations

import base64
import ssl
import threading
import unittest
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.harness.chart.environment import ensure_namespace, everything
from tests.harness.chart.helm import NAMESPACE, RELEASE, Installed
from tests.harness.cluster import pods, registration, waiting
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.node.images import PAUSE

SECRETS = f"/api/v1/namespaces/{NAMESPACE}/secrets"
LEAF, AUTHORITY = "everynode-certificate", "everynode-certificate-ca"
CONFIGURATION = f"{registration.CONFIGURATIONS}/{RELEASE}"
DAEMON_SETS = "/apis/apps/v1/namespaces/default/daemonsets"
PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"
UNSCHEDULABLE = ("node.kubernetes.io/unschedulable", "NoSchedule")
NETWORK_UNAVAILABLE = ("node.kubernetes.io/network-unavailable", "NoSchedule")
KUBELETS_LEASE = " kube-node-lease "
WAIT = ("--wait", "--timeout", "180s")
MARGIN = 20  # pods created after the event that a test waits for
# The objects of a Service or a Deployment go a moment after it; tests check `pods` separately.
OF_NOBODY = ("pods", "endpointslices.discovery.k8s.io", "endpoints")


class Release(unittest.TestCase):
    """Every test begins with a release whose webhook is in force."""

    cluster: ControlPlane
    kubectl: Kubectl
    helm: Installed
    values: dict
    security: str | None = None

    @classmethod
    def setUpClass(cls) -> None:
        ensure_namespace(cls.cluster.api, NAMESPACE, cls.security)
        cls.before = everything(cls.kubectl, *OF_NOBODY)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.helm("uninstall", RELEASE, "--namespace", NAMESPACE, "--ignore-not-found", "--wait")

    def setUp(self) -> None:
        if RELEASE not in self.helm("list", "--namespace", NAMESPACE, "--short").split():
            self.helm.install(self.values, *WAIT)
        self.wait_in_force()

    def wait_in_force(self) -> None:
        registration.wait_in_force(self.cluster.api, mutated, 60)

    def assert_nothing_left(self) -> None:
        waiting.until(lambda: not self.cluster.api.items(PODS), "the pods of the release to go", 90)
        left: set[str] = set()

        def gone() -> bool:
            left.clear()
            left.update(one for one in everything(self.kubectl, *OF_NOBODY) - self.before if KUBELETS_LEASE not in one)
            return not left

        try:
            waiting.until(gone, "all objects of the release to go", 30, 1)
        except waiting.DeadlineExceeded:
            self.fail(f"left behind: {sorted(left)}")
        self.assertFalse(mutated(pods.dry_run(self.cluster.api, pods.daemon_pod("after-it")).body))

    def no_pod_slips_through(self, change: Callable[[], None]) -> None:
        """Creates pods one after the other while `change` happens; the webhook must have seen each of them."""
        before = self.failed_open()
        seen = self.created_during(change)
        self.assertEqual((seen.count(False), self.failed_open() - before), (0, 0), f"of {len(seen)} pods")

    def created_during(self, change: Callable[[], None]) -> list[bool]:
        """Whether the webhook has seen each pod that was created while `change` happened. A refused pod fails the
        test."""
        done, seen = threading.Event(), []

        def create() -> None:
            while not done.is_set():
                seen.append(
                    mutated(
                        pods.dry_run(self.cluster.api, pods.daemon_pod("probe", {pods.NODE_ANNOTATION: "probe"})).body
                    )
                )

        with ThreadPoolExecutor(1) as pool:
            creator = pool.submit(create)
            try:
                change()
                enough = len(seen) + MARGIN
                waiting.until(lambda: creator.done() or len(seen) >= enough, f"{MARGIN} more pods")
            finally:
                done.set()
            creator.result()
        return seen

    def failed_open(self) -> float:
        return self.cluster.api.metric("apiserver_admission_webhook_fail_open_count")

    def pods_of(self, component: str) -> list[dict]:
        found = self.cluster.api.items(f"{PODS}?labelSelector=app.kubernetes.io%2Fcomponent%3D{component}")
        return [one for one in found if "deletionTimestamp" not in one["metadata"]]

    def kill(self, component: str) -> None:
        for pod in self.pods_of(component):
            self.cluster.api.ask("DELETE", f"{PODS}/{pod['metadata']['name']}?gracePeriodSeconds=0")

    def kill_and_await_others(self, component: str) -> None:
        killed = {pod["metadata"]["uid"] for pod in self.pods_of(component)}
        self.kill(component)

        def replaced() -> bool:
            others = [pod for pod in self.pods_of(component) if pod["metadata"]["uid"] not in killed]
            return len(others) == len(killed) and all(
                pod["status"].get("containerStatuses", [{}])[0].get("ready") for pod in others
            )

        waiting.until(replaced, f"other pods of the {component}")

    def served(self) -> set[str]:
        """The certificates that the webhook's pods serve right now."""
        return {ssl.get_server_certificate((pod["status"]["podIP"], 8443)).strip() for pod in self.pods_of("webhook")}

    def secret(self, name: str, key: str) -> str:
        return base64.b64decode(self.cluster.api.get(f"{SECRETS}/{name}").get("data", {}).get(key, "")).decode().strip()

    def trusted(self) -> str:
        client = self.cluster.api.get(CONFIGURATION)["webhooks"][0]["clientConfig"]
        return base64.b64decode(client.get("caBundle", "")).decode().strip()

    def wait_served(self, name: str = LEAF) -> None:
        """Waits until the pods serve the certificate in the Secret."""
        waiting.until(
            lambda: {self.secret(name, "tls.crt")} == self.served(),
            "the pods to serve the certificate of the Secret",
            90,
        )

    def running(self, name: str) -> list[dict]:
        found = self.cluster.api.items(f"/api/v1/namespaces/default/pods?labelSelector=name%3D{name}")
        return [one for one in found if one["status"]["phase"] == "Running"]

    def start_agent(self) -> dict:
        """A running pod of a DaemonSet."""
        self.cluster.api.create(DAEMON_SETS, daemon_set("agent"))
        self.addCleanup(self.cluster.api.delete, f"{DAEMON_SETS}/agent")
        return waiting.until(lambda: next(iter(self.running("agent")), None), "the agent's pod to run")


def mutated(pod: dict) -> bool:
    return UNSCHEDULABLE in pods.tolerated_taints(pod)


def daemon_set(name: str) -> dict:
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "selector": {"matchLabels": {"name": name}},
            "template": {
                "metadata": {"labels": {"name": name}},
                "spec": {"containers": [{"name": "agent", "image": PAUSE, "imagePullPolicy": "Never"}]},
            },
        },
    }
