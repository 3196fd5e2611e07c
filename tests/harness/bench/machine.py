"""What a benchmark of the webhook says of the machine and of the programs, and of what else was done meanwhile."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.harness.bench import go_twin, servers

NOISE_PERCENT = 5


def state() -> dict[str, float]:
    """Seconds since boot: of all cores, busy, stolen, and used by us and by children that have ended."""
    ticks = [
        int(field) / servers.TICKS_PER_SECOND for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    ]
    user, nice, system, idle, waiting, interrupts, soft_interrupts, steal = ticks[:8]
    return {
        "total": sum(ticks[:8]),
        "steal": steal,
        "busy": user + nice + system + interrupts + soft_interrupts,
        "own": sum(os.times()[:4]),
    }


@dataclass
class Meanwhile:
    """What the machine did since this was made, besides the benchmark. Its children have to have ended."""

    before: dict[str, float] = field(default_factory=state)

    def percent(self) -> tuple[float, float]:
        """Of the CPU time of all cores: of other programs, and stolen by the hypervisor."""
        spent = {name: value - self.before[name] for name, value in state().items()}
        others = max(0.0, 100 * (spent["busy"] - spent["own"]) / spent["total"])
        return others, 100 * spent["steal"] / spent["total"]

    def line(self, cores: servers.Cores) -> str:
        others, stolen = self.percent()
        hardware = f"{cpu_model()}, {os.cpu_count()} cores, {memory_gib():.0f} GiB"
        places = f"server on core {cores.server}, client on core {cores.client}"
        shares = f"{others:.0f} % went to other work and {stolen:.0f} % was stolen by the hypervisor"
        return f"- Machine: {hardware}; {places}; of its CPU time during the run, {shares}"

    def warning(self, distrusted: str) -> str:
        """A paragraph, if the figures suffer; empty otherwise."""
        if self.percent()[0] < NOISE_PERCENT:
            return ""
        return f"\n**The machine was busy with other work: do not trust {distrusted}.**\n"


def versions(build: Path, go_version: str) -> str:
    everynode = first_line([build / "everynode", "version"])
    openssl = " ".join(first_line(["openssl", "version"]).split()[:2])
    kernel = os.uname().release
    return f"{everynode}; Go {go_version}, controller-runtime {go_twin.framework_version()}; {openssl}; Linux {kernel}"


def first_line(command: list) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]


def cpu_model() -> str:
    found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found.group(1).strip() if found else os.uname().machine


def memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
