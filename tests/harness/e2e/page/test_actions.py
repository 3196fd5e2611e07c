"""What the page changes, in a real Chromium on a real control plane, beside the in-tree controller."""

from __future__ import annotations

import json
import re
import time

from tests.harness.cluster import waiting
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.e2e.environment import daemon_set
from tests.harness.e2e.page.environment import SETS, PageTest
from tests.harness.e2e.reconciler import policies
from tests.harness.e2e.reconciler.policies import Policy

OLD, NEW = "example.org/agent:1", "example.org/agent:2"


class Actions(PageTest):
    @classmethod
    def setUpClass(cls) -> None:
        for kind in ("rolloutpolicies", "daemonsetoverlays"):
            cls.addClassCleanup(cls.cluster.api.delete, f"{policies.DEFINITIONS}/{kind}.everynode.dev")
        policies.install(cls.cluster.api)
        flags = ("--mode", "companion", "--lease-namespace", "default")
        cls.enterClassContext(Reconciler(cls.cluster.kubeconfig, cls.cluster.logs, *flags, name="beside"))

    def govern(self, name: str, **spec: object) -> Policy:
        """A DaemonSet that a policy rolls out, both of this name, with its pods on all nodes."""
        policy = Policy(self.api, name)
        self.addCleanup(policy.delete)
        policy.create(**spec)
        document = daemon_set(name, {})
        document["metadata"]["labels"] = {"policy": name}
        document["spec"]["updateStrategy"] = {"type": "OnDelete"}
        self.api.create(SETS, document)
        self.addCleanup(self._remove, name)
        policy.wait_phase("Complete", seconds=120)  # the first rollout soaks too
        return policy

    def look_at(self, name: str) -> None:
        self.browser.wait_cells({f"{name} on worker-1": "updated"}, 60)
        self.browser("click", selector=f"[aria-label^='{name} on worker-1']")

    def ask(self, change: str, command: str) -> None:
        """Opens the dialog of a change, which shows its command."""
        waiting.until(lambda: self.browser.texts(f".ask.{change}"), f"{change} to be offered", 60)
        self.browser("click", selector=f".ask.{change}")
        told = self.browser.wait_text("dialog .command", "everynode rollout")
        self.assertIn(f"everynode rollout {command} --kubeconfig {self.cluster.kubeconfig}", told)

    def confirm(self, done: str) -> None:
        self.browser("click", selector="dialog .yes")
        self.browser.wait_text("dialog [role=status] .done", done)
        self.browser("click", selector="dialog .end")
        waiting.until(lambda: not self.dialogs(), "the dialog to close")

    def dialogs(self) -> int:
        return self.browser.evaluate("document.querySelectorAll('dialog').length")

    def spec(self, policy: Policy) -> dict:
        return self.api.get(policy.path)["spec"]

    def images(self, name: str) -> set[str]:
        return {pod["spec"]["containers"][0]["image"] for pod in self.pods(name)}

    def test_pauses_and_resumes_once_somebody_confirms(self) -> None:
        policy = self.govern("pausing")
        self.open("--allow-actions")
        self.look_at("pausing")
        self.ask("pause", "pause ds/pausing -n default")
        self.assertEqual(self.browser("axe"), [])
        self.browser("press", key="Escape")
        waiting.until(lambda: not self.dialogs(), "the dialog to close")
        self.assertIn("pausing", self.browser.text(".details h2"), "Escape is for the dialog alone")
        self.assertEqual(self.browser.evaluate("document.activeElement.className"), "ask pause")
        self.assertFalse(self.spec(policy).get("paused"), "nobody has confirmed it")
        self.ask("pause", "pause ds/pausing -n default")
        self.browser("click", selector="dialog .yes")
        self.browser.wait_text("dialog .done", "rolloutpolicy.everynode.dev/pausing paused")
        self.assertEqual(self.browser("axe"), [])
        self.assertTrue(self.spec(policy)["paused"])
        waiting.until(lambda: self.browser.texts(".ask.resume"), "resume to be offered")
        self.browser("click", selector="dialog .end")
        waiting.until(lambda: not self.dialogs(), "the dialog to close")
        self.assertEqual(self.browser.evaluate("document.activeElement.tagName"), "H2", "the button has gone")
        self.ask("resume", "resume ds/pausing -n default")
        self.confirm("rolloutpolicy.everynode.dev/pausing resumed")
        self.assertFalse(self.spec(policy)["paused"])
        self.assertIn("everynode rollout resume ds/pausing -n default", self.process.log.read_text())

    def test_promotes_the_wave_that_is_on_hold(self) -> None:
        policy = self.govern("holding", waves=[{"name": "one", "count": 1, "hold": True}])
        self.open("--allow-actions")
        self.look_at("holding")
        self.set_image("holding", NEW)
        policy.wait_phase("Held", "one")
        self.assertEqual(self.images("holding"), {OLD, NEW})
        self.ask("promote", "promote ds/holding -n default --wave one")
        self.confirm("daemonset.apps/holding wave one promoted")
        policy.wait_phase("Complete")
        self.assertEqual(self.images("holding"), {NEW})

    def test_counts_down_how_long_a_soak_still_takes(self) -> None:
        policy = self.govern("soaking", waves=[{"name": "one", "count": 1, "soak": "1m"}])
        self.open()
        self.look_at("soaking")
        self.set_image("soaking", NEW)
        policy.wait_phase("Soaking", "one")
        first = waiting.until(self.left, "the soak to be told")
        waiting.until(lambda: 0 < self.left() < first - 2, "it to be counted down", 20)

    def left(self) -> int:
        """How long a soak still takes, in seconds, as the page says."""
        told = re.search(r"another (?:1 min )?(\d+) s", self.browser.text(".details"))
        return int(told[1]) if told else 0

    def test_goes_back_to_a_revision_of_the_history(self) -> None:
        policy = self.govern("undoing")
        self.open("--allow-actions")
        self.set_image("undoing", NEW)
        waiting.until(lambda: self.images("undoing") == {NEW}, "the roll", 60)
        policy.wait_phase("Complete")
        self.look_at("undoing")
        self.ask("undo", "undo ds/undoing -n default --to-revision 1")
        self.assertEqual(self.browser("axe"), [])
        self.confirm("daemonset.apps/undoing rolled back")
        waiting.until(lambda: self.images("undoing") == {OLD}, "the way back", 60)

    def test_tells_in_words_why_nothing_is_changed(self) -> None:
        """The dialog stays open while somebody else is faster."""
        policy = self.govern("refusing")
        self.open("--allow-actions")
        self.look_at("refusing")
        self.ask("pause", "pause ds/refusing -n default")
        self.api.merge(policy.path, {"spec": {"paused": True}})
        self.browser("click", selector="dialog .yes")
        self.browser.wait_text("dialog .failure", "RolloutPolicy default/refusing is paused already")

    def test_changes_nothing_without_the_flag(self) -> None:
        policy = self.govern("reading")
        self.open()
        self.look_at("reading")
        self.browser.wait_text(".offers .command", "everynode rollout pause ds/reading -n default")
        self.assertEqual(self.browser.texts(".ask, dialog"), [])
        self.assertEqual(self.browser("axe"), [])
        body = json.dumps({"daemonSet": "default/reading", "change": "pause"})
        answer = self.browser.evaluate(
            "fetch('/api/rollout', {method: 'POST', headers: {'Content-Type': 'application/json', Authorization:"
            f" 'Bearer ' + localStorage.getItem('everynode-token')}}, body: {json.dumps(body)}}})"
            ".then(async (answer) => [answer.status, (await answer.json()).message])"
        )
        self.assertEqual(answer[0], 403)
        self.assertIn("--allow-actions", answer[1])
        time.sleep(1)
        self.assertFalse(self.spec(policy).get("paused"))
