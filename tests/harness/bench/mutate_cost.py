"""What a request costs with overlays that match its pod and without any, in instructions that callgrind counts, and
what 5,000 nodes take: the machine's speed and what else runs on it do not matter.

Usage: python3 -m tests.harness.bench.mutate_cost [--build DIR]

TLS and HTTP are not in it: README.md has what they cost.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.harness.bench import bodies
from tests.harness.bench.results import table
from tests.harness.tools.explained import Explained, exit_code
from tests.root import ROOT

OVERLAY = Path(__file__).resolve().parent / "overlays" / "overlay.json"
NODES = 5000
REQUESTS = 200
COUNTED = "everynode::bench::(anonymous namespace)::Requests::answer()"
FLOOR = 74_000  # instructions of TLS, HTTP and Asio for each request


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="where everynode_mutate_cost is")
    options = parser.parse_args()
    return exit_code(lambda: print(costs(options.build)))


def costs(build: Path) -> str:
    rows = []
    taken = 0
    for body in bodies.choose():
        without, _ = instructions(build, body.path)
        flags = ["--overlay", OVERLAY, "--nodes", NODES]
        fitted, taken = instructions(build, body.path, *flags)
        unlike, _ = instructions(build, body.path, *flags, "--unlike")
        ratio = (FLOOR + without) / (FLOOR + fitted)
        rows.append([body.label, f"{without:,.0f}", f"{fitted:,.0f}", f"{unlike:,.0f}", f"{ratio:.2f}"])
    header = [
        "body",
        "without overlays",
        "with",
        "with, no pod like one before",
        "requests with, of those without, TLS and HTTP included",
    ]
    return f"{table(header, rows)}\n\n{NODES} nodes take {taken / 2**20:.2f} MiB"


def instructions(build: Path, body: Path, *flags: str | int | Path) -> tuple[float, int]:
    """For each request; and the bytes that the nodes take."""
    with tempfile.TemporaryDirectory() as directory:
        out = Path(directory) / "callgrind.out"
        valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", f"--toggle-collect={COUNTED}"]
        program = [build / "everynode_mutate_cost", "--body", body, "--requests", REQUESTS, *flags]
        command = list(map(str, [*valgrind, *program]))
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Explained(f"{' '.join(map(str, program))}: {done.stderr[-2000:]}")
        # Under valgrind the allocator is another one, which does not say what is taken.
        taken = subprocess.run(list(map(str, program)), capture_output=True, text=True, check=True).stdout
        return int(re.search(r"^(?:totals|summary): (\d+)", out.read_text(), re.MULTILINE)[1]) / REQUESTS, int(taken)


if __name__ == "__main__":
    sys.exit(main())
