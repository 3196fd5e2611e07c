"""A unittest result that prints one line per test."""

from __future__ import annotations

import time
import unittest


class LineResult(unittest.TestResult):
    """Prints how each test went as soon as it is known."""

    passed = 0
    failed_outside = 0  # tests that could not even begin

    def __init__(self, *prefixes: str):
        """Of `prefixes`, the first that a test's name has is left out."""
        super().__init__()
        self._prefixes = prefixes

    @property
    def failed(self) -> int:
        return len(self.failures) + len(self.errors) + self.failed_outside

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self._begin = time.monotonic()

    def addSuccess(self, test: unittest.TestCase) -> None:
        self.passed += 1
        self._say("ok  ", test)

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        super().addSkip(test, reason)
        self._say("skip", test, reason)

    def addFailure(self, test: unittest.TestCase, err) -> None:
        super().addFailure(test, err)
        self._say("FAIL", test, self.failures[-1][1])

    def addError(self, test: unittest.TestCase, err) -> None:
        super().addError(test, err)
        self._say("FAIL", test, self.errors[-1][1])

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err) -> None:
        super().addSubTest(test, subtest, err)
        if err:
            failed = issubclass(err[0], test.failureException)
            self._say("FAIL", subtest, (self.failures if failed else self.errors)[-1][1])

    def _say(self, word: str, test: unittest.TestCase, why: str = "") -> None:
        took = f"{time.monotonic() - self._begin:.1f} s" if hasattr(self, "_begin") else ""
        prefix = next(filter(test.id().startswith, self._prefixes), "")
        print(f"{word} {test.id().removeprefix(prefix)} ({took})", flush=True)
        if why:
            print(why, flush=True)
