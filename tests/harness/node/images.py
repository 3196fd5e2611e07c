"""The images of the test: ours as `make image` builds it, and one that does nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from charts.image import oci
from tests.root import ROOT

PAUSE = "docker.io/everynode-test/pause:1"


def everynode(target: Path) -> Path:
    """The archive of the image that the chart installs."""
    run([sys.executable, "-m", "charts.image", target])
    return target / "everynode.tar"


def pause(target: Path) -> Path:
    """The archive of an image with one static program."""
    (target / "rootfs").mkdir(parents=True)
    run(["clang-19", "-O2", "-static", "-o", target / "rootfs" / "pause", Path(__file__).parent / "pause.c"])
    architecture = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    ).stdout.strip()
    config = {"architecture": architecture, "os": "linux", "config": {"Entrypoint": ["/pause"], "User": "65532:65532"}}
    layout = oci.Layout(target / "oci")
    layout.add_image(
        config,
        [oci.layer(target / "rootfs", [target / "rootfs" / "pause"], 0)],
        {},
        {"io.containerd.image.name": PAUSE},
    )
    layout.archive(target / "pause.tar")
    return target / "pause.tar"


def run(command: list) -> None:
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
