"""Each thing that the reconciler does with the API, on objects of its own: whether one right still has its effect does
not depend on the other rights."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.harness.chart.helm import NAMESPACE, RELEASE
from tests.harness.cluster import nodes, pods, registration, waiting
from tests.harness.cluster.api import Api, ApiError
from tests.harness.e2e.reconciler.daemon import Daemon, image_of, uid_of
from tests.harness.e2e.reconciler.environment import SHARED, ReconcilerTest, taint
from tests.harness.e2e.reconciler.overlays import Overlay

NODE = SHARED[0]
ON_ONE = {"nodeSelector": {"kubernetes.io/hostname": NODE}}
SECRETS = f"/api/v1/namespaces/{NAMESPACE}/secrets"
CERTIFICATE = f"{RELEASE}-certificate"
LEASE = f"/apis/coordination.k8s.io/v1/namespaces/{NAMESPACE}/leases/everynode-reconciler"
CONFIGURATION = f"{registration.CONFIGURATIONS}/{RELEASE}"
PRIORITY_CLASSES = "/apis/scheduling.k8s.io/v1/priorityclasses"
STARTING = "everynode.dev/starting"
FLAGS = (
    "--overlays",
    "--certificate-secret",
    f"{NAMESPACE}/{CERTIFICATE}",
    "--certificate-service",
    f"{NAMESPACE}/{RELEASE}-webhook",
    "--certificate-webhook",
    RELEASE,
    "--startup-taint",
    STARTING,
)


class CertificateObjects:
    """For tests in which the reconciler keeps the certificate of a webhook that the API server never calls."""

    def setUp(self) -> None:
        for name in (CERTIFICATE, f"{CERTIFICATE}-ca"):
            self.addCleanup(self.api.delete, f"{SECRETS}/{name}")
            self.api.create(SECRETS, {"metadata": {"name": name}})
        document = registration.configuration("", b"")
        document["webhooks"][0] |= {
            "objectSelector": {"matchLabels": {"nobody": "has-this"}},
            "clientConfig": {"service": {"namespace": NAMESPACE, "name": f"{RELEASE}-webhook", "path": "/mutate"}},
        }
        self.addCleanup(self.api.delete, CONFIGURATION)
        self.api.create(registration.CONFIGURATIONS, document)


class Certified:
    """What becomes of the `CertificateObjects`."""

    api: Api

    def certified(self) -> bool:
        return "tls.crt" in self.api.get(f"{SECRETS}/{CERTIFICATE}").get("data", {})

    def trusted(self) -> bool:
        return bool(self.api.get(CONFIGURATION)["webhooks"][0]["clientConfig"].get("caBundle"))


class Led:
    """What becomes of the lease."""

    api: Api
    lease: str

    def led(self) -> bool:
        try:
            return bool(self.api.get(self.lease)["spec"].get("holderIdentity"))
        except ApiError:
            return False

    def led_on(self) -> bool:
        return (
            self.led()
            and self.api.get(self.lease)["spec"]["renewTime"] > self.api.get(self.lease)["spec"]["acquireTime"]
        )


class Life(Certified, Led):
    """Call `prepare` while a reconciler with all rights runs, and `go_on` while none does; then each method `...ed`
    returns whether the thing has happened."""

    lease = LEASE

    def __init__(self, test: ReconcilerTest):
        self.test, self.api = test, test.api
        self.orphan = ""

    def prepare(self) -> None:
        self.roller = self._create("roller", revisionHistoryLimit=0)
        self.returner = self._create("returner")
        self.releaser, self.keeper = self._create("releaser"), self._create("keeper")
        self.pool = self.test.name("pool")
        (self.vanishing,) = self.test.add_nodes(self.test.name("vanishing"), 1)
        self.vanisher = self.test.create(self.test.name("vanisher"), pool=self.vanishing.rpartition("-")[0])
        self.vanisher.wait_on(self.vanishing)
        self.spreader = self.test.create(self.test.name("spreader"), pool=self.pool)
        self.priority = self.test.name("priority")
        self.refused = self._create("refused", priorityClassName=self.priority)
        failure = {"maxFailedNodes": 0, "progressDeadline": "1s", "then": "Rollback"}
        governing = self.test.create_policy(failure=failure)
        self.failer = self._create("failer", labels={"policy": governing.name})
        for one in (self.roller, self.returner, self.releaser, self.keeper, self.failer):
            one.wait_on(NODE)
        governing.wait_phase("Complete")
        self.returner.set_image("2")
        self.returner.wait_on(NODE)
        self.wanted_name = self._wait_refused()
        self.collided = self._take_name_of_revision()

    def go_on(self) -> None:
        """Makes work for the next reconciler."""
        self.fresh, self.complainer = self._create("fresh"), self._create(
            "complainer", priorityClassName=self.test.name("missing")
        )
        self.test.create(self.collided.name, template=ON_ONE)
        name = self.test.name("adopter")
        self.orphan = uid_of(
            self.api.create(pods.PODS, pods.pod(f"orphan-of-{name}", labels={"app": name}, nodeName=NODE))
        )
        self.adopter = self.test.create(name, template=ON_ONE, strategy={"type": "OnDelete"})
        self.roller.set_image("2")
        self.returner.set_image("1")
        self.failer.set_image("2", annotations={"everynode.dev/simulated-readiness": "never"})
        self.released = self.releaser.pods()[0]["metadata"]["name"]
        self.test.addCleanup(self.api.delete, f"{pods.PODS}/{self.released}")
        self.api.merge(f"{pods.PODS}/{self.released}", {"metadata": {"labels": {"app": "nobody"}}})
        self._take_wanted_name()
        (self.new_node,) = self.test.add_nodes(self.test.name("starting"), 1)
        self.test.change_node(self.new_node, taints=[taint(STARTING, "NoSchedule")])
        self.policy = self.test.create_policy()
        self.priority_class = create_class(self.test)
        self.overlay = Overlay(self.test, priorityClassName=self.priority_class)
        self.fitted = self.test.create(self.overlay.name, template=ON_ONE)

    def go_further(self) -> None:
        """Makes changes of which a running reconciler learns only by a watch."""
        self.late = self._create("late")
        self.late_policy = self.test.create_policy()
        self.late_overlay = Overlay(self.test, priorityClassName=create_class(self.test))
        self.test.create(self.late_overlay.name, template=ON_ONE)
        self.test.add_nodes(self.pool, 1)
        self.test.silence(self.vanishing)
        self.api.delete(f"{nodes.NODES}/{self.vanishing}")
        self.before = self.keeper.uids()
        self.api.delete(f"{pods.PODS}/{self.keeper.pods()[0]['metadata']['name']}?gracePeriodSeconds=0")
        revision = self.roller.revisions()[-1]["metadata"]
        self.api.delete(f"/apis/apps/v1/namespaces/{revision['namespace']}/controllerrevisions/{revision['name']}")
        self.deleted = revision["uid"]

    def cleared(self) -> bool:
        return not self.vanisher.pods()

    def noticed(self) -> bool:
        return bool(self.late.pods())

    def spread(self) -> bool:
        return bool(self.spreader.pods())

    def replaced(self) -> bool:
        return bool(self.keeper.uids() - self.before)

    def restored(self) -> bool:
        return any(uid_of(one) != self.deleted for one in self.roller.revisions())

    def placed(self) -> bool:
        return self.fresh.is_on([NODE])

    def recorded(self) -> bool:
        return len(self.fresh.revisions()) == 1

    def counted(self) -> bool:
        return self.fresh.has_status({"desiredNumberScheduled": 1, "currentNumberScheduled": 1})

    def told(self) -> bool:
        return bool(self.fresh.events("SuccessfulCreate"))

    def told_again(self) -> bool:
        return self.complainer.event_count("FailedCreate") > 1

    def recorded_beside(self) -> bool:
        """Another object has the name of its next revision."""
        return bool(self.collided.revisions())

    def adopted(self) -> bool:
        return any(uid_of(one) == self.orphan and one["metadata"].get("ownerReferences") for one in self.adopter.pods())

    def let_go(self) -> bool:
        return not self.api.get(f"{pods.PODS}/{self.released}")["metadata"].get("ownerReferences")

    def rolled(self) -> bool:
        return self.roller.images() == ["example.org/agent:2"]

    def tidied(self) -> bool:
        return self.rolled() and len(self.roller.revisions()) == 1

    def returned(self) -> bool:
        return [one["revision"] for one in self.returner.revisions()] == [2, 3]

    def went_back(self) -> bool:
        return image_of(self.failer.get()["spec"]["template"]) == "example.org/agent:1"

    def renamed(self) -> bool:
        """Another object has the name of its next pod by now."""
        return [one["metadata"]["name"] != self.wanted_name for one in self.refused.pods()] == [True]

    def started(self) -> bool:
        return STARTING not in str(self.api.get(f"{nodes.NODES}/{self.new_node}")["spec"])

    def accepted(self) -> bool:
        return bool(self.policy.condition("Accepted"))

    def accepted_late(self) -> bool:
        return bool(self.late_policy.condition("Accepted"))

    def fit(self) -> bool:
        """Also the class that the overlay names is known."""
        return [one["spec"].get("priorityClassName") for one in self.fitted.pods()] == [self.priority_class]

    def overlay_told(self) -> bool:
        return self.overlay.status().get("pods") == 1

    def told_of_late_overlay(self) -> bool:
        status = self.late_overlay.status()
        return status.get("daemonSets") == 1 and status.get("pods", 0) + status.get("outdated", 0) == 1

    def all(self) -> list[Callable[[], bool]]:
        return [
            self.fit,
            self.overlay_told,
            self.placed,
            self.recorded,
            self.recorded_beside,
            self.counted,
            self.told,
            self.told_again,
            self.adopted,
            self.let_go,
            self.rolled,
            self.tidied,
            self.returned,
            self.went_back,
            self.renamed,
            self.certified,
            self.trusted,
            self.accepted,
            self.started,
            self.led,
            self.led_on,
        ]

    def all_further(self) -> list[Callable[[], bool]]:
        return [
            self.cleared,
            self.noticed,
            self.spread,
            self.replaced,
            self.restored,
            self.accepted_late,
            self.told_of_late_overlay,
        ]

    def _create(self, prefix: str, priorityClassName: str | None = None, **spec: object) -> Daemon:
        template = ON_ONE | ({"priorityClassName": priorityClassName} if priorityClassName else {})
        return self.test.create(self.test.name(prefix), template=template, **spec)

    def _wait_refused(self) -> str:
        """Waits for the second event about a pod that the API server refused: a counted event. Returns the pod's
        name."""
        waiting.until(lambda: self.refused.event_count("FailedCreate") > 1, "the event to be counted", 20)
        return re.search(r'pods "([^"]+)" is forbidden', self.refused.events("FailedCreate")[0]["message"])[1]

    def _take_name_of_revision(self) -> Daemon:
        """The DaemonSet has gone, and comes back with the same template."""
        one = self._create("collided")
        one.wait_on(NODE)
        path = f"/apis/apps/v1/namespaces/{one.namespace}/controllerrevisions"
        name = one.revisions()[0]["metadata"]["name"]
        self.test.remove(one)
        waiting.until(lambda: not one.revisions(), "its revision to go", 20)
        self.api.create(path, {"metadata": {"name": name}, "data": {"of": "somebody else"}, "revision": 1})
        self.test.addCleanup(self.api.delete, f"{path}/{name}")
        return one

    def _take_wanted_name(self) -> None:
        self.test.addCleanup(self.api.delete, f"{pods.PODS}/{self.wanted_name}?gracePeriodSeconds=0")
        self.api.create(pods.PODS, pods.pod(self.wanted_name, nodeName=NODE))
        self.test.addCleanup(self.api.delete, f"{PRIORITY_CLASSES}/{self.priority}")
        self.api.create(PRIORITY_CLASSES, {"metadata": {"name": self.priority}, "value": 1})


def create_class(test: ReconcilerTest) -> str:
    """The name of a new PriorityClass; the end of the test removes it."""
    name = test.name("class")
    test.addCleanup(test.api.delete, f"{PRIORITY_CLASSES}/{name}")
    test.api.create(PRIORITY_CLASSES, {"metadata": {"name": name}, "value": 1})
    return name
