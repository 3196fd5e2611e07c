"""The program under test, and its version."""

from __future__ import annotations

import os
import urllib.request
from pathlib import Path

from tests.harness.tools.explained import Explained
from tests.root import ROOT


def path() -> Path:
    """The path of the program."""
    binary = Path(os.environ.get("EVERYNODE_BINARY") or ROOT / "build" / "everynode")
    if not binary.exists():
        raise Explained(f"{binary} does not exist: build it with 'make build'")
    return binary


def metrics(url: str) -> list[str]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=5) as response:
        return response.read().decode().splitlines()
