"""Somebody undoes the reconciler's work: it is done again ever more slowly, and said to be undone."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
import time
import unittest
from collections.abc import Callable, Iterator

from tests.harness.cluster import binary, pods, waiting
from tests.harness.e2e.reconciler.daemon import Daemon
from tests.harness.e2e.reconciler.environment import SHARED, ReconcilerTest
from tests.harness.e2e.reconciler.test_conditions import conditions_of
from tests.harness.tools import binaries

ADMISSION = "/apis/admissionregistration.k8s.io/v1"
FIGHT_SECONDS = 12
MOST_CREATIONS = 12  # for each node, in this time
SOON = 60
NODE_VALUE = (
    "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0"
    "/matchFields/0/values/0"
)


needs_policies = unittest.skipIf(binaries.is_oldest(), "MutatingAdmissionPolicies are not in this API yet")


class HotLoops(ReconcilerTest):
    @needs_policies
    def test_a_policy_that_pins_pods_elsewhere(self):
        daemon = self.name("pinned-elsewhere")
        with self.policy(daemon, {NODE_VALUE: "nowhere"}):
            self.fight(self.create(daemon), "somebody pins its pods elsewhere")

    @needs_policies
    def test_a_policy_that_sets_the_hash(self):
        daemon = self.name("rehashed")
        labels = {"controller-revision-hash": "other", "pod-template-generation": "0"}
        with self.policy(daemon, {f"/metadata/labels/{key}": value for key, value in labels.items()}):
            self.fight(self.create(daemon), "somebody changes the controller-revision-hash of its pods")

    @needs_policies
    def test_a_policy_that_changes_labels(self):
        daemon = self.name("relabelled")
        with self.policy(daemon, {"/metadata/labels/app": f"not-{daemon}"}):
            self.addCleanup(self.api.delete, f"{pods.PODS}?labelSelector=app%3Dnot-{daemon}&gracePeriodSeconds=0")
            self.fight(self.create(daemon), "somebody changes the labels of its pods")

    def test_a_client_that_deletes_pods(self):
        daemon = self.create(self.name("deleted-at-once"))
        path = f"{daemon.pods_path}?labelSelector=app%3D{daemon.name}&gracePeriodSeconds=0"
        with repeated(lambda: self.api.delete(path)):
            self.fight(daemon, "somebody deletes its pods")
        daemon.wait_on(*SHARED, seconds=SOON)
        self.assert_forgotten(daemon)

    def test_pods_that_end(self):
        daemon = self.create(self.name("ending"))

        def end_all() -> None:
            for pod in daemon.pods():
                with contextlib.suppress(Exception):  # it has gone meanwhile
                    daemon.fail(pod, "Succeeded")

        with repeated(end_all):
            self.fight(daemon, "its pods end")
        daemon.wait_on(*SHARED, seconds=SOON)

    def fight(self, daemon: Daemon, cause: str) -> None:
        """It goes on for a while; then all say why."""
        time.sleep(FIGHT_SECONDS)
        creations = self.creations(daemon)
        print(f"{daemon.name}: {creations} creations for {len(SHARED)} nodes in {FIGHT_SECONDS} s")
        self.assertLessEqual(creations, MOST_CREATIONS * len(SHARED))
        waiting.until(
            lambda: conditions_of(daemon).get("Degraded", {}).get("reason") == "PodsNotStaying", "a word", SOON
        )
        said = f"{SHARED[0]} (its pods do not stay: {cause})"  # perhaps after another node
        waiting.until(lambda: said in conditions_of(daemon)["Degraded"]["message"], said, SOON)
        waiting.until(lambda: daemon.events("PodsNotStaying"), "the event", SOON)
        self.assertIn(cause, daemon.events("PodsNotStaying")[0]["message"])
        told = waiting.until(lambda: [why for why in self.reasons(daemon) if cause in why], "a reason", SOON)
        self.assertTrue(told)

    def reasons(self, daemon: Daemon) -> list[str]:
        command = [binary.path(), "explain", "daemonset", daemon.name, "-n", "default", "-o", "json"]
        done = subprocess.run(
            [*command, "--kubeconfig", self.cluster.kubeconfig], capture_output=True, text=True, timeout=60, check=True
        )
        return [node["why"] for node in json.loads(done.stdout)["nodes"]]

    def assert_forgotten(self, daemon: Daemon) -> None:
        waiting.until(lambda: conditions_of(daemon)["Degraded"]["status"] == "False", "an end of the word", SOON)

    @contextlib.contextmanager
    def policy(self, app: str, changes: dict[str, str]) -> Iterator[None]:
        """A MutatingAdmissionPolicy that changes the pods of one DaemonSet when they are created."""
        patches = ", ".join(
            f"JSONPatch{{op: 'replace', path: '{path}', value: '{to}'}}" for path, to in changes.items()
        )
        own = f"object.metadata.?labels['app'].orValue('') == '{app}'"
        document = {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "MutatingAdmissionPolicy",
            "metadata": {"name": app},
            "spec": {
                "matchConstraints": {
                    "resourceRules": [
                        {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
                    ]
                },
                "matchConditions": [{"name": "own", "expression": own}],
                "failurePolicy": "Fail",
                "reinvocationPolicy": "Never",
                "mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": f"[{patches}]"}}],
            },
        }
        binding = {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "MutatingAdmissionPolicyBinding",
            "metadata": {"name": app},
            "spec": {"policyName": app},
        }
        self.api.create(f"{ADMISSION}/mutatingadmissionpolicies", document)
        self.api.create(f"{ADMISSION}/mutatingadmissionpolicybindings", binding)
        try:
            waiting.until(lambda: self.changes_pods(app, changes), "the policy to be in force", SOON)
            yield
        finally:
            self.api.delete(f"{ADMISSION}/mutatingadmissionpolicybindings/{app}")
            self.api.delete(f"{ADMISSION}/mutatingadmissionpolicies/{app}")

    def changes_pods(self, app: str, changes: dict[str, str]) -> bool:
        one = pods.pod("probe", labels={"app": app, "controller-revision-hash": "1", "pod-template-generation": "1"})
        term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n"]}]}
        required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}
        one["spec"]["affinity"] = {"nodeAffinity": required}
        made = json.dumps(self.api.create(f"{pods.PODS}?dryRun=All", one))
        return all(f'"{value}"' in made for value in changes.values())


@contextlib.contextmanager
def repeated(act: Callable[[], None]) -> Iterator[None]:
    """Does it again and again meanwhile."""
    ended = threading.Event()

    def run() -> None:
        while not ended.wait(0.05):
            act()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
