"""Runs the end-to-end tests against the oldest and the newest Kubernetes that Everynode supports, and shows a table of
what was seen, for README.md.

Usage: python3 -m tests.harness.compat [-k PATTERN]...

kube-apiserver, kube-controller-manager and kube-scheduler are of that Kubernetes; kubectl and etcd are the newest.
The last line is "N passed, N failed".
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field

from tests.harness.tools import binaries, suites
from tests.root import ROOT

NEWEST = ""
SUITES = {
    "": "webhook",
    "reconciler": "reconciler",
    "kubeconfig": "kubeconfigs",
    "page": "the page",
    "reality": "what Kubernetes does",
}
LINE = re.compile(r"^(ok  |FAIL|skip) (\S+) \(")


@dataclass
class Seen:
    """How the tests of one Kubernetes went, by suite."""

    version: str
    counts: dict[str, Counter] = field(default_factory=lambda: {suite: Counter() for suite in SUITES})
    code: int = 0

    def take(self, line: str) -> None:
        if found := LINE.match(line):
            first = found[2].split(".")[0]
            self.counts[first if first in SUITES else ""][found[1].strip()] += 1

    def cell(self, suite: str) -> str:
        counts = self.counts[suite]
        words = (("ok", "passed"), ("FAIL", "failed"), ("skip", "left out"))
        return ", ".join(f"{counts[word]} {told}" for word, told in words if counts[word]) or "-"

    def total(self, word: str) -> int:
        return sum(counts[word] for counts in self.counts.values())


def main() -> int:
    chosen = suites.patterns("tests.harness.compat", __doc__)
    try:
        all_seen = [run(kubernetes, chosen) for kubernetes in (binaries.OLDEST, NEWEST)]
    except KeyboardInterrupt:
        print("interrupted")
        return 130
    print(table(all_seen))
    passed = sum(seen.total("ok") for seen in all_seen)
    # A suite that could not even begin has no line of its own.
    failed = sum(max(seen.total("FAIL"), int(seen.code != 0)) for seen in all_seen)
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


def run(kubernetes: str, chosen: list[str]) -> Seen:
    """The tests of e2e with this Kubernetes, printed as they go."""
    key = f"kube-apiserver@{kubernetes}" if kubernetes else "kube-apiserver"
    seen = Seen(binaries.ALL[key].version)
    print(f"--- Kubernetes {seen.version}", flush=True)
    command = [sys.executable, "-m", "tests.harness.e2e", *(part for pattern in chosen for part in ("-k", pattern))]
    environment = os.environ | {"EVERYNODE_KUBERNETES": kubernetes}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment) as tests:
        for line in tests.stdout:
            print(line, end="", flush=True)
            seen.take(line)
    seen.code = tests.returncode
    return seen


def table(all_seen: list[Seen]) -> str:
    lines = ["| tests of | " + " | ".join(f"Kubernetes {seen.version}" for seen in all_seen) + " |"]
    lines.append("| --- |" + " --- |" * len(all_seen))
    for suite, name in SUITES.items():
        lines.append(f"| {name} | " + " | ".join(seen.cell(suite) for seen in all_seen) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
