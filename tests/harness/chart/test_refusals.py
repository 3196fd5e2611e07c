"""Values that cannot work are refused before anything is installed, with a helpful message."""

from __future__ import annotations

import unittest

from tests.harness.chart import helm, value_sets
from tests.harness.chart.refused_late import REFUSED_LATE, alert_before

TAKE_OVER = {"takeOver": True}

# The mistake: the values, and words that the message must contain.
REFUSED = {
    "unknown value": ({"webhooks": {}}, ["webhooks"]),
    "misspelled value": ({"webhook": {"replica": 3}}, ["/webhook", "replica"]),
    "unknown mode": (
        {"certificates": {"mode": "acme"}},
        ["/certificates/mode", "self", "certManager", "existingSecret", "helm"],
    ),
    "unknown word": (
        {"webhook": {"policy": {"networkUnavailable": "sometimes"}}},
        ["networkUnavailable", "always", "host-network", "never"],
    ),
    "no replicas": ({"webhook": {"replicas": 0}}, ["/webhook/replicas", "minimum"]),
    "text for a number": ({"webhook": {"replicas": "two"}}, ["/webhook/replicas", "integer"]),
    "text for a switch": ({"webhook": {"hostNetwork": "yes"}}, ["/webhook/hostNetwork", "boolean"]),
    "long timeout": ({"webhook": {"timeoutSeconds": 30}}, ["/webhook/timeoutSeconds", "maximum"]),
    "port out of range": ({"webhook": {"port": 70000}}, ["/webhook/port", "65,535"]),
    "old TLS": ({"webhook": {"tls": {"minVersion": "1.0"}}}, ["minVersion", "1.2", "1.3"]),
    "short digest": ({"image": {"digest": "sha256:abc"}}, ["/image/digest", "pattern"]),
    "no pull policy": ({"image": {"pullPolicy": "Sometimes"}}, ["/image/pullPolicy", "IfNotPresent"]),
    "selector label": ({"commonLabels": {"app.kubernetes.io/name": "x"}}, ["commonLabels", "selectors"]),
    "selector label on pods": (
        {"webhook": {"podLabels": {"app.kubernetes.io/component": "x"}}},
        ["webhook.podLabels", "selectors"],
    ),
    "namespace that is none": ({"webhook": {"excludedNamespaces": ["Kube_System"]}}, ["excludedNamespaces", "pattern"]),
    "owner without kind": ({"webhook": {"policy": {"ownerKinds": [{"group": "x"}]}}}, ["ownerKinds", "kind"]),
    "owner kind with a quote": (
        {"webhook": {"policy": {"ownerKinds": [{"kind": 'x" || true || "'}]}}},
        ["ownerKinds", "pattern"],
    ),
    "toleration effect": (
        {"webhook": {"policy": {"tolerations": [{"key": "a", "effect": "Never"}]}}},
        ["effect", "NoSchedule"],
    ),
    "CA that is no PEM": (
        {"certificates": {"mode": "existingSecret", "existingSecret": {"name": "a", "caBundle": "abc"}}},
        ["caBundle", "pattern"],
    ),
    "no existing Secret": ({"certificates": {"mode": "existingSecret"}}, ["certificates.existingSecret.name"]),
    "existing Secret without CA": (
        {"certificates": {"mode": "existingSecret", "existingSecret": {"name": "a"}}},
        ["certificates.existingSecret.caBundle", "trusts nobody"],
    ),
    "existing Secret in another mode": (
        {"certificates": {"existingSecret": {"name": "a"}}},
        ["certificates.mode is self"],
    ),
    "issuer in another mode": (
        {"certificates": {"certManager": {"issuerRef": {"name": "a"}}}},
        ["certificates.mode is self"],
    ),
    "takeover without election": (
        {"reconciler": TAKE_OVER | {"replicas": 1, "leaderElection": False}},
        ["reconciler.leaderElection", "two pods"],
    ),
    "replicas without election": (
        {"reconciler": {"replicas": 2, "leaderElection": False}},
        ["reconciler.replicas 2", "reconciler.leaderElection"],
    ),
    "startup of nothing": (
        {"reconciler": {"startupTaint": "everynode.dev/starting"}},
        ["reconciler.startupTaint", "reconciler.mode"],
    ),
    "startup taint without a good key": (
        {"reconciler": {"mode": "companion", "startupTaint": "not a key"}},
        ["reconciler.startupTaint"],
    ),
    "shards that may keep no Leases": (
        {"reconciler": {"extraArgs": ["--shards=3"]}},
        ["reconciler.extraArgs", "reconciler.shards"],
    ),
    "shards with streams": (
        {"reconciler": {"mode": "companion", "shards": 2, "extraArgs": ["--streaming-lists=true"]}},
        ["reconciler.extraArgs", "reconciler.shards"],
    ),
    "shards of nothing": ({"reconciler": {"shards": 2}}, ["reconciler.shards", "reconciler.mode"]),
    "shards and a taint that waits for all of them": (
        {"reconciler": {"mode": "companion", "shards": 2, "startupTaint": "everynode.dev/starting"}},
        ["reconciler.shards", "reconciler.startupTaint"],
    ),
    "rollback of nothing": ({"reconciler": {"rollback": True}}, ["reconciler.rollback", "reconciler.mode"]),
    "static pods without takeover": (
        {"reconciler": {"staticPod": {"enabled": True}}},
        ["reconciler.staticPod.enabled", "reconciler.takeOver"],
    ),
    "no address": ({"reconciler": {"apiServer": {"from": "address"}}}, ["reconciler.apiServer.address"]),
    "address that is not read": (
        {"reconciler": {"apiServer": {"address": "1.2.3.4"}}},
        ["reconciler.apiServer.from is auto"],
    ),
    "API server of a worker": (
        {"reconciler": TAKE_OVER | {"controlPlaneOnly": False}},
        ["reconciler.controlPlaneOnly"],
    ),
    "one port for two": ({"webhook": {"port": 9090}}, ["webhook.port", "webhook.metricsPort", "9090"]),
    "one port of the node for two": (
        {"webhook": {"hostNetwork": True, "metricsPort": 9091}, "reconciler": TAKE_OVER},
        ["reconciler.metricsPort 9091"],
    ),
    "budget as large as replicas": (
        {"webhook": {"podDisruptionBudget": {"maxUnavailable": None, "minAvailable": 2}}},
        ["webhook.podDisruptionBudget.minAvailable 2", "webhook.replicas 2"],
    ),
    "budget of nothing": (
        {"reconciler": {"podDisruptionBudget": {"maxUnavailable": 0}}},
        ["reconciler.podDisruptionBudget.maxUnavailable 0"],
    ),
    "budget with both": (
        {"webhook": {"podDisruptionBudget": {"minAvailable": 1}}},
        ["webhook.podDisruptionBudget", "maxUnavailable to null"],
    ),
    "budget with neither": (
        {"webhook": {"podDisruptionBudget": {"maxUnavailable": None}}},
        ["needs maxUnavailable or minAvailable"],
    ),
    "budget of all": ({"webhook": {"podDisruptionBudget": {"maxUnavailable": None, "minAvailable": "100%"}}}, ["100%"]),
    "budget of all when rounded up": (
        {"webhook": {"replicas": 3, "podDisruptionBudget": {"maxUnavailable": None, "minAvailable": "67%"}}},
        ["minAvailable 67%", "webhook.replicas 3"],
    ),
    "rendered though not enabled": ({"enabled": False}, ["enabled false", "condition: everynode.enabled"]),
    "quota of kube-system": (
        {"namespaceOverride": "kube-system", "resourceQuota": {"enabled": True}},
        ["resourceQuota.enabled true in kube-system", "everybody's pods", "leave it auto"],
    ),
    "quota smaller than an upgrade": (
        {"webhook": {"replicas": 20}},
        ["resourceQuota.pods 20 is too few", "up to 24 pods", "raise it"],
    ),
    "port of the kubelet": (
        {"webhook": {"hostNetwork": True, "port": 10250}},
        ["webhook.port", "10250", "the kubelet's port", "choose another"],
    ),
    "port of the kubelet for metrics": (
        {"reconciler": TAKE_OVER | {"metricsPort": 10250}},
        ["reconciler.metricsPort", "10250", "choose another"],
    ),
    "toleration without key": (
        {"webhook": {"policy": {"tolerations": [{"operator": "Exists"}, {"effect": "NoSchedule"}]}}},
        ["webhook.policy.tolerations[1]", "key is empty", "set operator Exists"],
    ),
    "toleration that compares with no number": (
        {"webhook": {"policy": {"tolerations": [{"key": "a", "operator": "Lt", "value": "05"}]}}},
        ["webhook.policy.tolerations[0]", '"05" is no decimal integer', "operator Lt"],
    ),
    "toleration that compares with too large a number": (
        {"webhook": {"tolerations": [{"key": "a", "operator": "Gt", "value": "9223372036854775808"}]}},
        ["webhook.tolerations[0]", '"9223372036854775808" is no decimal integer', "operator Gt"],
    ),
    "toleration that compares without a key": (
        {"reconciler": {"tolerations": [{"operator": "Gt", "value": "1"}]}},
        ["reconciler.tolerations[0]", "key is empty"],
    ),
    "toleration with a key that is none": (
        {"webhook": {"policy": {"tolerations": [{"key": "a b", "operator": "Exists"}]}}},
        ["webhook.policy.tolerations[0]", '"a b" is no key of a taint', "example.com/gpu"],
    ),
    "toleration with a value too many": (
        {"webhook": {"tolerations": [{"key": "a", "operator": "Exists", "value": "b"}]}},
        ["webhook.tolerations[0]", '"b" does not go with operator Exists', "leave it out"],
    ),
    "toleration with a value that is none": (
        {"reconciler": {"tolerations": [{"key": "a", "value": "-b"}]}},
        ["reconciler.tolerations[0]", '"-b" is no value of a taint'],
    ),
    "toleration with seconds for ever": (
        {"webhook": {"policy": {"tolerations": [{"key": "a", "operator": "Exists", "tolerationSeconds": 0}]}}},
        ["tolerationSeconds goes with effect NoExecute only", "leave it out"],
    ),
    "context that is misspelled": (
        {"webhook": {"podSecurityContext": {"runAsUsr": 1}}},
        ["/webhook/podSecurityContext", "runAsUsr"],
    ),
    "both monitors": (
        {"metrics": {"serviceMonitor": {"enabled": True}, "podMonitor": {"enabled": True}}},
        ["serviceMonitor", "podMonitor", "twice"],
    ),
}


