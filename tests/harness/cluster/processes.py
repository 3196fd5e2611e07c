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
    """A process ended or did not become ready; says which, why it may be and where to read on."""


def _die_with_parent() -> None:
    """Runs in the child before exec: the kernel kills it when the thread that started it ends, however that happens.

    So processes are to be started by the main thread.
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
            # A session of its own: Ctrl-C in the terminal reaches us alone, and we end the others in order.
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
        """It has ended, and not with 0."""
        return self._process.poll() not in (None, 0)

    def cpu_seconds(self) -> float:
        """Of all threads, to the nanosecond: utime and stime count ticks of 10 ms, too coarse for who is idle."""
        return sum(map(_nanoseconds, Path(f"/proc/{self.pid}/task").iterdir())) / 1e9

    def memory_kib(self) -> dict[str, int]:
        """VmHWM, the peak, and VmRSS, as it is now."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return {line.split(":")[0]: int(line.split()[1]) for line in lines if line.startswith(("VmHWM:", "VmRSS:"))}

    def wait_ready(self, ready: Callable[[], object], seconds: float = 60) -> None:
        """Waits until `ready` answers true; fails at once when the process ends before."""
        try:
            waiting.until(lambda: not self.running or ready(), f"{self.name} to become ready", seconds)
        except waiting.DeadlineExceeded as error:
            raise ComponentFailed(f"{error}\n{self.last_words()}") from None
        if not self.running:
            raise self.ended("before it was ready")

    def ended(self, when: str) -> ComponentFailed:
        """The error that says so, with its last words."""
        return ComponentFailed(f"{self.name} ended with code {self._process.poll()} {when}\n{self.last_words()}")

    def last_words(self, count: int = 15) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-count:]
        return "\n".join([f"--- its last lines, all of them in {self.log}", *lines])

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def wait(self, seconds: float = STOP_SECONDS) -> int:
        """Waits for the end and returns the exit code."""
        return self._process.wait(seconds)

    def stop(self) -> int:
        """Asks it to end, insists after a while, and returns the exit code."""
        if self.running:
            self.send(signal.SIGTERM)
            self.send(signal.SIGCONT)  # a stopped process would not hear the first
        try:
            return self.wait()
        except subprocess.TimeoutExpired:
            self.send(signal.SIGKILL)
            return self.wait()
