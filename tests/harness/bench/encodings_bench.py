"""Compares what a watch of all pods costs in JSON and in protobuf while pods are created; writes encodings/RESULTS.md.

Usage: python3 -m tests.harness.bench.encodings_bench [--quick]

--quick: 100 nodes, to check that it works; writes nothing.

Two load generators create the same pods side by side and watch all pods meanwhile, as a controller must: one in JSON,
one in protobuf.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path

from tests.harness.bench import side_by_side
from tests.harness.bench.reconciler_results import Race, races_table
from tests.harness.cluster import workspace
from tests.harness.tools.explained import Explained

RESULTS = Path(__file__).resolve().parent / "encodings" / "RESULTS.md"
JSON, PROTOBUF = "JSON", "protobuf"
NODES = 1000
DAEMON_SETS = 2
ROUNDS = 16


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="100 nodes, to see that it works")
    options = parser.parse_args()
    workspace.end_on_signals()
    node_count, rounds = (100, 2) if options.quick else (NODES, ROUNDS)
    creators = (side_by_side.plain_load(watch, "--watch", watch.lower()) for watch in (JSON, PROTOBUF))
    try:
        races = side_by_side.race(*creators, node_count, DAEMON_SETS, rounds)
    except Explained as error:
        print(error)
        return 1
    print(races_table(races, JSON, PROTOBUF))
    if not options.quick:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(page(races))
        print(f"written to {RESULTS}")
    return 0


def page(races: Race) -> str:
    return f"""# A watch of all pods in JSON, and in protobuf

Written by `make bench-encodings` on {datetime.date.today().isoformat()}, not by hand. Two load generators
create the pods of {DAEMON_SETS} DaemonSets on {NODES} nodes at the same time, and follow all pods meanwhile, as a
controller has to: one in JSON, one in protobuf. Each has a control plane on a core of its own; the cores are exchanged
from round to round. In seconds, until the pods exist; the last line has the geometric mean and its standard error:

{races_table(races, JSON, PROTOBUF)}
"""


if __name__ == "__main__":
    sys.exit(main())
