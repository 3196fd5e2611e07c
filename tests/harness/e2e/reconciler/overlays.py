"""DaemonSetOverlays of tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.harness.e2e.reconciler.custom_object import CustomObject
from tests.harness.e2e.reconciler.policies import GROUP

if TYPE_CHECKING:
    from tests.harness.e2e.reconciler.environment import ReconcilerTest

STAMP = "everynode.dev/overlays"
REFUSED = "everynode.dev/overlays-refused"


class Overlay(CustomObject):
    """A DaemonSetOverlay in the API, for the pods of the DaemonSet of its name; the end of the test removes it."""

    def __init__(self, test: ReconcilerTest, name: str = "", **spec: Any):
        self.api = test.api
        self.name = name or test.name("fitted")
        self.selector = {"matchLabels": {"app": self.name}}
        self.path = f"{GROUP}/namespaces/default/daemonsetoverlays/{self.name}"
        test.addCleanup(self.delete)
        self.api.create(
            self.path.rpartition("/")[0],
            {
                "apiVersion": "everynode.dev/v1alpha1",
                "kind": "DaemonSetOverlay",
                "metadata": {"name": self.name, "namespace": "default"},
                "spec": {"daemonSets": self.selector} | spec,
            },
        )


def stamp_of(pod: dict) -> str:
    return pod["metadata"].get("annotations", {}).get(STAMP, "")


def requests(**amounts: str) -> list[dict]:
    """The containers of an overlay that sets these requests."""
    wanted = {name: {"base": amount} for name, amount in amounts.items()}
    return [{"name": "agent", "resources": {"requests": wanted}}]


def mode(value: str) -> list[dict]:
    """The containers of an overlay that sets one variable."""
    return [{"name": "agent", "env": [{"name": "MODE", "value": value}]}]


def modes(pods: list[dict]) -> list[str]:
    """What that variable is in each of the pods."""
    return sorted(
        next((one["value"] for one in pod["spec"]["containers"][0].get("env", []) if one["name"] == "MODE"), "")
        for pod in pods
    )
