"""Our webhook sees the pods of our reconciler too."""

from __future__ import annotations

from tests.harness.cluster import audit, nodes, pods, registration, waiting
from tests.harness.cluster.webhook import Webhook
from tests.harness.e2e.reconciler.daemon import POOL
from tests.harness.e2e.reconciler.environment import SHARED, ReconcilerTest

NETWORK = "node.kubernetes.io/network-unavailable"


class BesideTheWebhook(ReconcilerTest):
    def setUp(self) -> None:
        webhook = Webhook(self.cluster.directory)
        webhook.start()
        self.addCleanup(webhook.process.stop)
        self.addCleanup(self.api.delete, f"{registration.CONFIGURATIONS}/{registration.NAME}")
        webhook.register(self.api)

    def test_adds_the_one_toleration_that_the_reconciler_leaves_out(self):
        daemon = self.create(self.name("admitted"))
        for pod in daemon.wait_on(*SHARED):
            self.assertEqual(pods.pins_of(pod), [pod["spec"]["nodeName"]])
            admission = self.admission_of(pod["metadata"]["name"])
            self.assertEqual(
                (admission.annotations["node"], admission.annotations["tolerations"]),
                (pod["spec"]["nodeName"], NETWORK),
            )
            self.assertEqual(admission.annotations["pin"], "present")
        daemon.set_image("2")
        daemon.wait_on(*SHARED)
        self.assertEqual(self.creations(daemon), 2 * len(SHARED))

    def test_host_network_pod_needs_nothing_but_that_its_node_is_remembered(self):
        name = self.name("cut-off")
        self.addCleanup(self.api.delete, f"{nodes.NODES}/{name}")
        nodes.add(self.api, [nodes.node(name, network=False, labels={POOL: name})])
        daemon = self.create(self.name("network-plugin"), pool=name, template={"hostNetwork": True})
        (pod,) = daemon.wait_on(name)
        remembered = {"op": "add", "path": "/metadata/annotations", "value": {pods.NODE_ANNOTATION: name}}
        self.assertEqual(self.admission_of(pod["metadata"]["name"]).patch, [remembered])

    def admission_of(self, name: str) -> audit.Admission:
        found = waiting.until(
            lambda: [one for one in audit.admissions(self.cluster.audit_log) if one.pod == name],
            f"the audit log to tell of {name}",
            10,
        )
        return found[-1]
