"""Waits for conditions with a deadline, never for a fixed time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from tests.harness.tools.explained import Explained

T = TypeVar("T")
POLL_SECONDS = 0.05


class DeadlineExceeded(Explained):
    """The condition did not become true in time."""


def until(condition: Callable[[], T], what: str, seconds: float = 60, interval: float = POLL_SECONDS) -> T:
    """Calls `condition` until it returns something true, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        if answer := condition():
            return answer
        if time.monotonic() > deadline:
            raise DeadlineExceeded(f"waited {seconds:g} s in vain for {what}")
        time.sleep(interval)
