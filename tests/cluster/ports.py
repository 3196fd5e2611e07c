"""Ports on the loopback address."""

from __future__ import annotations

import os
import socket

from tests.tools.explained import Explained

HOST = "127.0.0.1"


class PortTaken(Explained):
    """A port that the user asked for is in use."""


def free_ports(count: int) -> list[int]:
    """Different ports that nobody listens on right now, as the kernel gives them."""
    sockets = [socket.create_server((HOST, 0)) for _ in range(count)]
    try:
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def chosen_or_free(chosen: int | None, purpose: str) -> int:
    """The port that the user chose, if it can be had, or else any free one."""
    if not chosen:
        return free_ports(1)[0]
    try:
        socket.create_server((HOST, chosen)).close()
    except OSError as error:
        raise PortTaken(f"port {chosen} for {purpose} cannot be used ({os.strerror(error.errno or 0)}): "
                        "end what listens there or choose another port") from error
    return chosen
