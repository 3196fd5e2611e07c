"""kubectl judges the result of a rollout (section 15 of the requirements)."""

from __future__ import annotations

from tests.harness.cluster import waiting
from tests.harness.e2e.reconciler.daemon import EVENT_SECONDS, Daemon, rolling
from tests.harness.e2e.reconciler.environment import SHARED, ReconcilerTest
from tests.harness.tools import binaries
from tests.harness.tools.explained import Explained

NODE = SHARED[0]
ON_ONE = {"nodeSelector": {"kubernetes.io/hostname": NODE}}
REVISIONS = 10


class Rollout(ReconcilerTest):
    def test_back_to_each_of_ten_revisions(self):
        """Requirements 15.2, 15.3 and 15.5."""
        daemon = self.create(self.name("ten"), template=ON_ONE, annotations={"kubernetes.io/change-cause": "image 1"})
        self.status(daemon)
        for number in range(2, REVISIONS + 1):
            daemon.set_image(str(number), cause=f"image {number}")
            self.status(daemon)
        self.assert_history(daemon, {number: f"image {number}" for number in range(1, REVISIONS + 1)})
        data = {one["metadata"]["name"]: one["data"] for one in daemon.revisions()}
        for number in range(1, REVISIONS + 1):
            self.rollout("undo", daemon, f"--to-revision={number}")
            self.status(daemon)
            self.assertEqual(daemon.images(), [f"example.org/agent:{number}"])
            # Revision N gets a new number and is the newest (requirement 9.7).
            self.assertEqual(
                [one["revision"] for one in daemon.revisions()], list(range(number + 1, REVISIONS + number + 1))
            )
        self.assertEqual({one["metadata"]["name"]: one["data"] for one in daemon.revisions()}, data)
        self.assertEqual(self.creations(daemon), 2 * REVISIONS)

    def test_undo_and_back(self):
        """Requirement 15.3."""
        daemon = self.create(self.name("undo"), strategy=rolling(unavailable="100%"))
        self.status(daemon)
        daemon.set_image("2")
        self.status(daemon)
        for image in ("1", "2"):
            self.rollout("undo", daemon)
            self.status(daemon)
            self.assertEqual(set(daemon.images()), {f"example.org/agent:{image}"})
        # kubectl compares bytes. Its own have no `creationTimestamp: null` any more, which 1.30 puts into templates; so
        # it is with the in-tree controller's revisions too.
        told = "rolled back" if binaries.is_oldest() else "skipped rollback"
        self.assertIn(told, self.rollout("undo", daemon, "--to-revision=4"))
        with self.assertRaisesRegex(Explained, "unable to find specified revision"):
            self.rollout("undo", daemon, "--to-revision=17")

    def test_history_of_one_revision(self):
        """Requirement 15.2."""
        daemon = self.create(self.name("history"), template=ON_ONE)
        self.status(daemon)
        daemon.set_image("2")
        self.status(daemon)
        for number in (1, 2):
            self.assertIn(f"example.org/agent:{number}", self.rollout("history", daemon, f"--revision={number}"))

    def test_restart(self):
        """Requirement 15.4."""
        daemon = self.create(self.name("restart"), strategy=rolling(unavailable="100%"))
        self.status(daemon)
        before = daemon.uids()
        self.rollout("restart", daemon)
        self.status(daemon)
        self.assertFalse(before & daemon.uids())
        self.assertEqual(len(daemon.revisions()), 2)

    def test_status_waits_for_the_roll(self):
        """Requirement 15.1."""
        # Long enough that kubectl finds the pods while they are not available yet.
        daemon = self.create(self.name("waits"), minReadySeconds=10)
        said = self.status(daemon)
        self.assertIn("of 3 updated pods are available", said)
        self.assertIn("successfully rolled out", said)

    def test_describe_and_get(self):
        daemon = self.create(self.name("described"))
        self.status(daemon)
        waiting.until(lambda: len(daemon.events("SuccessfulCreate")) == len(SHARED), "the events", EVENT_SECONDS)
        said = self.kubectl("describe", "daemonset", daemon.name).stdout
        for line in (
            "Desired Number of Nodes Scheduled: 3",
            "Number of Nodes Scheduled with Available Pods: 3",
            "3 Running / 0 Waiting / 0 Succeeded / 0 Failed",
            "daemonset-controller  Created pod: ",
        ):
            self.assertIn(line, said)
        self.assertRegex(self.kubectl("get", "daemonset", daemon.name).stdout, rf"{daemon.name} +3 +3 +3 +3 +3 ")
        self.assertRegex(
            self.kubectl("get", "controllerrevision", "-l", f"app={daemon.name}").stdout,
            rf"{daemon.name}-\w+ +daemonset.apps/{daemon.name} +1 ",
        )

    def test_set_image(self):
        daemon = self.create(self.name("set-image"), template=ON_ONE)
        self.status(daemon)
        self.kubectl("set", "image", f"daemonset/{daemon.name}", "agent=example.org/agent:2")
        self.status(daemon)
        self.assertEqual(daemon.images(), ["example.org/agent:2"])
        self.assertEqual([one["revision"] for one in daemon.revisions()], [1, 2])

    def rollout(self, verb: str, daemon: Daemon, *flags: str) -> str:
        return self.kubectl("rollout", verb, f"daemonset/{daemon.name}", *flags).stdout

    def status(self, daemon: Daemon) -> str:
        return self.rollout("status", daemon, "--timeout=90s")

    def assert_history(self, daemon: Daemon, causes: dict[int, str]) -> None:
        lines = self.rollout("history", daemon).splitlines()
        rows = [line.split(maxsplit=1) for line in lines if line[:1].isdigit()]
        self.assertEqual({int(number): cause for number, cause in rows}, causes)
