"""Child processes that never outlive us, with their output in files."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.harness.cluster import waiting
from tests.harness.tools.explained import Explained

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 10
_libc = ctypes.CDLL(None, use_errno=True)


class ComponentFailed(Explained):
    """A process ended or did not become ready; the text says which one, the likely reason and where to read on."""


def _die_with_parent() -> None:
    """Runs in the child before exec: the kernel kills the child when the thread that started it ends, for whatever
    reason.

    So the main thread must start all processes.
    """
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _nanoseconds(thread: Path) -> int:
    try:
        return int((thread / "schedstat").read_text().split()[0])
    except OSError:  # it has just ended
        return 0


class Process:
    """One running program."""

    def __init__(self, name: str, command: list[str | Path], logs: Path, environment: dict[str, str] | None = None):
        self.name = name
        self.command = command
        self.log = logs / f"{name}.log"
        with self.log.open("ab") as output:
            # A session of its own: Ctrl-C in the terminal reaches only us, and we end the others in order.
            self._process = subprocess.Popen(
                list(map(str, command)),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=os.environ | (environment or {}),
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    @property
    def failed(self) -> bool:
        """True if it has ended with another code than 0."""
        return self._process.poll() not in (None, 0)

    def cpu_seconds(self) -> float:
        """For all threads, to the nanosecond: utime and stime count ticks of 10 ms, too coarse for an idle process."""
        return sum(map(_nanoseconds, Path(f"/proc/{self.pid}/task").iterdir())) / 1e9

    def memory_kib(self) -> dict[str, int]:
        """VmHWM, the peak, and VmRSS, the current value."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return {line.split(":")[0]: int(line.split()[1]) for line in lines if line.startswith(("VmHWM:", "VmRSS:"))}

    def wait_ready(self, ready: Callable[[], object], seconds: float = 60) -> None:
        """Waits until `ready` returns something true; fails at once if the process ends before."""
        try:
            waiting.until(lambda: not self.running or ready(), f"{self.name} to become ready", seconds)
        except waiting.DeadlineExceeded as error:
            raise ComponentFailed(f"{error}\n{self.last_words()}") from None
        if not self.running:
            raise self.ended("before it was ready")

    def ended(self, when: str) -> ComponentFailed:
        """The error for a process that has ended, with the end of its log."""
        return ComponentFailed(f"{self.name} ended with code {self._process.poll()} {when}\n{self.last_words()}")

    def last_words(self, count: int = 15) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-count:]
        return "\n".join([f"--- its last lines, all of them in {self.log}", *lines])

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def wait(self, seconds: float = STOP_SECONDS) -> int:
        """Waits for the process to end and returns its exit code."""
        return self._process.wait(seconds)

    def stop(self) -> int:
        """Sends SIGTERM, after a while SIGKILL, and returns the exit code."""
        if self.running:
            self.send(signal.SIGTERM)
            self.send(signal.SIGCONT)  # a stopped process would not get the first signal
        try:
            return self.wait()
        except subprocess.TimeoutExpired:
            self.send(signal.SIGKILL)
            return self.wait()
