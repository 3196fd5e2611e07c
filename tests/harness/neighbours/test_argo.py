"""Argo CD's diff engine: after the reconciler has written what is its own, nothing is out of sync for good."""

from __future__ import annotations

import base64
import subprocess

from tests.harness.chart import helm, value_sets
from tests.harness.chart.helm import NAMESPACE
from tests.harness.cluster import binary, registration, waiting
from tests.harness.cluster.ports import HOST, free_ports
from tests.harness.cluster.processes import Process
from tests.harness.e2e.reconciler.policies import GROUP
from tests.harness.neighbours import argo
from tests.harness.neighbours.environment import DAEMON_SETS, NODES, NeighboursTest, daemon_set
from tests.harness.tools import binaries

RELEASE = "gitops"
NAME = f"{RELEASE}-everynode"
SECRETS = f"/api/v1/namespaces/{NAMESPACE}/secrets"
SETS = {
    "default values": {},
    "takeover with all rights": value_sets.TAKE_OVER_ALL,
    "companion with all rights": value_sets.COMPANION_ALL,
    "overlays": value_sets.OVERLAYS,
    "dashboard": value_sets.RESTRICTED["dashboard"],
}
IN_SYNC = "in sync by the last apply, by managed fields and by a dry run"
BUNDLE = {"MutatingWebhookConfiguration", "Secret"}


