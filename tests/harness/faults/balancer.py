"""A Service as the API server sees it: one address that leads to the replicas that are ready."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import threading

from tests.harness.cluster import control_plane
from tests.harness.cluster.ports import HOST, free_ports
from tests.harness.cluster.webhook import Webhook
from tests.harness.faults.serving import serve

LOOK_SECONDS = 0.5
CHUNK = 65536


class Balancer:
    """Passes each new connection on to the next ready replica; established connections stay where they are. It runs as
    a context manager."""

    def __init__(self, replicas: list[Webhook]):
        self.port = free_ports(1)[0]
        self.connections = 0
        self.refused = 0  # because no replica was ready, or the chosen one refused
        self._replicas = replicas
        self._ready = list(replicas)
        self._turn = itertools.count()
        self._loop = asyncio.new_event_loop()
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._serve), threading.Thread(target=self._look)]

    def __enter__(self) -> Balancer:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error) -> None:
        self._done.set()
        self._loop.call_soon_threadsafe(self._loop.stop)
        for thread in self._threads:
            thread.join()

    def _look(self) -> None:
        while not self._done.wait(LOOK_SECONDS):
            self._ready = [
                one for one in self._replicas if control_plane.answers_ok(f"http://{HOST}:{one.metrics_port}/readyz")
            ]

    def _serve(self) -> None:
        serve(self._loop, asyncio.start_server(self._connected, HOST, self.port))

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        ready = self._ready
        try:
            replica = ready[next(self._turn) % len(ready)]
            behind_reader, behind_writer = await asyncio.open_connection(HOST, replica.port)
        except (OSError, ZeroDivisionError):
            self.refused += 1
            writer.close()
            return
        with contextlib.suppress(asyncio.CancelledError):  # cancelled when we end
            await asyncio.gather(pass_on(reader, behind_writer), pass_on(behind_reader, writer))


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copies all bytes of one direction, and its end."""
    try:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
