"""What a request with a TLS handshake of its own costs the webhook, and one on a kept connection: instructions that
callgrind counts, system calls that strace counts, and CPU time.

Usage: python3 -m tests.harness.bench.handshake_cost [--build DIR] [--before DIR] [--counts | --times] [--size "8 KB"]

--before names the build to compare with; builds take turns, so that both meet the same machine. --counts leaves out the
times, which other work on the machine spoils; --times leaves out the counts, which take a minute for each build.

valgrind has neither ADX nor the processor's SHA-256: counts overstate X25519 and SHA-256, and say nothing of the
kernel.
"""

from __future__ import annotations

import argparse
import dataclasses
import re
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.harness.bench import bodies, servers
from tests.harness.bench.results import table
from tests.harness.cluster import waiting
from tests.harness.tools.explained import Explained, exit_code
from tests.root import ROOT

FEW, MANY = 60, 360  # requests of two runs: start and end of the process cost the same in both
COUNTED_READY_SECONDS = 120
ROUNDS = 7
SECONDS = 1.5
CONNECTIONS = {"handshake each": ["--new-connections"], "kept connections": []}
PROGRAMS = ("everynode", "floor")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="where everynode and everynode_floor are")
    parser.add_argument("--before", type=Path, help="the same of the build to compare with")
    parser.add_argument("--size", default="3 KB", choices=[f"{kb} KB" for kb in bodies.WANTED_KB])
    parser.add_argument("--program", choices=PROGRAMS, action="append", help="default: both")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--counts", action="store_true", help="no times")
    which.add_argument("--times", action="store_true", help="no counts")
    return exit_code(lambda: run(parser.parse_args()))


def run(options: argparse.Namespace) -> None:
    body = next(body for body in bodies.choose() if body.label == options.size)
    builds = {"now": options.build.absolute()}
    if options.before:
        builds = {"before": options.before.absolute()} | builds
    with tempfile.TemporaryDirectory(prefix="everynode-handshakes-") as scratch:
        bench = Handshakes(Path(scratch), builds["now"] / "everynode_load", body)
        for name in options.program or PROGRAMS:
            programs = {label: bench.program(build, name) for label, build in builds.items()}
            print(f"\n## {name}, {body.label}\n")
            if not options.times:
                print(bench.counts(programs))
            if not options.counts:
                print(bench.times(programs))


