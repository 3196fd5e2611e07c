"""Kills a process that needs too much memory, long before the machine runs out of it."""

from __future__ import annotations

import contextlib
import signal
import threading

from tests.harness.cluster.processes import Process

MOST_KIB = 12 * 2**20
LOOK_SECONDS = 0.2


class MemoryLimit:
    def __init__(self, process: Process):
        self._process, self._over = process, threading.Event()
        self.exceeded = False
        self.peak_kib = 0
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(LOOK_SECONDS) and self._process.running:
            with contextlib.suppress(OSError, KeyError):  # it has just ended
                used = self._process.memory_kib()
                self.peak_kib = used["VmHWM"]
                if used["VmRSS"] > MOST_KIB:
                    self.exceeded = True
                    self._process.send(signal.SIGKILL)
