"""Builds the container image without a container engine, from what is in build/: an OCI layout and the same as an
archive.

Usage: python3 -m charts.image [DIRECTORY]          writes oci, everynode.tar and sbom.spdx.json into it (build/image)
       python3 -m charts.image --rootfs DIRECTORY   only the image's files; the Dockerfile copies them

SOURCE_DATE_EPOCH (default: the last commit's time) is the time of everything in it. EVERYNODE_IMAGE_SOURCE is the label
`source` (default: the git remote `origin`, if it is an https address).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from charts.image import oci, rootfs
from charts.image.rootfs import BINARY, ROOT, USER

MOST_BYTES = 30 * 1024 * 1024
BUILD = Path(os.environ.get("EVERYNODE_BUILD") or ROOT / "build")


def main() -> int:
    arguments = sys.argv[1:]
    if arguments[:1] == ["--rootfs"] and len(arguments) == 2:
        rootfs.make(BUILD, Path(arguments[1]), version(), epoch())
        return 0
    if len(arguments) > 1 or arguments[:1] and arguments[0].startswith("-"):
        print(__doc__)
        return 2
    target = Path(arguments[0]) if arguments else BUILD / "image"
    with tempfile.TemporaryDirectory(prefix="everynode-image-") as scratch:
        files = Path(scratch) / "rootfs"
        rootfs.make(BUILD, files, version(), epoch())
        write(files, target)
    return 0


def write(files: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    layout = oci.Layout(target / "oci")
    everything = sorted(files.rglob("*"))
    binary = [file for file in everything if file == files / BINARY]
    # Two layers: libraries change less often than the binary.
    layers = [oci.layer(files, some, epoch()) for some in ([file for file in everything if file not in binary], binary)]
    digest = layout.add_image(config(), layers, labels(), names())
    layout.archive(target / "everynode.tar")
    shutil.copyfile(files / "usr/share/everynode/sbom.spdx.json", target / "sbom.spdx.json")
    print(f"everynode:{version()} {digest}, {layout.size / 1024 / 1024:.1f} MiB, in {target}")
    if layout.size > MOST_BYTES:
        raise SystemExit(f"build-image: the image is larger than {MOST_BYTES // 1024 // 1024} MiB")


def config() -> dict:
    return {
        "architecture": run("dpkg", "--print-architecture").strip(),
        "os": "linux",
        "created": created(),
        "config": {
            "User": f"{USER}:{USER}",
            "Entrypoint": [f"/{BINARY}"],
            "WorkingDir": "/",
            "Labels": labels(),
            "Env": ["PATH=/usr/bin", "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"],
        },
        "history": [
            {"created": created(), "created_by": text} for text in ("libraries of Debian 12", "cmake --install")
        ],
    }


def labels() -> dict[str, str]:
    values = {
        "title": "everynode",
        "description": "One correct pod on every node",
        "licenses": "Apache-2.0",
        "version": version(),
        "revision": revision(),
        "source": source(),
        "created": created(),
    }
    return {f"org.opencontainers.image.{name}": value for name, value in values.items() if value}


def names() -> dict[str, str]:
    return {
        "org.opencontainers.image.ref.name": version(),
        "io.containerd.image.name": f"docker.io/library/everynode:{version()}",
    }


def version() -> str:
    return re.search(r"project\(everynode VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]


def revision() -> str:
    """The commit, marked when the tree has changes that are in no commit."""
    dirty = run("git", "-C", str(ROOT), "status", "--porcelain", "--untracked-files=no").strip()
    return run("git", "-C", str(ROOT), "rev-parse", "HEAD").strip() + ("-dirty" if dirty else "")


def source() -> str:
    """Where the source can be had: nothing rather than a guess."""
    origin = run("git", "-C", str(ROOT), "config", "--get", "remote.origin.url").strip()
    return os.environ.get("EVERYNODE_IMAGE_SOURCE") or (origin if origin.startswith("https://") else "")


def epoch() -> int:
    return int(
        os.environ.get("SOURCE_DATE_EPOCH") or run("git", "-C", str(ROOT), "log", "-1", "--format=%ct").strip() or 0
    )


def created() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch()))


def run(*command: str) -> str:
    """What the command prints; nothing when it cannot be had, as outside of a git clone."""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    sys.exit(main())
