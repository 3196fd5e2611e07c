"""What the conditions of a DaemonSet's status say while a rollout goes on, waits, and is complete."""

from __future__ import annotations

import re
import threading
import time

from tests.harness.cluster import waiting
from tests.harness.e2e.reconciler.daemon import Daemon, image_of, node_of, rolling
from tests.harness.e2e.reconciler.environment import SHARED, ReconcilerTest

NEVER_READY = {"everynode.dev/simulated-readiness": "never"}
FOREIGN = {"type": "Audited", "status": "True", "reason": "Test", "message": "of somebody else"}
QUIET_SECONDS = 2
AUDIT_SECONDS = 0.05
SOON = 15


class Conditions(ReconcilerTest):
    def test_a_complete_rollout(self):
        daemon = self.create(self.name("told"))
        daemon.wait_on(*SHARED)
        self.assert_told(daemon, Progressing=("True", "RolloutComplete"), Degraded=("False", "AsExpected"))
        self.assertEqual(conditions_of(daemon)["Progressing"]["message"], "revision 1 has been rolled out")
        self.wait(daemon, "condition=Progressing")
        self.wait(daemon, "condition=Degraded=false")
        self.wait(daemon, 'jsonpath={.status.conditions[?(@.type=="Progressing")].reason}=RolloutComplete')
        before = daemon.get()
        time.sleep(QUIET_SECONDS)
        self.assertEqual(daemon.get(), before, "nothing happens, so nothing is written")

    def test_a_rollout_that_waits(self):
        daemon = self.create(self.name("told-waits"), strategy=rolling(unavailable=1))
        daemon.wait_on(*SHARED)
        complete = conditions_of(daemon)["Progressing"]
        time.sleep(1.1)  # times of transition are whole seconds
        daemon.set_image("2", annotations=NEVER_READY)
        self.assert_told(daemon, Progressing=("True", "RollingOut"))
        self.assertEqual(conditions_of(daemon)["Progressing"]["lastTransitionTime"], complete["lastTransitionTime"])
        node = self.crash(daemon)
        self.wait(daemon, "condition=Progressing=false")
        self.assert_told(daemon, Progressing=("False", "WaitingForBudget"), Degraded=("True", "PodsFailing"))
        conditions = conditions_of(daemon)
        self.assertEqual(
            conditions["Progressing"]["message"],
            f"2 of 3 nodes wait for their turn; maxUnavailable 1 is used up by {node} (container agent: "
            "CrashLoopBackOff)",
        )
        self.assertEqual(conditions["Degraded"]["message"], f"1 of 3 nodes: {node} (container agent: CrashLoopBackOff)")
        self.assertGreater(conditions["Progressing"]["lastTransitionTime"], complete["lastTransitionTime"])
        self.kubectl("rollout", "undo", f"daemonset/{daemon.name}")
        daemon.wait_on(*SHARED)
        self.assert_told(daemon, Progressing=("True", "RolloutComplete"), Degraded=("False", "AsExpected"))
        self.kubectl("describe", "daemonset", daemon.name)

    def test_a_rollout_that_gets_no_further(self):
        """Nothing is wrong that anybody could tell; only nothing comes of it."""
        deadline = {"everynode.dev/progress-deadline-seconds": "2"}
        daemon = self.create(self.name("late"), annotations=deadline, strategy=rolling(unavailable="100%"))
        daemon.wait_on(*SHARED)
        daemon.set_image("2", annotations=NEVER_READY)
        self.kubectl("wait", f"daemonset/{daemon.name}", "--for=condition=Progressing=false", f"--timeout={4 * SOON}s")
        self.assert_told(daemon, Progressing=("False", "ProgressDeadlineExceeded"), Degraded=("True", "PodsNotReady"))
        message = (
            "revision 2 got no further for more than 2 s, and is available on 0 of 3 nodes; it waits for "
            + ", ".join(f"{node} (not ready for more than 2 s)" for node in SHARED)
        )
        waiting.until(lambda: conditions_of(daemon)["Progressing"]["message"] == message, message, 4 * SOON)
        self.kubectl("rollout", "undo", f"daemonset/{daemon.name}")
        daemon.wait_on(*SHARED)
        self.assert_told(daemon, Progressing=("True", "RolloutComplete"), Degraded=("False", "AsExpected"))

    def test_a_quota_that_is_used_up(self):
        namespace = self.create_namespace(self.name("quota"))
        self.api.create(
            f"/api/v1/namespaces/{namespace}/resourcequotas",
            {
                "apiVersion": "v1",
                "kind": "ResourceQuota",
                "metadata": {"name": "pods"},
                "spec": {"hard": {"pods": "1"}},
            },
        )
        waiting.until(
            lambda: self.api.get(f"/api/v1/namespaces/{namespace}/resourcequotas/pods").get("status", {}).get("hard"),
            "the quota",
        )
        daemon = self.create(self.name("refused"), namespace=namespace)
        self.assert_told(daemon, Progressing=("False", "WaitingForPods"), Degraded=("True", "PodsNotCreated"))
        # Before both have been refused, and the quota's use is counted, it tells of less.
        said = re.compile(
            r"^2 of 3 nodes: shared-\d \(its pod is refused\), shared-\d "
            r"\(its pod is refused\); the API server says: forbidden: exceeded quota: pods, requested: pods=1, used: "
            r"pods=1"
        )
        waiting.until(lambda: said.search(conditions_of(daemon)["Degraded"]["message"]), said.pattern, 30)
        version = daemon.get()["metadata"]["resourceVersion"]
        time.sleep(QUIET_SECONDS)
        self.assertEqual(
            daemon.get()["metadata"]["resourceVersion"], version, "each refusal says the same, so it is written once"
        )

    def test_conditions_of_others_stay(self):
        """Requirement 11.2: also conditions that another client writes at the same time."""
        daemon = self.create(self.name("audited"), strategy=rolling(unavailable="100%"))
        daemon.wait_on(*SHARED)
        other = {"type": "Degraded", "status": "True", "reason": "SomebodySaysSo", "message": ""}
        with Auditor(daemon) as auditor:
            for image in "23456":
                daemon.set_image(image)
                daemon.wait_status(seconds=SOON, numberAvailable=len(SHARED), updatedNumberScheduled=len(SHARED))
        self.assertGreater(auditor.written, 5)
        self.assertEqual(
            conditions_of(daemon)["Audited"], FOREIGN | {"message": str(auditor.written), "lastTransitionTime": None}
        )
        write_condition(daemon, other)
        daemon.set_image("7")
        daemon.wait_on(*SHARED)
        self.assert_told(daemon, Progressing=("True", "RolloutComplete"), Degraded=("True", "SomebodySaysSo"))
        self.assertEqual(daemon.events("AnotherController"), [])

    def test_are_withdrawn_on_request(self):
        daemon = self.create(self.name("withdrawn"))
        daemon.wait_on(*SHARED)
        write_condition(daemon, FOREIGN)
        self.assert_told(daemon, Progressing=("True", "RolloutComplete"), Audited=("True", "Test"))
        with self.away(), self.new_reconciler("--status-conditions=false", name="everynode-reconciler-silent"):
            waiting.until(lambda: set(conditions_of(daemon)) == {"Audited"}, "our conditions to go", SOON)
            daemon.set_image("2")
            daemon.wait_on(*SHARED)
            self.assertEqual(set(conditions_of(daemon)), {"Audited"})
        self.assert_told(daemon, Progressing=("True", "RolloutComplete"))

    def test_are_left_as_they_were_by_the_in_tree_controller(self):
        daemon = self.create(self.name("left"), strategy=rolling(unavailable="100%"))
        daemon.wait_on(*SHARED)
        self.assert_told(daemon, Progressing=("True", "RolloutComplete"))
        before = conditions_of(daemon)
        with self.away(), self.in_tree_controller():
            daemon.set_image("2")
            daemon.wait_on(*SHARED)
            self.assertEqual(conditions_of(daemon), before)
        waiting.until(
            lambda: conditions_of(daemon)["Progressing"]["message"] == "revision 2 has been rolled out",
            "our word",
            SOON,
        )

    def crash(self, daemon: Daemon) -> str:
        """Makes the only new pod crash; returns its node."""
        (pod,) = waiting.until(
            lambda: [
                pod for pod in daemon.pods() if image_of(pod).endswith(":2") and pod["status"]["phase"] == "Running"
            ],
            "the new pod",
            SOON,
        )
        containers = [
            one | {"state": {"waiting": {"reason": "CrashLoopBackOff"}}} for one in pod["status"]["containerStatuses"]
        ]
        daemon.keep_pod_status(pod, {"containerStatuses": containers})
        return node_of(pod)

    def wait(self, daemon: Daemon, for_what: str) -> None:
        self.kubectl("wait", f"daemonset/{daemon.name}", f"--for={for_what}", f"--timeout={SOON}s")

    def assert_told(self, daemon: Daemon, **wanted: tuple[str, str]) -> None:
        def found() -> dict[str, tuple[str, str]]:
            return {
                kind: (one["status"], one["reason"]) for kind, one in conditions_of(daemon).items() if kind in wanted
            }

        try:
            waiting.until(lambda: found() == wanted, "the conditions", SOON)
        except waiting.DeadlineExceeded:
            self.assertEqual(found(), wanted)


class Auditor:
    """Writes its own condition again and again, while another client writes the status."""

    def __init__(self, daemon: Daemon):
        self.written = 0
        self._daemon = daemon
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Auditor:
        self._thread.start()
        return self

    def __exit__(self, *error) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(AUDIT_SECONDS):
            write_condition(self._daemon, FOREIGN | {"message": str(self.written + 1)})
            self.written += 1


def write_condition(daemon: Daemon, condition: dict) -> None:
    """Writes it as a controller does that knows only its own condition."""
    daemon.api.ask(
        "PATCH",
        f"{daemon.path}/status",
        {"status": {"conditions": [condition]}},
        "application/strategic-merge-patch+json",
    )


def conditions_of(daemon: Daemon) -> dict[str, dict]:
    return {one["type"]: one for one in daemon.get()["status"].get("conditions", [])}
