"""A Secret as files, kept up to date as the kubelet does."""

from __future__ import annotations

import base64
import os
import threading
from pathlib import Path
from typing import Any

from tests.harness.cluster.api import Api, ApiError

POLL_SECONDS = 0.2


class SecretMount:
    """Follows a Secret in a thread of its own, as a context manager. All files change at the same instant: `..data` is
    a link."""

    def __init__(self, api: Api, path: str, directory: Path):
        self._api, self._path, self._directory = api, path, directory
        self._version = ""
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._follow)
        directory.mkdir()

    def __enter__(self) -> SecretMount:
        self._thread.start()
        return self

    def __exit__(self, *error) -> None:
        self._done.set()
        self._thread.join()

    def has(self, *keys: str) -> bool:
        return all((self._directory / key).exists() for key in keys)

    def _follow(self) -> None:
        while not self._done.wait(POLL_SECONDS):
            try:
                secret = self._api.get(self._path)
            except (ApiError, OSError):  # the Secret is gone, or cannot be read now: the files stay
                continue
            if secret["metadata"]["resourceVersion"] != self._version and secret.get("data"):
                self._mount(secret)

    def _mount(self, secret: dict[str, Any]) -> None:
        self._version = secret["metadata"]["resourceVersion"]
        content = self._directory / f"..{self._version}"
        content.mkdir()
        for key, value in secret["data"].items():
            (content / key).write_bytes(base64.b64decode(value))
            link = self._directory / key
            if not link.is_symlink():
                link.symlink_to(Path("..data") / key)
        fresh = self._directory / "..data_tmp"
        fresh.symlink_to(content.name)
        os.replace(fresh, self._directory / "..data")
