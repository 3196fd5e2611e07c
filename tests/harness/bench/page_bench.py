"""What the live page costs with 5,000 nodes and 10 DaemonSets, while one of these is rolled out on all nodes: bytes
from the API server beside those of polling all pods every two seconds, as `kubectl get pods -A -o json` does, in one
run; memory and CPU of the serving process; how soon what it shows is there.

The API server is `tests.harness.e2e.page.many`, which compresses nothing.

Usage: python3 -m tests.harness.bench.page_bench [--seconds 120]
"""

from __future__ import annotations

import argparse
import re
import sys
import threading
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from tests.harness.cluster import binary, waiting, workspace
from tests.harness.cluster.processes import Process
from tests.harness.e2e.page.many import NODES, PAGE, SETS, ManyNodes
from tests.harness.tools.explained import exit_code

POLL_SECONDS = 2


class Page:
    """The serving process, and one reader of its events."""

    def __init__(self, kubeconfig: Path, logs: Path):
        self.process = Process("dashboard", [binary.path(), "dashboard", "--kubeconfig", kubeconfig], logs)
        found = waiting.until(lambda: re.search(r"^http://(\S+)/#token=(\S+)$", self._printed(), re.M), "the address")
        self.host, self.token = found.groups()
        self.told = 0

    def _printed(self) -> str:
        return self.process.log.read_text()

    def ask(self, path: str):
        headers = {"Authorization": f"Bearer {self.token}"}
        return urllib.request.urlopen(urllib.request.Request(f"http://{self.host}{path}", headers=headers), timeout=60)

    def snapshot(self) -> str:
        with self.ask("/api/snapshot") as answer:
            return answer.read().decode()

    def follow(self) -> None:
        with self.ask("/api/events?epoch=none&since=0") as answer:
            for line in answer:
                self.told += len(line)


def poll(kubeconfig: Path, end: threading.Event, polls: list[float]) -> None:
    """Lists all pods as kubectl does, again and again, and notes when."""
    server = re.search(r"http://[0-9.:]+", kubeconfig.read_text())[0]
    while not end.is_set():
        begin = time.monotonic()
        polls.append(begin)
        for first in range(0, NODES * SETS, PAGE):
            with urllib.request.urlopen(f"{server}/api/v1/pods?limit={PAGE}&continue={first}", timeout=60) as answer:
                answer.read()
        end.wait(max(0.0, begin + POLL_SECONDS - time.monotonic()))


def measure(seconds: float) -> None:
    many, polled = ManyNodes(), ManyNodes()
    with workspace.workspace("everynode-page-bench-") as directory, many.running(), polled.running():
        page = Page(many.write_kubeconfig(directory / "many"), directory / "logs")
        try:
            begin = time.monotonic()
            waiting.until(lambda: '"known":true' in page.snapshot()[:600], "all lists", 120, 0.1)
            listed, lists_seconds = many.sent, time.monotonic() - begin
            begin = time.monotonic()
            size = len(page.snapshot())
            print(f"| the lists, and until all of them were there | {listed:,} bytes, {lists_seconds:.1f} s |")
            print(
                f"| all that is shown, uncompressed, on loopback | {size:,} bytes, {time.monotonic() - begin:.2f} s |"
            )
            threading.Thread(target=page.follow, daemon=True).start()
            end, cpu = threading.Event(), page.process.cpu_seconds()
            polls: list[float] = []
            poller = threading.Thread(target=poll, args=(polled.write_kubeconfig(directory / "polled"), end, polls))
            poller.start()
            begin = time.monotonic()
            many.roll(3, seconds)
            took, busy = time.monotonic() - begin, page.process.cpu_seconds() - cpu
            end.set()
            poller.join()
            memory = page.process.memory_kib()
            print(f"| the roll of {NODES:,} nodes | {took:.0f} s |")
            print(f"| CPU of the serving process in it | {100 * busy / took:.1f} % of a core |")
            print(f"| its memory at most | {memory['VmHWM'] / 1024:.0f} MiB |")
            print(f"| told to one reader in it | {page.told:,} bytes |")
            print(f"| from the API server, lists included | {many.sent:,} bytes |")
            print(f"| {len(polls)} polls of all pods, at most one in {POLL_SECONDS} s | {polled.sent:,} bytes |")
            print(f"| | 1/{polled.sent / many.sent:.0f} |")
        finally:
            page.process.stop()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m tests.harness.bench.page_bench")
    parser.add_argument("--seconds", type=float, default=120, help="how long the roll takes")
    seconds = parser.parse_args().seconds
    return exit_code(lambda: measure(seconds))


if __name__ == "__main__":
    sys.exit(main())
