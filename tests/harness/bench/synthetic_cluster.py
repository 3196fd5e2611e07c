"""A synthetic API server (the Go program in `synthetic`) that runs, and what it has seen of a controller."""

from __future__ import annotations

import contextlib
import json
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.harness.bench import go_program
from tests.harness.cluster import waiting, workspace
from tests.harness.cluster.processes import Process

SOURCES = Path(__file__).resolve().parent / "synthetic"


@dataclass(frozen=True)
class Size:
    nodes: int
    daemon_sets: int

    def __str__(self) -> str:
        return f"{self.nodes}x{self.daemon_sets}"

    @classmethod
    def of(cls, text: str) -> Size:
        """From a text such as 5000x2."""
        return cls(*map(int, text.split("x")))

    @property
    def pods(self) -> int:
        return self.nodes * self.daemon_sets


class SyntheticCluster:
    """The server, and the programs beside it."""

    def __init__(self, program: Path, directory: Path, size: Size, *flags: str):
        self.directory, self.size = directory, size
        self.kubeconfig = directory / "kubeconfig"
        self._started: list[Process] = []
        wanted = ["--nodes", str(size.nodes), "--daemonsets", str(size.daemon_sets), "--kubeconfig", self.kubeconfig]
        self.server = self.run("synthetic", [program, *wanted, *flags])
        self.server.wait_ready(self.kubeconfig.exists, 300)
        self.address = re.search(r"http://[0-9.:]+", self.kubeconfig.read_text())[0]

    def run(self, name: str, command: list[str | Path]) -> Process:
        self._started.append(Process(name, command, self.directory / "logs"))
        return self._started[-1]

    def stop(self) -> None:
        for process in reversed(self._started):
            process.stop()

    def control(self, what: str, **values: object):
        """Asks the server to do something that is no part of the Kubernetes API."""
        url = f"{self.address}/control/{what}?{urllib.parse.urlencode(values)}"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url, timeout=600) as answer:
            return json.load(answer)

    def figures(self) -> dict:
        return self.control("figures")

    def await_deeds(self, worker: Process, seconds: float) -> list[float]:
        """Waits until the controller has acted for each DaemonSet. Returns when that was, in seconds since 1970."""

        def done() -> list[float] | None:
            if not worker.running:
                raise worker.ended("before it had acted for each DaemonSet")
            deeds = self.figures()["firstDeeds"]
            return deeds if len(deeds) >= self.size.daemon_sets else None

        return sorted(waiting.until(done, "an action for each DaemonSet", seconds, interval=0.5))

    def probe(self, kind: str, count: int, pause: float) -> list[float]:
        """Does that many things upon which the controller has to act. Returns the milliseconds of each action."""
        self.control("forget")
        self.control("probe", kind=kind, count=count, pause=pause)
        waiting.until(lambda: self.figures()["outstanding"] == 0, f"actions upon {count} x {kind}", 60, interval=0.2)
        return sorted(self.figures()["milliseconds"][kind])


@contextlib.contextmanager
def synthetic_cluster(size: Size, *flags: str) -> Iterator[SyntheticCluster]:
    program, _ = go_program.build(SOURCES, "about a minute", print)
    with workspace.workspace("everynode-synthetic-") as directory:
        cluster = SyntheticCluster(program, directory, size, *flags)
        try:
            yield cluster
        finally:
            cluster.stop()


def wall(moment: float) -> float:
    """Seconds since 1970 of a moment of time.monotonic()."""
    return time.time() - (time.monotonic() - moment)
