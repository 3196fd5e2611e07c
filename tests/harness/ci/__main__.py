"""What CI runs on a clean clone: all tests, the checks of the source, the C++ tests under the sanitizers, and each fuzz
target for some seconds.

Usage: python3 -m tests.harness.ci

The tests that mostly wait run beside each other, or beside the sanitizers' builds and the fuzz targets, which have the
lowest priority. Each stage has a time limit, and so have all of them together. The end repeats what failed or hung;
the last line is "N passed, N failed".
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterable

from tests.harness.ci import stage
from tests.harness.ci.stage import Outcome, Stage

MOST_MINUTES = 87
FUZZ_SECONDS = "15"


def tests(suite: str, minutes: float) -> Stage:
    return Stage(suite, (sys.executable, "-m", "tests", suite), minutes)


BUILD = Stage("build", ("make", "build-tests", "PRECOMPILE=TESTS", "TOGETHER=TESTS"), 40, counts=False)
BINARIES = Stage("Kubernetes binaries", ("make", "binaries"), 40, counts=False)
CPP = tests("cpp", 20)
# These have time limits of their own, and wait most of the time.
E2E = tests("e2e", 35)
CHART = tests("chart", 35)
BESIDE = (
    Stage("page", ("nice", "-n", "19", "make", "page"), 10),
    Stage("lint", ("nice", "-n", "19", "make", "lint", "TIDY=no"), 10),  # contributors run clang-tidy
    Stage("sanitized build", ("nice", "-n", "19", "make", "build-sanitized"), 55, counts=False),
    Stage("sanitized-unit", ("nice", "-n", "19", sys.executable, "-m", "tests", "sanitized-unit"), 25),
)
SANITIZED_SHELL = tests("sanitized-shell", 25)  # waits most of the time too
FUZZ = Stage("fuzz", ("nice", "-n", "19", sys.executable, "-m", "tests.fuzz", FUZZ_SECONDS), 8)


class Run:
    """All stages and their outcomes."""

    def __init__(self) -> None:
        self._end = time.monotonic() + MOST_MINUTES * 60
        self.outcomes: list[Outcome] = []

    def all(self) -> None:
        if not self.one(BUILD):
            self.leave_out((BINARIES, CPP, E2E, CHART, *BESIDE, SANITIZED_SHELL, FUZZ), "there is no build")
            return
        binaries = self.one(BINARIES)
        self.one(CPP)
        others = [self.beside(BESIDE)]
        if binaries:
            others.append(self.beside([CHART]))
            self.one(E2E)
        else:
            self.leave_out((E2E, CHART), "there is no Kubernetes")
        for other in others:
            other.join()
        fuzz = self.beside([FUZZ])
        self.one(SANITIZED_SHELL)
        fuzz.join()

    def beside(self, stages: Iterable[Stage]) -> threading.Thread:
        """Runs the stages one after the other, in a thread of their own."""
        thread = threading.Thread(target=self.each, args=(stages, True), daemon=True)
        thread.start()
        return thread

    def each(self, stages: Iterable[Stage], quiet: bool = False) -> None:
        for one in stages:
            self.one(one, quiet)

    def one(self, one: Stage, quiet: bool = False) -> bool:
        """True if the whole stage succeeded."""
        left = self._end - time.monotonic()
        if left <= 0:
            self.leave_out([one], f"the {MOST_MINUTES} minutes are over")
            return False
        print(f"--- {one.name} begins", flush=True)
        outcome = stage.run(one, min(one.minutes * 60, left), quiet)
        self.outcomes.append(outcome)
        print(f"--- {outcome}", flush=True)
        return not outcome.failed

    def leave_out(self, stages: Iterable[Stage], why: str) -> None:
        self.outcomes += [stage.not_begun(one, why) for one in stages]


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    run = Run()
    try:
        run.all()
    except KeyboardInterrupt:
        print("interrupted")
        return 130
    finally:
        stage.end_all()
    passed = sum(outcome.passed for outcome in run.outcomes)
    failed = sum(outcome.failed for outcome in run.outcomes)
    print("--- the stages:", *run.outcomes, sep="\n")
    failures = [text for outcome in run.outcomes for text in outcome.failures]
    if failures:
        print("--- what failed, once more:", *failures, sep="\n")
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
