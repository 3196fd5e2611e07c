"""How CI reads the output of its stages, and what it does with a stage that hangs."""

from __future__ import annotations

import unittest

from tests.harness.ci import counts, stage
from tests.harness.ci.stage import Stage

CTEST = """\
      Start  1: core.Plan.IsEmpty
 1/2 Test  #1: core.Plan.IsEmpty ........   Passed    0.01 sec
      Start  2: core.Plan.Rolls
 2/2 Test  #2: core.Plan.Rolls ..........***Failed    0.01 sec
plan_test.cpp:9: Failure

so far: 1 passed, 1 failed
ok   test_a.A.test_one (0.1 s)
FAIL test_a.A.test_two (0.2 s)
AssertionError: 1 != 2
ok   test_a.A.test_three (0.3 s)
2 passed, 1 failed
3 passed, 2 failed"""
SHOUT = "echo 'FAIL a (0.1 s)'; echo why; echo '4 passed, 1 failed';"


class Counts(unittest.TestCase):
    def test_the_last_count_counts(self) -> None:
        self.assertEqual(counts.counted(CTEST.splitlines()), (3, 2))
        self.assertIsNone(counts.counted(["3 passed, 2 failed of them"]))

    def test_failed_tests_and_what_they_said(self) -> None:
        kept = "\n".join(counts.failed_tests(CTEST.splitlines()))
        for text in ("core.Plan.Rolls", "plan_test.cpp:9", "test_two", "1 != 2"):
            self.assertIn(text, kept)
        for text in ("IsEmpty", "test_one", "test_three", "so far"):
            self.assertNotIn(text, kept)


class Stages(unittest.TestCase):
    def outcome(self, script: str, seconds: float = 30, counts: bool = True) -> stage.Outcome:
        return stage.run(Stage("some", ("bash", "-c", script), 1, counts), seconds, quiet=True)

    def test_counts_what_was_counted(self) -> None:
        one = self.outcome(SHOUT + "exit 1")
        self.assertEqual((one.passed, one.failed, one.failures), (4, 1, ["FAIL a (0.1 s)", "why"]))

    def test_an_end_without_a_count_is_a_failure(self) -> None:
        for script in ("true", "exit 3", "echo 4 passed, 0 failed; exit 3"):
            one = self.outcome(script)
            self.assertEqual(one.failed, 1, script)
            self.assertIn("FAIL some", one.failures[-1])

    def test_what_counts_nothing_only_has_to_end_well(self) -> None:
        self.assertEqual(self.outcome("true", counts=False).failed, 0)
        self.assertIn("error: x", self.outcome("echo error: x; exit 2", counts=False).failures[-1])

    def test_what_hangs_is_ended_and_named(self) -> None:
        one = self.outcome("echo 4 passed, 0 failed; sleep 987 & wait", seconds=1)
        self.assertEqual((one.passed, one.failed), (4, 1))
        self.assertIn("FAIL some: hung", one.failures[-1])
        self.assertIn("sleep 987", one.failures[-1])


if __name__ == "__main__":
    unittest.main()
