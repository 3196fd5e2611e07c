"""How little the chart's processes are allowed to do."""

from __future__ import annotations

import unittest
from collections.abc import Iterator

from tests.harness.chart import helm, value_sets
from tests.harness.chart.helm import CHART, RELEASE, Objects

CONFINED = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
STATIC_POD = "static pod"  # it runs as root, because only root can read its kubeconfig
BINDINGS = ("ClusterRoleBinding", "RoleBinding")


class Security(unittest.TestCase):
    def test_every_container_is_confined(self) -> None:
        for name, spec in self.pod_specs():
            with self.subTest(name):
                self.assertEqual(spec["securityContext"]["seccompProfile"], {"type": "RuntimeDefault"})
                if name != STATIC_POD:
                    self.assertTrue(spec["securityContext"]["runAsNonRoot"])
                self.assertFalse(spec.get("hostPID") or spec.get("hostIPC") or spec.get("shareProcessNamespace"))
                for container in spec["containers"] + spec.get("initContainers", []):
                    self.assertEqual(
                        {name: value for name, value in container["securityContext"].items() if name != "runAsUser"},
                        CONFINED,
                    )

    def test_what_is_mounted_can_only_be_read(self) -> None:
        for name, spec in self.pod_specs():
            with self.subTest(name):
                mounts = [mount for container in spec["containers"] for mount in container.get("volumeMounts", [])]
                self.assertTrue(all(mount.get("readOnly") for mount in mounts), mounts)

    def test_webhook_has_a_token_only_to_read_what_it_needs_and_rights_only_for_overlays(self) -> None:
        for name, values in value_sets.ALL.items():
            with self.subTest(name):
                objects, overlays = Objects(values), values.get("webhook", {}).get("overlays") is not None
                account = self.webhook_spec(objects)["serviceAccountName"]
                has_token = self.webhook_spec(objects)["automountServiceAccountToken"]
                self.assertEqual(has_token, name == "callers" or overlays)
                self.assertFalse(objects.get("ServiceAccount", account)["automountServiceAccountToken"])
                bound = [
                    subject["name"] for one in objects.all if one["kind"] in BINDINGS for subject in one["subjects"]
                ]
                self.assertEqual(account in bound, overlays)

    def test_no_right_is_for_everything(self) -> None:
        for name, values in value_sets.ALL.items():
            for one in Objects(values).all:
                for rule in one.get("rules", []) if "Role" in one["kind"] else []:
                    with self.subTest(f"{name}: {one['kind']}"):
                        self.assertNotIn("*", rule["verbs"] + rule["resources"] + rule["apiGroups"])

    def test_page_may_only_look_and_at_no_secret(self) -> None:
        objects = Objects(value_sets.RESTRICTED["dashboard"])
        name = f"{RELEASE}-dashboard"
        bound = [
            one["roleRef"]["name"]
            for one in objects.all
            if one["kind"] in BINDINGS and any(subject["name"] == name for subject in one["subjects"])
        ]
        self.assertEqual(bound, [name])
        for rule in objects.get("ClusterRole", name)["rules"]:
            self.assertEqual(rule["verbs"], ["list", "watch"])
            self.assertNotIn("secrets", rule["resources"])

    def webhook_spec(self, objects: Objects) -> dict:
        found = [
            one["spec"]["template"]["spec"]
            for one in objects.all
            if one["kind"] == "Deployment" and one["metadata"]["labels"]["app.kubernetes.io/component"] == "webhook"
        ]
        return found[0]

    def pod_specs(self) -> Iterator[tuple[str, dict]]:
        """The pods of all values, of `helm test`, and the static pod."""
        for name, values in value_sets.ALL.items():
            for one in Objects(values).all:
                spec = (
                    one["spec"]["template"]["spec"]
                    if one["kind"] == "Deployment"
                    else one["spec"]
                    if one["kind"] == "Pod"
                    else None
                )
                if spec:
                    yield f"{name}: {one['metadata']['name']}", spec
        yield STATIC_POD, helm.parsed((CHART / "examples" / "kubeadm" / f"{RELEASE}-reconciler.yaml").read_text())[0][
            "spec"
        ]
