"""How many bytes the API server sends to somebody who watches a rollout.

Nodes with as many DaemonSets as are asked for, in one namespace; one of these rolls, and programs watch it at the same
time, each through a proxy of its own that counts. `--before` names a program to compare with, e.g. an older everynode.

Usage: python3 -m tests.harness.bench.inspection_bench [--nodes N] [--daemon-sets N] [--seconds S] [--before PROGRAM]
"""

from __future__ import annotations

import argparse
import contextlib
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.harness.cluster import binary, nodes, waiting, workspace
from tests.harness.cluster.api import Api
from tests.harness.cluster.control_plane import CONTROLLERS, ControlPlane
from tests.harness.cluster.ports import HOST
from tests.harness.e2e.reconciler import daemon
from tests.harness.tools.explained import Explained

# What a kubelet reports of the images that it has, 50 at most by default.
IMAGES = [
    {
        "names": [f"registry.example.com/team/image-{i}@sha256:{i:064x}", f"registry.example.com/team/image-{i}:v1"],
        "sizeBytes": 123456789,
    }
    for i in range(50)
]


class CountingProxy:
    """Passes bytes on, and counts those that come from the server. As a context manager it listens."""

    def __init__(self, port: int):
        self.received = 0
        self._server = port
        self._listener = socket.create_server((HOST, 0))
        self.port = self._listener.getsockname()[1]

    def __enter__(self) -> CountingProxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *error) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection((HOST, self._server))
                threading.Thread(target=self._relay, args=(client, server, False), daemon=True).start()
                threading.Thread(target=self._relay, args=(server, client, True), daemon=True).start()

    def _relay(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(1 << 16):
                if counted:
                    self.received += len(piece)
                target.sendall(piece)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


def main() -> int:
    arguments = parse()
    workspace.end_on_signals()
    with workspace.workspace("everynode-bench-") as directory:
        with ControlPlane(directory, CONTROLLERS, say=print) as cluster:
            watched = fill(cluster.api, arguments.nodes, arguments.daemon_sets)
            programs = {"everynode": binary.path()} | ({"before": arguments.before} if arguments.before else {})
            watched.set_image("2")
            with ThreadPoolExecutor(len(programs)) as pool:
                counts = dict(
                    pool.map(lambda one: (one[0], count(cluster, one[1], watched, arguments.seconds)), programs.items())
                )
    print(f"{arguments.nodes} nodes, {arguments.daemon_sets} DaemonSets, {arguments.seconds} s of a rollout")
    for name, received in counts.items():
        print(f"{name}: {received:,} bytes from the API server")
    if "before" in counts:
        print(f"1/{counts['before'] / counts['everynode']:.0f}")
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 -m tests.harness.bench.inspection_bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--nodes", type=int, default=300)
    parser.add_argument("--daemon-sets", type=int, default=10)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--before", type=Path)
    return parser.parse_args()


def fill(api: Api, count_of_nodes: int, daemon_sets: int) -> daemon.Daemon:
    """Nodes with images, and DaemonSets of which all nodes have a pod. Gives one of these."""
    names = [f"node-{i:05}" for i in range(count_of_nodes)]
    nodes.add(api, [nodes.node(name, labels={daemon.POOL: "bench"}) for name in names], seconds=600)
    with ThreadPoolExecutor(nodes.PARALLEL) as pool:
        list(pool.map(lambda name: api.merge(f"{nodes.NODES}/{name}/status", {"status": {"images": IMAGES}}), names))
    made = [daemon.Daemon(api, f"agent-{i}") for i in range(daemon_sets)]
    for one in made:
        # So that the rollout lasts longer than the measurement, on whatever machine.
        document = daemon.document(one.name, "bench", strategy=daemon.rolling(1), minReadySeconds=5)
        api.create(one.path.rpartition("/")[0], document)

    def complete(one: daemon.Daemon) -> bool:
        return one.get().get("status", {}).get("numberAvailable", 0) == count_of_nodes

    for one in made:
        waiting.until(lambda: complete(one), f"the pods of {one.name}", 3600, interval=1)  # noqa: B023
    return made[0]


def count(cluster: ControlPlane, program: Path, watched: daemon.Daemon, seconds: int) -> int:
    """Bytes that the API server sends to the program."""
    with CountingProxy(int(cluster.server.rpartition(":")[2])) as proxy:
        kubeconfig = cluster.directory / f"kubeconfig-{proxy.port}"
        text = cluster.kubeconfig.read_text()
        kubeconfig.write_text(text.replace(cluster.server, f"https://{HOST}:{proxy.port}"))
        command = [program, "rollout", "watch", "daemonset", watched.name, "-n", watched.namespace]
        flags = ["--timeout", str(seconds), "--kubeconfig", kubeconfig]
        done = subprocess.run([*command, *flags], capture_output=True, text=True, check=False)
        if done.returncode != 1 or "not complete after" not in done.stderr:
            raise Explained(f"{program} ended with {done.returncode}: {done.stderr}")
        return proxy.received


if __name__ == "__main__":
    sys.exit(main())
