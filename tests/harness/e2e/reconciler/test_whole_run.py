"""What must be true after all earlier tests."""

from __future__ import annotations

import json

from tests.harness.e2e.reconciler.environment import ReconcilerTest


class WholeRun(ReconcilerTest):
    def test_the_role_of_the_chart_suffices(self):
        """Quotas refuse with 403 too, but not for a missing right: the log names missing rights."""
        lines = self.reconciler.log().splitlines()
        # From these DaemonSets' time a test took a right away.
        lacking = [line for line in lines if "add to the role" in line and '"default/given-back-' not in line]
        self.assertEqual(lacking, [])

    def test_every_line_of_the_log_is_json(self):
        for line in self.reconciler.log().splitlines():
            json.loads(line)

    def test_nothing_was_lost(self):
        for metric in ("everynode_reconciler_undecodable_objects_total", "everynode_reconciler_events_lost_total"):
            self.assertEqual(self.reconciler.metric(metric), 0, metric)

    def test_way_was_given_only_where_somebody_else_acted(self):
        lines = [json.loads(line) for line in self.reconciler.log().splitlines() if "another controller acts" in line]
        names = {line["daemonset"].removeprefix("default/").rpartition("-")[0] for line in lines}
        self.assertLessEqual(names, {"rival", "counted"})
