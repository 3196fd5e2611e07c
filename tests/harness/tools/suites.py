"""What the programs share that run tests: the option -k, the tests that it chooses, and how they end."""

from __future__ import annotations

import argparse
import contextlib
import unittest
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tests.harness.cluster import workspace
from tests.harness.tools.explained import Explained
from tests.harness.tools.line_result import LineResult
from tests.root import ROOT


class Failed(Explained):
    """Tests failed; the workspace and its logs are kept."""


def patterns(package: str, description: str) -> list[str]:
    """The values of -k."""
    parser = argparse.ArgumentParser(
        prog=f"python3 -m {package}", description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "-k", metavar="PATTERN", action="append", default=[], help="only tests whose name contains this, or one more -k"
    )
    return parser.parse_args().k


def modules(package: str) -> list[str]:
    """The modules of tests in a package, by name."""
    folder = ROOT.joinpath(*package.split("."))
    return sorted(f"{package}.{file.stem}" for file in folder.glob("test_*.py"))


def loader(chosen: list[str]) -> unittest.TestLoader:
    """Loads tests whose name contains one of `chosen`; all if there is none."""
    made = unittest.TestLoader()
    if chosen:
        made.testNamePatterns = [f"*{pattern}*" for pattern in chosen]
    return made


def tests(names: Iterable[str], chosen: list[str]) -> unittest.TestSuite:
    return loader(chosen).loadTestsFromNames(names)


@contextlib.contextmanager
def place(prefix: str, result: LineResult) -> Iterator[Path]:
    """A workspace. If tests fail in it, its logs are kept, and Failed says where they are."""
    failed_before = result.failed
    with workspace.workspace(prefix) as directory:
        yield directory
        if result.failed > failed_before:
            raise Failed(f"the logs are in {directory / 'logs'}")


@contextlib.contextmanager
def explained(result: LineResult) -> Iterator[None]:
    """Prints what is wrong outside of the tests, which counts as a failure of its own."""
    try:
        yield
    except Explained as error:
        print(error)
        result.failed_outside += not isinstance(error, Failed)


def exit_code(run: Callable[[], Iterable[LineResult]]) -> int:
    """Runs tests and prints how many passed and failed. 0: some passed and none failed; 130: Ctrl-C."""
    workspace.end_on_signals()
    try:
        results = list(run())
    except KeyboardInterrupt:
        print("interrupted")
        return 130
    passed, failed = sum(one.passed for one in results), sum(one.failed for one in results)
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1
