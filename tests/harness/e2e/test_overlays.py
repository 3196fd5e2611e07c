"""DaemonSetOverlays: pods of the in-tree controller that fit their nodes, with what the chart installs for it."""

from __future__ import annotations

from tests.harness.chart import value_sets
from tests.harness.chart.helm import NAMESPACE, RELEASE, Objects
from tests.harness.cluster import nodes, pods, waiting
from tests.harness.cluster.api import ApiError
from tests.harness.e2e.environment import CORDONED, PLAIN, ClusterTest
from tests.harness.e2e.reconciler.policies import DEFINITIONS, GROUP
from tests.harness.e2e.reconciler.rights import PATHS

ACCOUNT = f"{RELEASE}-webhook"
OVERLAYS = f"{GROUP}/namespaces/default/daemonsetoverlays"
STAMP = "everynode.dev/overlays"


class Overlays(ClusterTest):
    @classmethod
    def setUpClass(cls) -> None:
        api = cls.cluster.api
        api.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
        for one in Objects(value_sets.OVERLAYS).all:
            if one["kind"] == "CustomResourceDefinition":
                api.create(DEFINITIONS, one)
            elif one["kind"] in PATHS and one["metadata"]["name"] == ACCOUNT:
                api.create(PATHS[one["kind"]].format(namespace=NAMESPACE), one)
        token = cls.kubectl("create", "token", ACCOUNT, "--namespace", NAMESPACE, "--duration", "24h").stdout.strip()
        cls.webhook.process.stop()
        cls.webhook.flags = ["--overlays", "--kubeconfig", cls.cluster.token_kubeconfig(ACCOUNT, token)]
        cls.webhook.start()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.webhook.process.stop()
        cls.webhook.flags = []
        cls.webhook.start()

    def overlay(self, name: str, **spec) -> None:
        """Returns when the webhook knows it."""
        known = self.webhook.metric("everynode_webhook_known_overlays")
        document = {
            "apiVersion": "everynode.dev/v1alpha1",
            "kind": "DaemonSetOverlay",
            "metadata": {"name": name, "namespace": "default"},
            "spec": {"daemonSets": {}} | spec,
        }
        self.api.create(OVERLAYS, document)
        self.addCleanup(self.api.delete, f"{OVERLAYS}/{name}")
        waiting.until(
            lambda: self.webhook.metric("everynode_webhook_known_overlays") == known + 1
            and STAMP in self.dry_run(self.pod())["metadata"]["annotations"],
            f"the webhook to know overlay {name}",
            20,
        )

    @staticmethod
    def pod() -> dict:
        return pods.daemon_pod("fitted", {pods.NODE_ANNOTATION: PLAIN})

    def test_pods_of_the_controller_in_tree_fit_their_nodes(self):
        """Requirement A13: the numbers of the priority class are right, or none of these pods would be here."""
        self.overlay(
            "by-node",
            priorityClassName="system-node-critical",
            containers=[
                {
                    "name": "agent",
                    "env": [{"name": "HOST", "nodeLabel": "kubernetes.io/hostname"}, {"name": "MODE", "value": "big"}],
                    "resources": {
                        "requests": {"cpu": {"percentOfAllocatable": 1}, "memory": {"base": "64Mi", "perPod": "1Mi"}},
                        "limits": {"memory": {"base": "128Mi", "perPod": "1Mi"}},
                    },
                }
            ],
        )
        with self.daemon_set("fitting", hostNetwork=True) as made:
            for pod in made:
                container = pod["spec"]["containers"][0]
                values = {one["name"]: one.get("value") for one in container["env"]}
                self.assertEqual(values, {"HOST": pod["spec"]["nodeName"], "MODE": "big"})
                self.assertEqual(pod["spec"]["priority"], 2000001000)
                self.assertEqual(
                    container["resources"],  # of 32 cores and 250 pods
                    {"requests": {"cpu": "320m", "memory": "314Mi"}, "limits": {"memory": "378Mi"}},
                )
                self.assertTrue(pod["metadata"]["annotations"][STAMP].startswith("by-node@"))
        self.assertGreater(self.webhook.metric("everynode_webhook_overlays_total", result="applied"), 0)

    def test_what_the_api_server_would_refuse_is_left_out_with_a_warning(self):
        self.overlay("fine", containers=[{"name": "agent", "image": "example.org/agent:2"}])
        self.api.create(
            OVERLAYS,
            {
                "apiVersion": "everynode.dev/v1alpha1",
                "kind": "DaemonSetOverlay",
                "metadata": {"name": "too-much", "namespace": "default"},
                "spec": {
                    "daemonSets": {},
                    "containers": [{"name": "agent", "resources": {"requests": {"cpu": {"base": 2}}}}],
                },
            },
        )
        self.addCleanup(self.api.delete, f"{OVERLAYS}/too-much")
        limited = self.pod()
        limited["spec"]["containers"][0]["resources"] = {"limits": {"cpu": "1"}}
        answer = waiting.until(
            lambda: next((one for one in [pods.dry_run(self.api, limited)] if one.warnings), None), "a warning", 20
        )
        self.assertEqual(
            answer.warnings,
            [
                "everynode: overlay too-much is not in this pod: containers[agent].resources.requests.cpu would be 2, "
                "above its limit of 1"
            ],
        )
        self.assertEqual(answer.body["spec"]["containers"][0]["image"], "example.org/agent:2")

    def test_an_overlay_that_asks_for_another_label_sees_it(self):
        """Of the nodes the webhook keeps only what overlays ask for, so it lists them again."""
        self.api.merge(f"{nodes.NODES}/{PLAIN}", {"metadata": {"annotations": {"example.org/rack": "r7"}}})
        self.overlay(
            "rack", containers=[{"name": "*", "env": [{"name": "RACK", "nodeAnnotation": "example.org/rack"}]}]
        )
        self.assertEqual(self.dry_run(self.pod())["spec"]["containers"][0]["env"], [{"name": "RACK", "value": "r7"}])
        self.api.merge(f"{nodes.NODES}/{PLAIN}", {"metadata": {"annotations": {"example.org/rack": "r8"}}})
        waiting.until(
            lambda: self.dry_run(self.pod())["spec"]["containers"][0]["env"][0]["value"] == "r8",
            "the changed annotation to be seen",
            10,
        )
        other = pods.daemon_pod("other", {pods.NODE_ANNOTATION: CORDONED})
        self.assertEqual(self.dry_run(other)["spec"]["containers"][0]["env"], [{"name": "RACK"}])

    def test_the_definition_refuses_what_the_webhook_could_not_read(self):
        for containers in (
            [{"name": "agent", "env": [{"name": "A", "value": "b", "nodeLabel": "c"}]}],
            [{"name": "agent", "env": [{"name": "1A", "value": "b"}]}],
            [{"name": "agent", "image": " a"}],
            [{"name": "agent", "resources": {"requests": {"cpu": {"min": "1"}}}}],
            [{"name": "agent", "resources": {"requests": {"cpu": {"base": "many"}}}}],
            [{"name": "agent", "resources": {"requests": {"cpu": {"base": -1}}}}],
            [{"name": "agent"}, {"name": "agent"}],
        ):
            with self.subTest(containers), self.assertRaises(ApiError) as refused:
                self.overlay("refused", containers=containers)
            self.assertEqual(refused.exception.code, 422)
