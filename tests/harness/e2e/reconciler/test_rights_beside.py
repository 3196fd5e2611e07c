"""The rights of a reconciler beside the in-tree controller."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from tests.harness.chart import value_sets
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.e2e.reconciler import life, rights
from tests.harness.e2e.reconciler.environment import ReconcilerTest
from tests.harness.e2e.reconciler.life import CertificateObjects
from tests.harness.e2e.reconciler.life_beside import LifeBeside, LostAnswer
from tests.harness.e2e.reconciler.rights_proof import Right, RightsProof
from tests.harness.faults.replica import Replica

FLAGS = ("--mode", "companion", "--lease-name", rights.COMPANION, *life.FLAGS)

# What does not happen without the right.
NEEDED_FOR: dict[Right, Callable[[LifeBeside], Callable[[], bool]]] = {
    ("", "nodes", "list"): lambda one: one.rolled,
    ("", "nodes", "watch"): lambda one: one.moved,
    ("", "pods", "list"): lambda one: one.rolled,
    ("", "pods", "watch"): lambda one: one.followed,
    ("", "pods", "get"): lambda one: one.cleared,
    ("", "pods", "delete"): lambda one: one.rolled,
    ("", "events", "create"): lambda one: one.told,
    ("", "events", "patch"): lambda one: one.told_again,
    ("", "secrets", "get"): lambda one: one.certified,
    ("", "secrets", "patch"): lambda one: one.certified,
    ("apps", "daemonsets", "list"): lambda one: one.rolled,
    ("apps", "daemonsets", "watch"): lambda one: one.followed,
    ("apps", "daemonsets", "patch"): lambda one: one.went_back,
    ("apps", "controllerrevisions", "list"): lambda one: one.rolled,
    ("apps", "controllerrevisions", "watch"): lambda one: one.followed,
    ("everynode.dev", "rolloutpolicies", "list"): lambda one: one.rolled,
    ("everynode.dev", "rolloutpolicies", "watch"): lambda one: one.accepted_late,
    ("everynode.dev", "rolloutpolicies/status", "patch"): lambda one: one.accepted,
    ("everynode.dev", "daemonsetoverlays", "list"): lambda one: one.overlay_told,
    ("everynode.dev", "daemonsetoverlays", "watch"): lambda one: one.told_of_late_overlay,
    ("everynode.dev", "daemonsetoverlays/status", "patch"): lambda one: one.overlay_told,
    ("scheduling.k8s.io", "priorityclasses", "list"): lambda one: one.overlay_told,
    ("scheduling.k8s.io", "priorityclasses", "watch"): lambda one: one.told_of_late_overlay,
    ("coordination.k8s.io", "leases", "create"): lambda one: one.led,
    ("coordination.k8s.io", "leases", "get"): lambda one: one.led,
    ("coordination.k8s.io", "leases", "patch"): lambda one: one.led_on,
    ("admissionregistration.k8s.io", "mutatingwebhookconfigurations", "get"): lambda one: one.trusted,
    ("admissionregistration.k8s.io", "mutatingwebhookconfigurations", "patch"): lambda one: one.trusted,
}


class RightsBeside(RightsProof, CertificateObjects, ReconcilerTest):
    values = value_sets.COMPANION_ALL
    account = rights.COMPANION
    sample = (("", "pods", "get"), ("", "nodes", "watch"), ("apps", "daemonsets", "patch"))
    needed_for = NEEDED_FOR

    def setUp(self) -> None:
        self.enterContext(self.away())
        self.enterContext(self.in_tree_controller())
        super().setUp()

    def life(self) -> LifeBeside:
        return LifeBeside(self)

    def stopped(self) -> contextlib.AbstractContextManager:
        """None runs but in `living`."""
        return contextlib.nullcontext()

    @contextlib.contextmanager
    def living(self, name: str) -> Iterator[Reconciler]:
        replica = Replica(self.cluster, self.beside, f"beside-{name}", *FLAGS)
        replica.proxy.faults = LostAnswer()
        with replica.proxy:
            replica.launch()
            try:
                yield replica
            finally:
                replica.process.stop()
