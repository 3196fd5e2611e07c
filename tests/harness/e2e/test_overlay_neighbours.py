"""Overlays beside all else that decides over a pod: other webhooks, priorities, limits, quotas, who resizes it, and who
forges it."""

from __future__ import annotations

import contextlib
import copy
import json
import unittest
from collections.abc import Callable
from typing import Any

from tests.harness.cluster import pods, waiting
from tests.harness.cluster.api import ApiError
from tests.harness.e2e.neighbour import EARLIER, LATER, neighbour
from tests.harness.e2e.overlays import STAMP, OverlayTest
from tests.harness.tools import binaries
from tests.harness.tools.explained import Explained

CLASSES = "/apis/scheduling.k8s.io/v1/priorityclasses"
CORE = "/api/v1/namespaces/default"
ROLES = "/apis/rbac.authorization.k8s.io/v1/namespaces/default"
SIDECAR = {"name": "sidecar", "image": "example.org/sidecar:1"}
CPU = {"containers": [{"name": "*", "resources": {"requests": {"cpu": {"percentOfAllocatable": 1}}}}]}  # 320m of 32
CRITICAL = 2000001000


def resources(pod: dict, container: int = 0) -> dict:
    return pod["spec"]["containers"][container].get("resources", {})


def setting(kind: str, **amounts: str) -> Callable[[dict], list[dict]]:
    """Sets requests or limits of the first container, as a VerticalPodAutoscaler's webhook does."""

    def patch(pod: dict) -> list[dict]:
        own = resources(pod)
        return [
            {"op": "add", "path": "/spec/containers/0/resources", "value": own | {kind: own.get(kind, {}) | amounts}}
        ]

    return patch


