"""Ports on the loopback address."""

from __future__ import annotations

import itertools
import os
import random
import socket

from tests.harness.tools.explained import Explained

HOST = "127.0.0.1"
# Below the kernel's ephemeral ports: a connection could take one of those between our check and its use.
CHOICE = range(20_000, 32_000)


class PortTaken(Explained):
    """A port that the user asked for is in use."""


def free_ports(count: int) -> list[int]:
    """Different ports on which nothing listens right now."""
    return list(itertools.islice(filter(_is_free, random.sample(CHOICE, len(CHOICE))), count))


def _is_free(port: int) -> bool:
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        return False
    return True


def chosen_or_free(chosen: int | None, purpose: str) -> int:
    """The port that the user chose, if it is free; without a choice, any free one."""
    if not chosen:
        return free_ports(1)[0]
    try:
        socket.create_server((HOST, chosen)).close()
    except OSError as error:
        raise PortTaken(
            f"port {chosen} for {purpose} cannot be used ({os.strerror(error.errno or 0)}): "
            "end what listens there or choose another port"
        ) from error
    return chosen
