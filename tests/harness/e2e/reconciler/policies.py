"""RolloutPolicies of tests, and the definition that the API server needs for them: the chart's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.harness.chart import value_sets
from tests.harness.chart.helm import Objects
from tests.harness.cluster import waiting
from tests.harness.cluster.api import Api, ApiError
from tests.harness.e2e.reconciler.custom_object import CustomObject

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
GROUP = "/apis/everynode.dev/v1alpha1"


def install(api: Api) -> None:
    """Returns when the API server serves policies, and overlays."""
    for one in Objects(value_sets.TAKE_OVER_ALL).all:
        if one["kind"] == "CustomResourceDefinition":
            api.create(DEFINITIONS, one)
    for kind in ("rolloutpolicies", "daemonsetoverlays"):
        waiting.until(lambda kind=kind: served(api, kind), f"{kind} to be served", 30)


def served(api: Api, kind: str) -> bool:
    try:
        api.get(f"{GROUP}/{kind}")
    except ApiError as error:
        if error.code not in (404, 429):  # not yet, and "storage is (re)initializing"
            raise
        return False
    return True


@dataclass(frozen=True)
class Policy(CustomObject):
    """A RolloutPolicy in the API."""

    api: Api
    name: str
    namespace: str = "default"

    @property
    def path(self) -> str:
        return f"{GROUP}/namespaces/{self.namespace}/rolloutpolicies/{self.name}"

    def create(self, **spec: Any) -> None:
        """Selects the DaemonSets with the label policy=NAME, unless the spec says otherwise."""
        document = {
            "apiVersion": "everynode.dev/v1alpha1",
            "kind": "RolloutPolicy",
            "metadata": {"name": self.name, "namespace": self.namespace},
            "spec": {"selector": {"matchLabels": {"policy": self.name}}} | spec,
        }
        self.api.create(self.path.rpartition("/")[0], document)

    def set_and_wait(self, **spec: Any) -> None:
        """Returns when the reconciler has read the change: watches of other kinds may be ahead of that of policies."""
        self.set(**spec)
        generation = self.api.get(self.path)["metadata"]["generation"]
        read = f"generation {generation} of {self.name} to be read"
        waiting.until(lambda: self.status().get("observedGeneration") == generation, read)

    def wait_phase(self, phase: str, wave: str = "", seconds: float = 60) -> dict:
        """Returns what is told of the first DaemonSet then."""

        def reached() -> bool:
            status = self.status()
            return (status.get("phase", ""), status.get("wave", "")) == (phase, wave)

        try:
            waiting.until(reached, f"{self.name} to be {phase} {wave}", seconds)
        except waiting.DeadlineExceeded as error:
            raise AssertionError(f"{error}: {self.status()}") from None
        return self.status()["daemonSets"][0]

    def promote(self, wave: str) -> None:
        """As a user does it."""
        status = self.status()
        told = status["daemonSets"][0]
        promotion = {"daemonSet": told["name"], "wave": wave, "revision": told["revision"]}
        self.api.merge(f"{self.path}/status", {"status": {"promoted": [*status["promoted"], promotion]}})

    def retry(self) -> None:
        """As a user does it: the failed revision of the first DaemonSet is taken off the list."""
        told = self.status()["daemonSets"]
        failed = [one for one in told[0]["failedRevisions"] if one["revision"] != told[0]["revision"]]
        self.api.merge(
            f"{self.path}/status", {"status": {"daemonSets": [told[0] | {"failedRevisions": failed}, *told[1:]]}}
        )
