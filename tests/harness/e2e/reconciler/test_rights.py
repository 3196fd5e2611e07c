"""The reconciler uses all rights that the chart gives it, and without any one of them, the thing that it is for does
not happen."""

from __future__ import annotations

import contextlib
import copy
import os
import time
from collections.abc import Callable, Iterator

from tests.harness.chart import value_sets
from tests.harness.chart.helm import NAMESPACE, Objects
from tests.harness.cluster import audit, waiting
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.e2e.reconciler import life, rights
from tests.harness.e2e.reconciler.environment import SHARED, ReconcilerTest
from tests.harness.e2e.reconciler.life import CertificateObjects, Life

Right = tuple[str, str, str]  # group, resource with its subresource, verb
USER = f"system:serviceaccount:{NAMESPACE}:{rights.ACCOUNT}"
FINALIZERS: Right = (
    "apps",
    "daemonsets/finalizers",
    "update",
)  # the API server asks for these itself, for other objects of our requests
SECONDS = 40
SETTLE_SECONDS = 1.0
REFUSED_SECONDS = float(os.environ.get("EVERYNODE_REFUSED_SECONDS", "20"))
ALL = os.environ.get("EVERYNODE_RIGHTS") == "all"  # 32 rounds take some minutes
SAMPLE: tuple[Right, ...] = (("", "pods", "patch"), ("apps", "controllerrevisions", "get"), FINALIZERS)

# What does not happen without the right.
NEEDED_FOR: dict[Right, Callable[[Life], Callable[[], bool]]] = {
    ("", "nodes", "list"): lambda one: one.placed,
    ("", "nodes", "watch"): lambda one: one.spread,
    ("", "pods", "list"): lambda one: one.placed,
    ("", "pods", "watch"): lambda one: one.replaced,
    ("", "pods", "create"): lambda one: one.placed,
    ("", "pods", "get"): lambda one: one.renamed,
    ("", "pods", "patch"): lambda one: one.adopted,
    ("", "pods", "delete"): lambda one: one.rolled,
    ("", "events", "create"): lambda one: one.told,
    ("", "events", "patch"): lambda one: one.told_again,
    ("", "secrets", "get"): lambda one: one.certified,
    ("", "secrets", "patch"): lambda one: one.certified,
    ("apps", "daemonsets", "list"): lambda one: one.placed,
    ("apps", "daemonsets", "watch"): lambda one: one.noticed,
    ("apps", "daemonsets", "get"): lambda one: one.adopted,
    ("apps", "daemonsets", "patch"): lambda one: one.went_back,
    ("apps", "daemonsets/status", "patch"): lambda one: one.counted,
    FINALIZERS: lambda one: one.placed,
    ("apps", "controllerrevisions", "list"): lambda one: one.placed,
    ("apps", "controllerrevisions", "watch"): lambda one: one.restored,
    ("apps", "controllerrevisions", "create"): lambda one: one.recorded,
    ("apps", "controllerrevisions", "get"): lambda one: one.recorded_beside,
    ("apps", "controllerrevisions", "patch"): lambda one: one.returned,
    ("apps", "controllerrevisions", "delete"): lambda one: one.tidied,
    ("everynode.dev", "rolloutpolicies", "list"): lambda one: one.accepted,
    ("everynode.dev", "rolloutpolicies", "watch"): lambda one: one.accepted_late,
    ("everynode.dev", "rolloutpolicies/status", "patch"): lambda one: one.accepted,
    ("coordination.k8s.io", "leases", "create"): lambda one: one.led,
    ("coordination.k8s.io", "leases", "get"): lambda one: one.led,
    ("coordination.k8s.io", "leases", "patch"): lambda one: one.led_on,
    ("admissionregistration.k8s.io", "mutatingwebhookconfigurations", "get"): lambda one: one.trusted,
    ("admissionregistration.k8s.io", "mutatingwebhookconfigurations", "patch"): lambda one: one.trusted,
}


