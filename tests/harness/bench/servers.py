"""The servers of the benchmark as processes on a core of their own: starts them, waits for them, and reads what they
cost."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from tests.harness.bench import bodies
from tests.harness.cluster import ports, processes
from tests.harness.cluster.ports import HOST

READY_SECONDS = 20
LOG_FLUSH_SECONDS = 0.2  # longer than any of the servers holds lines back
END_POLL_SECONDS = 0.5
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cores:
    """One core for the server, another for everything else; with a single core they share it."""

    server: int
    client: int
    usable: frozenset[int]

    @classmethod
    def choose(cls) -> Cores:
        usable = os.sched_getaffinity(0)
        return cls(min(usable), max(usable), frozenset(usable))

    def use_client(self) -> None:
        os.sched_setaffinity(0, {self.client})

    def use_server(self) -> None:
        os.sched_setaffinity(0, {self.server})

    def use_all(self) -> None:
        os.sched_setaffinity(0, self.usable)

    def confine(self, running: Iterable[processes.Process]) -> None:
        """To the client's core."""
        place(running, {self.client})

    def release(self, running: Iterable[processes.Process]) -> None:
        place(running, self.usable)


def place(running: Iterable[processes.Process], cores: Set[int]) -> None:
    """New threads are where the thread is that starts them."""
    for process in running:
        for thread in Path(f"/proc/{process.pid}/task").iterdir():
            with contextlib.suppress(ProcessLookupError):
                os.sched_setaffinity(int(thread.name), cores)


@dataclass(frozen=True)
class Program:
    """What to start. `command` gets the TLS port and another port for metrics."""

    name: str
    binary: Path
    command: Callable[[int, int], list[str | Path]]

    def stripped_bytes(self, scratch: Path) -> int:
        strip = shutil.which("strip") or shutil.which("llvm-strip-19")
        if not strip:
            raise FileNotFoundError("neither strip nor llvm-strip-19 is on PATH")
        target = scratch / f"{self.name}.stripped"
        subprocess.run([strip, "-o", target, self.binary], check=True)
        return target.stat().st_size


def programs(build: Path, go_twin: Path, certificates: Path) -> list[Program]:
    floor = build / "everynode_floor"
    return [
        everynode_program("everynode", build, certificates),
        go_program(go_twin, certificates),
        Program(
            "floor",
            floor,
            lambda port, _: [floor, "--listen", f"{HOST}:{port}", *pair(certificates), "--threads", "1"],
        ),
    ]


def everynode_program(name: str, build: Path, certificates: Path, *flags: str | Path) -> Program:
    everynode = build / "everynode"
    fixed = [*pair(certificates), "--threads", "1", *flags]
    return Program(
        name,
        everynode,
        lambda port, metrics: [
            everynode,
            "webhook",
            "--listen",
            f"{HOST}:{port}",
            "--metrics-listen",
            f"{HOST}:{metrics}",
            *fixed,
        ],
    )


def go_program(binary: Path, certificates: Path, *flags: str | Path) -> Program:
    return Program(
        "go",
        binary,
        lambda port, metrics: [
            binary,
            "--listen",
            f"{HOST}:{port}",
            "--cert-dir",
            certificates,
            "--metrics-bind-address",
            f"{HOST}:{metrics}",
            *flags,
        ],
    )


def pair(certificates: Path) -> list[str | Path]:
    return ["--tls-cert-file", certificates / "tls.crt", "--tls-key-file", certificates / "tls.key"]


class Server:
    """One running program, ready when the constructor returns."""

    def __init__(self, program: Program, cores: Cores, logs: Path, ready_seconds: float = READY_SECONDS):
        self.port, metrics = ports.free_ports(2)
        command = program.command(self.port, metrics)
        cores.use_server()  # the child inherits it
        try:
            # The child has passed exec when this returns.
            self.process = processes.Process(program.name, command, logs)
        finally:
            cores.use_client()
        begin = time.monotonic()
        self.wait_ready(begin + ready_seconds)
        self.seconds_to_ready = time.monotonic() - begin

    def wait_ready(self, deadline: float) -> None:
        while not is_ready(self.port):
            if not self.process.running or time.monotonic() > deadline:
                self.kill()
                raise processes.ComponentFailed(
                    f"{self.process.name} did not become ready\n{self.process.last_words()}"
                )
            time.sleep(0.0002)

    def cpu_seconds(self) -> float:
        return sum(self.cpu_parts())

    def cpu_parts(self) -> tuple[float, float]:
        """In user and in system mode."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) / TICKS_PER_SECOND, int(fields[12]) / TICKS_PER_SECOND

    def take_log(self) -> int:
        """Returns the number of lines since the last time, and empties the log: it grows by megabytes each second.

        The server appends, so it continues at the new end.
        """
        time.sleep(LOG_FLUSH_SECONDS)
        lines = self.process.log.read_bytes().count(b"\n")
        os.truncate(self.process.log, 0)
        return lines

    def end(self) -> None:
        """Without the time that draining takes: the second signal ends it at once."""
        while self.process.running:
            self.process.send(signal.SIGTERM)
            time.sleep(END_POLL_SECONDS)

    def kill(self) -> None:
        if self.process.running:
            self.process.send(signal.SIGKILL)
        self.process.wait()


def is_ready(port: int) -> bool:
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=1, context=bodies.trusting_context())
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
