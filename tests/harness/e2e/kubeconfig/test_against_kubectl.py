"""Everynode treats a kubeconfig as kubectl does: it asks the same servers with the same credentials."""

from __future__ import annotations

import unittest
from collections.abc import Iterable

from tests.harness.e2e.kubeconfig import cases, plugin_cases, proxy_cases, runs
from tests.harness.e2e.kubeconfig.environment import Shared


class AgainstKubectl(unittest.TestCase):
    maxDiff = None

    def compare(self, each: Iterable[runs.Case]) -> None:
        for case in each:
            with self.subTest(case.name):
                theirs = runs.kubectl(case, Shared.servers)
                ours = runs.everynode(case, Shared.servers)
                self.assertEqual(ours.seen, theirs.seen, f"{ours.error}\nkubectl: {theirs.error}")
                self.assertEqual(ours.info, theirs.info)
                self.assertEqual(ours.code, 2, "the DaemonSet is not there")
                self.assertEqual(ours.error.count("\n"), 1, ours.error)
                self.assertEqual(bool(ours.seen), case.reaches, ours.error)
                self.assertIn("not here" if case.reaches else case.says, ours.error)

    def test_whom_it_trusts(self):
        self.compare(cases.TRUST)

    def test_servers_without_tls(self):
        self.compare(cases.WITHOUT_TLS)

    def test_credentials(self):
        self.compare(cases.CREDENTIALS)

    def test_files_and_flags(self):
        self.compare(cases.FILES)

    def test_plugins(self):
        self.compare(plugin_cases.PLUGINS)

    def test_preferences_about_plugins(self):
        self.compare(plugin_cases.PREFERENCES)

    def test_proxies(self):
        self.compare(proxy_cases.PROXIES)
