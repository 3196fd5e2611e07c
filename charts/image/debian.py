"""Which Debian package a file comes from."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

FIELDS = ("Package", "Version", "Architecture", "source:Package", "source:Version", "Maintainer")


@dataclass(frozen=True, order=True)
class Package:
    """An installed Debian package."""

    name: str
    version: str
    architecture: str
    source: str
    source_version: str
    maintainer: str

    @property
    def copyright_file(self) -> Path:
        return Path("/usr/share/doc") / self.name / "copyright"


def package(name: str) -> Package:
    shown = dpkg_query("--show", "--showformat", "\t".join(f"${{{field}}}" for field in FIELDS) + "\n", name)
    if not shown:
        raise SystemExit(
            f"build-image: the package {name} is not installed: run tests/harness/tools/install-packages build image"
        )
    return Package(*shown.splitlines()[0].split("\t"))


def owner_of(file: Path) -> Package:
    """/lib is a link to /usr/lib today, but packages may still say /lib."""
    for path in dict.fromkeys((file, file.resolve(), *without_usr(file), *without_usr(file.resolve()))):
        if found := dpkg_query("--search", str(path)):
            return package(found.split(":")[0])
    raise SystemExit(f"build-image: no Debian package owns {file}: only libraries that can be named go into the image")


def without_usr(path: Path) -> list[Path]:
    return (
        [Path("/") / path.relative_to("/usr")]
        if path.is_relative_to("/usr")
        else [Path("/usr") / path.relative_to("/")]
    )


def dpkg_query(*arguments: str) -> str:
    return subprocess.run(["dpkg-query", *arguments], capture_output=True, text=True, check=False).stdout