COMPARING = [
    {"key": "a", "operator": "Lt", "value": "9223372036854775807", "effect": "NoSchedule"},
    {"key": "a", "operator": "Gt", "value": "-9223372036854775808"},
    {"key": "a", "operator": "Gt", "value": "0"},
]


def with_tolerations(path: str, tolerations: list[dict]) -> dict:
    """The values that set PATH.tolerations."""
    values: dict = {"tolerations": tolerations}
    for name in reversed(path.split(".")):
        values = {name: values}
    return values


class Refusals(unittest.TestCase):
    def test_too_old_a_cluster(self) -> None:
        with self.assertRaisesRegex(Exception, "kubeVersion"):
            helm.rendered({}, "--kube-version", "1.29.0")

    def test_a_service_whose_name_begins_with_a_digit(self) -> None:
        values = {"fullnameOverride": "1e3"}
        with self.assertRaisesRegex(Exception, "the name 1e3 begins with a digit.*set fullnameOverride"):
            helm.rendered(values, "--kube-version", "1.35.9")
        helm.rendered(values, "--kube-version", "1.36.0")

    def test_tolerations_that_compare_for_a_cluster_that_cannot(self) -> None:
        for path in ("webhook.policy", "webhook", "reconciler"):
            with self.assertRaisesRegex(Exception, rf"{path}.tolerations\[0\]: operator Lt .* 1.35 .*this is v1.34.9"):
                helm.rendered(with_tolerations(path, COMPARING), "--kube-version", "1.34.9")

    def test_by_helm_4_too(self) -> None:
        for words, values in (
            ("/webhook/replicas", {"webhook": {"replicas": 0}}),
            ("read every pod twice", REFUSED["both monitors"][0]),
        ):
            with self.assertRaisesRegex(Exception, words):
                helm.rendered(values, program=helm.HELM_4)


