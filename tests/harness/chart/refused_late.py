"""Values that would render, and then be refused by others, give rights away, or raise alerts without a fault."""

from __future__ import annotations


def alert_before(days: int) -> dict:
    return {"metrics": {"prometheusRule": {"enabled": True, "certificateDays": days}}}


# The mistake: the values, and words that the message must contain.
REFUSED_LATE = {
    "election switched off by hand": (
        {"reconciler": {"takeOver": True, "extraArgs": ["--leader-elect=false"]}},
        ["reconciler.extraArgs: --leader-elect=false", "set reconciler.leaderElection instead"],
    ),
    "mode without its rights": (
        {"reconciler": {"extraArgs": ["--mode", "takeover"]}},
        ["reconciler.extraArgs: --mode", "set reconciler.mode instead"],
    ),
    "takeover by hand": (
        {"reconciler": {"extraArgs": ["--take-over=true"]}},
        ["reconciler.extraArgs: --take-over=true", "set reconciler.takeOver instead"],
    ),
    "Lease without its rights": (
        {"reconciler": {"extraArgs": ["--lease-name=mine"]}},
        ["reconciler.extraArgs: --lease-name=mine", "leave it out", "namespaceOverride"],
    ),
    "address with a port": (
        {"reconciler": {"apiServer": {"from": "address", "address": "10.0.0.1:6443"}}},
        ["/reconciler/apiServer/address", "pattern"],
    ),
    "address in brackets": (
        {"reconciler": {"apiServer": {"from": "address", "address": "[fd00::1]"}}},
        ["/reconciler/apiServer/address", "pattern"],
    ),
    "address that is a URL": (
        {"reconciler": {"apiServer": {"from": "address", "address": "https://api.example.com"}}},
        ["/reconciler/apiServer/address", "pattern"],
    ),
    "rights for everybody in the namespace": (
        {"reconciler": {"serviceAccount": {"create": False}}},
        ["reconciler.serviceAccount.create false", "reconciler.serviceAccount.name"],
    ),
    "nodes for everybody in the namespace": (
        {"webhook": {"overlays": {"enabled": True}, "serviceAccount": {"create": False}}},
        ["webhook.serviceAccount.create false", "webhook.serviceAccount.name"],
    ),
    "token of everybody in the namespace": (
        {"webhook": {"clientAuthentication": {"tokens": {"enabled": True}}, "serviceAccount": {"create": False}}},
        ["webhook.serviceAccount.create false", "webhook.serviceAccount.name"],
    ),
    "one account for two": (
        {
            "webhook": {"serviceAccount": {"name": "same"}},
            "reconciler": {"serviceAccount": {"create": False, "name": "same"}},
        },
        ["webhook.serviceAccount.name and reconciler.serviceAccount.name are both same"],
    ),
    "alert before the loop renews": (
        alert_before(30) | {"certificates": {"mode": "self"}},
        ["metrics.prometheusRule.certificateDays 30", "mode self", "30 days before its end"],
    ),
    "alert before cert-manager renews": (
        alert_before(7) | {"certificates": {"mode": "certManager", "certManager": {"renewBefore": "100h4080m"}}},
        ["metrics.prometheusRule.certificateDays 7", "mode certManager", "7 days before its end"],
    ),
    "alert before an upgrade renews": (
        alert_before(7) | {"certificates": {"mode": "helm", "helm": {"days": 20}}},
        ["metrics.prometheusRule.certificateDays 7", "mode helm", "6.67 days before its end"],
    ),
    "issuer without name": (
        {"certificates": {"mode": "certManager", "certManager": {"issuerRef": {"kind": "ClusterIssuer"}}}},
        ["/certificates/certManager/issuerRef", "name"],
    ),
    "renewal before the certificate is made": (
        {"certificates": {"mode": "certManager", "certManager": {"duration": "720h"}}},
        ["certificates.certManager.renewBefore 720h", "shorter than", "duration 720h"],
    ),
    "condition without name": (
        {"webhook": {"matchConditions": [{"name": " ", "expression": "true"}]}},
        ["/webhook/matchConditions/0/name", "pattern"],
    ),
    "condition that says nothing": (
        {"webhook": {"matchConditions": [{"name": "a", "expression": " "}]}},
        ["/webhook/matchConditions/0/expression", "pattern"],
    ),
    "condition with the name of another": (
        {"webhook": {"matchConditions": [{"name": "a", "expression": "true"}, {"name": "a", "expression": "false"}]}},
        ["webhook.matchConditions: a is the name of another condition"],
    ),
    "condition with the name of ours": (
        {"webhook": {"matchConditions": [{"name": "not-a-mirror-pod", "expression": "true"}]}},
        ["webhook.matchConditions: not-a-mirror-pod is the name of another condition"],
    ),
    "selector of no value": (
        {"webhook": {"namespaceSelector": {"matchExpressions": [{"key": "a", "operator": "In"}]}}},
        ["/webhook/namespaceSelector/matchExpressions/0", "values"],
    ),
    "selector of an empty list": (
        {"webhook": {"namespaceSelector": {"matchExpressions": [{"key": "a", "operator": "NotIn", "values": []}]}}},
        ["/webhook/namespaceSelector/matchExpressions/0/values", "minItems"],
    ),
    "selector of a value too many": (
        {"webhook": {"namespaceSelector": {"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["b"]}]}}},
        ["/webhook/namespaceSelector/matchExpressions/0/values", "maxItems"],
    ),
}
