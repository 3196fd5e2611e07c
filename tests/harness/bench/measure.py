"""The measurement: servers take turns in rounds, so that a drift of the machine affects all of them alike."""

from __future__ import annotations

import json
import random
import statistics
import subprocess
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.harness.bench.bodies import Body
from tests.harness.bench.servers import Cores, Program, Server

CONNECTIONS = 25  # as many idle ones as the API server's client keeps
EXPECT = '"patchType":"JSONPatch"'


@dataclass(frozen=True)
class Plan:
    """How long, in seconds, and how often."""

    rounds: int = 5
    warm_up: float = 0.4
    saturated: float = 2.0
    passes: int = 1  # over all servers in a round; Bench makes one
    half_load: float = 3.0
    own_half_load: float = 1.5
    handshakes: float = 1.2
    starts: int = 7

    @property
    def seconds(self) -> int:
        """About how long it all takes: three servers, four bodies. The Go twin's own half load was measured before."""
        one_round = (
            12 * (self.warm_up + self.saturated + self.half_load + self.handshakes) + 8 * self.own_half_load + 20
        )
        return round(self.rounds * one_round + self.starts)


QUICK = Plan(rounds=1, warm_up=0.2, saturated=0.5, half_load=0.7, own_half_load=0.5, handshakes=0.4, starts=2)


class LoadFailed(Exception):
    """Requests failed: the figures mean nothing."""


@dataclass
class Measurements:
    """Every figure of every round, by (figure, server[, body])."""

    figures: dict[tuple[str, ...], list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, value: float, *key: str) -> None:
        self.figures[key].append(value)

    def median(self, *key: str) -> float:
        return statistics.median(self.figures[key])


class Turns:
    """Servers that take turns and work as fast as they can. `agree` gets their ports by their names in each round, and
    raises Disagreement if there is nothing to compare."""

    def __init__(
        self,
        plan: Plan,
        programs: list[Program],
        bodies: list[Body],
        load: Path,
        scratch: Path,
        agree: Callable[[dict[str, int]], None],
        say: Callable[[str], None],
    ):
        self.plan, self.programs, self.bodies = plan, programs, bodies
        self.load, self.scratch, self.agree, self.say = load, scratch, agree, say
        self.cores = Cores.choose()
        self.result = Measurements()

    def run(self) -> Measurements:
        self.cores.use_client()
        for number in range(self.plan.rounds):
            self.say(f"round {number + 1} of {self.plan.rounds}")
            self.round(number)
        return self.result

    def round(self, number: int) -> None:
        running: dict[str, Server] = {}
        try:
            for program in self.programs:
                running[program.name] = Server(program, self.cores, self.scratch)
            self.agree({name: server.port for name, server in running.items()})
            shift = number % len(running)  # so that no server is always the first
            order = dict([*running.items()][shift:] + [*running.items()][:shift])
            for body in self.bodies:
                self.measure_body(body, order)
            for name, server in running.items():
                for kind, kib in server.process.memory_kib().items():
                    self.result.add(kib, kind, name)
        finally:
            for server in running.values():
                server.kill()

    def measure_body(self, body: Body, servers: dict[str, Server]) -> None:
        """Several times in a round, in another order each time: on a busy machine two turns of the same server differ
        by more than the servers."""
        answers, cpu = Counter[str](), Counter[str]()
        for server in servers.values():
            self.put_load(server, body, self.plan.warm_up)
        for _ in range(self.plan.passes):
            for name in random.sample(list(servers), len(servers)):
                report, spent = self.put_load(servers[name], body, self.plan.saturated)
                answers[name] += report["ok"]
                cpu[name] += spent
        for name in servers:
            self.result.add(answers[name] / cpu[name], "per_cpu", name, body.label)

    def put_load(self, server: Server, body: Body, seconds: float, *more: str) -> tuple[dict, float]:
        """Returns the client's report, with the number of lines that the server logged, and the CPU seconds that it
        used."""
        before = server.cpu_seconds()
        command = [
            self.load,
            "--target",
            f"127.0.0.1:{server.port}",
            "--body",
            body.path,
            "--expect",
            EXPECT,
            "--connections",
            str(CONNECTIONS),
            "--seconds",
            str(seconds),
            *more,
        ]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        cpu = server.cpu_seconds() - before
        if run.returncode != 0:
            raise LoadFailed(
                f"{server.process.name}, {body.label}: {run.stdout}{run.stderr}\n{server.process.last_words()}"
            )
        return json.loads(run.stdout) | {"log_lines": server.take_log()}, max(cpu, 0.01)


class Bench(Turns):
    """Everynode, its Go twin and the floor: also what they are like before they work, at half load, and with a
    handshake for each request."""

    def run(self) -> Measurements:
        self.cores.use_client()
        for program in self.programs:
            self.result.add(program.stripped_bytes(self.scratch), "size", program.name)
        for _ in range(self.plan.starts):
            for program in self.programs:
                server = Server(program, self.cores, self.scratch)
                server.kill()
                self.result.add(server.seconds_to_ready, "ready", program.name)
        return super().run()

    def measure_body(self, body: Body, servers: dict[str, Server]) -> None:
        maximum = {name: self.saturate(body, name, server) for name, server in servers.items()}
        for name, server in servers.items():
            self.latency("half", maximum["go"] / 2, self.plan.half_load, body, name, server)
        for name, server in servers.items():
            if name != "go":
                self.latency("own_half", maximum[name] / 2, self.plan.own_half_load, body, name, server)
        for name, server in servers.items():
            self.handshake_each(body, name, server)

    def saturate(self, body: Body, name: str, server: Server) -> float:
        self.put_load(server, body, self.plan.warm_up)
        report, cpu = self.put_load(server, body, self.plan.saturated)
        self.result.add(report["log_lines"] / report["sent"], "logged", name, body.label)
        self.result.add(report["ok"] / cpu, "per_cpu", name, body.label)
        self.result.add(report["requests_per_second"], "rate", name, body.label)
        return report["requests_per_second"]

    def latency(self, kind: str, rate: float, seconds: float, body: Body, name: str, server: Server) -> None:
        warm_up = self.plan.warm_up / 2
        report, _ = self.put_load(server, body, seconds + warm_up, "--rate", str(rate), "--warm-up", str(warm_up))
        self.result.add(rate, f"{kind}_rate", name, body.label)
        for quantile in ("p50", "p99", "p99.9"):
            self.result.add(report["latency_ns"][quantile] / 1e6, f"{kind}_{quantile}", name, body.label)

    def handshake_each(self, body: Body, name: str, server: Server) -> None:
        report, cpu = self.put_load(server, body, self.plan.handshakes, "--new-connections")
        self.result.add(report["ok"] / cpu, "handshake_per_cpu", name, body.label)
        self.result.add(report["requests_per_second"], "handshake_rate", name, body.label)
