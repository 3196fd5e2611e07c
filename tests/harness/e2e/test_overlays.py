"""DaemonSetOverlays: pods of the in-tree controller that fit their nodes, with what the chart installs for it."""

from __future__ import annotations

from tests.harness.cluster import nodes, pods, waiting
from tests.harness.cluster.api import ApiError
from tests.harness.e2e.environment import CORDONED, PLAIN
from tests.harness.e2e.overlays import STAMP, OverlayTest


class Overlays(OverlayTest):
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
        self.write_overlay(
            "too-much", {"containers": [{"name": "agent", "resources": {"requests": {"cpu": {"base": 2}}}}]}
        )
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

    def test_pods_for_a_node_that_is_a_moment_old_fit_it(self):
        """The watch may not have told of it yet: then the webhook asks for it, as its role lets it."""
        self.overlay(
            "new-nodes",
            containers=[{"name": "*", "resources": {"requests": {"cpu": {"percentOfAllocatable": 1}}}}],
        )
        for number in range(10):
            name = f"young-{number}"
            young = {
                "apiVersion": "v1",
                "kind": "Node",
                "metadata": {"name": name},
                "status": {"allocatable": {"cpu": "48", "memory": "1Gi", "pods": "110"}},
            }
            self.addCleanup(self.api.delete, f"{nodes.NODES}/{name}")
            self.api.create(nodes.NODES, young)
            pod = self.dry_run(pods.daemon_pod("young", {pods.NODE_ANNOTATION: name}))
            self.assertEqual(pod["spec"]["containers"][0]["resources"], {"requests": {"cpu": "480m"}}, name)

    def test_a_node_that_is_none_is_asked_for_in_vain(self):
        self.overlay("by-zone", containers=[{"name": "*", "env": [{"name": "ZONE", "nodeLabel": "zone"}]}])
        answer = pods.dry_run(self.api, pods.daemon_pod("lost", {pods.NODE_ANNOTATION: "nowhere"}))
        self.assertEqual(pods.pins_of(answer.body), ["nowhere"])
        self.assertEqual(
            answer.warnings,
            ["everynode: overlay by-zone is not in this pod: variable ZONE depends on the node, which is not known"],
        )
        self.assertGreater(self.webhook.metric("everynode_webhook_node_lookups_total", result="absent"), 0)
        self.assertEqual(self.webhook.metric("everynode_webhook_node_lookups_total", result="failed"), 0)