class Handshakes:
    def __init__(self, scratch: Path, load: Path, body: bodies.Body):
        self.scratch, self.load, self.body = scratch, load, body
        self.cores = servers.Cores.choose()
        self.certificates = scratch / "certs"
        subprocess.run([ROOT / "certs" / "make-certs", self.certificates], check=True, capture_output=True)

    def program(self, build: Path, name: str) -> servers.Program:
        found = servers.programs(build, Path("unused"), self.certificates)
        return next(program for program in found if program.name == name)

    def counts(self, programs: dict[str, servers.Program]) -> str:
        rows = []
        for label, program in programs.items():
            for kind, flags in CONNECTIONS.items():
                instructions = self.for_each(program, callgrind, flags)
                calls = self.for_each(program, strace, flags)
                rows.append([label, kind, f"{instructions['all']:,.0f}", f"{calls['all']:.1f}", spelled(calls)])
        return table(["build", "connections", "instructions", "system calls", "of these"], rows) + "\n"

    def for_each(self, program: servers.Program, counter: Counter, flags: list[str]) -> dict[str, float]:
        """What one request costs, by what the counter counts."""
        # The webhook asks itself every five seconds, with a handshake: cheap requests have to be many.
        times = 1 if flags else 10
        few, many = (self.counted(program, counter, flags, requests * times) for requests in (FEW, MANY))
        return {what: (many[what] - few.get(what, 0)) / (MANY - FEW) / times for what in many}

    def counted(self, program: servers.Program, counter: Counter, flags: list[str], requests: int) -> dict[str, int]:
        out = self.scratch / "counts"
        out.unlink(missing_ok=True)
        prefix, read = counter(out)
        counted = dataclasses.replace(program, command=lambda *ports: [*prefix, *program.command(*ports)])
        server = servers.Server(counted, self.cores, self.scratch, COUNTED_READY_SECONDS)
        try:
            self.put_load(server, ["--connections", "1", "--requests", str(requests), "--timeout", "60", *flags])
            server.end()
        finally:
            server.kill()
        # strace writes when the server has gone.
        waiting.until(lambda: "total" in out.read_text(), f"counts in {out}", 60)
        return read(out.read_text())

    def times(self, programs: dict[str, servers.Program]) -> str:
        taken: dict[tuple[str, str], list[tuple[float, float]]] = {}
        for _ in range(ROUNDS):
            for label, program in programs.items():
                server = servers.Server(program, self.cores, self.scratch)
                try:
                    for kind, flags in CONNECTIONS.items():
                        taken.setdefault((label, kind), []).append(self.time(server, flags))
                finally:
                    server.kill()
        rows = []
        for (label, kind), each in taken.items():
            user, system = (statistics.median(part) for part in zip(*each, strict=True))
            rows.append(
                [label, kind, f"{user:.0f}", f"{system:.0f}", f"{rate(each):,.0f}", against(taken, kind, label)]
            )
        return (
            table(["build", "connections", "user us", "system us", "requests per CPU-second", "of before"], rows) + "\n"
        )

    def time(self, server: servers.Server, flags: list[str]) -> tuple[float, float]:
        """Microseconds of a request in user and in system mode."""
        flags = [*flags, "--connections", "25", "--seconds", str(SECONDS)]
        before = server.cpu_parts()
        sent = self.put_load(server, flags)
        user, system = (now - then for now, then in zip(server.cpu_parts(), before, strict=True))
        return user / sent * 1e6, system / sent * 1e6

    def put_load(self, server: servers.Server, flags: list[str]) -> int:
        """Returns the number of requests."""
        command = [self.load, "--target", f"127.0.0.1:{server.port}", "--body", self.body.path, *flags]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Explained(f"{done.stdout}{done.stderr}\n{server.process.last_words()}")
        return int(re.search(r'"ok": (\d+)', done.stdout)[1])


Counter = Callable[[Path], tuple[list[str | Path], Callable[[str], dict[str, int]]]]


def callgrind(out: Path) -> tuple[list[str | Path], Callable[[str], dict[str, int]]]:
    def read(text: str) -> dict[str, int]:
        return {"all": int(re.search(r"^(?:totals|summary): (\d+)", text, re.MULTILINE)[1])}

    return ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}"], read


def strace(out: Path) -> tuple[list[str | Path], Callable[[str], dict[str, int]]]:
    def read(text: str) -> dict[str, int]:
        lines = [line.split() for line in text.splitlines() if re.match(r"\s*\d+\.\d\d ", line)]
        return {("all" if fields[-1] == "total" else fields[-1]): int(fields[3]) for fields in lines}

    return ["strace", "--follow-forks", "--summary-only", "--daemonize", f"--output={out}"], read


def spelled(calls: dict[str, float]) -> str:
    often = sorted(((count, name) for name, count in calls.items() if name != "all" and count > 0.05), reverse=True)
    return ", ".join(f"{name} {count:.1f}" for count, name in often)


def rate(each: list[tuple[float, float]]) -> float:
    return statistics.median(1e6 / sum(parts) for parts in each)


def against(taken: dict[tuple[str, str], list[tuple[float, float]]], kind: str, label: str) -> str:
    """The median of the rounds' ratios: a drift of the machine is in both sides of each."""
    before = taken.get(("before", kind))
    if label == "before" or before is None:
        return ""
    pairs = zip(before, taken[label, kind], strict=True)
    return f"{statistics.median(sum(then) / sum(now) for then, now in pairs):.2f}"


if __name__ == "__main__":
    sys.exit(main())
