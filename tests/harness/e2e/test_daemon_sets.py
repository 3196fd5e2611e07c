"""Pods of Kubernetes' own DaemonSet controller."""

from __future__ import annotations

from tests.harness.cluster import pods
from tests.harness.e2e.environment import NETWORK_UNAVAILABLE, NODES, ClusterTest

# Tolerates the network taint itself, because otherwise the in-tree controller makes no pod for the node without
# network.
ALL_NODES = {"tolerations": [{"operator": "Exists", "effect": "NoSchedule"}]}
CALLS = "apiserver_admission_webhook_request_total"


class DaemonSetPods(ClusterTest):
    def test_one_pinned_tolerant_pod_on_each_node(self):
        with self.daemon_set("each-node", **ALL_NODES) as created:
            self.assertEqual(
                sorted(pod["spec"]["nodeName"] for pod in created), sorted(node["metadata"]["name"] for node in NODES)
            )
            for pod in created:
                self.assertEqual(pods.pins_of(pod), [pod["spec"]["nodeName"]])
                self.assert_mutated(pod)

    def test_network_unavailable_is_ours_not_the_controllers(self):
        with self.daemon_set("network", **ALL_NODES) as created:
            for pod in created:
                admission = self.admissions_of(pod["metadata"]["name"])[-1]
                self.assertEqual(admission.annotations["node"], pod["spec"]["nodeName"])
                self.assertEqual(admission.annotations["tolerations"], NETWORK_UNAVAILABLE[0])

    def test_host_network(self):
        with self.daemon_set("host-network", hostNetwork=True) as created:
            for pod in created:
                self.assert_mutated(pod)
                keys = [one.get("key") for one in pod["spec"]["tolerations"]]
                self.assertEqual(len(keys), len(set(keys)), "a toleration is there twice")

    def test_tolerations_of_the_template_stay_first(self):
        own = [
            {"operator": "Exists", "effect": "NoSchedule"},
            {"key": "dedicated", "operator": "Equal", "value": "logs"},
        ]
        with self.daemon_set("own-tolerations", tolerations=own) as created:
            for pod in created:
                self.assertEqual(pod["spec"]["tolerations"][:2], own)

    def test_called_at_most_twice_for_a_pod(self):
        """Our patch makes the API server call the webhooks again; it must not call us again because of our own
        change."""
        before = self.api.metric(CALLS, name="pods.everynode.dev")
        with self.daemon_set("reinvocation", **ALL_NODES) as created:
            calls = self.api.metric(CALLS, name="pods.everynode.dev") - before
        self.assertGreaterEqual(calls, len(created))
        self.assertLessEqual(calls, 2 * len(created))

    def test_second_look_changes_nothing(self):
        with self.daemon_set("second-look", **ALL_NODES) as created:
            again = {
                **created[0],
                "metadata": {
                    "name": "second-look-again",
                    "namespace": "default",
                    "annotations": created[0]["metadata"]["annotations"],
                    "ownerReferences": [pods.owner()],
                },
            }
            del again["spec"]["nodeName"]
            seen = self.create(again)
        self.assertEqual(seen["spec"]["tolerations"], again["spec"]["tolerations"])
        self.assertEqual(seen["spec"]["affinity"], again["spec"]["affinity"])
        self.assertEqual(self.admissions_of("second-look-again")[-1].patch, [])
