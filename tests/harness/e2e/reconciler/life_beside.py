"""Each thing that the reconciler does with the API beside the in-tree controller, on objects of its own."""

from __future__ import annotations

from collections.abc import Callable

from tests.harness.chart.helm import NAMESPACE
from tests.harness.cluster import pods, waiting
from tests.harness.cluster.api import ApiError
from tests.harness.e2e.reconciler import rights
from tests.harness.e2e.reconciler.daemon import Daemon, image_of
from tests.harness.e2e.reconciler.environment import SHARED, ReconcilerTest
from tests.harness.e2e.reconciler.life import Certified, Led, create_class
from tests.harness.e2e.reconciler.overlays import Overlay
from tests.harness.faults.faults import Faults, RequestFault

ADMISSION = "/apis/admissionregistration.k8s.io/v1"
USER = f"system:serviceaccount:{NAMESPACE}:{rights.COMPANION}"
DOUBTED = "doubted"
OLD, NEW = "example.org/agent:1", "example.org/agent:2"
ON_DELETE = {"type": "OnDelete"}


class LostAnswer(Faults):
    """The first deletion of a pod of a DaemonSet DOUBTED-... is done, but gets no answer."""

    def __init__(self) -> None:
        self.lost = False

    def of_request(self, method: str, target: str) -> RequestFault:
        if self.lost or method != "DELETE" or f"/pods/{DOUBTED}-" not in target:
            return RequestFault()
        self.lost = True
        return RequestFault(kind="cut after")


class LifeBeside(Certified, Led):
    """As Life. The DaemonSets have their pods from the in-tree controller, which runs all the time."""

    lease = f"/apis/coordination.k8s.io/v1/namespaces/{NAMESPACE}/leases/{rights.COMPANION}"

    def __init__(self, test: ReconcilerTest):
        self.test, self.api = test, test.api

    def prepare(self) -> None:
        self.roller, self.doubted = self._create("roller"), self._create(DOUBTED)
        self.refused, self.follower = self._create("refused"), self._create("follower")
        pool = self.test.name("pool")
        self.node, _ = self.test.add_nodes(pool, 2)
        canaries = {"matchLabels": {"canary": "true"}}
        self.mover = self._create("mover", pool, waves=[{"name": "canary", "nodes": canaries, "hold": True}])
        failure = {"maxFailedNodes": 0, "progressDeadline": "1s", "then": "Rollback"}
        governing = self.test.create_policy(maxUnavailable=1, failure=failure)
        self.failer = self.test.create_governed(governing, prefix="failer", strategy=ON_DELETE)
        for one in (self.roller, self.doubted, self.refused, self.follower, self.failer):
            waiting.until(lambda one=one: one.is_on(SHARED), f"the pods of {one.name}", 60)
        waiting.until(lambda: len(self.mover.pods()) == 2, f"the pods of {self.mover.name}", 60)
        with self.test.new_reconciler("--mode", "companion", name=self.test.name("before")):
            governing.wait_phase("Complete")
        self._refuse_deletions(self.refused)

    def go_on(self) -> None:
        """Makes work for the next reconciler."""
        for one in (self.roller, self.doubted, self.refused, self.mover):
            one.set_image("2")
        self.failer.set_image("2", annotations={"everynode.dev/simulated-readiness": "never"})
        self.policy = self.test.create_policy()
        self.overlay = self._create_overlay()

    def go_further(self) -> None:
        """Makes changes of which a running reconciler learns only by a watch."""
        self.late_policy = self.test.create_policy()
        self.late_overlay = self._create_overlay()
        self.follower.set_image("2")
        self.test.change_node(self.node, labels={"canary": "true"})

    def rolled(self) -> bool:
        return self.roller.images() == [NEW] * len(SHARED)

    def cleared(self) -> bool:
        """What became of a deletion without an answer."""
        return self.doubted.images() == [NEW] * len(SHARED)

    def followed(self) -> bool:
        return self.follower.images() == [NEW] * len(SHARED)

    def moved(self) -> bool:
        return [image_of(pod) for pod in self.mover.on(self.node)] == [NEW]

    def went_back(self) -> bool:
        return image_of(self.failer.get()["spec"]["template"]) == OLD

    def told(self) -> bool:
        return bool(self.roller.events("SuccessfulDelete"))

    def told_again(self) -> bool:
        """About one of its pods."""
        return any((event.get("count") or 1) > 1 for event in self.refused.events("FailedDelete"))

    def accepted(self) -> bool:
        return bool(self.policy.condition("Accepted"))

    def accepted_late(self) -> bool:
        return bool(self.late_policy.condition("Accepted"))

    def overlay_told(self) -> bool:
        return is_known(self.overlay)

    def told_of_late_overlay(self) -> bool:
        return is_known(self.late_overlay)

    def all(self) -> list[Callable[[], bool]]:
        return [
            self.rolled,
            self.cleared,
            self.told,
            self.told_again,
            self.went_back,
            self.accepted,
            self.overlay_told,
            self.certified,
            self.trusted,
            self.led,
            self.led_on,
        ]

    def all_further(self) -> list[Callable[[], bool]]:
        return [self.followed, self.moved, self.accepted_late, self.told_of_late_overlay]

    def _create(self, prefix: str, pool: str = "shared", **spec: object) -> Daemon:
        """With a policy of its own."""
        policy = self.test.create_policy(maxUnavailable=1, **spec)
        return self.test.create_governed(policy, pool, prefix, strategy=ON_DELETE)

    def _create_overlay(self) -> Overlay:
        """It names a class of its own, and is missing in the pods of its DaemonSet: no webhook runs."""
        overlay = Overlay(self.test, priorityClassName=create_class(self.test))
        self.test.create(overlay.name, strategy={"type": "OnDelete"})
        return overlay

    def _refuse_deletions(self, one: Daemon) -> None:
        """Of the reconciler; others may delete its pods, only not by a dry run: it shows that the rule is in force."""
        rule = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"], "operations": ["DELETE"]}
        dry_run = "has(request.dryRun) && request.dryRun"
        theirs = f"!request.name.startsWith('{one.name}-') || request.userInfo.username != '{USER}' && !({dry_run})"
        spec = {"matchConstraints": {"resourceRules": [rule]}, "validations": [{"expression": theirs}]}
        binding = {"policyName": one.name, "validationActions": ["Deny"]}
        for plural, kind, body in (
            ("validatingadmissionpolicies", "ValidatingAdmissionPolicy", spec),
            ("validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding", binding),
        ):
            document = {
                "apiVersion": "admissionregistration.k8s.io/v1",
                "kind": kind,
                "metadata": {"name": one.name},
                "spec": body,
            }
            self.test.addCleanup(self.api.delete, f"{ADMISSION}/{plural}/{one.name}")
            self.api.create(f"{ADMISSION}/{plural}", document)
        pod = one.pods()[0]["metadata"]["name"]
        waiting.until(lambda: self._is_refused(f"{pods.PODS}/{pod}?dryRun=All"), "the deletions to be refused", 30)

    def _is_refused(self, path: str) -> bool:
        try:
            self.api.delete(path)
        except ApiError as error:
            return error.code in (403, 422)
        return False


def is_known(overlay: Overlay) -> bool:
    """Also the class that it names is: else it would be refused."""
    status = overlay.status()
    return (status.get("daemonSets"), status.get("outdated"), status.get("refused")) == (1, len(SHARED), 0)
