"""Follows a collection of the API server on a thread of its own."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
from collections.abc import Callable

from tests.harness.cluster.api import Api, ApiError
from tests.harness.tools.explained import Explained

PAUSE_SECONDS = 0.02
TROUBLE = (OSError, ValueError, http.client.HTTPException, ApiError)  # the connection ended, or the server is away


class Watch:
    """Lists a collection, and reports each event after that. It loses no event if the API server ends the watch. Use it
    as a context manager.

    `listed` gets the objects: before the thread begins, and again (counted in `gaps`) when the API server no longer has
    the next events. Unless the watch `may_miss` these events, its end is an error.
    """

    def __init__(
        self,
        api: Api,
        path: str,
        selector: str = "",
        *,
        happened: Callable[[str, dict], None],
        listed: Callable[[list[dict]], None] | None = None,
        may_miss: bool = False,
    ):
        self.gaps = 0
        self._may_miss = may_miss
        self._api, self._listed, self._happened = api, listed, happened
        self._target = f"{path}?labelSelector={selector}"
        self._done = threading.Event()
        self._connection: http.client.HTTPSConnection | None = None
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> Watch:
        self._list()
        self._thread.start()
        return self

    def __exit__(self, *error) -> None:
        if not self._thread.is_alive():
            raise Explained(f"the watch of {self._target} ended with an error: see above")
        self._done.set()
        while self._thread.is_alive():
            if self._connection and self._connection.sock:
                with contextlib.suppress(OSError):
                    self._connection.sock.shutdown(2)
            self._thread.join(0.5)  # it may just have opened another connection
        if self.gaps and not self._may_miss:
            raise Explained(f"the watch of {self._target} has missed changes: what it told says nothing")

    def _list(self) -> None:
        listed = self._api.get(self._target if self._listed else f"{self._target}&limit=1")
        self._version = listed["metadata"]["resourceVersion"]
        if self._listed:
            self._listed(listed["items"])

    def _catch_up(self) -> None:
        self._list()
        self.gaps += 1

    def _follow(self) -> None:
        while not self._done.wait(PAUSE_SECONDS):
            with contextlib.suppress(*TROUBLE):  # continues from the last version
                self._connection, response = self._api.open(
                    f"{self._target}&watch=1&allowWatchBookmarks=true&resourceVersion={self._version}"
                )
                if response.status == 410:
                    self._catch_up()
                for line in response if response.status == 200 else ():
                    self._take(json.loads(line))

    def _take(self, event: dict) -> None:
        if event["type"] == "ERROR":
            return self._catch_up()
        self._version = event["object"]["metadata"]["resourceVersion"]
        if event["type"] != "BOOKMARK":
            self._happened(event["type"], event["object"])
