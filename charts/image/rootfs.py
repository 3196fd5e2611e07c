"""The files of the image: what `cmake --install` lays down, the shared libraries that it needs, certificates, time
zones, an SBOM."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

from charts.image.debian import Package, owner_of, package
from charts.image.sbom import document

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path("usr/bin/everynode")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
ZONES = Path("/usr/share/zoneinfo")
# The zones once more, once more with leap seconds, which no cluster's clock counts, and this machine's own.
NO_ZONES = ("posix", "right", "localtime")
USER = 65532
ACCOUNTS = {
    "etc/passwd": f"root:x:0:0:root:/:/sbin/nologin\nnonroot:x:{USER}:{USER}:nonroot:/:/sbin/nologin\n",
    "etc/group": f"root:x:0:\nnonroot:x:{USER}:\n",
    "etc/nsswitch.conf": "hosts: files dns\n",
}
# Header-only: they are inside the binary.
COMPILED_IN = ("libboost1.81-dev", "nlohmann-json3-dev", "libcli11-dev", "libprotozero-dev")


def make(build: Path, target: Path, version: str, epoch: int) -> None:
    """Fills the directory `target`; it must not exist."""
    run("cmake", "--install", str(build), "--prefix", str(target / "usr"), "--strip")
    owners = {name: package(name) for name in ("ca-certificates", "tzdata")}
    for library in libraries(target / BINARY):
        copy(library.resolve(), target / str(library).lstrip("/"))
        owner = owner_of(library)
        owners[owner.name] = owner
    for file in (CERTIFICATES, *zones()):
        copy(file, target / str(file).lstrip("/"))
    for name, text in ACCOUNTS.items():
        write(target / name, text)
    (target / "tmp").mkdir()
    add_papers(target, sorted(owners.values()), version, epoch)


def libraries(binary: Path) -> list[Path]:
    """The loader and all shared libraries, under the names by which they are looked up."""
    listed = run("ldd", str(binary))
    missing = re.findall(r"(\S+) => not found", listed)
    if missing:
        raise SystemExit(f"build-image: {binary} needs {', '.join(missing)}, which this machine lacks")
    return sorted({Path(path) for path in re.findall(r"(/\S+) \(0x", listed)})


def zones() -> list[Path]:
    """The files of the IANA database; links among them become files."""
    return [
        one for one in sorted(ZONES.rglob("*")) if one.is_file() and one.relative_to(ZONES).parts[0] not in NO_ZONES
    ]


def add_papers(target: Path, linked: list[Package], version: str, epoch: int) -> None:
    """What the licences ask for, and the SBOM."""
    compiled_in = [package(name) for name in COMPILED_IN]
    for one in (*linked, *compiled_in):
        copy(one.copyright_file, target / "usr/share/doc" / one.name / "copyright")
    copy(ROOT / "LICENSE", target / "usr/share/doc/everynode/copyright")
    text = json.dumps(document(version, epoch, linked, compiled_in), indent=1)
    write(target / "usr/share/everynode/sbom.spdx.json", text + "\n")


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o755 if source.stat().st_mode & 0o111 else 0o644)


def write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"build-image: {' '.join(command)} failed: {done.stdout}{done.stderr}")
    return done.stdout
