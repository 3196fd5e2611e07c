"""Runs each fuzz target for a limited time (default 60 s), one on each core. Saves the inputs of findings in
build-asan/findings, and a target's output in build-asan/TARGET.log. The last line is "N passed, N failed".

Usage: python3 -m tests.fuzz [SECONDS [TARGET...]]      (make fuzz builds them)
"""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import subprocess
import sys

from tests.root import ROOT

BUILD = ROOT / "build-asan"
SOURCES = ROOT / "tests" / "fuzz"
SUFFIX = "_fuzz.cpp"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python3 -m tests.fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("seconds", nargs="?", type=int, default=60)
    parser.add_argument("targets", nargs="*")
    options = parser.parse_args()
    targets = options.targets or sorted(file.name.removesuffix(SUFFIX) for file in SOURCES.glob(f"*{SUFFIX}"))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as cores:
        passed = sum(cores.map(lambda target: fuzz(target, options.seconds), targets))
    failed = len(targets) - passed
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


def fuzz(target: str, seconds: int) -> bool:
    """Runs one target; false if it found something or could not be run."""
    corpus, findings, log = BUILD / "corpus" / target, BUILD / "findings", BUILD / f"{target}.log"
    for directory in (corpus, findings):
        directory.mkdir(parents=True, exist_ok=True)
    program = BUILD / f"everynode_{target}_fuzz"
    limits = [f"-max_total_time={seconds}", "-max_len=16384", "-timeout=10", "-print_final_stats=1", "-verbosity=0"]
    with log.open("w") as output:
        done = subprocess.run(
            [program, *limits, f"-artifact_prefix={findings / target}-", corpus, SOURCES / "corpus" / target],
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    said = log.read_text(errors="replace")
    if done.returncode != 0:
        print(f"FAIL fuzz.{target}", said, sep="\n", flush=True)
        return False
    stats = [line for line in said.splitlines() if line.startswith("stat::")]
    print(f"ok   fuzz.{target}", *stats, sep="\n", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
