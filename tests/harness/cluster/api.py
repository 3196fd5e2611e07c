"""A small client of the API server: JSON in, JSON out."""

from __future__ import annotations

import contextlib
import http.client
import json
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class ApiError(Exception):
    """The API server refused a request."""

    def __init__(self, method: str, path: str, code: int, message: str):
        super().__init__(f"{method} {path}: {code} {message}")
        self.code = code


@dataclass
class Answer:
    """The body of a successful answer, and the warnings that kubectl would show."""

    body: Any
    warnings: list[str] = field(default_factory=list)


class Api:
    """Connects to one API server as the user of a client certificate."""

    def __init__(self, port: int, ca: Path, certificate: Path, key: Path):
        self._port = port
        self._context = ssl.create_default_context(cafile=ca)
        self._context.load_cert_chain(certificate, key)

    def connect(self, seconds: float = 60) -> http.client.HTTPSConnection:
        """For as many requests as the caller likes, one after the other. The caller closes it."""
        return http.client.HTTPSConnection("127.0.0.1", self._port, context=self._context, timeout=seconds)

    def ask(self, method: str, path: str, body: Any = None, content_type: str = "application/json") -> Answer:
        """Sends one request on a connection of its own: simple, and safe to call from several threads."""
        connection = self.connect()
        try:
            connection.request(
                method, path, body=None if body is None else json.dumps(body), headers={"Content-Type": content_type}
            )
            response = connection.getresponse()
            text = response.read().decode()
            warnings = response.headers.get_all("Warning", [])
        finally:
            connection.close()
        if response.status >= 300:
            raise ApiError(method, path, response.status, message_of(text))
        is_json = response.headers.get_content_type() == "application/json"
        return Answer(json.loads(text) if is_json else text, list(map(warning_text, warnings)))

    def open(
        self, path: str, media_type: str = "application/json"
    ) -> tuple[http.client.HTTPSConnection, http.client.HTTPResponse]:
        """Sends a GET and returns its open response, e.g. a watch. The caller closes the connection."""
        connection = self.connect(seconds=600)
        connection.request("GET", path, headers={"Accept": media_type})
        return connection, connection.getresponse()

    def encoded(self, path: str, media_type: str) -> bytes:
        """The answer in an encoding other than JSON, with any status."""
        connection, response = self.open(path, media_type)
        with contextlib.closing(connection):
            return response.read()

    def get(self, path: str) -> Any:
        return self.ask("GET", path).body

    def items(self, path: str) -> list[dict]:
        return self.get(path)["items"]

    def create(self, path: str, document: dict) -> Any:
        return self.ask("POST", path, document).body

    def merge(self, path: str, change: dict) -> Any:
        return self.ask("PATCH", path, change, "application/merge-patch+json").body

    def delete(self, path: str, missing_ok: bool = True) -> None:
        try:
            self.ask("DELETE", path)
        except ApiError as error:
            if error.code != 404 or not missing_ok:
                raise

    def healthy(self) -> bool:
        """True if the server says that it is ready; false if it does not answer or is still starting."""
        try:
            return self.get("/readyz") == "ok"
        except (OSError, http.client.HTTPException, ApiError):
            return False

    def metric(self, metric: str, /, **labels: str) -> float:
        """The sum over all series of an API server metric with these labels; 0 if there are none."""
        return metric_sum(self.get("/metrics").splitlines(), metric, labels)


def metric_sum(lines: Iterable[str], metric: str, labels: dict[str, str]) -> float:
    wanted = [f'{key}="{value}"' for key, value in labels.items()]
    series = (line for line in lines if line.startswith((f"{metric}{{", f"{metric} ")))
    return sum(float(line.rsplit(" ", 1)[1]) for line in series if all(one in line for one in wanted))


def message_of(text: str) -> str:
    """The message of a Status, or the text itself if it is not one."""
    try:
        return json.loads(text).get("message", text)
    except (ValueError, AttributeError):
        return text.strip()


def warning_text(header: str) -> str:
    """The text of a header such as `299 - "use v2"`."""
    _, _, quoted = header.partition('"')
    return quoted.removesuffix('"').replace('\\"', '"')
