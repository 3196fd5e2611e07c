"""Shows what Everynode does without a cluster, while the programs of the first cluster are being compiled.

Usage: python3 -m tests.harness.cluster.meanwhile NAME... (the programs; prints nothing if all of them exist)
"""

from __future__ import annotations

import subprocess
import sys

from tests.harness.cluster import binary
from tests.harness.tools import binaries
from tests.root import ROOT

SHOWN = (
    (
        "What the webhook does to a pod that an API server once sent:",
        ["decide", "--output", "explain"],
        "tests/golden/recorded/kruise-annotation.json",
    ),
    (
        "What the reconciler would do in a cluster where a node came, one was tainted and one went:",
        ["plan", "--output", "text"],
        "tests/golden/clusters/nodes-changed.json",
    ),
)


def main() -> int:
    if all(binaries.ALL[name].path.exists() for name in sys.argv[1:]):
        return 0
    everynode = binary.path()
    print("Everynode is built; the control plane is compiled next, once. Two things need none of it:", flush=True)
    for title, arguments, file in SHOWN:
        with (ROOT / file).open() as given:
            done = subprocess.run([everynode, *arguments], stdin=given, capture_output=True, text=True, check=True)
        # The status in the plan is one long line of JSON.
        lines = [line for line in done.stdout.splitlines() if not line.startswith("  status ")]
        command = f"    $ build/everynode {' '.join(arguments)} < {file}"
        print("", title, "", command, *(f"    {line}" for line in lines), sep="\n")
    print(flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
