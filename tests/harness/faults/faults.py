"""The faults of requests and watches, chosen by a seed. Each seed has its own mix of kinds, so that each kind occurs at
its worst."""

from __future__ import annotations

import random
from dataclasses import dataclass

REQUESTS = ("delay", "cut before", "cut after", "hang before", "hang after", "refuse", "slow", "stale")
WATCHES = ("late", "cut", "lost", "twice", "pieces", "silent", "gone")
MOST_KINDS = 4


@dataclass(frozen=True)
class RequestFault:
    kind: str = ""  # cut or hang, before or after the API server has carried the request out
    status: int = 0  # the answer instead of the API server's
    delay: float = 0
    hang: float = 0
    slow: float = 0
    stale: bool = False

    def names(self) -> list[str]:
        named = {self.kind: self.kind, str(self.status): self.status, "delayed": self.delay, "slow": self.slow}
        return [name for name, there in named.items() if there]


@dataclass(frozen=True)
class WatchFault:
    delay: float = 0  # of each event
    life: float = 0  # then the watch is cut
    lose_after: float = 0  # then events are lost, followed by 410
    silent_after: float = 0  # then no more bytes are sent
    twice: bool = False
    piece: int = 0  # most bytes in a chunk
    gone: str = ""  # 410, as "status" or as "event"

    def __bool__(self) -> bool:
        return self != WatchFault()

    def names(self) -> list[str]:
        named = {
            "late events": self.delay,
            "watches cut": self.life,
            "watches lossy": self.lose_after,
            "watches silent": self.silent_after,
            "events twice": self.twice,
            "events in pieces": self.piece,
            "watches gone": self.gone,
        }
        return [name for name, there in named.items() if there]


class Faults:
    """No faults."""

    def of_request(self, method: str, target: str) -> RequestFault:
        return RequestFault()

    def of_watch(self) -> WatchFault:
        return WatchFault()


class SeededFaults(Faults):
    def __init__(self, seed: int):
        self._rng = random.Random(seed)
        self.kinds = self._rng.sample(REQUESTS + WATCHES, self._rng.randint(1, MOST_KINDS))
        self._chance = self._rng.choice((0.05, 0.15, 0.4))

    def of_request(self, method: str, target: str) -> RequestFault:
        kinds = [kind for kind in self.kinds if kind in REQUESTS]
        if not kinds or self._rng.random() > self._chance:
            return RequestFault()
        kind = self._rng.choice(kinds)
        if kind == "delay":
            return RequestFault(delay=self._rng.uniform(0, 0.8))
        if kind == "refuse":
            return RequestFault(status=self._rng.choice((409, 429, 500, 503) if method != "GET" else (429, 500, 503)))
        if kind == "slow":
            return RequestFault(slow=self._rng.uniform(0.1, 1))
        if kind == "stale":
            return RequestFault(stale=True)
        return RequestFault(kind=kind, hang=self._rng.uniform(0.5, 2) if kind.startswith("hang") else 0)

    def of_watch(self) -> WatchFault:
        kinds = [kind for kind in self.kinds if kind in WATCHES]
        if not kinds:
            return WatchFault()
        kind, rng = self._rng.choice(kinds), self._rng
        return {
            "late": lambda: WatchFault(delay=rng.uniform(0.01, 0.3)),
            "cut": lambda: WatchFault(life=rng.uniform(0.05, 1)),
            "lost": lambda: WatchFault(lose_after=rng.uniform(0.05, 0.5), life=rng.uniform(0.5, 1.5)),
            "twice": lambda: WatchFault(twice=True),
            "pieces": lambda: WatchFault(piece=rng.randint(1, 400)),
            "silent": lambda: WatchFault(silent_after=rng.uniform(0.05, 0.5), life=rng.uniform(1, 2)),
            "gone": lambda: WatchFault(gone=rng.choice(("status", "event")), life=rng.uniform(0.05, 0.5)),
        }[kind]()
