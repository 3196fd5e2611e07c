"""`everynode rollout status`, `history` and `undo` beside kubectl's own, and the verbs that steer a RolloutPolicy."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.harness.cluster import binary, nodes
from tests.harness.e2e.reconciler import daemon
from tests.harness.e2e.reconciler.daemon import POOL, Daemon, rolling
from tests.harness.e2e.reconciler.environment import ReconcilerTest
from tests.harness.tools import binaries

NEVER_READY = {"everynode.dev/simulated-readiness": "never"}
ALL = rolling(unavailable="100%")


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


class RolloutVerbs(ReconcilerTest):
    def test_status_ends_as_kubectls(self) -> None:
        one = self.create(self.name("status"), strategy=ALL)
        for verb in (self.by_kubectl, self.by_everynode):
            done = verb("status", one, "--timeout=60s")
            self.assertEqual(done.code, 0, done.err)
            self.assertIn(f'daemon set "{one.name}" successfully rolled out', done.out)
        one.merge({"spec": {"template": {"metadata": {"annotations": NEVER_READY}}}})
        for verb in (self.by_kubectl, self.by_everynode):
            late = verb("status", one, "--timeout=3s")
            self.assertEqual(late.code, 1, late.out)
            self.assertIn(f'Waiting for daemon set "{one.name}" rollout to finish: ', late.out)
            once = verb("status", one, "--watch=false")
            self.assertEqual((once.code, once.out.count("\n")), (0, 1), once.out)
        self.assertEqual(self.by_everynode("status", one, "-w=false").code, 0, "as pflag reads it")
        self.assertEqual(self.by_everynode("status", one, "--revision=1").code, 1)
        for verb in (self.by_kubectl, self.by_everynode):
            self.assertNotEqual(verb("status", Daemon(self.api, "nobody")).code, 0)

    def test_status_waits_for_on_delete_too(self) -> None:
        one = self.create(self.name("on-delete"), strategy={"type": "OnDelete"})
        self.assertEqual(self.by_kubectl("status", one).code, 1, "which knows only RollingUpdate")
        self.assertEqual(self.by_everynode("status", one, "--timeout=60").code, 0)
        one.set_image("2")
        late = self.by_everynode("status", one, "--timeout=2s")
        self.assertEqual(late.code, 1)
        self.assertIn("updateStrategy OnDelete: waits for somebody to delete the pods of 3 nodes", late.err)
        self.api.delete(f"{one.pods_path}?labelSelector=app%3D{one.name}")
        self.assertEqual(self.by_everynode("status", one, "--timeout=60s").code, 0)

    def test_history_has_kubectls_revisions_and_causes(self) -> None:
        one = self.create(self.name("history"), strategy=ALL, annotations={"kubernetes.io/change-cause": "the first"})
        self.assertEqual(self.by_everynode("status", one, "--timeout=60s").code, 0)
        one.set_image("2", cause="a second one")
        one.wait_revisions(2)
        causes = {
            int(line.split()[0]): line.split(maxsplit=1)[1]
            for line in self.by_kubectl("history", one).out.splitlines()
            if line[:1].isdigit()
        }
        told = json.loads(self.by_everynode("history", one, "-o", "json").out)["revisions"]
        self.assertEqual({one["revision"]: one["changeCause"] for one in told}, causes)
        self.assertEqual([one["current"] for one in told], [False, True])
        for number in (1, 2):
            shown = self.by_everynode("history", one, f"--revision={number}").out
            self.assertIn(f"example.org/agent:{number}", shown)
            self.assertIn(f"example.org/agent:{number}", self.by_kubectl("history", one, f"--revision={number}").out)
        for verb in (self.by_kubectl, self.by_everynode):
            missing = verb("history", one, "--revision=9")
            self.assertEqual(missing.code, 1)
            self.assertIn("unable to find the specified revision", missing.err)

    def test_undo_leaves_the_same_template_as_kubectls(self) -> None:
        """Byte for byte: two DaemonSets with the same history, one undone by each."""
        results = {}
        for verb in (self.by_kubectl, self.by_everynode):
            one = self.create(self.name("undo"), strategy=ALL)
            self.assertEqual(self.by_everynode("status", one, "--timeout=60s").code, 0)
            one.set_image("2", annotations={"example.com/text": 'a <b> & "c" ü\u2028'})
            one.wait_revisions(2)
            before = one.get()["spec"]["template"]
            dry = verb("undo", one, "--dry-run=server")
            self.assertEqual(
                (dry.code, dry.out), (0, f"daemonset.apps/{one.name} rolled back (server dry run)\n"), dry.err
            )
            self.assertEqual(one.get()["spec"]["template"], before, "it was only tried")
            done = verb("undo", one)
            self.assertEqual((done.code, done.out), (0, f"daemonset.apps/{one.name} rolled back\n"), done.err)
            after = [self.template_of(one)]
            self.assertEqual(self.by_everynode("status", one, "--timeout=60s").code, 0)
            self.assertEqual(verb("undo", one, "--to-revision=2").code, 0)
            results[verb.__name__] = [*after, self.template_of(one)]
            self.assertEqual(self.by_everynode("status", one, "--timeout=60s").code, 0)
            again = verb("undo", one, "--to-revision=4")
            self.assertEqual(again.code, 0, again.err)
            # kubectl of 1.37 compares bytes, and 1.30 has `creationTimestamp: null` in them.
            if verb == self.by_everynode or not binaries.is_oldest():
                self.assertIn("skipped rollback (current template already matches revision 4)", again.out)
            missing = verb("undo", one, "--to-revision=17")
            self.assertEqual(missing.code, 1)
            self.assertIn("unable to find specified revision 17 in history", missing.err)
        self.assertEqual(results["by_kubectl"], results["by_everynode"])
        fresh = self.create(self.name("undo"))
        fresh.wait_revisions(1)
        for verb in (self.by_kubectl, self.by_everynode):
            nothing = verb("undo", fresh)
            self.assertEqual(nothing.code, 1)
            self.assertIn("no last revision to roll back to", nothing.err)

    def test_the_verbs_that_steer_a_policy(self) -> None:
        pool = self.name("steered")
        canary, other = f"{pool}-canary", f"{pool}-other"
        for name in (canary, other):
            self.addCleanup(self.api.delete, f"{nodes.NODES}/{name}")
        labels = {canary: {"canary": "true"}, other: {}}
        nodes.add(self.api, [nodes.node(name, labels={POOL: pool, **more}) for name, more in labels.items()])
        policy = self.create_policy(
            waves=[{"name": "canary", "nodes": {"matchLabels": {"canary": "true"}}, "hold": True}]
        )
        one = self.create_governed(policy, pool)
        self.assertEqual(self.by_everynode("status", one, "--timeout=60s").code, 0)
        policy.wait_phase("Complete")

        self.assert_said(self.by_everynode("pause", one), 0, f"rolloutpolicy.everynode.dev/{policy.name} paused\n")
        one.set_image("2")
        policy.wait_phase("Paused", "canary")
        self.assertEqual(self.by_everynode("pause", one).code, 1)
        explained = self.by_everynode("explain", one).out
        self.assertIn(f"RolloutPolicy {policy.name}: Paused; spec.paused is true", explained)
        self.assert_said(self.by_everynode("resume", one), 0, f"rolloutpolicy.everynode.dev/{policy.name} resumed\n")

        policy.wait_phase("Held", "canary")
        waits = self.by_everynode("status", one, "--timeout=2s")
        self.assertEqual(waits.code, 1)
        self.assertIn(f"everynode rollout promote ds/{one.name} -n default", waits.out)
        explained = self.by_everynode("explain", one).out
        self.assertIn("  canary  1/1  here\n  rest    0/1  waits\n", explained)
        self.assertIn("waits for wave canary", explained)
        told = json.loads(self.by_everynode("explain", one, "-o", "json").out)["policy"]
        self.assertEqual((told["phase"], told["wave"], told["updated"]), ("Held", "canary", 1))

        self.assertEqual(self.by_everynode("promote", one, "--dry-run=server").code, 0)
        time.sleep(1)
        self.assertFalse(policy.status().get("promoted"), "it was only tried")
        promoted = self.by_everynode("promote", one)
        self.assertEqual(promoted.code, 0, promoted.err)
        self.assertRegex(promoted.out, rf"daemonset.apps/{one.name} wave canary promoted for {one.name}-\w+\n")
        self.assertEqual(self.by_everynode("status", one, "--timeout=60s").code, 0)
        policy.wait_phase("Complete")
        again = self.by_everynode("promote", one)
        self.assertEqual(again.code, 1)
        self.assertIn("no wave of", again.err)
        self.assertIn("last complete", self.by_everynode("history", one).out)
        self.assertEqual(self.by_everynode("retry", one).code, 1)

    def test_without_a_policy_they_say_what_to_do(self) -> None:
        one = self.create(self.name("without"))
        for verb in ("pause", "resume", "promote", "retry"):
            said = self.by_everynode(verb, one)
            self.assertEqual((said.code, said.err.count("\n")), (1, 1), said.err)
            self.assertIn("create one whose spec.selector does", said.err)

    def template_of(self, one: Daemon) -> str:
        """The text that the API server keeps, without the name of the DaemonSet in its labels."""
        return json.dumps(one.get()["spec"]["template"]).replace(one.name, "NAME")

    def assert_said(self, said: Said, code: int, out: str) -> None:
        self.assertEqual((said.code, said.out), (code, out), said.err)

    def by_kubectl(self, verb: str, one: Daemon, *flags: str) -> Said:
        cache = str(self.cluster.kubeconfig.parent / "kubectl-cache")
        command = [binaries.built("kubectl"), "rollout", verb, f"daemonset/{one.name}", *flags]
        return said(command, {"KUBECONFIG": str(self.cluster.kubeconfig), "KUBECACHEDIR": cache})

    def by_everynode(self, verb: str, one: Daemon, *flags: str) -> Said:
        words = [verb] if verb == "explain" else ["rollout", verb]
        where = ["-n", "default", "--kubeconfig", self.cluster.kubeconfig]
        return said([binary.path(), *words, f"ds/{one.name}", *flags, *where], {})


def said(command: list[str | Path], env: dict[str, str]) -> Said:
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, timeout=120, check=False, env=os.environ | env
    )
    return Said(done.returncode, done.stdout, done.stderr)