class OverlayNeighbours(OverlayTest):
    def create_object(self, path: str, kind: str, name: str, **rest: Any) -> None:
        _, root, *steps = path.split("/")
        version = steps[0] if root == "api" else "/".join(steps[:2])
        self.api.create(path, {"apiVersion": version, "kind": kind, "metadata": {"name": name}, **rest})
        self.addCleanup(self.delete, f"{path}/{name}")

    def delete(self, path: str) -> None:
        """The test may have done so."""
        with contextlib.suppress(ApiError):
            self.api.delete(path)

    def refused(self, pod: dict) -> str:
        """Why the API server refuses it; empty: it does not."""
        try:
            pods.dry_run(self.api, pod)
            return ""
        except ApiError as error:
            return str(error)

    # --- other webhooks ---

    def test_a_container_that_is_added_after_us_is_fitted_too(self):
        """Requirement A3: the second call does not undo the first, and a third one has nothing to do."""
        self.overlay("cpu", **CPU)

        def add_sidecar(pod: dict) -> list[dict]:
            names = [one["name"] for one in pod["spec"]["containers"]]
            return [] if "sidecar" in names else [{"op": "add", "path": "/spec/containers/-", "value": SIDECAR}]

        alone = self.dry_run(self.pod())
        with neighbour(self.cluster, LATER, add_sidecar, lambda pod: len(pod["spec"]["containers"]) == 2):
            both = self.dry_run(self.pod())
        self.assertEqual([resources(both, one) for one in (0, 1)], [{"requests": {"cpu": "320m"}}] * 2)
        self.assertNotEqual(both["metadata"]["annotations"][STAMP], alone["metadata"]["annotations"][STAMP])
        self.assertEqual(self.dry_run(again(both))["spec"], both["spec"])

    def test_an_overlay_wins_against_an_autoscaler_in_what_it_says_and_in_nothing_else(self):
        self.overlay("cpu", **CPU)
        for place in (EARLIER, LATER):
            with self.subTest(place), neighbour(
                self.cluster,
                place,
                setting("requests", cpu="77m", memory="99Mi"),
                lambda pod: resources(pod).get("requests", {}).get("memory") == "99Mi",
            ):
                self.assertEqual(resources(self.dry_run(self.pod())), {"requests": {"cpu": "320m", "memory": "99Mi"}})

    def test_a_limit_that_another_sets_costs_no_pod(self):
        """Set before us it leaves the overlay out; set after us it lowers the request of one that is in the pod."""
        self.overlay("cpu", **CPU)
        said = {EARLIER: "would be 320m, above its limit of 100m", LATER: "is 100m, its limit, and not 320m"}
        for place, warning in said.items():
            with (
                self.subTest(place),
                neighbour(self.cluster, place, setting("limits", cpu="100m"), lambda pod: "limits" in resources(pod)),
            ):
                answer = pods.dry_run(self.api, self.pod())
                self.assertEqual(resources(answer.body), {"limits": {"cpu": "100m"}, "requests": {"cpu": "100m"}})
                self.assertIn(warning, answer.warnings[0])
                stamp = answer.body["metadata"]["annotations"].get(STAMP, "")
                self.assertEqual(stamp.startswith("cpu@"), place == LATER)

    # --- priority ---

    def test_the_api_server_refuses_a_class_without_its_number(self):
        """Requirement A13, and why the webhook writes the number too."""
        replacement = [{"op": "add", "path": "/spec/priorityClassName", "value": "system-node-critical"}]
        marked = replacement + [{"op": "add", "path": "/spec/priority", "value": CRITICAL}]
        patch = marked
        with neighbour(self.cluster, LATER, lambda _: patch, lambda pod: pod["spec"].get("priority") == CRITICAL):
            patch = replacement
            refused = self.refused(self.pod())
        self.assertIn(": 403 ", refused)
        self.assertIn("must not be provided in pod spec", refused)

    def test_a_class_of_ones_own_that_is_made_anew_has_its_new_number(self):
        self.create_object(CLASSES, "PriorityClass", "edge", value=1000, preemptionPolicy="Never")
        self.overlay("edge", priorityClassName="edge")
        pod = self.dry_run(self.pod())["spec"]
        self.assertEqual((pod["priorityClassName"], pod["priority"], pod["preemptionPolicy"]), ("edge", 1000, "Never"))
        self.api.delete(f"{CLASSES}/edge")

        def refused_by_us() -> bool:
            try:
                warnings = pods.dry_run(self.api, self.pod()).warnings
            except ApiError:  # the API server may know it before us, and refuses the class that we write
                return False
            return any("PriorityClass edge is not known" in one for one in warnings)

        waiting.until(refused_by_us, "the webhook to know that the class has gone", 20)
        self.api.create(
            CLASSES,
            {
                "apiVersion": "scheduling.k8s.io/v1",
                "kind": "PriorityClass",
                "metadata": {"name": "edge"},
                "value": 2000,
            },
        )
        waiting.until(lambda: self.dry_run(self.pod())["spec"]["priority"] == 2000, "the number of the new class", 20)

    # --- limits and quotas of the namespace ---

    def test_defaults_of_a_limit_range_are_the_pods_own(self):
        self.create_object(
            f"{CORE}/limitranges",
            "LimitRange",
            "defaults",
            spec={"limits": [{"type": "Container", "default": {"cpu": "500m"}, "defaultRequest": {"cpu": "50m"}}]},
        )
        waiting.until(lambda: resources(self.dry_run(self.pod())), "the LimitRange to be in force", 20)
        self.overlay("cpu", **CPU)
        self.assertEqual(resources(self.dry_run(self.pod())), {"requests": {"cpu": "320m"}, "limits": {"cpu": "500m"}})
        self.write_overlay("more", {"priority": 1, **with_cpu(requests="2")})
        answer = waiting.until(
            lambda: next((one for one in [pods.dry_run(self.api, self.pod())] if one.warnings), None), "a warning", 20
        )
        self.assertIn("would be 2, above its limit of 500m", answer.warnings[0])
        self.assertEqual(resources(answer.body)["requests"], {"cpu": "320m"})

    def test_what_a_limit_range_or_a_quota_forbids_is_refused_as_in_the_daemon_set(self):
        """The webhook cannot see them: who writes an overlay answers for what he asks, as in the DaemonSet."""
        self.overlay("much", **with_cpu(requests="2", limits="2"))
        fitted = again(self.dry_run(self.pod()))
        self.create_object(
            f"{CORE}/limitranges", "LimitRange", "most", spec={"limits": [{"type": "Container", "max": {"cpu": "1"}}]}
        )
        by_overlay = waiting.until(lambda: self.refused(self.pod()), "the LimitRange to be in force", 20)
        self.assertIn("maximum cpu usage per Container is 1, but limit is 2", by_overlay)
        self.assertIn("maximum cpu usage per Container is 1, but limit is 2", self.refused(fitted))
        self.api.delete(f"{CORE}/limitranges/most")
        waiting.until(lambda: not self.refused(self.pod()), "the LimitRange to be gone", 20)
        quota = {"hard": {"requests.cpu": "1"}}
        self.create_object(f"{CORE}/resourcequotas", "ResourceQuota", "small", spec=quota)
        # The controller that counts does not run here.
        counted = quota | {"used": {"requests.cpu": "0"}}
        self.api.merge(f"{CORE}/resourcequotas/small/status", {"status": counted})
        refused = waiting.until(lambda: self.refused(self.pod()), "the quota to be in force", 20)
        self.assertIn("exceeded quota: small, requested: requests.cpu=2", refused)

    # --- what comes later ---

    @unittest.skipIf(binaries.is_oldest(), "pods are resized in place since 1.33")
    def test_a_pod_that_is_resized_in_place_stays_so(self):
        self.overlay("cpu", **CPU)
        with self.daemon_set("resized", hostNetwork=True) as made:
            pod = made[0]
            path = f"{pods.PODS}/{pod['metadata']['name']}"
            # A kubelet reports what a container has, and then the API server lets it be resized.
            reported = [one | {"resources": resources(pod)} for one in pod["status"]["containerStatuses"]]
            self.api.merge(f"{path}/status", {"status": {"containerStatuses": reported}})
            asked = self.webhook.metric("everynode_webhook_mutations_total")
            resized = self.api.ask(
                "PATCH",
                f"{path}/resize",
                {"spec": {"containers": [{"name": "agent", "resources": {"requests": {"cpu": "400m"}}}]}},
                "application/strategic-merge-patch+json",
            ).body
            self.assertEqual(resources(resized), {"requests": {"cpu": "400m"}})
            self.assertEqual(self.webhook.metric("everynode_webhook_mutations_total"), asked)
            self.assertEqual(resized["metadata"]["annotations"][STAMP], pod["metadata"]["annotations"][STAMP])

    # --- who may do what ---

    def test_a_forged_owner_gets_nothing_that_its_forger_could_not_write(self):
        """A user who may create pods of this namespace, and do nothing else."""
        self.create_object(
            f"{ROLES}/roles", "Role", "creator", rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["create"]}]
        )
        self.create_object(
            f"{ROLES}/rolebindings",
            "RoleBinding",
            "creator",
            roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "creator"},
            subjects=[{"kind": "User", "name": "mallory", "apiGroup": "rbac.authorization.k8s.io"}],
        )
        self.write_overlay("foreign", with_image("example.org/foreign:1"), namespace="kube-system")
        self.overlay("all", priorityClassName="system-node-critical", **CPU)

        def create(pod: dict) -> dict:
            tried = ("create", "--as", "mallory", "--dry-run=server", "--validate=false", "-o", "json", "-f", "-")
            return json.loads(self.kubectl(*tried, stdin=json.dumps(pod)).stdout)

        def forge() -> dict | None:
            try:
                pod = create(self.pod())
            except Explained:  # the role is not in force yet
                return None
            return pod if STAMP in pod["metadata"]["annotations"] else None

        forged = waiting.until(forge, "the role to be in force", 20)
        self.assertEqual(forged["spec"]["containers"][0]["image"], "example.org/agent:1", "another namespace's")
        own = again(forged)
        del own["metadata"]["ownerReferences"]
        self.assertEqual(create(own)["spec"], forged["spec"])


def again(pod: dict) -> dict:
    """The pod as somebody would write it who wants just this one."""
    wanted = copy.deepcopy(pod)
    for field in ("uid", "creationTimestamp", "managedFields", "generation", "resourceVersion"):
        wanted["metadata"].pop(field, None)
    wanted.pop("status", None)
    return wanted


def with_cpu(**amounts: str) -> dict:
    return {"containers": [{"name": "*", "resources": {kind: {"cpu": {"base": one}} for kind, one in amounts.items()}}]}


def with_image(image: str) -> dict:
    return {"containers": [{"name": "*", "image": image}]}
