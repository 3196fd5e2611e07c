"""One stage of CI: a command with a time limit."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field

from tests.harness.ci import counts
from tests.root import ROOT

GRACE_SECONDS = 20  # between SIGTERM and SIGKILL
WORDS = 60  # the last lines of a failed stage that are repeated
_running_now: set[subprocess.Popen] = set()


@dataclass(frozen=True)
class Stage:
    """A command, with the minutes after which it counts as hung. If it `counts`, it prints "N passed, N failed"."""

    name: str
    command: tuple[str, ...]
    minutes: float
    counts: bool = True


@dataclass
class Outcome:
    """The outcome of a stage. `failures` repeats what failed, for the end of the whole run."""

    name: str
    seconds: float = 0
    passed: int = 0
    failed: int = 0
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.name}: {self.seconds:.0f} s, {self.passed} passed, {self.failed} failed"


def run(stage: Stage, seconds: float, quiet: bool = False) -> Outcome:
    """Runs the stage for at most so many seconds. Shows its output as it arrives, or not at all if `quiet`."""
    begin = time.monotonic()
    process = subprocess.Popen(
        stage.command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    _running_now.add(process)
    lines: list[str] = []
    reader = threading.Thread(target=_read, args=(process, lines, quiet), daemon=True)
    reader.start()
    hung = ""
    try:
        process.wait(timeout=max(seconds, 0))
    except subprocess.TimeoutExpired:
        hung = f"hung: ended after {seconds / 60:.1f} min, while there ran:\n{_running(process)}"
    finally:
        _end(process)
        _running_now.discard(process)
    reader.join(timeout=GRACE_SECONDS)  # a leftover process may hold the pipe open
    return _outcome(stage, time.monotonic() - begin, list(lines), hung or _ended_with(process.returncode))


def not_begun(stage: Stage, why: str) -> Outcome:
    return Outcome(stage.name, failed=1, failures=[f"FAIL {stage.name}: not begun: {why}"])


def end_all() -> None:
    """Ends the processes that still run, whichever thread waits for them."""
    for process in list(_running_now):
        _end(process)


def _outcome(stage: Stage, seconds: float, lines: list[str], problem: str) -> Outcome:
    """`problem` is empty if the command succeeded; a command that counts may exit with 1 for the tests that it
    counted."""
    outcome = Outcome(stage.name, seconds, failures=counts.failed_tests(lines))
    found = counts.counted(lines) if stage.counts else (0, 0)
    if found:
        outcome.passed, outcome.failed = found
    explained = stage.counts and found and found[1] > 0 and not problem.startswith("hung")
    if (problem or not found) and not explained:
        outcome.failed += 1
        said = "\n".join(lines[-WORDS:])
        outcome.failures.append(f"FAIL {stage.name}: {problem or 'counted no tests'}\nIts last words:\n{said}")
    return outcome


def _read(process: subprocess.Popen, lines: list[str], quiet: bool) -> None:
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if not quiet:
            print(line, end="", flush=True)


def _running(process: subprocess.Popen) -> str:
    """The processes of the stage that still run, as ps shows them."""
    shown = subprocess.run(
        ["ps", "-o", "pid,etime,args", "--forest", "--sid", str(process.pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return shown.stdout.rstrip()


def _ended_with(code: int) -> str:
    return f"ended with {code}" if code else ""


def _end(process: subprocess.Popen) -> None:
    """Ends the stage with all its processes; those in sessions of their own end with their parents."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        if process.poll() is not None:
            continue
        try:
            process.wait(timeout=GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    process.wait()
