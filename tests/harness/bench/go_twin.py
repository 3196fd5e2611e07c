"""Builds the Go twin."""

from __future__ import annotations

import re
from pathlib import Path

from tests.harness.bench import go_program

SOURCES = Path(__file__).resolve().parent / "go-twin"


def build(say) -> tuple[Path, str]:
    """Returns the binary and the version of Go that built it."""
    return go_program.build(SOURCES, "about two minutes", say)


def framework_version() -> str:
    text = (SOURCES / "go.mod").read_text()
    return re.search(r"sigs\.k8s\.io/controller-runtime (v\S+)", text).group(1)
