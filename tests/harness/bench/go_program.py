"""Builds a Go program of the benchmarks outside the tree, once for each state of its sources."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

from tests.harness.tools import binaries, go_toolchain
from tests.harness.tools.explained import Explained


class BuildFailed(Explained):
    """The end of the Go compiler's output."""


def build(sources: Path, about: str, say) -> tuple[Path, str]:
    """Returns the program, which is named after the folder of its sources, and the version of Go that built it."""
    go = go_toolchain.find_or_install(say)
    version = go_toolchain.dotted(go_toolchain.version_of(go))
    target = binaries.cache_directory() / "bench" / f"{sources.name}-{fingerprint(sources, version)}"
    if not target.exists():
        say(f"building {sources.name} with Go {version}, once: {about} on two cores, kept in {target.parent}")
        target.parent.mkdir(parents=True, exist_ok=True)
        compile_to(go, sources, target)
    return target, version


def compile_to(go: Path, sources: Path, target: Path) -> None:
    unfinished = target.with_suffix(f".{os.getpid()}")
    environment = os.environ | {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": "", "GOWORK": "off"}
    # The same flags as for the Kubernetes programs: what both need is compiled once.
    flags = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-gcflags=all=-dwarf=false"]
    command = [go, "build", *flags, "-o", unfinished, "."]
    result = subprocess.run(command, cwd=sources, env=environment, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise BuildFailed(f"{sources.name} does not build:\n{result.stderr[-2000:]}")
    unfinished.rename(target)


def fingerprint(sources: Path, go_version: str) -> str:
    digest = hashlib.sha256(go_version.encode())
    for path in sorted(sources.iterdir()):
        if path.suffix in (".go", ".mod", ".sum"):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
