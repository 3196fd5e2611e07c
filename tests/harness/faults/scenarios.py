"""Scenarios that a script runs one after the other: each is a method that returns what it saw, or raises what was
wrong."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.harness.tools.explained import Explained


class Wrong(Exception):
    """A program did not do what it must."""


def run(scenarios: object, names: Iterable[str], directory: Path) -> None:
    """Prints a line for each, and how many passed and failed; raises where the logs are if one failed."""
    outcomes = [passes(scenarios, name) for name in names]
    failed = outcomes.count(False)
    print(f"{len(outcomes) - failed} passed, {failed} failed", flush=True)
    if failed:
        raise Explained(f"the logs are in {directory / 'logs'}")


def passes(scenarios: object, name: str) -> bool:
    try:
        print(f"ok   {name}: {getattr(scenarios, name)()}", flush=True)
    except (Wrong, Explained) as error:
        print(f"FAIL {name}: {error}", flush=True)
        return False
    return True