def case(values: dict, words: list[str]):
    def test(self: Refusals) -> None:
        message = helm.refusal(values)
        for word in words:
            self.assertIn(word, message)

    return test


for _name, (_values, _words) in (REFUSED | REFUSED_LATE).items():
    setattr(Refusals, f"test_{_name.replace(' ', '_')}", case(_values, _words))


class Accepted(unittest.TestCase):
    """Values that are close to refused ones, but valid."""

    def test_injected_ca(self) -> None:
        objects = helm.Objects(
            {
                "certificates": {"mode": "existingSecret", "existingSecret": {"name": "a"}},
                "webhook": {"annotations": {"cert-manager.io/inject-ca-from-secret": "everynode-system/a"}},
            }
        )
        self.assertNotIn("caBundle", objects.webhook()["clientConfig"])

    def test_budget_that_leaves_one_pod_to_take(self) -> None:
        for replicas, minimum in ((3, "66%"), (2, "50%"), (3, 2), (1, 0), (1, "0%")):
            budget = {"podDisruptionBudget": {"maxUnavailable": None, "minAvailable": minimum}}
            found = helm.Objects({"webhook": budget | {"replicas": replicas}}).get(
                "PodDisruptionBudget", "everynode-webhook"
            )
            self.assertEqual(found["spec"]["minAvailable"], minimum)

    def test_tolerations_that_compare(self) -> None:
        for path in ("webhook.policy", "webhook", "reconciler"):
            shown = helm.rendered(with_tolerations(path, COMPARING), "--kube-version", "1.35.0")
            self.assertIn('value: "-9223372036854775808"', shown)
            self.assertIn('value: "9223372036854775807"', shown)

    def test_addresses_of_the_api_server(self) -> None:
        for address in ("api.example.com", "localhost", "10.0.0.1", "fd00::1", "::1", "fd00::0:0:1", "::ffff:10.0.0.1"):
            shown = helm.rendered({"reconciler": {"apiServer": {"from": "address", "address": address}}})
            self.assertIn(f"value: {address}", shown.replace('"', ""))

    def test_alert_a_day_after_renewal_is_due(self) -> None:
        for days, certificates in (
            (29, {"mode": "self"}),
            (9, {"mode": "certManager", "certManager": {"renewBefore": "240h"}}),
            (6, {"mode": "helm", "helm": {"days": 20}}),
            (365, value_sets.EXISTING["certificates"]),
        ):
            helm.rendered(alert_before(days) | {"certificates": certificates})

    def test_account_that_somebody_else_made(self) -> None:
        for account, values in (
            ("default", {"webhook": {"serviceAccount": {"create": False}}}),
            ("own", {"webhook": {"serviceAccount": {"create": False, "name": "own"}, "overlays": {"enabled": True}}}),
        ):
            self.assertEqual(helm.Objects(values).pod_spec("webhook")["serviceAccountName"], account)
        static = value_sets.STATIC_POD["reconciler"] | {"serviceAccount": {"create": False}}
        helm.rendered({"reconciler": static})

    def test_one_replica_without_election(self) -> None:
        self.assertIn(
            "--leader-elect=false",
            helm.Objects({"reconciler": {"replicas": 1, "leaderElection": False}}).arguments("reconciler"),
        )

    def test_as_a_dependency(self) -> None:
        helm.rendered({"global": {"anything": 1}} | value_sets.HELM)
