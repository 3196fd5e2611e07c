"""A server on an event loop with a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine


def serve(loop: asyncio.AbstractEventLoop, starting: Coroutine, listening: Callable[[], None] = lambda: None) -> None:
    """Starts the server and serves until the loop is stopped; then cancels what is under way."""
    asyncio.set_event_loop(loop)
    server = loop.run_until_complete(starting)
    listening()
    loop.run_forever()
    server.close()
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.close()
