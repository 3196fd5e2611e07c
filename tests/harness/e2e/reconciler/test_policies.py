"""RolloutPolicies: waves, soaks, holds and pauses on a real API server."""

from __future__ import annotations

import contextlib
import datetime
import select
import subprocess
import time
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from tests.harness.cluster import binary, waiting
from tests.harness.cluster.api import ApiError
from tests.harness.e2e.reconciler.daemon import Daemon, image_of, is_running, node_of, rolling
from tests.harness.e2e.reconciler.environment import SHARED
from tests.harness.e2e.reconciler.policies import Policy
from tests.harness.e2e.reconciler.policy_test import CANARY, NEW, OLD, SETTLE_SECONDS, ZONE, PolicyTest


class Policies(PolicyTest):
    def test_waves_follow_each_other_and_a_hold_waits_to_be_promoted(self) -> None:
        pool = self.name("waves")
        canary, a, b, rest = (f"{pool}-{one}" for one in ("canary", "a", "b", "rest"))
        self.add({canary: {"canary": "true", ZONE: "a"}, a: {ZONE: "a"}, b: {ZONE: "b"}, rest: {}}, pool)
        policy = self.create_policy(
            waves=[CANARY | {"soak": "2s", "hold": True}, {"name": "zones", "by": ZONE, "soak": "1s", "hold": True}],
            maxUnavailable="100%",
        )
        one = self.create_governed(policy, pool)
        one.wait_on(canary, a, b, rest)
        self.assertEqual(policy.wait_phase("Complete")["updated"], 4)
        one.set_image("2")
        told = policy.wait_phase("Held", "canary")
        self.assertEqual((told["desired"], told["updated"]), (4, 1))
        time.sleep(SETTLE_SECONDS)
        self.assertEqual(self.images(one), {canary: NEW, a: OLD, b: OLD, rest: OLD})
        self.assertEqual(policy.condition("Progressing")["status"], "False")
        self.wait_reason(one, "Held")
        self.assertRegex(self.columns(policy), r"Held +canary +1/4")

        policy.promote("canary")
        policy.wait_phase("Held", "zones/a")
        self.assertEqual(self.images(one), {canary: NEW, a: NEW, b: OLD, rest: OLD})
        policy.promote("zones/a")
        policy.wait_phase("Held", "zones/b")
        self.assertEqual(self.images(one), {canary: NEW, a: NEW, b: NEW, rest: OLD})
        policy.promote("zones/b")
        one.wait_on(canary, a, b, rest)
        told = policy.wait_phase("Complete")
        self.assertEqual(told["lastCompleteRevision"], told["revision"])
        self.assertEqual(self.columns(policy).split()[:2], ["Complete", "4/4"])

        one.set_image("3")  # what was promoted was the other revision
        policy.wait_phase("Held", "canary")
        waiting.until(lambda: not policy.status()["promoted"], "the old promotion to go")
        self.assertEqual(self.images(one)[a], NEW)

    def test_a_new_process_goes_on_where_the_old_one_was(self) -> None:
        pool = self.name("restart")
        canary, other = f"{pool}-canary", f"{pool}-other"
        self.add({canary: {"canary": "true"}, other: {}}, pool)
        policy = self.create_policy(waves=[CANARY | {"hold": True}])
        one = self.create_governed(policy, pool)
        one.wait_on(canary, other)
        policy.wait_phase("Complete")
        one.set_image("2")
        policy.wait_phase("Held", "canary")
        self.kill_and_start()
        time.sleep(SETTLE_SECONDS)
        self.assertEqual(self.images(one), {canary: NEW, other: OLD})
        with self.away():
            policy.promote("canary")
        one.wait_on(canary, other)
        policy.wait_phase("Complete")

    def test_paused(self) -> None:
        policy = self.create_policy()
        one = self.create_governed(policy)
        one.wait_on(*SHARED)
        policy.wait_phase("Complete")
        policy.set_and_wait(paused=True)
        one.set_image("2")
        policy.wait_phase("Paused", "rest")
        self.assertIn("spec.paused", policy.condition("Progressing")["message"])
        time.sleep(SETTLE_SECONDS)
        self.assertEqual(one.images(), [OLD] * 3)
        policy.set(paused=False)
        one.wait_on(*SHARED)
        policy.wait_phase("Complete")

    def test_with_on_delete_the_policy_replaces_the_pods(self) -> None:
        policy = self.create_policy(maxUnavailable=1)
        one = self.create_governed(policy, strategy={"type": "OnDelete"})
        one.wait_on(*SHARED)
        one.set_image("2")
        one.wait_on(*SHARED)
        policy.wait_phase("Complete")
        self.wait_reason(one, "RolloutComplete")

    def test_a_surge_goes_by_waves_too(self) -> None:
        policy = self.create_policy(waves=[{"name": "one", "count": 1, "hold": True}])
        one = self.create_governed(policy, strategy=rolling(surge=2))
        one.wait_on(*SHARED)
        policy.wait_phase("Complete")
        one.set_image("2")
        policy.wait_phase("Held", "one")
        time.sleep(SETTLE_SECONDS)
        self.assertEqual(one.images(), [OLD, OLD, NEW])
        policy.promote("one")
        one.wait_on(*SHARED)

    def test_of_two_policies_the_older_one_serves(self) -> None:
        older = self.create_policy()
        one = self.create_governed(older)
        time.sleep(1.1)  # ages are whole seconds
        younger = self.create_policy(selector={"matchLabels": {"policy": older.name}}, paused=True)
        waiting.until(lambda: younger.condition("Accepted"), "the conflict to be told")
        accepted = younger.condition("Accepted")
        self.assertEqual((accepted["status"], accepted["reason"]), ("False", "Conflicted"))
        self.assertIn(f"{one.name} by {older.name}", accepted["message"])
        one.wait_on(*SHARED)
        one.set_image("2")
        one.wait_on(*SHARED)
        older.delete()
        younger.wait_phase("Complete")
        one.set_image("3")
        younger.wait_phase("Paused", "rest")

    def test_without_policies_nothing_is_different(self) -> None:
        """A policy that goes lets the rollout go on as the DaemonSet has it."""
        policy = self.create_policy(paused=True)
        one = self.create_governed(policy)
        one.wait_on(*SHARED)
        one.set_image("2")
        policy.wait_phase("Paused", "rest")
        policy.delete()
        one.wait_on(*SHARED)

    def test_a_node_that_was_bad_before_is_deferred_and_one_that_comes_back_is_updated(self) -> None:
        pool = self.name("blame")
        dead, a, b = (f"{pool}-{one}" for one in ("a-dead", "b", "c"))
        self.add({dead: {ZONE: "a"}, a: {ZONE: "a"}, b: {ZONE: "b"}}, pool)
        policy = self.create_policy(waves=[{"name": "zones", "by": ZONE, "soak": "1s"}], maxUnavailable=1)
        one = self.create_governed(policy, pool)
        one.wait_on(dead, a, b)
        policy.wait_phase("Complete")
        # The reconciler must know of the dead node before it knows of the new revision.
        policy.set_and_wait(paused=True)
        self.set_ready(one, dead, False)
        one.set_image("2")
        waiting.until(lambda: policy.status()["daemonSets"][0]["deferred"] == 1, "the dead node to be known")
        policy.set(paused=False)
        waiting.until(lambda: sorted(one.images()) == [OLD, NEW, NEW], "all but the dead node to have it", 60)
        # The status is written a moment later: until then it is the one of before, which is complete too.
        waiting.until(lambda: policy.status()["daemonSets"][0]["deferred"] == 1, "the dead node to be deferred")
        told = policy.wait_phase("Complete")
        self.assertEqual((told["deferred"], told["failed"]), (1, 0))
        self.assertEqual(told["deferredNodes"][0]["name"], dead)
        self.assertIn("NotReady since ", told["deferredNodes"][0]["reason"])
        self.assertEqual(self.images(one), {dead: OLD, a: NEW, b: NEW})
        self.set_ready(one, dead, True)
        one.wait_on(dead, a, b)
        waiting.until(lambda: policy.status()["daemonSets"][0]["deferred"] == 0, "nobody to be deferred")

    def test_too_many_failed_nodes_stop_the_rollout(self) -> None:
        policy = self.create_policy(maxUnavailable=1, failure={"maxFailedNodes": 0})
        one = self.create_governed(policy)
        one.wait_on(*SHARED)
        policy.wait_phase("Complete")
        one.set_image("2", annotations={"everynode.dev/simulated-readiness": "never"})
        crashed = crash(one)
        told = policy.wait_phase("Failed", "rest")
        self.assertIn(crashed, {node["name"] for node in told["failedNodes"]})
        degraded = policy.condition("Degraded")
        self.assertEqual((degraded["status"], degraded["reason"]), ("True", "NodesFailed"))
        self.assertIn("CrashLoopBackOff", degraded["message"])
        before = sorted(one.images())
        time.sleep(SETTLE_SECONDS)
        self.assertEqual(sorted(one.images()), before)
        self.kubectl("rollout", "undo", f"daemonset/{one.name}")
        one.wait_on(*SHARED)
        policy.wait_phase("Complete")
        self.assertEqual(policy.condition("Degraded")["status"], "False")

    def test_what_failed_goes_back_and_stays_away_until_it_is_retried(self) -> None:
        failure = {"maxFailedNodes": 0, "progressDeadline": "2s", "then": "Rollback"}
        policy = self.create_policy(maxUnavailable=1, failure=failure, waves=[CANARY | {"hold": True}])
        one = self.create_governed(policy, revisionHistoryLimit=0)
        one.wait_on(*SHARED)
        good = policy.wait_phase("Complete")["revision"]
        before = template_of(one)
        one.set_image("2", annotations={"everynode.dev/simulated-readiness": "never"})
        policy.wait_phase("Held", "canary")  # also while no node is in it
        bad = template_of(one)
        with self.watching(one) as watch:
            policy.promote("canary")
            waiting.until(lambda: template_of(one) == before, "the template to be put back", 60)
            one.wait_on(*SHARED)
            told = policy.wait_phase("Complete")
            shown, complaint = watch.communicate(timeout=60)
        self.assertIn("3/3", shown.splitlines()[-1])
        self.assertEqual(watch.returncode, 1, "complete, but of the revision before")
        self.assertIn("was rolled back: 1 of 3 nodes failed", complaint)
        self.assertEqual((told["revision"], told["lastCompleteRevision"]), (good, good))
        self.assertEqual(len(told["failedRevisions"]), 1)
        self.assertIn("1 of 3 nodes failed", told["failedRevisions"][0]["message"])
        self.assertEqual(len(one.events("RolledBack")), 1)
        self.assertEqual(one.revisions()[-1]["metadata"]["name"], good, "it was spared and has the highest number")

        pods_before = one.uids()
        one.api.merge(one.path, {"spec": {"template": bad}})  # as a GitOps tool does
        told = policy.wait_phase("Failed", "canary")
        self.assertIn(f"everynode rollout retry ds/{one.name} -n {one.namespace}", told["message"])
        time.sleep(SETTLE_SECONDS)
        self.assertEqual(one.uids(), pods_before)
        self.assertEqual(template_of(one), bad)

        policy.retry()
        told = policy.wait_phase("Held", "canary")
        self.assertNotIn("failedRevisions", told)
        policy.promote("canary")
        waiting.until(lambda: template_of(one) == before, "it to fail and go back again", 60)
        one.wait_on(*SHARED)

    @contextlib.contextmanager
    def watching(self, one: Daemon) -> Iterator[subprocess.Popen]:
        """`everynode rollout watch`, which has seen the rollout."""
        command = [binary.path(), "rollout", "watch", f"ds/{one.name}", "-n", one.namespace, "--interval", "0"]
        command += ["--timeout", "120", "--kubeconfig", self.cluster.kubeconfig]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            try:
                select.select([process.stdout], [], [], 30)  # it has shown the first line
                yield process
            finally:
                process.kill()

    def test_a_rollback_goes_on_after_a_crash(self) -> None:
        """The process dies at each of the two writes that make one: what they leave behind is enough."""
        policy = self.create_policy(failure={"maxFailedNodes": 0, "progressDeadline": "1s", "then": "Rollback"})
        one = self.create_governed(policy)
        one.wait_on(*SHARED)
        policy.wait_phase("Complete")
        before = template_of(one)
        one.set_image("2", annotations={"everynode.dev/simulated-readiness": "never"})
        waiting.until(lambda: policy.status()["daemonSets"][0].get("failedRevisions"), "the failure to be remembered")
        self.kill_and_start()
        waiting.until(lambda: template_of(one) == before, "the template to be put back", 60)
        self.kill_and_start()
        one.wait_on(*SHARED)
        told = policy.wait_phase("Complete")
        self.assertEqual(len(told["failedRevisions"]), 1)

    def test_a_window_that_opens_lets_the_rollout_begin_by_itself(self) -> None:
        policy = self.create_policy(maxUnavailable=3)
        one = self.create_governed(policy)
        one.wait_on(*SHARED)
        policy.wait_phase("Complete")
        opens = datetime.datetime.now(ZoneInfo("Asia/Kathmandu")) + datetime.timedelta(seconds=75)
        closes = opens + datetime.timedelta(hours=1)
        window = {"from": f"{opens:%H:%M}", "to": f"{closes:%H:%M}", "timeZone": "Asia/Kathmandu"}
        policy.set_and_wait(windows=[window])
        one.set_image("2")
        told = policy.wait_phase("OutsideWindow", "rest")
        self.assertIn(f"{opens:%a %Y-%m-%d %H:%M} Asia/Kathmandu", told["message"])
        self.wait_reason(one, "OutsideWindow")
        self.assertEqual(one.images(), [OLD] * 3)
        one.wait_on(*SHARED, seconds=90)
        policy.wait_phase("Complete")
        created = min(pod["metadata"]["creationTimestamp"] for pod in one.pods())
        self.assertGreaterEqual(datetime.datetime.fromisoformat(created), opens.replace(second=0, microsecond=0))

    def test_a_window_of_an_unknown_zone_is_told(self) -> None:
        policy = self.create_policy(windows=[{"timeZone": "Europe/Berlyn"}])
        accepted = waiting.until(lambda: policy.condition("Accepted"), "the problem to be told")
        self.assertEqual((accepted["status"], accepted["reason"]), ("False", "UnknownTimeZone"))
        self.assertIn('spec.windows[0].timeZone: the time zones here have no "Europe/Berlyn"', accepted["message"])

    def test_what_is_wrong_is_refused_with_the_remedy(self) -> None:
        policy = Policy(self.api, self.name("wrong"))
        for spec, message in (
            ({"maxUnavailable": 0}, "to stop a rollout, set spec.paused"),
            ({"maxUnavailable": "ten"}, "must be a number from 1 on, or a percentage"),
            ({"badNodes": "Ignore"}, 'supported values: "Exclude", "Count"'),
            ({"failure": {"maxFailedNodes": -1}}, "from 0 on, or a percentage"),
            ({"failure": {"maxFailedNodes": 1, "progressDeadline": "soon"}}, "a duration such as"),
            ({"failure": {"maxFailedNodes": 1, "then": "Explode"}}, 'supported values: "Pause", "Rollback"'),
            ({"windows": []}, "spec.windows"),
            ({"windows": [{"days": ["Monday"]}]}, 'supported values: "Mon", "Tue"'),
            ({"windows": [{"days": []}]}, "spec.windows[0].days"),
            ({"windows": [{"from": "9:00"}]}, 'a time of day from "00:00" to "23:59"'),
            ({"windows": [{"from": "24:00"}]}, 'a time of day from "00:00" to "23:59"'),
            ({"windows": [{"to": "24:01"}]}, 'a time of day from "00:00" to "24:00"'),
            ({"windows": [{"from": "09:00", "to": "09:00"}]}, "for whole days leave both out"),
            ({"windows": [{"timeZone": "Local"}]}, "a name of the IANA database"),
            ({"windows": [{"timeZone": "../etc"}]}, "a name of the IANA database"),
            ({"waves": [{"name": "a"}]}, "says which nodes by exactly one of"),
            ({"waves": [{"name": "a", "count": 1, "by": "zone"}]}, "exactly one of nodes, count and by"),
            ({"waves": [{"name": "a", "count": 0}]}, "spec.waves[0].count"),
            ({"waves": [{"name": "a", "count": "101%"}]}, "spec.waves[0].count"),
            ({"waves": [{"name": "a", "count": 1, "maxUnavailable": "all"}]}, "spec.waves[0].maxUnavailable"),
            ({"waves": [{"name": "a", "count": 1, "soak": "10 minutes"}]}, "a duration such as 30s, 10m or 1h30m"),
            ({"waves": [{"name": "rest", "count": 1}]}, "choose another"),
            ({"waves": [{"name": "a", "count": 1}, {"name": "a", "count": 2}]}, "Duplicate value"),
        ):
            with self.subTest(str(spec)), self.assertRaises(ApiError) as refused:
                policy.create(**spec)
            self.assertEqual(refused.exception.code, 422)
            self.assertIn(message, str(refused.exception))
        explained = self.kubectl("explain", "rolloutpolicy.spec.waves.soak").stdout
        self.assertIn("must have been ready", explained)

    def wait_reason(self, one: Daemon, reason: str) -> None:
        """Of the DaemonSet's condition, which is written beside the policy's status."""
        try:
            waiting.until(lambda: condition(one)["reason"] == reason, reason, 30)
        except waiting.DeadlineExceeded:
            self.assertEqual(condition(one)["reason"], reason)

    def columns(self, policy: Policy) -> str:
        """What kubectl shows of it, without its name."""
        shown: subprocess.CompletedProcess[str] = self.kubectl("get", "rolloutpolicy", policy.name, "--no-headers")
        return shown.stdout.partition(" ")[2].strip()


def crash(one: Daemon) -> str:
    """Makes a new pod crash; returns its node."""
    pod = waiting.until(
        lambda: next((pod for pod in one.pods() if image_of(pod) == NEW and is_running(pod)), None), "a new pod", 60
    )
    crashing = {"state": {"waiting": {"reason": "CrashLoopBackOff"}}}
    one.keep_pod_status(pod, {"containerStatuses": [told | crashing for told in pod["status"]["containerStatuses"]]})
    return node_of(pod)


def template_of(one: Daemon) -> dict:
    return one.get()["spec"]["template"]


def condition(one: Daemon) -> dict:
    return next(told for told in one.get()["status"]["conditions"] if told["type"] == "Progressing")
