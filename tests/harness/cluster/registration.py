"""Registers a webhook with the API server."""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable

from tests.harness.cluster import pods, waiting
from tests.harness.cluster.api import Api, ApiError

CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"
NAME = "everynode"
WEBHOOK = "pods.everynode.dev"
CHART_TIMEOUT_SECONDS = 2
# With the chart's timeout, a pod is admitted as it is when the machine stalls for two seconds.
PATIENT_SECONDS = 10
OWNED_BY_DAEMON_SET = (
    "has(object.metadata.ownerReferences) && object.metadata.ownerReferences.exists(owner, "
    'owner.kind == "DaemonSet" && has(owner.controller) && owner.controller)'
)
NOT_A_MIRROR = '!has(object.metadata.annotations) || !("kubernetes.io/config.mirror" in object.metadata.annotations)'


def configuration(url: str, ca: bytes, every_pod: bool = False, timeout_seconds: int = PATIENT_SECONDS) -> dict:
    """The MutatingWebhookConfiguration; `every_pod` leaves out the conditions that keep other pods away from us."""
    conditions = [
        {"name": "owned-by-daemonset", "expression": OWNED_BY_DAEMON_SET},
        {"name": "not-a-mirror-pod", "expression": NOT_A_MIRROR},
    ]
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingWebhookConfiguration",
        "metadata": {"name": NAME},
        "webhooks": [
            {
                "name": WEBHOOK,
                "clientConfig": {"url": url, "caBundle": base64.b64encode(ca).decode()},
                "rules": [
                    {
                        "operations": ["CREATE"],
                        "apiGroups": [""],
                        "apiVersions": ["v1"],
                        "resources": ["pods"],
                        "scope": "Namespaced",
                    }
                ],
                "matchConditions": [] if every_pod else conditions,
                "matchPolicy": "Equivalent",
                "failurePolicy": "Ignore",
                "reinvocationPolicy": "IfNeeded",
                "sideEffects": "None",
                "timeoutSeconds": timeout_seconds,
                "admissionReviewVersions": ["v1"],
            }
        ],
    }


def register(api: Api, document: dict) -> None:
    """Creates the configuration or replaces the existing one."""
    try:
        present = api.get(f"{CONFIGURATIONS}/{NAME}")
    except ApiError as error:
        if error.code != 404:
            raise
        api.create(CONFIGURATIONS, document)
        return
    replaced = copy.deepcopy(document)
    replaced["metadata"]["resourceVersion"] = present["metadata"]["resourceVersion"]
    api.ask("PUT", f"{CONFIGURATIONS}/{NAME}", replaced)


def wait_in_force(api: Api, called: Callable[[dict], bool], seconds: float = 30) -> None:
    """Waits until the API server uses a new configuration, a moment after it was written: tries dry runs until `called`
    returns true for a pod, i.e. until the webhook has seen one."""
    probe = pods.daemon_pod("probe", annotations={pods.NODE_ANNOTATION: "probe"})
    waiting.until(lambda: called(pods.dry_run(api, probe).body), "the API server to call the webhook", seconds)
