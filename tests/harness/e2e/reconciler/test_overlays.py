"""Overlays in the pods that the reconciler makes, and pods that do not have what they should."""

from __future__ import annotations

import contextlib
import copy
import json
import subprocess
import time
from collections.abc import Iterator

from tests.harness.chart.helm import NAMESPACE
from tests.harness.cluster import binary, nodes, pods, registration, waiting
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.cluster.webhook import Webhook
from tests.harness.e2e.reconciler import rights
from tests.harness.e2e.reconciler.daemon import Daemon, node_of
from tests.harness.e2e.reconciler.environment import SHARED, ReconcilerTest
from tests.harness.e2e.reconciler.overlays import REFUSED, STAMP, Overlay, mode, modes, requests, stamp_of

SETTLE_SECONDS = 3.0
LIMIT_RANGER = "kubernetes.io/limit-ranger"
ALL = {
    "priorityClassName": "system-node-critical",
    "containers": [
        {
            "name": "agent",
            "image": "example.org/agent:fitted",
            "args": ["--workers=4"],
            "env": [{"name": "HOST", "nodeLabel": "kubernetes.io/hostname"}, {"name": "MODE", "value": "big"}],
            "resources": {
                "requests": {"memory": {"base": "64Mi", "perPod": "1Mi"}},
                "limits": {"cpu": {"percentOfAllocatable": 10}, "memory": {"base": "128Mi", "perPod": "1Mi"}},
            },
        }
    ],
}


def comparable(pod: dict) -> str:
    """All of the pod but what is its own: names, times, who wrote what, and whether it is bound yet."""
    one = copy.deepcopy(pod)
    for field in ("name", "uid", "creationTimestamp", "resourceVersion", "managedFields", "generateName"):
        one["metadata"].pop(field, None)
    one["metadata"]["ownerReferences"][0].pop("uid")
    one.pop("status")
    one["spec"].pop("nodeName", None)
    one["metadata"]["annotations"].pop(LIMIT_RANGER, None)  # which amounts it set: fewer, if overlays came before
    text = json.dumps(one, sort_keys=True)
    token = next(volume["name"] for volume in one["spec"]["volumes"] if volume["name"].startswith("kube-api-access"))
    return text.replace(token, "token").replace(one["metadata"]["labels"]["controller-revision-hash"], "HASH")


