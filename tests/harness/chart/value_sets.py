"""Values that people use; each must render, and the API server must accept the result."""

from __future__ import annotations

CA = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
TAKE_OVER = {"reconciler": {"takeOver": True}}
COMPANION = {"reconciler": {"mode": "companion"}}
OVERLAYS = {"webhook": {"overlays": {"enabled": True}}}
# Every right that a reconciler can have.
TAKE_OVER_ALL = {
    "reconciler": {"takeOver": True, "rollback": True, "startupTaint": "everynode.dev/starting"}
} | OVERLAYS
SHARDED = {"reconciler": {"takeOver": True, "shards": 3}}
COMPANION_ALL = {"reconciler": {"mode": "companion", "rollback": True}} | OVERLAYS
STATIC_POD = {"reconciler": {"takeOver": True, "staticPod": {"enabled": True}}}
STATIC_POD_ALL = {"reconciler": TAKE_OVER_ALL["reconciler"] | STATIC_POD["reconciler"]} | OVERLAYS
CERT_MANAGER = {"certificates": {"mode": "certManager"}}
HELM = {"certificates": {"mode": "helm"}}
EXISTING = {"certificates": {"mode": "existingSecret", "existingSecret": {"name": "own", "caBundle": CA}}}
MONITORED = {
    "metrics": {
        "serviceMonitor": {"enabled": True},
        "prometheusRule": {"enabled": True},
        "dashboard": {"enabled": True},
    }
}

# All pods of these stay within the restricted Pod Security level.
RESTRICTED = {
    "default": {},
    "companion": COMPANION,
    "companion-rollback": COMPANION_ALL,
    "overlays": OVERLAYS,
    "cert-manager": CERT_MANAGER,
    "existing-secret": EXISTING,
    "helm": HELM,
    "network-policy": {
        "networkPolicy": {
            "enabled": True,
            "metricsFrom": [{"namespaceSelector": {"matchLabels": {"name": "monitoring"}}}],
            "apiServerTo": [{"ipBlock": {"cidr": "10.0.0.0/24"}}],
        }
    },
    "policy": {
        "webhook": {
            "excludedNamespaces": ["one", "two"],
            "namespaceSelector": {"matchLabels": {"agents": "yes"}},
            "matchConditions": [{"name": "no-canaries", "expression": "!('canary' in object.metadata.labels)"}],
            "policy": {
                "networkUnavailable": "host-network",
                "ownerKinds": [{"group": "apps.example.com", "kind": "NodeAgent"}],
                "tolerations": [{"key": "example.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
            },
        }
    },
    "names": {
        "nameOverride": "every",
        "fullnameOverride": "one-on-each",
        "commonLabels": {"team": "platform"},
        "image": {"registry": "registry.example.com", "repository": "infra/everynode", "digest": "sha256:" + "0" * 64},
        "imagePullSecrets": [{"name": "pull"}],
    },
    "budgets": {
        "webhook": {"replicas": 3, "podDisruptionBudget": {"maxUnavailable": None, "minAvailable": 2}},
        "reconciler": {"podDisruptionBudget": {"enabled": False}},
    },
    "extras": {
        "webhook": {
            "extraArgs": ["--log-level=debug"],
            "extraEnv": [{"name": "TZ", "value": "UTC"}],
            "threads": 2,
            "affinity": {"nodeAffinity": {}},
            "tolerations": [{"operator": "Exists"}],
            "podLabels": {"a": "b"},
            "podAnnotations": {"c": "d"},
            "priorityClassName": "",
            "spread": False,
            "nodeSelector": {},
        },
        "resourceQuota": {"enabled": False},
    },
    "callers": {
        "webhook": {
            "clientAuthentication": {
                "certificates": {"configMap": "callers", "allowedNames": ["kube-apiserver"]},
                "tokens": {"enabled": True, "allowedSubjects": ["system:serviceaccount:kube-system:webhook-asker"]},
            }
        },
        "networkPolicy": {"enabled": True},
    },
    "dashboard": {
        "dashboard": {
            "enabled": True,
            "hosts": ["page.example.com", "localhost:9999"],
            "from": [{"podSelector": {"matchLabels": {"app": "proxy"}}}],
            "tolerations": [{"key": "example.com/gpu", "operator": "Exists"}],
        }
    },
    "ipv6": {"listenAddress": "[::]"},
    "gke": {"webhook": {"port": 10250}},
    "contexts": {
        "webhook": {"podSecurityContext": {"runAsUser": 1000, "fsGroup": None, "supplementalGroups": [7]}},
        "reconciler": {"podSecurityContext": {"seLinuxOptions": {"level": "s0:c1,c2"}}},
    },
}
# These use the node's network, or objects of kinds that a plain cluster lacks.
PRIVILEGED = {
    "take-over": TAKE_OVER,
    "sharded": SHARDED,
    "static-pod": STATIC_POD,
    "host-network": {"webhook": {"hostNetwork": True}},
    "take-over-with-address": {
        "reconciler": {"takeOver": True, "apiServer": {"from": "address", "address": "api.example.com", "port": 443}}
    },
    "take-over-helm": TAKE_OVER | HELM,
    "take-over-host-network": TAKE_OVER | {"webhook": {"hostNetwork": True}},
}
OTHER_KINDS = {
    "monitored": MONITORED,
    "monitored-take-over": MONITORED | TAKE_OVER | OVERLAYS,
    "pod-monitor": {"metrics": {"podMonitor": {"enabled": True, "labels": {"release": "prometheus"}}}},
}
ALL = RESTRICTED | PRIVILEGED | OTHER_KINDS
