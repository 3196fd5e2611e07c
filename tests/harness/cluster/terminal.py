"""Programs at a terminal of their own, at which somebody types."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import subprocess
import termios
import time
from pathlib import Path

PATIENCE = 60.0


def _take_terminal() -> None:
    """In the child: standard input becomes the terminal that governs its session."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """A program whose standard streams are a terminal. As a context manager it runs."""

    def __init__(self, command: list[str | Path], directory: str | Path, env: dict[str, str]):
        self.shown = ""
        self._screen, program = pty.openpty()
        try:
            self._process = subprocess.Popen(
                command,
                cwd=directory,
                env=env,
                stdin=program,
                stdout=program,
                stderr=program,
                start_new_session=True,
                preexec_fn=_take_terminal,  # noqa: PLW1509: no thread of ours holds a lock that the child needs
            )
        finally:
            os.close(program)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *error) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._screen)

    def wait_for(self, text: str) -> None:
        """Reads what is shown until it contains this."""
        end = time.monotonic() + PATIENCE
        while text not in self.shown:
            if not self._read(end):
                raise AssertionError(f"{text!r} was not shown: {self.shown!r}")

    def type(self, line: str) -> None:
        os.write(self._screen, line.encode() + b"\n")

    def end(self) -> int:
        """Reads all that is shown; gives the exit code."""
        end = time.monotonic() + PATIENCE
        while self._read(end):
            pass
        return self._process.wait(PATIENCE)

    def _read(self, end: float) -> bool:
        """False: there is no more."""
        ready, _, _ = select.select([self._screen], [], [], max(0.0, end - time.monotonic()))
        piece = b""
        with contextlib.suppress(OSError):  # the program has closed the terminal
            piece = os.read(self._screen, 65536) if ready else b""
        self.shown += piece.decode(errors="replace")
        return bool(piece)
