"""Other webhooks change a pod after us: the API server calls us again."""

from __future__ import annotations

from tests.harness.cluster import pods
from tests.harness.cluster.pods import NODE_ANNOTATION, field_term, required, requirement
from tests.harness.e2e.environment import CORDONED, ClusterTest
from tests.harness.e2e.neighbour import LATER, neighbour

POOL = required({"matchExpressions": [requirement("kubernetes.io/os", "In", "linux")]})


class Reinvocation(ClusterTest):
    def test_a_pod_whose_affinity_is_replaced_is_pinned_again(self):
        replacement = [{"op": "add", "path": "/spec/affinity", "value": POOL}]
        with neighbour(
            self.cluster, LATER, lambda _: replacement, lambda pod: pods.terms_of(pod)[0].get("matchExpressions")
        ):
            pod = self.dry_run(pods.daemon_pod("replaced", affinity=required(field_term(CORDONED))))
        self.assertEqual(pod["metadata"]["annotations"][NODE_ANNOTATION], CORDONED)
        self.assertEqual(pods.pins_of(pod), [CORDONED])
        self.assertEqual(
            pods.terms_of(pod)[0]["matchExpressions"],
            POOL["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"][0][
                "matchExpressions"
            ],
        )
