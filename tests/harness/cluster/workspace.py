"""The directory that holds all state of one cluster."""

from __future__ import annotations

import contextlib
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def workspace(prefix: str) -> Iterator[Path]:
    """A new temporary directory, which is removed at the end. If something failed and there are logs, they are kept."""
    directory = Path(tempfile.mkdtemp(prefix=prefix))
    (directory / "logs").mkdir()
    try:
        yield directory
    except Exception:
        some_logs = any((directory / "logs").iterdir())
        shutil.rmtree(directory / "etcd" if some_logs else directory, ignore_errors=True)
        raise
    except BaseException:  # interrupted, not failed
        shutil.rmtree(directory, ignore_errors=True)
        raise
    shutil.rmtree(directory, ignore_errors=True)


def end_on_signals() -> None:
    """Makes these signals end us as Ctrl-C does, through every `finally` and `with`.

    SIGINT is among them because a shell makes background processes ignore it.
    """
    for number in ENDING:
        signal.signal(number, _end)


def _end(*_) -> None:
    # One signal is enough: make and the terminal may each send one, and a second would interrupt the cleaning up.
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
