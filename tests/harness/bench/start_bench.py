"""What it costs to start beside many pods: the reconciler, in pages and with streaming lists, and the in-tree
controller, each beside the same real API server. Prints a line for each start, and the means at the end.

Usage: python3 -m tests.harness.bench.start_bench [--pods N] [--rounds N] [--gates GATES]

The pods are written into etcd: no scheduler, no kubelets, no controller. A start ends when all is known.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import http.client
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.harness.bench import reconcilers
from tests.harness.cluster import pods, workspace
from tests.harness.cluster.control_plane import ControlPlane, answers_ok
from tests.harness.cluster.ports import HOST, free_ports
from tests.harness.cluster.processes import Process
from tests.harness.tools.explained import Explained, exit_code

SETTLE_SECONDS = 3
MOST_SECONDS = 300
BATCH = 100  # etcd takes 128 operations in a transaction
FIRST = "pod-00000"
ALLOCATED = "go_memstats_alloc_bytes_total"
Figures = dict[str, float]


class Small(ControlPlane):
    """etcd and an API server."""

    def __enter__(self) -> Small:
        with contextlib.ExitStack() as stack:
            self._stack = stack
            self.etcd = self._start_etcd()
            self._start_apiserver(self.etcd)
            self._stack = stack.pop_all()
        return self

    def start(self, process: Process, ready: Callable[[], bool]) -> Figures:
        """Seconds, CPU seconds and MiB of a program until it is ready, and of the API server meanwhile."""
        server = self.processes["kube-apiserver"]
        begin, cpu, allocated = time.monotonic(), server.cpu_seconds(), self.api.metric(ALLOCATED)
        while not ready():
            if not process.running or time.monotonic() - begin > MOST_SECONDS:
                raise Explained(f"{process.name} did not start: see {process.log}")
            time.sleep(0.01)
        return {
            "s": time.monotonic() - begin,
            "CPU s": process.cpu_seconds(),
            "MiB": process.memory_kib()["VmHWM"] / 1024,
            "API server CPU s": server.cpu_seconds() - cpu,
            "API server allocated MiB": (self.api.metric(ALLOCATED) - allocated) / 2**20,
        }


class Etcd:
    """Its JSON gateway."""

    def __init__(self, url: str):
        self._connection = http.client.HTTPConnection(url.partition("//")[2])

    def ask(self, path: str, body: dict) -> dict:
        self._connection.request("POST", f"/v3/kv/{path}", json.dumps(body))
        return json.load(self._connection.getresponse())

    def get(self, key: bytes) -> bytes:
        return base64.b64decode(self.ask("range", {"key": text(key)})["kvs"][0]["value"])

    def put(self, entries: list[tuple[bytes, bytes]]) -> None:
        puts = [{"request_put": {"key": text(key), "value": text(value)}} for key, value in entries]
        self.ask("txn", {"success": puts})


def text(some: bytes) -> str:
    return base64.b64encode(some).decode()


def fill(cluster: Small, count: int) -> int:
    """Copies one pod: names and UIDs are as long as its own, so its protobuf stays well-formed. Returns its size."""
    accounts = "/api/v1/namespaces/default/serviceaccounts"
    cluster.api.create(accounts, {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}})
    variables = [{"name": f"VARIABLE_{number}", "value": "some value of it"} for number in range(8)]
    probe = {"httpGet": {"path": "/healthz", "port": 8080}}
    containers = [
        {"name": name, "image": "registry.example/agent:1", "env": variables, "livenessProbe": probe}
        for name in ("one", "two")
    ]
    document = pods.pod(FIRST, nodeName="node-00000", automountServiceAccountToken=False, containers=containers)
    uid = cluster.api.create(pods.PODS, document)["metadata"]["uid"].encode()
    etcd, key = Etcd(cluster.etcd), f"/registry/pods/default/{FIRST}".encode()
    value = etcd.get(key)

    def copy(number: int) -> tuple[bytes, bytes]:
        digits = b"%05d" % number
        own = value.replace(b"pod-00000", b"pod-" + digits).replace(b"node-00000", b"node-" + digits)
        return key.replace(b"00000", digits), own.replace(uid, uid[:-5] + digits)

    for begin in range(1, count, BATCH):
        etcd.put([copy(number) for number in range(begin, min(count, begin + BATCH))])
    return len(value)


def everynode(cluster: Small, logs: Path, name: str, *flags: str) -> Figures:
    port = free_ports(1)[0]
    command = [*reconcilers.everynode_command(cluster.kubeconfig, port), "--leader-elect=false", *flags]
    return started(cluster, Process(name, command, logs), lambda: answers_ok(f"http://{HOST}:{port}/readyz"))


def in_tree(cluster: Small, logs: Path, name: str) -> Figures:
    command = reconcilers.in_tree_command(cluster.kubeconfig, cluster.directory, free_ports(1)[0])
    (logs / f"{name}.log").unlink(missing_ok=True)
    process = Process(name, [*command, *reconcilers.UNLIMITED], logs)
    return started(cluster, process, lambda: "Caches are synced" in process.log.read_text(errors="replace"))


def started(cluster: Small, process: Process, ready: Callable[[], bool]) -> Figures:
    try:
        return cluster.start(process, ready)
    finally:
        process.stop()


SUBJECTS: dict[str, Callable[[Small, Path, str], Figures]] = {
    "pages": everynode,
    "streams": lambda cluster, logs, name: everynode(cluster, logs, name, "--streaming-lists"),
    "in-tree": in_tree,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pods", type=int, default=40_000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--gates", default="", help="feature gates of the API server, e.g. ListFromCacheSnapshot=false")
    options = parser.parse_args()
    workspace.end_on_signals()
    return exit_code(lambda: run(options))


def run(options: argparse.Namespace) -> None:
    flags = ("--feature-gates", options.gates) if options.gates else ()
    with workspace.workspace("everynode-start-") as directory, Small(directory, apiserver_flags=flags) as cluster:
        size = fill(cluster, options.pods)
        print(f"{options.pods} pods of {size} bytes", flush=True)
        time.sleep(SETTLE_SECONDS + options.pods / 4000)  # the cache reads them
        seen: dict[str, list[Figures]] = {name: [] for name in SUBJECTS}
        for _ in range(options.rounds):
            for name, subject in SUBJECTS.items():
                time.sleep(SETTLE_SECONDS)
                seen[name].append(subject(cluster, directory / "logs", name))
                print(line(name, seen[name][-1]), flush=True)
        print("\n".join(means(seen)))


def means(seen: dict[str, list[Figures]]) -> Iterator[str]:
    for name, figures in seen.items():
        yield line(f"mean of {name}", {what: statistics.mean(one[what] for one in figures) for what in figures[0]})


def line(name: str, figures: Figures) -> str:
    return f"{name}: " + ", ".join(f"{value:.2f} {what}" for what, value in figures.items())


if __name__ == "__main__":
    sys.exit(main())
