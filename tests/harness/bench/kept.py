"""One connection for many requests."""

from __future__ import annotations

import http.client
import json

from tests.harness.cluster.api import ApiError, message_of


class Kept:
    """Asks one thing after the other. As a context manager it closes the connection."""

    def __init__(self, connection: http.client.HTTPSConnection):
        self._connection = connection

    def __enter__(self) -> Kept:
        return self

    def __exit__(self, *error) -> None:
        self._connection.close()

    def ask(self, method: str, path: str, body: bytes | dict, content_type: str = "application/json") -> bytes:
        """Returns the answer as it came; raises ApiError for one that is none."""
        data = body if isinstance(body, bytes) else json.dumps(body)
        self._connection.request(method, path, data, {"Content-Type": content_type})
        response = self._connection.getresponse()
        answer = response.read()
        if response.status >= 300:
            raise ApiError(method, path, response.status, message_of(answer.decode(errors="replace")))
        return answer
