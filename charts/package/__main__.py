"""Builds packages from what is in build/: a .deb, an .rpm, an archive, and the manifest by which Krew installs that.

Usage: python3 -m charts.package [DIRECTORY]          (build/package)

EVERYNODE_PACKAGE_URL is the folder that the archive will be had from, for Krew. EVERYNODE_PACKAGE_MAINTAINER is who the
packages say to ask. SOURCE_DATE_EPOCH (default: the last commit's time) is the time of everything in them.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from charts.image.__main__ import BUILD, epoch, source, version
from charts.image.rootfs import ROOT, run
from charts.package import krew, trees

MAINTAINER = os.environ.get("EVERYNODE_PACKAGE_MAINTAINER") or "The Everynode authors <maintainers@everynode.dev>"
EXAMPLE_URL = "https://downloads.example.com/everynode"


def main() -> int:
    if len(sys.argv) > 2 or sys.argv[1:2] and sys.argv[1].startswith("-"):
        print(__doc__)
        return 2
    os.umask(0o022)
    target = Path(sys.argv[1]).absolute() if sys.argv[1:] else BUILD / "package"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    folder = f"everynode-{version()}-linux-{architecture()}"
    pack(target, "DEB", lambda tree: trees.debian(BUILD, tree, version(), MAINTAINER, epoch()))
    pack(target, "RPM", lambda tree: trees.red_hat(BUILD, tree))
    pack(target, "TGZ", lambda tree: trees.archive(BUILD, tree / folder), CPACK_PACKAGE_FILE_NAME=folder)
    describe_for_krew(target, target / f"{folder}.tar.gz")
    for file in sorted(target.iterdir()):
        print(f"{file} ({file.stat().st_size / 2**20:.1f} MiB)")
    return 0


def pack(target: Path, generator: str, fill: Callable[[Path], None], **settings: str) -> None:
    """Lets CPack pack the tree that `fill` lays out."""
    with tempfile.TemporaryDirectory(prefix="everynode-package-") as scratch:
        tree, told = Path(scratch) / "tree", Path(scratch) / "cpack.cmake"
        tree.mkdir()
        fill(tree)
        settings |= {
            "CPACK_PACKAGE_VERSION": version(),
            "CPACK_PACKAGE_CONTACT": MAINTAINER,
            "CPACK_PACKAGE_DIRECTORY": str(target),
            "CPACK_INSTALLED_DIRECTORIES": f"{tree};/",
            "CPACK_PACKAGE_HOMEPAGE_URL": source(),
            "BUNDLED": "|".join(sorted(stem(file) for file in tree.glob(f"usr/{trees.PRIVATE}/*"))),
        }
        lines = [f"set({name} [[{value}]])" for name, value in settings.items() if value]
        told.write_text("\n".join([*lines, f"include({ROOT / 'charts/package/cpack.cmake'})"]) + "\n")
        os.environ["SOURCE_DATE_EPOCH"] = str(epoch())
        run("cpack", "--config", str(told), "-G", generator)
    shutil.rmtree(target / "_CPack_Packages", ignore_errors=True)


def stem(library: Path) -> str:
    """For a regular expression that goes through CMake and rpm: `stdc..` of libstdc++.so.6."""
    return re.sub(r"\W", ".", library.name.removeprefix("lib").split(".so")[0])


def describe_for_krew(target: Path, archive: Path) -> None:
    url = os.environ.get("EVERYNODE_PACKAGE_URL")
    if not url:
        print(f"package: everynode.yaml says {EXAMPLE_URL}; set EVERYNODE_PACKAGE_URL to where the archive will be")
    text = krew.manifest(archive, url or EXAMPLE_URL, version(), architecture(), source(), trees.newest_glibc(BUILD))
    (target / "everynode.yaml").write_text(text)


def architecture() -> str:
    return run("dpkg", "--print-architecture").strip()


if __name__ == "__main__":
    sys.exit(main())
