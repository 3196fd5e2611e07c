"""What the chart renders from values."""

from __future__ import annotations

import unittest
from collections.abc import Iterator

from tests.harness.chart import helm, value_sets
from tests.harness.chart.helm import NAMESPACE, Objects
from tests.harness.cluster import registration
from tests.harness.tools import binaries

CLUSTER_SCOPED = {"MutatingWebhookConfiguration", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition"}


class Lint(unittest.TestCase):
    def test_helm_lint(self) -> None:
        for program in (helm.HELM_3, helm.HELM_4):
            with self.subTest(program):
                done = helm.run([binaries.built(program), "lint", "--strict", helm.CHART])
                self.assertEqual(done.returncode, 0, done.stdout)
                self.assertNotIn("WARNING", done.stdout)

    def test_both_helms_render_the_same(self) -> None:
        for name, values in value_sets.ALL.items():
            if values.get("certificates") != value_sets.HELM["certificates"]:  # they have new keys each time
                with self.subTest(name):
                    self.assertEqual(
                        documents(helm.rendered(values, program=helm.HELM_4)), documents(helm.rendered(values))
                    )

    def test_lines_end_without_blanks(self) -> None:
        for name, values in value_sets.ALL.items():
            with self.subTest(name):
                self.assertEqual([line for line in helm.rendered(values).splitlines() if line != line.rstrip()], [])


class Everywhere(unittest.TestCase):
    """What holds for every object of every set of values."""

    def test_all(self) -> None:
        for name, values in value_sets.ALL.items():
            objects = Objects(values)
            self.assertEqual(len(objects.all), len(objects.names()), f"{name}: a name is taken twice")
            for one in objects.all:
                with self.subTest(f"{name}: {one['kind']} {one['metadata']['name']}"):
                    self.check_metadata(one)
                    if one["kind"] == "Deployment":
                        self.check_deployment(one)

    def check_metadata(self, one: dict) -> None:
        labels = one["metadata"]["labels"]
        self.assertEqual(labels["app.kubernetes.io/managed-by"], "Helm")
        self.assertTrue(labels["app.kubernetes.io/version"])
        self.assertEqual(one["metadata"].get("namespace"), None if one["kind"] in CLUSTER_SCOPED else NAMESPACE)
        self.assertLessEqual(len(one["metadata"]["name"]), 63)

    def check_deployment(self, one: dict) -> None:
        template = one["spec"]["template"]
        selector = one["spec"]["selector"]["matchLabels"]
        self.assertEqual(set(selector), {f"app.kubernetes.io/{label}" for label in ("name", "instance", "component")})
        self.assertLessEqual(selector.items(), template["metadata"]["labels"].items())
        for label in (
            "app.kubernetes.io/version",
            "helm.sh/chart",
        ):  # otherwise every release of the chart would restart pods
            self.assertNotIn(label, template["metadata"]["labels"])
        container = template["spec"]["containers"][0]
        self.assertNotIn("cpu", container["resources"]["limits"])
        self.assertIn("memory", container["resources"]["limits"])
        self.assertTrue(container["securityContext"]["readOnlyRootFilesystem"])


class Webhook(unittest.TestCase):
    def test_configuration_is_the_one_that_the_end_to_end_tests_use(self) -> None:
        ours = Objects().webhook()
        document = registration.configuration("", b"", timeout_seconds=registration.CHART_TIMEOUT_SECONDS)
        tested = document["webhooks"][0]
        del ours["clientConfig"], tested["clientConfig"]
        # kube-system is included. An empty selector would take the field away from AKS, which writes one of its own.
        self.assertNotIn("namespaceSelector", ours)
        self.assertEqual(ours, tested)

    def test_ca_bundle_is_not_even_empty_where_others_write_it(self) -> None:
        for values in ({}, value_sets.CERT_MANAGER):
            self.assertNotIn("caBundle", Objects(values).webhook()["clientConfig"])

    def test_service(self) -> None:
        objects = Objects({"webhook": {"service": {"port": 8443}}})
        service = objects.webhook()["clientConfig"]["service"]
        self.assertEqual(
            service, {"name": "everynode-webhook", "namespace": NAMESPACE, "path": "/mutate", "port": 8443}
        )
        self.assertEqual(
            objects.get("Service", "everynode-webhook")["spec"]["ports"],
            [{"name": "https", "port": 8443, "targetPort": "https"}],
        )

    def test_excluded_namespaces_join_the_selector(self) -> None:
        selector = Objects(value_sets.RESTRICTED["policy"]).webhook()["namespaceSelector"]
        self.assertEqual(
            selector,
            {
                "matchLabels": {"agents": "yes"},
                "matchExpressions": [
                    {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["one", "two"]}
                ],
            },
        )

    def test_owner_kinds_are_in_policy_and_condition(self) -> None:
        objects = Objects(value_sets.RESTRICTED["policy"])
        self.assertIn(
            'owner.kind == "NodeAgent" && owner.apiVersion.startsWith("apps.example.com/")',
            objects.webhook()["matchConditions"][0]["expression"],
        )
        self.assertIn("kind: NodeAgent", objects.get("ConfigMap", "everynode-webhook-policy")["data"]["policy.yaml"])

    def test_no_rights_and_no_token(self) -> None:
        objects = Objects(value_sets.EXISTING)
        spec = objects.pod_spec("webhook")
        self.assertFalse(spec["automountServiceAccountToken"])
        self.assertFalse(objects.get("ServiceAccount")["automountServiceAccountToken"])
        self.assertFalse([one for one in objects.all if "Role" in one["kind"]])

    def test_key_of_the_ca_stays_out(self) -> None:
        volumes = {one["name"]: one for one in Objects(value_sets.HELM).pod_spec("webhook")["volumes"]}
        self.assertEqual([item["key"] for item in volumes["certificate"]["secret"]["items"]], ["tls.crt", "tls.key"])

    def test_grace_period_covers_the_drain(self) -> None:
        spec = Objects({"webhook": {"drainDelaySeconds": 30, "drainTimeoutSeconds": 40}}).pod_spec("webhook")
        self.assertGreater(spec["terminationGracePeriodSeconds"], 70)

    def test_image(self) -> None:
        for image, expected in (
            ({"registry": "r:5000", "tag": "x"}, "r:5000/everynode:x"),
            ({"tag": "x", "digest": "sha256:" + "a" * 64}, "everynode@sha256:" + "a" * 64),
        ):
            self.assertEqual(Objects({"image": image}).pod_spec("webhook")["containers"][0]["image"], expected)

    def test_ports_of_the_node(self) -> None:
        deployment = Objects({"webhook": {"hostNetwork": True, "port": 10443}}).get("Deployment", "everynode-webhook")
        self.assertEqual(deployment["spec"]["strategy"]["rollingUpdate"], {"maxSurge": 0, "maxUnavailable": 1})
        self.assertEqual(deployment["spec"]["template"]["spec"]["dnsPolicy"], "ClusterFirstWithHostNet")


class Reconciler(unittest.TestCase):
    def test_is_there_for_certificates_or_takeover_only(self) -> None:
        for values, there in (
            ({}, True),
            (value_sets.TAKE_OVER, True),
            (value_sets.HELM, False),
            (value_sets.CERT_MANAGER, False),
            (value_sets.EXISTING, False),
            (value_sets.TAKE_OVER | value_sets.HELM, True),
            (value_sets.STATIC_POD, False),
        ):
            with self.subTest(values):
                self.assertEqual("Deployment/everynode-reconciler" in Objects(values).names(), there)

    def test_does_not_take_over_unless_told(self) -> None:
        objects = Objects()
        self.assertIn("--mode=certificates", objects.arguments("reconciler"))
        self.assertNotIn("hostNetwork", objects.pod_spec("reconciler"))
        resources = {resource for rule in objects.get("ClusterRole")["rules"] for resource in rule["resources"]}
        self.assertEqual(resources, {"mutatingwebhookconfigurations"})

    def test_takes_over_without_network_plugin_and_kube_proxy(self) -> None:
        objects = Objects(value_sets.TAKE_OVER)
        spec = objects.pod_spec("reconciler")
        self.assertIn("--mode=takeover", objects.arguments("reconciler"))
        self.assertTrue(spec["hostNetwork"])
        tolerated = {one["key"] for one in spec["tolerations"]}
        for taint in (
            "node.kubernetes.io/not-ready",
            "node.kubernetes.io/network-unavailable",
            "node-role.kubernetes.io/control-plane",
            "node.cloudprovider.kubernetes.io/uninitialized",
        ):
            self.assertIn(taint, tolerated)
        environment = {one["name"]: one for one in spec["containers"][0]["env"]}
        self.assertEqual(
            environment["KUBERNETES_SERVICE_HOST"]["valueFrom"], {"fieldRef": {"fieldPath": "status.hostIP"}}
        )
        self.assertEqual(environment["KUBERNETES_SERVICE_PORT"]["value"], "6443")

    def test_address_of_the_api_server(self) -> None:
        spec = Objects(value_sets.PRIVILEGED["take-over-with-address"]).pod_spec("reconciler")
        environment = {one["name"]: one["value"] for one in spec["containers"][0]["env"]}
        self.assertEqual(environment, {"KUBERNETES_SERVICE_HOST": "api.example.com", "KUBERNETES_SERVICE_PORT": "443"})

    def test_certificate_arguments_name_what_is_there(self) -> None:
        objects = Objects()
        arguments = dict(one.lstrip("-").split("=", 1) for one in objects.arguments("reconciler")[1:])
        objects.get("Secret", arguments["certificate-secret"].removeprefix(f"{NAMESPACE}/"))
        objects.get("Service", arguments["certificate-service"].removeprefix(f"{NAMESPACE}/"))
        objects.get("MutatingWebhookConfiguration", arguments["certificate-webhook"])

    def test_companion_may_only_delete_pods(self) -> None:
        objects = Objects(value_sets.COMPANION)
        self.assertIn("--mode=companion", objects.arguments("reconciler"))
        self.assertNotIn("hostNetwork", objects.pod_spec("reconciler"))
        self.assertEqual(
            writes(objects),
            {("pods", "delete"), ("events", "create"), ("events", "patch"), ("rolloutpolicies/status", "patch")},
        )

    def test_templates_and_nodes_are_changed_only_if_that_is_wanted(self) -> None:
        for without, with_it, more in (
            (value_sets.COMPANION, value_sets.COMPANION_ALL, {("daemonsets", "patch")}),
            (value_sets.TAKE_OVER, value_sets.TAKE_OVER_ALL, {("daemonsets", "patch"), ("nodes", "patch")}),
        ):
            self.assertEqual(writes(Objects(with_it)) - writes(Objects(without | value_sets.OVERLAYS)), more)

    def test_shards_have_a_lease_each_that_the_role_names(self) -> None:
        objects = Objects(value_sets.SHARDED)
        names = ["everynode-reconciler", *(f"everynode-reconciler-shard-{i}" for i in range(3))]
        self.assertIn("--shards=3", objects.arguments("reconciler"))
        self.assertEqual([one["metadata"]["name"] for one in objects.all if one["kind"] == "Lease"], names)
        rules = objects.get("Role", "everynode-reconciler")["rules"]
        self.assertIn(names, [rule.get("resourceNames") for rule in rules if rule["resources"] == ["leases"]])

    def test_without_shards_there_is_one_lease_and_no_flag(self) -> None:
        objects = Objects(value_sets.TAKE_OVER)
        self.assertFalse([one for one in objects.arguments("reconciler") if one.startswith("--shards")])
        self.assertEqual(len([one for one in objects.all if one["kind"] == "Lease"]), 1)

    def test_all_daemon_pods_tolerate_the_startup_taint(self) -> None:
        key = value_sets.TAKE_OVER_ALL["reconciler"]["startupTaint"]
        objects = Objects(value_sets.TAKE_OVER_ALL)
        self.assertIn(f"--startup-taint={key}", objects.arguments("reconciler"))
        self.assertIn(key, objects.get("ConfigMap", "everynode-webhook-policy")["data"]["policy.yaml"])

    def test_what_the_policy_tolerates_already_is_not_added_again(self) -> None:
        key = value_sets.TAKE_OVER_ALL["reconciler"]["startupTaint"]
        policy = {"tolerations": [{"key": key, "operator": "Exists"}]}
        objects = Objects(value_sets.TAKE_OVER_ALL | {"webhook": {"policy": policy}})
        self.assertEqual(objects.get("ConfigMap", "everynode-webhook-policy")["data"]["policy.yaml"].count(key), 1)

    def test_take_over_is_a_synonym_of_the_mode(self) -> None:
        by_mode = helm.rendered({"reconciler": {"mode": "takeover"}})
        self.assertEqual(documents(by_mode), documents(helm.rendered(value_sets.TAKE_OVER)))
        refusal = helm.refusal({"reconciler": {"mode": "companion", "takeOver": True}})
        self.assertIn("reconciler.mode is companion: leave one of them out", refusal)

    def test_definition_of_policies(self) -> None:
        name = "CustomResourceDefinition/rolloutpolicies.everynode.dev"
        for values, there in (
            ({}, False),
            ({"crds": {"enabled": True}}, True),
            (value_sets.TAKE_OVER, True),
            (value_sets.TAKE_OVER | {"crds": {"enabled": False}}, False),
            (value_sets.STATIC_POD, True),
        ):
            with self.subTest(values):
                self.assertEqual(name in Objects(values).names(), there)
        for keep, annotations in ((True, {"helm.sh/resource-policy": "keep"}), (False, None)):
            values = value_sets.TAKE_OVER | {"crds": {"keep": keep}}
            one = Objects(values).get("CustomResourceDefinition")
            self.assertEqual(one["metadata"].get("annotations"), annotations)

    def test_each_field_of_policies_is_explained(self) -> None:
        version = Objects(value_sets.TAKE_OVER).get("CustomResourceDefinition")["spec"]["versions"][0]
        silent = list(without_description(version["schema"]["openAPIV3Schema"]))
        self.assertEqual(silent, ["metadata"])

    def test_overlays_bring_their_definition_and_the_rights_to_see_them(self) -> None:
        without, objects = Objects({}), Objects(value_sets.OVERLAYS)
        self.assertEqual(
            objects.names() - without.names(),
            {
                "CustomResourceDefinition/daemonsetoverlays.everynode.dev",
                "ClusterRole/everynode-webhook",
                "ClusterRoleBinding/everynode-webhook",
                "ClusterRole/everynode-overlays-edit",
                "ClusterRole/everynode-overlays-view",
            },
        )
        rights = {
            (resource, verb)
            for rule in objects.get("ClusterRole", "everynode-webhook")["rules"]
            for resource in rule["resources"]
            for verb in rule["verbs"]
        }
        resources = ("daemonsetoverlays", "nodes", "priorityclasses")
        self.assertEqual(rights, {(one, verb) for one in resources for verb in ("list", "watch")} | {("nodes", "get")})
        for one, there in ((without, False), (objects, True)):
            self.assertEqual("--overlays" in one.arguments("webhook"), there)
            self.assertEqual(one.pod_spec("webhook")["automountServiceAccountToken"], there)
        version = objects.get("CustomResourceDefinition")["spec"]["versions"][0]
        self.assertEqual(list(without_description(version["schema"]["openAPIV3Schema"])), ["metadata"])

    def test_with_overlays_the_reconciler_compares_pods_and_tells_of_overlays(self) -> None:
        groups = ({}, value_sets.TAKE_OVER, value_sets.COMPANION)
        for values in groups:
            for overlays in ({}, value_sets.OVERLAYS):
                with self.subTest(values | overlays):
                    objects, there = Objects(values | overlays), bool(values and overlays)
                    self.assertEqual("--overlays" in objects.arguments("reconciler"), there)
                    self.assertEqual(("daemonsetoverlays/status", "patch") in writes(objects), there)

    def test_static_pods_get_the_same_rights(self) -> None:
        deployed, static = Objects(value_sets.TAKE_OVER), Objects(value_sets.STATIC_POD)
        for kind in ("ClusterRole", "Role"):
            name = "everynode-reconciler"
            self.assertEqual(deployed.get(kind, name)["rules"], static.get(kind, name)["rules"])
        self.assertEqual(static.get("RoleBinding")["subjects"][0]["name"], "everynode-reconciler")
        self.assertEqual(static.get("RoleBinding")["subjects"][0]["kind"], "User")


def writes(objects: Objects) -> set[tuple[str, str]]:
    """What the reconciler may do to DaemonSets and their like beside reading them."""
    return {
        (resource, verb)
        for rule in objects.get("ClusterRole", "everynode-reconciler")["rules"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
        if verb not in ("get", "list", "watch") and resource != "mutatingwebhookconfigurations"
    }


def without_description(schema: dict, path: str = "") -> Iterator[str]:
    """The fields of which `kubectl explain` could say nothing."""
    for name, one in schema.get("properties", {}).items():
        where = f"{path}.{name}".lstrip(".")
        if "description" not in one:
            yield where
        yield from without_description(one, where)
        yield from without_description(one.get("items", {}), f"{where}[]")


def documents(manifest: str) -> list[str]:
    """Helm 4 puts blank lines between documents, and sorts them differently."""
    return sorted(one.strip() for one in manifest.split("\n---\n"))