class Overlays(ReconcilerTest):
    @contextlib.contextmanager
    def fitting(self, *flags: str) -> Iterator[Reconciler]:
        with self.away():
            reconciler = self.new_reconciler("--overlays", *flags, name="fitting")
            with reconciler:
                yield reconciler

    @contextlib.contextmanager
    def companion(self) -> Iterator[Reconciler]:
        reconciler = Reconciler(
            self.beside,
            self.cluster.logs,
            "--mode",
            "companion",
            "--overlays",
            "--lease-namespace",
            NAMESPACE,
            "--lease-name",
            rights.COMPANION,
            name="fitting-beside",
        )
        with reconciler:
            yield reconciler

    @contextlib.contextmanager
    def webhook(self, *flags: str) -> Iterator[Webhook]:
        webhook = Webhook(self.cluster.directory)
        webhook.flags = list(flags)
        webhook.start()
        try:
            webhook.register(self.api)
            yield webhook
        finally:
            self.api.delete(f"{registration.CONFIGURATIONS}/{registration.NAME}")
            webhook.process.stop()

    def overlays_flags(self) -> tuple[str, ...]:
        return "--overlays", "--kubeconfig", str(self.cluster.kubeconfig)

    def made(self, daemon: Daemon) -> dict[str, str]:
        """The pods by node, as far as they can be compared."""
        waiting.until(lambda: daemon.is_on(SHARED) or len(daemon.pods()) == len(SHARED), "the pods", 60)
        return {node_of(pod): comparable(pod) for pod in daemon.pods()}

    def test_a_pod_is_the_same_whichever_way_it_came(self) -> None:
        """By the in-tree controller and a webhook that fits, and by the reconciler and a webhook that does not."""
        overlay = Overlay(self, **ALL)
        limited = {"resources": {"limits": {"cpu": "1", "memory": "64Mi"}, "requests": {"memory": "32Mi"}}}
        containers = [
            {"name": "agent", "image": "example.org/agent:1", "env": [{"name": "MODE", "value": "small"}]} | limited,
            {"name": "beside", "image": "example.org/beside:1"},
        ]
        with self.away(), self.in_tree_controller(), self.webhook(*self.overlays_flags()) as webhook:
            waiting.until(lambda: webhook.metric("everynode_webhook_known_overlays") >= 1, "the overlay", 20)
            one = self.create(overlay.name, template={"containers": containers})
            in_tree = self.made(one)
            self.assertTrue(all(stamp_of(pod) for pod in one.pods()))
        self.remove(one)
        with self.webhook(), self.fitting():
            taken_over = self.made(self.create(overlay.name, template={"containers": containers}))
        self.assertEqual(set(in_tree), set(SHARED))
        self.assertEqual(in_tree, taken_over)

    def test_a_pod_is_the_same_with_the_defaults_of_a_limit_range(self) -> None:
        """The API server writes them before it asks the webhook, but after the reconciler has sent the pod."""
        self.limit_range({"type": "Container", "default": {"cpu": "500m"}, "defaultRequest": {"cpu": "50m"}})
        fine = Overlay(self, containers=requests(cpu="320m"))
        much = Overlay(self, self.name("much"), daemonSets=fine.selector, priority=10, containers=requests(cpu="2"))
        with self.away(), self.in_tree_controller(), self.webhook(*self.overlays_flags()) as webhook:
            waiting.until(lambda: webhook.metric("everynode_webhook_known_overlays") >= 2, "the overlays", 20)
            one = self.create(fine.name)
            in_tree = self.made(one)
        self.remove(one)
        with self.webhook(), self.fitting():
            daemon = self.create(fine.name)
            taken_over = self.made(daemon)
            for pod in daemon.pods():
                self.assertEqual(
                    pod["spec"]["containers"][0]["resources"], {"limits": {"cpu": "500m"}, "requests": {"cpu": "320m"}}
                )
                self.assertTrue(stamp_of(pod).startswith(f"{fine.name}@"))
            self.wait_status(fine, pods=3, outdated=0, refused=0)
            self.wait_status(much, pods=0, outdated=0, refused=3)
            told = daemon.events("OverlaysRefused")
            self.assertIn("would be 2, above its limit of 500m", told[0]["message"])
        self.assertEqual(in_tree, taken_over)

    def test_a_limit_without_a_request_is_a_request_in_takeover_only(self) -> None:
        """What README says of a LimitRange: give both."""
        self.limit_range({"type": "Container", "default": {"cpu": "500m"}, "defaultRequest": {"cpu": "50m"}})
        overlay = Overlay(self, containers=[{"name": "agent", "resources": {"limits": {"cpu": {"base": "1"}}}}])
        with self.away(), self.in_tree_controller(), self.webhook(*self.overlays_flags()) as webhook:
            waiting.until(lambda: webhook.metric("everynode_webhook_known_overlays") >= 1, "the overlay", 20)
            one = self.create(overlay.name)
            self.made(one)
            self.assertEqual(self.cpu_requests(one), {"50m"})
        self.remove(one)
        with self.webhook(), self.fitting():
            daemon = self.create(overlay.name)
            self.made(daemon)
            self.assertEqual(self.cpu_requests(daemon), {"1"})
            self.wait_status(overlay, pods=3, outdated=0, refused=0)

    def test_a_pod_that_is_tried_shows_which_overlays_it_would_have(self) -> None:
        overlay = Overlay(self, containers=mode("big"))
        wrong = Overlay(
            self, self.name("wrong"), daemonSets=overlay.selector, containers=[{"name": "no", "image": "n"}]
        )
        target = ("explain", f"ds/{overlay.name}", "--node", SHARED[0], "--try")
        with self.away(), self.in_tree_controller(), self.webhook(*self.overlays_flags()) as webhook:
            waiting.until(lambda: webhook.metric("everynode_webhook_known_overlays") >= 2, "the overlays", 20)
            self.made(self.create(overlay.name))
            told = self.everynode(*target)
            self.assertIn(f"overlays in it: {overlay.name}@", told)
            self.assertIn(f'  containers[agent].env[MODE] = "big" by {overlay.name}\n', told)
            self.assertIn(
                f"warning: everynode: overlay {wrong.name} is not in this pod: the pod has no container", told
            )
        told = self.everynode(*target)
        self.assertIn(f"overlay {overlay.name} is not in it: no webhook of Everynode that has overlays saw it", told)
        self.assertIn(f"overlay {wrong.name} is left out: the pod has no container", told)

    def test_a_changed_overlay_is_counted_and_told_and_nothing_is_restarted_without_a_policy(self) -> None:
        overlay = Overlay(self, containers=mode("small"))
        with self.fitting() as reconciler:
            daemon = self.create(overlay.name)
            before = {pod["metadata"]["uid"] for pod in daemon.wait_on(*SHARED)}
            self.assertEqual(modes(daemon.pods()), ["small"] * 3)
            self.wait_status(overlay, daemonSets=1, pods=3, outdated=0, refused=0)
            overlay.set(containers=mode("big"))
            self.wait_status(overlay, pods=3, outdated=3)
            self.assertEqual(overlay.condition("Applied")["reason"], "PodsOutdated")
            heads, row = self.kubectl("get", "daemonsetoverlays", overlay.name).stdout.splitlines()
            self.assertEqual(heads.split(), ["NAME", "PRIORITY", "DAEMONSETS", "PODS", "OUTDATED", "REFUSED", "AGE"])
            self.assertEqual(row.split()[:-1], [overlay.name, "0", "1", "3", "3", "0"])
            self.assertEqual(
                reconciler.metric("everynode_daemonset_pods_outdated_by_overlays", daemonset=daemon.name), 3
            )
            time.sleep(SETTLE_SECONDS)
            self.assertEqual(daemon.uids(), before)
            told = self.everynode("explain", f"ds/{daemon.name}")
            self.assertIn("outdated by overlays: 3 pods", told)
            self.assertIn(f"overlay {overlay.name} gives something else now; it stays until somebody restarts", told)
            name = daemon.on(SHARED[0])[0]["metadata"]["name"]
            explained = self.everynode("overlay", "explain", f"pod/{name}")
            self.assertIn(f"verdict:  outdated: overlay {overlay.name} gives something else now", explained)
            self.assertIn(f'containers[agent].env[MODE] = "big" by {overlay.name}', explained)
            on_node = self.everynode("overlay", "explain", f"node/{SHARED[0]}")
            self.assertIn(explained, on_node)
            overlay.set(containers=mode("small"))
            self.wait_status(overlay, pods=3, outdated=0)

    def test_an_overlay_that_cannot_be_read_says_so_until_it_can(self) -> None:
        def accepted(reason: str, message: str) -> None:
            waiting.until(
                lambda: overlay.condition("Accepted").get("reason") == reason, f"{overlay.name} to be {reason}"
            )
            self.assertIn(message, overlay.condition("Accepted")["message"])

        def amount(least: str) -> list[dict]:
            return [{"name": "agent", "resources": {"requests": {"memory": {"base": "1", "min": least, "max": "2Mi"}}}}]

        overlay = Overlay(self, containers=amount("3Mi"))
        with self.fitting():
            self.create(overlay.name).wait_on(*SHARED)
            accepted("Unreadable", "containers[0].resources.requests.memory: min is above max")
            for _ in range(2):  # what it says the second time is no news to pods
                overlay.set(containers=amount("1Mi"))
                accepted("Accepted", "it is about the pods of 1 DaemonSet")
                overlay.set(containers=amount("3Mi"))
                accepted("Unreadable", "min is above max")

    def test_there_is_nothing_to_explain_of_a_node_that_does_not_exist(self) -> None:
        run = self.run_everynode("overlay", "explain", "node/nowhere")
        self.assertEqual((run.returncode, run.stdout), (2, ""))
        self.assertIn('nodes "nowhere" not found', run.stderr)

    def test_a_policy_rolls_out_a_changed_overlay_in_waves(self) -> None:
        overlay = Overlay(self, containers=mode("small"))
        with self.fitting():
            policy = self.create_policy(waves=[{"name": "one", "count": 1, "soak": "5s"}])
            daemon = self.create(overlay.name, labels={"policy": policy.name})
            policy.wait_phase("Complete")
            self.assertEqual(modes(daemon.pods()), ["small"] * 3)
            overlay.set(containers=mode("big"))
            policy.wait_phase("Soaking", "one")
            self.assertEqual(modes(daemon.pods()), ["big", "small", "small"])
            policy.wait_phase("Complete")
            self.assertEqual(modes(daemon.pods()), ["big"] * 3)
            self.wait_status(overlay, pods=3, outdated=0)
            self.assertEqual(len(daemon.revisions()), 1)

    def test_a_changed_node_and_a_deleted_overlay_are_found(self) -> None:
        overlay = Overlay(self, containers=[{"name": "agent", "env": [{"name": "MODE", "nodeLabel": "mode"}]}])
        self.addCleanup(self.change_node, SHARED[0], {"mode": None})
        with self.fitting() as reconciler:
            daemon = self.create(overlay.name)
            daemon.wait_on(*SHARED)
            self.wait_status(overlay, pods=3, outdated=0)
            self.change_node(SHARED[0], {"mode": "changed"})
            self.wait_status(overlay, pods=3, outdated=1)
            overlay.delete()
            waiting.until(
                lambda: reconciler.metric("everynode_daemonset_pods_outdated_by_overlays", daemonset=daemon.name) == 3,
                "the pods of the deleted overlay to be outdated",
                20,
            )

    def test_a_resized_node_makes_its_pod_outdated_and_only_a_policy_restarts_it(self) -> None:
        share = [{"name": "agent", "resources": {"requests": {"cpu": {"percentOfAllocatable": 1}}}}]
        overlay = Overlay(self, containers=share)
        with self.fitting():
            daemon = self.create(overlay.name)
            before = {node_of(pod): pod["metadata"]["uid"] for pod in daemon.wait_on(*SHARED)}
            self.wait_status(overlay, pods=3, outdated=0)
            self.resize(SHARED[0], "64")
            self.wait_status(overlay, pods=3, outdated=1)
            self.assertIn("outdated by overlays: 1 pod\n", self.everynode("explain", f"ds/{daemon.name}"))
            told = json.loads(self.everynode("overlay", "explain", f"node/{SHARED[0]}", "-o", "json"))
            pod = next(one for one in told["pods"] if one["daemonSet"] == daemon.name)
            self.assertEqual((pod["verdict"], pod["given"]), ("outdated", False))
            self.assertEqual(pod["difference"], f"overlay {overlay.name} gives something else now")
            self.assertEqual([(one["value"], one["how"]) for one in pod["fields"]], [("640m", "1 % of 64")])
            self.assertEqual([one["value"] for one in pod["otherwise"]], ["640m"])
            time.sleep(SETTLE_SECONDS)
            self.assertEqual({node_of(pod): pod["metadata"]["uid"] for pod in daemon.pods()}, before)
            policy = self.create_policy()
            self.api.merge(daemon.path, {"metadata": {"labels": {"policy": policy.name}}})
            self.wait_status(overlay, pods=3, outdated=0)
            policy.wait_phase("Complete")
            after = {node_of(pod): pod["metadata"]["uid"] for pod in daemon.wait_on(*SHARED)}
            self.assertNotEqual(after.pop(SHARED[0]), before.pop(SHARED[0]))
            self.assertEqual(after, before)
            self.assertEqual(self.cpu_requests(daemon), {"640m", "320m"})

    def test_what_the_api_server_refuses_with_overlays_is_created_without(self) -> None:
        """A LimitRange, which the API server applies after the reconciler has reckoned."""
        self.limit_range({"type": "Container", "max": {"cpu": "2"}})
        overlay = Overlay(
            self,
            containers=[
                {"name": "agent", "resources": {"requests": {"cpu": {"base": "1"}}, "limits": {"cpu": {"base": "3"}}}}
            ],
        )
        with self.fitting():
            daemon = self.create(overlay.name)
            for pod in daemon.wait_on(*SHARED):
                self.assertIn(REFUSED, pod["metadata"]["annotations"])
                self.assertNotIn(STAMP, pod["metadata"]["annotations"])
            self.wait_status(overlay, pods=0, outdated=0, refused=3)
            self.assertEqual(overlay.condition("Accepted")["reason"], "LeftOut")
            waiting.until(lambda: self.events_of(overlay), "the event on the overlay", 20)
            self.assertTrue(daemon.events("OverlaysRefused"))

    def test_beside_the_in_tree_controller_pods_that_failed_open_are_repaired(self) -> None:
        overlay = Overlay(self, containers=mode("big"))
        with self.away(), self.in_tree_controller(), self.companion() as reconciler:
            policy = self.create_policy()
            daemon = self.create(overlay.name, labels={"policy": policy.name}, strategy={"type": "OnDelete"})
            waiting.until(lambda: daemon.is_on(SHARED), "the pods", 60)
            policy.wait_phase("Complete")
            waiting.until(
                lambda: reconciler.metric("everynode_daemonset_pods_unmutated", daemonset=daemon.name) == 3,
                "the pods to be known as unmutated",
                20,
            )
            with self.webhook(*self.overlays_flags()) as webhook:
                waiting.until(lambda: webhook.metric("everynode_webhook_known_overlays") >= 1, "the overlay", 20)
                self.api.delete(f"{pods.PODS}/{daemon.on(SHARED[2])[0]['metadata']['name']}?gracePeriodSeconds=0")
                waiting.until(lambda: modes(daemon.pods()) == ["", "", "big"], "one that came right", 30)
                time.sleep(SETTLE_SECONDS)
                self.assertEqual(modes(daemon.pods()), ["", "", "big"])
                policy.set(repair=True)
                waiting.until(lambda: modes(daemon.pods()) == ["big"] * 3, "the repair", 60)
                policy.wait_phase("Complete")
                self.assertEqual(reconciler.metric("everynode_daemonset_pods_unmutated", daemonset=daemon.name), 0)

    def limit_range(self, limit: dict) -> None:
        """Returns when it is in force."""
        ranges = "/api/v1/namespaces/default/limitranges"
        name = self.name("range")
        self.addCleanup(self.api.delete, f"{ranges}/{name}")
        self.api.create(ranges, {"metadata": {"name": name}, "spec": {"limits": [limit]}})
        plain = {
            "metadata": {"name": "tried"},
            "spec": {"containers": [{"name": "agent", "image": "example.org/agent:1"}]},
        }
        path = f"{pods.PODS}?dryRun=All"
        waiting.until(
            lambda: self.api.create(path, plain)["spec"]["containers"][0].get("resources"), "the LimitRange", 20
        )

    def resize(self, node: str, cpu: str) -> None:
        """Until the end of the test."""
        before = self.api.get(f"{nodes.NODES}/{node}")["status"]["allocatable"]["cpu"]
        self.addCleanup(self.set_allocatable, node, before)
        self.set_allocatable(node, cpu)

    def set_allocatable(self, node: str, cpu: str) -> None:
        patch = json.dumps({"status": {"allocatable": {"cpu": cpu}}})
        self.kubectl("patch", "node", node, "--subresource", "status", "--type", "merge", "--patch", patch)

    @staticmethod
    def cpu_requests(daemon: Daemon) -> set[str]:
        return {pod["spec"]["containers"][0]["resources"]["requests"]["cpu"] for pod in daemon.pods()}

    def wait_status(self, overlay: Overlay, **counts: int) -> None:
        try:
            waiting.until(lambda: counts.items() <= overlay.status().items(), f"the status of {overlay.name}", 20)
        except waiting.DeadlineExceeded as error:
            raise AssertionError(f"{error}: {counts} wanted, {overlay.status()} found") from None

    def events_of(self, overlay: Overlay) -> list[dict]:
        fields = f"involvedObject.kind%3DDaemonSetOverlay,involvedObject.name%3D{overlay.name}"
        return self.api.items(f"/api/v1/namespaces/default/events?fieldSelector={fields}")

    def everynode(self, *arguments: str) -> str:
        run = self.run_everynode(*arguments)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def run_everynode(self, *arguments: str) -> subprocess.CompletedProcess:
        command = [binary.path(), *arguments, "-n", "default", "--kubeconfig", str(self.cluster.kubeconfig)]
        return subprocess.run(command, capture_output=True, text=True, check=False)
