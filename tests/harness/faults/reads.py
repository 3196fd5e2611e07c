"""Hundreds of seeded runs of the reconciler behind a proxy that breaks its connection to a real API server.

Usage: python3 -m tests.harness.faults.reads [--runs 300] [--first SEED] [--seconds N]

A run that fails prints its seed; --first SEED --runs 1 repeats it. The last line counts the runs.
"""

from __future__ import annotations

import argparse
import random
import sys
import time

from tests.harness.cluster import workspace
from tests.harness.cluster.control_plane import WITHOUT_IN_TREE, ControlPlane
from tests.harness.e2e.reconciler import rights
from tests.harness.faults.broken_reads import BrokenReads
from tests.harness.tools.explained import Explained, exit_code


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--first", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--seconds", type=float, default=3600, help="ends after so long, however many runs that were")
    options = parser.parse_args()
    workspace.end_on_signals()
    return exit_code(lambda: run_all(options))


def run_all(options: argparse.Namespace) -> None:
    with workspace.workspace("everynode-reads-") as directory, ControlPlane(
        directory, WITHOUT_IN_TREE, say=print
    ) as cluster:
        with BrokenReads(cluster, rights.grant(cluster)) as reads:
            failed = run_each(reads, options)
            print(reads.figures())
            print(f"{reads.counts['runs'] - failed} passed, {failed} failed", flush=True)
            if failed:
                raise Explained(f"the logs are in {directory / 'logs'}")


def run_each(reads: BrokenReads, options: argparse.Namespace) -> int:
    end, failed = time.monotonic() + options.seconds, 0
    for seed in range(options.first, options.first + options.runs):
        if time.monotonic() > end:
            break
        if problem := reads.run(seed):
            failed += 1
            print(problem, flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
