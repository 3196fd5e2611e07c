"""Errors for people."""

from collections.abc import Callable


class Explained(Exception):
    """Its text says what is wrong and what to do about it: a program prints it and ends, without a traceback."""


def exit_code(work: Callable[[], object]) -> int:
    """Does it; the text of what is explained is printed, and Ctrl-C is no crash."""
    try:
        work()
    except Explained as error:
        print(error)
        return 1
    except KeyboardInterrupt:
        print("interrupted")
        return 130
    return 0
