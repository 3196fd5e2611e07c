"""Other webhooks change a pod after us: the API server calls us again."""

from __future__ import annotations

import base64
import json

from tests.harness.cluster import pods, registration
from tests.harness.cluster.pods import NODE_ANNOTATION, field_term, required, requirement
from tests.harness.e2e.environment import CORDONED, ClusterTest
from tests.harness.e2e.recorder import Recorder

POOL = required({"matchExpressions": [requirement("kubernetes.io/os", "In", "linux")]})
LATER = "later"  # the API server calls webhooks in the order of their configurations' names


class Replacer(Recorder):
    """Replaces the pod's affinity with its own."""

    def keep(self, body: bytes) -> dict:
        answer = super().keep(body)
        patch = json.dumps([{"op": "add", "path": "/spec/affinity", "value": POOL}])
        answer["response"] |= {"patchType": "JSONPatch", "patch": base64.b64encode(patch.encode()).decode()}
        return answer


class Reinvocation(ClusterTest):
    def test_a_pod_whose_affinity_is_replaced_is_pinned_again(self):
        pki = self.cluster.pki
        pki.server("replacer")
        with Replacer(pki.certificate("replacer"), pki.key("replacer")) as replacer:
            document = registration.configuration(replacer.url, pki.certificate("ca").read_bytes())
            document["metadata"]["name"] = LATER
            document["webhooks"][0] |= {"reinvocationPolicy": "Never", "failurePolicy": "Fail", "timeoutSeconds": 10}
            self.api.create(registration.CONFIGURATIONS, document)
            self.addCleanup(self.api.delete, f"{registration.CONFIGURATIONS}/{LATER}")
            registration.wait_in_force(self.api, lambda pod: pods.terms_of(pod)[0].get("matchExpressions"))
            pod = self.dry_run(pods.daemon_pod("replaced", affinity=required(field_term(CORDONED))))
        self.assertEqual(pod["metadata"]["annotations"][NODE_ANNOTATION], CORDONED)
        self.assertEqual(pods.pins_of(pod), [CORDONED])
        self.assertEqual(
            pods.terms_of(pod)[0]["matchExpressions"],
            POOL["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"][0][
                "matchExpressions"
            ],
        )
