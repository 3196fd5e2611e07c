"""A credential plugin that asks the person at the terminal, as kubectl runs it."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from tests.harness.cluster import binary
from tests.harness.cluster.terminal import Terminal
from tests.harness.e2e.kubeconfig import plugin_cases, runs
from tests.harness.e2e.kubeconfig.cases import case
from tests.harness.e2e.kubeconfig.environment import Shared
from tests.harness.tools import binaries

# Asks where people see it, and prints what is typed as a token.
ASKS = (
    "#!/bin/sh\nprintf 'one-time code: ' >&2\nread -r code\n"
    'printf \'{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1",'
    ' "status": {"token": "of-%s"}}\' "$$code"\n'
)


class InteractivePlugins(unittest.TestCase):
    def ask(self, mode: str, command: list[str | Path]) -> tuple[list[dict], str]:
        """What the servers saw, and the terminal showed."""
        one = case(mode, user=plugin_cases.EXEC.replace("Never", mode), files={"bin/plugin": ASKS})
        with tempfile.TemporaryDirectory(prefix="everynode-terminal-") as directory:
            env = runs.prepare(one, Shared.servers, directory)
            with Terminal([*command, *one.flags], directory, env) as terminal:
                terminal.wait_for("one-time code: ")
                terminal.type("1234")
                code = terminal.end()
            self.assertNotEqual(code, 0, "the answer is that nothing is there")
            return Shared.servers.record.take(), terminal.shown

    def test_somebody_types_what_it_asks_for(self):
        kubectl = [binaries.built("kubectl"), "get", "--raw", runs.QUESTION, "--request-timeout", "10s"]
        for mode in ("Always", "IfAvailable"):
            with self.subTest(mode):
                theirs, _ = self.ask(mode, kubectl)
                ours, shown = self.ask(mode, [binary.path(), "explain", "ds", "x"])
                self.assertEqual(ours, theirs, shown)
                self.assertEqual(ours[-1]["authorization"], "Bearer of-1234")
                self.assertIn("not here", shown)

    def test_a_watch_asks_once(self):
        seen, shown = self.ask("Always", [binary.path(), "rollout", "watch", "ds/x"])
        self.assertEqual(seen[-1]["authorization"], "Bearer of-1234")
        self.assertEqual(shown.count("one-time code: "), 1, shown)
