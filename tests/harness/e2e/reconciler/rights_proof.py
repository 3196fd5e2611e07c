"""That the reconciler uses all rights that the chart gives it, and that without any one of them, the thing that it is
for does not happen."""

from __future__ import annotations

import contextlib
import copy
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

from tests.harness.chart.helm import NAMESPACE, Objects
from tests.harness.cluster import audit, waiting
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.e2e.reconciler import rights

Right = tuple[str, str, str]  # group, resource with its subresource, verb
FINALIZERS: Right = (
    "apps",
    "daemonsets/finalizers",
    "update",
)  # the API server asks for these itself, for other objects of our requests
SECONDS = 40
SETTLE_SECONDS = 1.0
CHOSEN = os.environ.get("EVERYNODE_RIGHTS", "")  # all, which takes some minutes, or those with this in them


class RightsProof:
    """For one role of the chart. A mixin of ReconcilerTest."""

    values: dict[str, Any]  # of the chart
    account: str  # the role's name, and that of its ServiceAccount
    sample: tuple[Right, ...]
    late: tuple[Right, ...] = ()  # those that only `go_further` needs, beside those to watch
    # What does not happen without the right.
    needed_for: dict[Right, Callable[[Any], Callable[[], bool]]]

    def life(self) -> Any:
        """A new Life, or what is like it."""
        raise NotImplementedError

    def stopped(self) -> contextlib.AbstractContextManager:
        """While active, nobody does the reconciler's work."""
        raise NotImplementedError

    def living(self, name: str) -> contextlib.AbstractContextManager[Reconciler]:
        """A reconciler with the role's rights that has been launched; it need not become ready."""
        raise NotImplementedError

    def test_each_is_used_and_nothing_else_is_asked_for(self) -> None:
        self.assertEqual(set(self.needed_for), self.granted())
        begin = self.cluster.audit_log.stat().st_size
        one = self.life()
        one.prepare()
        with self.stopped():
            one.go_on()
            self.api.delete(one.lease)
            with self.living("rights"):
                for happened in one.all():
                    waiting.until(happened, happened.__name__, SECONDS)
                one.go_further()
                for happened in one.all_further():
                    waiting.until(happened, happened.__name__, SECONDS)
        used, granted = set(self.used(begin)) | ({FINALIZERS} & self.granted()), self.granted()
        self.assertEqual(used, granted, f"unused: {granted - used}, refused: {used - granted}")
        print(f"{len(granted)} rights, each of them used")

    def test_without_any_one_something_does_not_happen(self) -> None:
        for right in self.chosen():
            with self.subTest(" ".join(right)):
                try:
                    self.live_without(right)
                finally:
                    self.doCleanups()
                    self.setUp()

    def chosen(self) -> list[Right]:
        if not CHOSEN:
            return list(self.sample)
        return [right for right in sorted(self.needed_for) if CHOSEN == "all" or CHOSEN in " ".join(right)]

    def live_without(self, right: Right) -> None:
        one = self.life()
        one.prepare()
        with self.stopped(), self.without(right):
            one.go_on()
            if "leases" in right:
                self.api.delete(one.lease)
            self.assert_stops(right, one)

    def assert_stops(self, right: Right, one: Any) -> None:
        with self.living("without-" + "-".join(filter(None, right)).replace("/", "-")) as reconciler:
            if right in self.late:
                waiting.until(reconciler.ready, "the reconciler to be ready", SECONDS)
                one.go_further()
            waiting.until(lambda: complains_of(right, reconciler), f"a line about {right}", SECONDS)
            if right[2] == "watch":
                one.go_further()
            time.sleep(SETTLE_SECONDS)
            happened = self.needed_for[right](one)
            self.assertFalse(happened(), f"{happened.__name__} without {right}")
            print(f"without {' '.join(filter(None, right))}: not {happened.__name__}")

    @contextlib.contextmanager
    def without(self, right: Right) -> Iterator[None]:
        paths = [
            rights.PATHS[kind].format(namespace=NAMESPACE) + f"/{self.account}" for kind in ("ClusterRole", "Role")
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
        user = f"system:serviceaccount:{NAMESPACE}:{self.account}"
        for event in audit.events(self.cluster.audit_log, begin):
            reference = event.get("objectRef")
            if event["user"]["username"] == user and reference:
                resource = "/".join(filter(None, (reference["resource"], reference.get("subresource"))))
                yield reference.get("apiGroup", ""), resource, event["verb"]

    def granted(self) -> set[Right]:
        """The rights of the chart's roles, one by one."""
        return {
            (group, resource, verb)
            for one in Objects(self.values).all
            if one["kind"] in ("ClusterRole", "Role") and one["metadata"]["name"] == rights.ACCOUNT
            for rule in one["rules"]
            for group in rule["apiGroups"]
            for resource in rule["resources"]
            for verb in rule["verbs"]
        }


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
