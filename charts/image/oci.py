"""Writes an image as an OCI layout. The same files give the same bytes: names sorted, times and owners fixed."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Iterable
from pathlib import Path

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


class Layout:
    """A directory with `oci-layout`, `index.json` and `blobs`; it must not exist."""

    def __init__(self, directory: Path):
        self.directory = directory
        (directory / "blobs" / "sha256").mkdir(parents=True)
        (directory / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')

    def add(self, media_type: str, data: bytes) -> dict:
        """Stores a blob and returns its descriptor."""
        digest = hashlib.sha256(data).hexdigest()
        (self.directory / "blobs" / "sha256" / digest).write_bytes(data)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}

    def add_image(
        self, config: dict, layers: Iterable[bytes], annotations: dict[str, str], names: dict[str, str]
    ) -> str:
        """Stores the image and returns its digest. `annotations` are about the image, `names` are how it is called."""
        layers = list(layers)
        config = config | {
            "rootfs": {
                "type": "layers",
                "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}" for layer in layers],
            }
        }
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": self.add(CONFIG, encoded(config)),
            "layers": [self.add(LAYER, gzip.compress(layer, mtime=0)) for layer in layers],
            "annotations": annotations,
        }
        platform = {"architecture": config["architecture"], "os": config["os"]}
        descriptor = self.add(MANIFEST, encoded(manifest)) | {"platform": platform, "annotations": names}
        index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [descriptor]}
        (self.directory / "index.json").write_bytes(encoded(index))
        return descriptor["digest"]

    def archive(self, target: Path) -> None:
        """The layout as one file, as `docker load`, `podman load` and `ctr images import` take it."""
        target.write_bytes(layer(self.directory, sorted(self.directory.rglob("*")), 0))

    @property
    def size(self) -> int:
        return sum(file.stat().st_size for file in self.directory.rglob("*") if file.is_file())


def layer(root: Path, files: Iterable[Path], epoch: int) -> bytes:
    """A tar file of these files and directories below `root`, all owned by root."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for file in files:
            member = tarfile.TarInfo(str(file.relative_to(root)))
            member.mtime = epoch
            if file.is_dir():
                member.type, member.mode = tarfile.DIRTYPE, 0o1777 if member.name == "tmp" else 0o755
                tar.addfile(member)
            else:
                member.mode, member.size = 0o755 if file.stat().st_mode & 0o111 else 0o644, file.stat().st_size
                with file.open("rb") as data:
                    tar.addfile(member, data)
    return buffer.getvalue()


def encoded(document: dict) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
