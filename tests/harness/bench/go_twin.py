"""Builds the Go twin outside the tree, once for each state of its sources."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from pathlib import Path

from tests.harness.tools import binaries, go_toolchain

SOURCES = Path(__file__).resolve().parent / "go-twin"


class BuildFailed(Exception):
    """The end of the Go compiler's output."""


def build(say) -> tuple[Path, str]:
    """Returns the binary and the version of Go that built it."""
    go = go_toolchain.find_or_install(say)
    version = go_toolchain.dotted(go_toolchain.version_of(go))
    target = binaries.cache_directory() / "bench" / f"go-twin-{fingerprint(version)}"
    if not target.exists():
        say(f"building the Go twin with Go {version}, once: about two minutes on two cores, kept in {target.parent}")
        target.parent.mkdir(parents=True, exist_ok=True)
        compile_to(go, target)
    return target, version


def compile_to(go: Path, target: Path) -> None:
    unfinished = target.with_suffix(f".{os.getpid()}")
    environment = os.environ | {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": "", "GOWORK": "off"}
    command = [go, "build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", unfinished, "."]
    result = subprocess.run(command, cwd=SOURCES, env=environment, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise BuildFailed(f"the Go twin does not build:\n{result.stderr[-2000:]}")
    unfinished.rename(target)


def fingerprint(go_version: str) -> str:
    digest = hashlib.sha256(go_version.encode())
    for path in sorted(SOURCES.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def framework_version() -> str:
    text = (SOURCES / "go.mod").read_text()
    return re.search(r"sigs\.k8s\.io/controller-runtime (v\S+)", text).group(1)
