"""Errors for people."""

from collections.abc import Callable


class Explained(Exception):
    """Its text says what is wrong and what to do about it: a program prints the text and exits, without a traceback."""


def exit_code(work: Callable[[], object]) -> int:
    """Calls `work` and returns the exit code. Prints the text of an Explained, and no traceback after Ctrl-C."""
    try:
        work()
    except Explained as error:
        print(error)
        return 1
    except KeyboardInterrupt:
        print("interrupted")
        return 130
    return 0