class Rights(CertificateObjects, ReconcilerTest):
    def test_each_is_used_and_nothing_else_is_asked_for(self) -> None:
        """Requirements 8.8 and 13.3."""
        self.assertEqual(set(NEEDED_FOR), granted())
        begin = self.cluster.audit_log.stat().st_size
        one = Life(self)
        one.prepare()
        with self.away():
            one.go_on()
            self.api.delete(life.LEASE)
            with self.new_reconciler(*life.FLAGS, name="rights"):
                for happened in one.all():
                    waiting.until(happened, happened.__name__, SECONDS)
                one.go_further()
                for happened in one.all_further():
                    waiting.until(happened, happened.__name__, SECONDS)
        used = set(self.used(begin))
        self.assertEqual(used | {FINALIZERS}, granted(), f"unused: {granted() - used}, refused: {used - granted()}")
        print(f"{len(granted())} rights, each of them used")

    def test_without_any_one_something_does_not_happen(self) -> None:
        for right in sorted(NEEDED_FOR) if ALL else SAMPLE:
            with self.subTest(" ".join(right)):
                try:
                    self.live_without(right)
                finally:
                    self.doCleanups()
                    self.setUp()

    def test_one_that_comes_back_is_used_soon(self) -> None:
        with self.without(("", "pods", "create")):
            daemon = self.create(self.name("given-back"))
            waiting.until(lambda: daemon.events("FailedCreate"), "the event", SECONDS)
            time.sleep(REFUSED_SECONDS)
        begin = time.monotonic()
        daemon.wait_on(*SHARED, seconds=SECONDS)
        print(f"pods {time.monotonic() - begin:.1f} s after the right to create them was back")

    def live_without(self, right: Right) -> None:
        one = Life(self)
        one.prepare()
        with self.away(), self.without(right):
            one.go_on()
            if "leases" in right:
                self.api.delete(life.LEASE)
            self.assert_stops(right, one)

    def assert_stops(self, right: Right, one: Life) -> None:
        reconciler = self.new_reconciler(*life.FLAGS, name="without-" + "-".join(filter(None, right)).replace("/", "-"))
        reconciler.launch()
        try:
            waiting.until(lambda: complains_of(right, reconciler), f"a line about {right}", SECONDS)
            if right[2] == "watch":
                one.go_further()
            time.sleep(SETTLE_SECONDS)
            happened = NEEDED_FOR[right](one)
            self.assertFalse(happened(), f"{happened.__name__} without {right}")
            print(f"without {' '.join(filter(None, right))}: not {happened.__name__}")
        finally:
            reconciler.process.stop()

    @contextlib.contextmanager
    def without(self, right: Right) -> Iterator[None]:
        paths = [
            rights.PATHS[kind].format(namespace=NAMESPACE) + f"/{rights.ACCOUNT}" for kind in ("ClusterRole", "Role")
        ]
        before = {path: self.api.get(path)["rules"] for path in paths}
        try:
            for path, rules in before.items():
                self.api.merge(path, {"rules": lessened(rules, right)})
            yield
        finally:
            for path, rules in before.items():
                self.api.merge(path, {"rules": rules})

    def used(self, begin: int) -> Iterator[Right]:
        for event in audit.events(self.cluster.audit_log, begin):
            reference = event.get("objectRef")
            if event["user"]["username"] == USER and reference:
                resource = "/".join(filter(None, (reference["resource"], reference.get("subresource"))))
                yield reference.get("apiGroup", ""), resource, event["verb"]


def complains_of(right: Right, reconciler: Reconciler) -> bool:
    group, resource, verb = right
    if right == FINALIZERS:
        return "cannot set blockOwnerDeletion" in reconciler.log()
    if resource == "events":  # best effort: lost events are counted
        return reconciler.ready() and reconciler.metric("everynode_reconciler_events_lost_total") > 0
    what = f"{group}/{resource}" if group else resource
    return f"cannot {verb} {what} " in reconciler.log()


def lessened(rules: list[dict], right: Right) -> list[dict]:
    group, resource, verb = right
    fewer = copy.deepcopy(rules)
    for rule in fewer:
        if group in rule["apiGroups"] and resource in rule["resources"]:
            rule["verbs"] = [one for one in rule["verbs"] if one != verb]
    return [rule for rule in fewer if rule["verbs"]]


def granted() -> set[Right]:
    """The rights of the chart's roles, one by one."""
    found: set[Right] = set()
    for one in Objects(value_sets.TAKE_OVER_ALL).all:
        if one["kind"] in ("ClusterRole", "Role") and one["metadata"]["name"] == rights.ACCOUNT:
            for rule in one["rules"]:
                found |= {
                    (group, resource, verb)
                    for group in rule["apiGroups"]
                    for resource in rule["resources"]
                    for verb in rule["verbs"]
                }
    return found
