"""The rights of a reconciler that takes over."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator

from tests.harness.chart import value_sets
from tests.harness.cluster import waiting
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.e2e.reconciler import life, rights
from tests.harness.e2e.reconciler.environment import SHARED, ReconcilerTest
from tests.harness.e2e.reconciler.life import CertificateObjects, Life
from tests.harness.e2e.reconciler.rights_proof import FINALIZERS, SECONDS, Right, RightsProof

REFUSED_SECONDS = float(os.environ.get("EVERYNODE_REFUSED_SECONDS", "20"))

# What does not happen without the right.
NEEDED_FOR: dict[Right, Callable[[Life], Callable[[], bool]]] = {
    ("", "nodes", "get"): lambda one: one.cleared,
    ("", "nodes", "list"): lambda one: one.placed,
    ("", "nodes", "watch"): lambda one: one.spread,
    ("", "nodes", "patch"): lambda one: one.started,
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
    ("everynode.dev", "daemonsetoverlays", "list"): lambda one: one.fit,
    ("everynode.dev", "daemonsetoverlays", "watch"): lambda one: one.told_of_late_overlay,
    ("everynode.dev", "daemonsetoverlays/status", "patch"): lambda one: one.overlay_told,
    ("scheduling.k8s.io", "priorityclasses", "list"): lambda one: one.fit,
    ("scheduling.k8s.io", "priorityclasses", "watch"): lambda one: one.told_of_late_overlay,
    ("coordination.k8s.io", "leases", "create"): lambda one: one.led,
    ("coordination.k8s.io", "leases", "get"): lambda one: one.led,
    ("coordination.k8s.io", "leases", "patch"): lambda one: one.led_on,
    ("admissionregistration.k8s.io", "mutatingwebhookconfigurations", "get"): lambda one: one.trusted,
    ("admissionregistration.k8s.io", "mutatingwebhookconfigurations", "patch"): lambda one: one.trusted,
}


class Rights(RightsProof, CertificateObjects, ReconcilerTest):
    """Requirements 8.8 and 13.3."""

    values = value_sets.TAKE_OVER_ALL
    account = rights.ACCOUNT
    sample = (("", "pods", "patch"), ("apps", "controllerrevisions", "get"), FINALIZERS)
    needed_for = NEEDED_FOR
    late = (("", "nodes", "get"),)

    def life(self) -> Life:
        return Life(self)

    def stopped(self) -> contextlib.AbstractContextManager:
        return self.away()

    @contextlib.contextmanager
    def living(self, name: str) -> Iterator[Reconciler]:
        reconciler = self.new_reconciler(*life.FLAGS, name=name)
        reconciler.launch()
        try:
            yield reconciler
        finally:
            reconciler.process.stop()

    def test_one_that_comes_back_is_used_soon(self) -> None:
        with self.without(("", "pods", "create")):
            daemon = self.create(self.name("given-back"))
            waiting.until(lambda: daemon.events("FailedCreate"), "the event", SECONDS)
            time.sleep(REFUSED_SECONDS)
        begin = time.monotonic()
        daemon.wait_on(*SHARED, seconds=SECONDS)
        print(f"pods {time.monotonic() - begin:.1f} s after the right to create them was back")
