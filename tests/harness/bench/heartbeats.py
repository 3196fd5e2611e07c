"""Nodes that report their conditions, as kubelets do. A kubelet of which nothing changes writes every five minutes."""

from __future__ import annotations

import datetime
import itertools
import multiprocessing
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

from tests.harness.bench.kept import Kept
from tests.harness.cluster import nodes
from tests.harness.cluster.api import Api
from tests.harness.tools.explained import Explained

STRATEGIC = "application/strategic-merge-patch+json"
CONNECTIONS = 4


def report() -> dict:
    """What such a node writes."""
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "status": {
            "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady", "lastHeartbeatTime": now}]
        }
    }


class Heartbeats:
    """While the context is active the nodes report in turns, so many of them each second, evenly, from a process of its
    own."""

    def __init__(self, api: Api, names: list[str], per_second: float):
        context = multiprocessing.get_context("fork")
        self._sent = context.Value("q", 0)
        self._process = context.Process(target=self._beat, args=(api, names, per_second), daemon=True)

    def __enter__(self) -> Heartbeats:
        self._begin = time.monotonic()
        self._process.start()
        return self

    def __exit__(self, *error) -> None:
        self._process.terminate()
        self._process.join()

    def per_second(self) -> float:
        """As many as there really were until now. Raises Explained if they have ended."""
        if not self._process.is_alive():
            raise Explained("the nodes no longer heartbeat: the reason stands above")
        return self._sent.value / (time.monotonic() - self._begin)

    def _beat(self, api: Api, names: list[str], per_second: float) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started us
        turns, lock = itertools.count(), threading.Lock()
        begin = time.monotonic()

        def some() -> None:
            with Kept(api.connect()) as connection:
                while True:
                    with lock:
                        number = next(turns)
                    time.sleep(max(0.0, begin + number / per_second - time.monotonic()))
                    name = names[number % len(names)]
                    connection.ask("PATCH", f"{nodes.NODES}/{name}/status", report(), STRATEGIC)
                    with lock:
                        self._sent.value += 1

        with ThreadPoolExecutor(CONNECTIONS) as pool:
            beating = [pool.submit(some) for _ in range(CONNECTIONS)]
            ended = next(as_completed(beating))  # none ends but by an error
            print(f"heartbeats: {ended.exception()}", file=sys.stderr, flush=True)
            os._exit(1)
