"""Runs each fuzz target for a bounded time (default 60 s), one after the other. A finding's input is kept in
build-fuzz/findings, what a target said in build-fuzz/TARGET.log. The last line is "N passed, N failed".

Usage: python3 -m tests.fuzz [SECONDS [TARGET...]]      (build-fuzz/ must be there: make fuzz)
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from tests.root import ROOT

BUILD = ROOT / "build-fuzz"
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
    passed = sum(fuzz(target, options.seconds) for target in targets)
    failed = len(targets) - passed
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


def fuzz(target: str, seconds: int) -> bool:
    """Runs one target; false if it found something or could not be run."""
    corpus, findings, log = BUILD / "corpus" / target, BUILD / "findings", BUILD / f"{target}.log"
    for directory in (corpus, findings):
        directory.mkdir(parents=True, exist_ok=True)
    print(f"fuzzing {target} for {seconds} s", flush=True)
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
        print(said, f"FAIL fuzz.{target}", sep="\n", flush=True)
        return False
    print("\n".join(line for line in said.splitlines() if line.startswith("stat::")), flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