class Argo(NeighboursTest):
    def test_the_chart(self) -> None:
        for name, values in SETS.items():
            documents = helm.parsed(helm.rendered(values, "--no-hooks", release=RELEASE))
            manifest = argo.tracked(documents)
            for way in argo.WAYS:
                with self.subTest(name, way=way):
                    argo.apply(self.kubectl, way, manifest)
                    self.addCleanup(self.delete, documents)
                    reconciler = self.started(documents)
                    waiting.until(self.certified, "the certificate loop to be done", 30)
                    self.assertEqual(self.differences(way, manifest), {})
                    reconciler.stop()
                    self.delete(documents)
            self.told("compares the chart, after the certificate loop", name, IN_SYNC)

    def test_a_tool_that_insists_on_the_rendered_object(self) -> None:
        """The README's ignoreDifferences are needed then, and suffice."""
        documents = helm.parsed(helm.rendered({}, "--no-hooks", release=RELEASE))
        argo.apply(self.kubectl, (), argo.tracked(documents))
        self.addCleanup(self.delete, documents)
        reconciler = self.started(documents)
        waiting.until(self.certified, "the certificate loop to be done", 30)
        reconciler.stop()
        for one in documents:
            if one["kind"] == "MutatingWebhookConfiguration":
                one["webhooks"][0]["clientConfig"]["caBundle"] = base64.b64encode(value_sets.CA.encode()).decode()
            if one["kind"] == "Secret":
                one["data"] = {"tls.crt": "", "tls.key": ""}
        manifest = argo.tracked(documents)
        for way in argo.WAYS:
            with self.subTest(way):
                different = {one.partition("/")[0] for one in self.differences(way, manifest)}
                self.assertEqual(different, {f"{how} {kind}" for how in argo.WAYS[way] for kind in BUNDLE})
                self.assertEqual(self.differences(way, manifest, argo.documented_rules()), {})
        self.told(
            "compares a caBundle and Secrets that are rendered otherwise",
            "default values",
            f"out of sync; with the ignoreDifferences of the chart's README {IN_SYNC}",
        )

    def test_objects_that_the_reconciler_writes_to(self) -> None:
        with self.reconciler("--overlays"):
            for way in argo.WAYS:
                with self.subTest(way):
                    self.objects(way)
        self.told(
            "compares DaemonSet, RolloutPolicy and DaemonSetOverlay: held, promoted, complete, paused, resumed",
            "takeover",
            f"{IN_SYNC}; a sync leaves it paused",
        )

    def objects(self, way: tuple[str, ...]) -> None:
        name = self.name("synced")
        documents = self.documents(name)
        self.addCleanup(self.remove, name)
        for one in documents[:2]:
            self.addCleanup(self.api.delete, self.path(one))
        argo.apply(self.kubectl, way, argo.tracked(documents))
        policy = self.path(documents[1])
        waiting.until(lambda: self.running_on(name) == set(NODES), "its pods", 60)
        self.wait_phase(policy, "Complete")
        documents[2]["spec"]["template"]["spec"]["containers"][0]["image"] = "example.org/agent:2"
        manifest = argo.tracked(documents)
        argo.apply(self.kubectl, way, manifest)
        self.wait_phase(policy, "Held")
        self.assertEqual(self.differences(way, manifest), {}, "held")
        self.steer("promote", name)
        self.wait_phase(policy, "Complete")
        self.assertEqual(self.differences(way, manifest), {}, "complete")
        self.steer("pause", name)
        self.assertEqual(self.differences(way, manifest), {}, "paused")
        argo.apply(self.kubectl, way, manifest)
        self.assertTrue(self.api.get(policy)["spec"]["paused"], "a sync leaves it paused")
        self.steer("resume", name)
        self.assertEqual(self.differences(way, manifest), {}, "resumed")

    def wait_phase(self, policy: str, phase: str) -> None:
        waiting.until(lambda: self.api.get(policy).get("status", {}).get("phase") == phase, f"it to be {phase}", 60)

    def documents(self, name: str) -> list[dict]:
        selector = {"matchLabels": {"name": name}}
        head = {"apiVersion": "everynode.dev/v1alpha1", "metadata": {"name": name, "namespace": "default"}}
        daemon = daemon_set(name)
        daemon["metadata"] |= {"namespace": "default", "labels": {"name": name}}
        wave = {"name": "first", "nodes": {"matchLabels": {"kubernetes.io/hostname": NODES[0]}}, "hold": True}
        cpu = {"cpu": {"percentOfAllocatable": 1, "min": "100m"}}
        policy = {"selector": selector, "waves": [wave], "maxUnavailable": "100%"}
        overlay = {"daemonSets": selector, "containers": [{"name": "agent", "resources": {"requests": cpu}}]}
        # Pods that are there before the overlay would be replaced for it, wave by wave.
        return [
            head | {"kind": "DaemonSetOverlay", "spec": overlay},
            head | {"kind": "RolloutPolicy", "spec": policy},
            daemon,
        ]

    # --- what they have in common ---

    def path(self, one: dict) -> str:
        kinds = {"RolloutPolicy": "rolloutpolicies", "DaemonSetOverlay": "daemonsetoverlays"}
        return f"{GROUP}/namespaces/default/{kinds[one['kind']]}/{one['metadata']['name']}"

    def steer(self, verb: str, name: str) -> None:
        command = [binary.path(), "rollout", verb, f"daemonset/{name}", "--kubeconfig", self.cluster.kubeconfig]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def started(self, documents: list[dict]) -> Process:
        """The reconciler as the chart runs it, with the rights that it gives it."""
        deployment = next(
            one for one in documents if (one["kind"], one["metadata"]["name"]) == ("Deployment", f"{NAME}-reconciler")
        )
        arguments = deployment["spec"]["template"]["spec"]["containers"][0]["args"]
        arguments = [one for one in arguments if not one.startswith(("--metrics-listen=", "--api-server"))]
        user = f"{NAME}-reconciler"
        token = self.kubectl("create", "token", user, "--namespace", NAMESPACE).stdout.strip()
        process = Process(
            f"{RELEASE}-reconciler",
            [
                binary.path(),
                *arguments,
                "--kubeconfig",
                self.cluster.token_kubeconfig(user, token),
                "--metrics-listen",
                f"{HOST}:{free_ports(1)[0]}",
            ],
            self.cluster.logs,
        )
        self.addCleanup(process.stop)
        return process

    def certified(self) -> bool:
        configuration = self.api.get(f"{registration.CONFIGURATIONS}/{NAME}")
        return bool(
            configuration["webhooks"][0]["clientConfig"].get("caBundle")
            and self.api.get(f"{SECRETS}/{NAME}-certificate").get("data")
        )

    def delete(self, documents: list[dict]) -> None:
        """All but the definitions, which other tests need."""
        ours = [one for one in documents if one["kind"] != "CustomResourceDefinition"]
        self.kubectl("delete", "--ignore-not-found", "--wait", "-f", "-", stdin=argo.tracked(ours))
        lease = f"/apis/coordination.k8s.io/v1/namespaces/{NAMESPACE}/leases/{NAME}-reconciler"
        self.api.delete(lease)

    def differences(self, way: tuple[str, ...], manifest: str, ignoring: list[dict] | None = None) -> dict[str, dict]:
        return argo.differences(self.cluster.kubeconfig, way, manifest, ignoring)

    def told(self, does: str, beside: str, outcome: str) -> None:
        commit = binaries.ALL["argo-diff"].version.rpartition("-")[2]
        self.tell(f"Argo CD's diff engine, commit {commit}", does, beside, outcome)
