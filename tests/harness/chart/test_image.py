"""The image that `make image` writes."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.root import ROOT

PACK = (sys.executable, "-m", "charts.image")


class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        scratch = TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.directory = Path(scratch.name)
        cls.said = build(cls.directory / "image")
        cls.layout = cls.directory / "image" / "oci"
        index = json.loads((cls.layout / "index.json").read_text())
        cls.digest = index["manifests"][0]["digest"]
        cls.manifest = json.loads(cls.blob(cls.digest))
        cls.config = json.loads(cls.blob(cls.manifest["config"]["digest"]))
        cls.rootfs = cls.directory / "rootfs"
        for layer in cls.manifest["layers"]:
            with tarfile.open(fileobj=io.BytesIO(gzip.decompress(cls.blob(layer["digest"])))) as tar:
                tar.extractall(cls.rootfs, filter="fully_trusted")

    @classmethod
    def blob(cls, digest: str) -> bytes:
        return (cls.layout / "blobs" / digest.replace(":", "/")).read_bytes()

    def test_same_files_same_digest(self) -> None:
        self.assertEqual(build(self.directory / "again").split(",")[0], self.said.split(",")[0])
        self.assertIn(self.digest, self.said)

    def test_time_is_the_one_that_is_given(self) -> None:
        build(self.directory / "dated", SOURCE_DATE_EPOCH="86400")
        config = json.loads((self.directory / "dated" / "oci" / "index.json").read_text())
        self.assertNotEqual(config["manifests"][0]["digest"], self.digest)
        self.assertIn(
            b"1970-01-02T00:00:00Z", b"".join(one.read_bytes() for one in (self.directory / "dated").rglob("sha256/*"))
        )

    def test_blobs_are_what_they_are_called(self) -> None:
        for file in (self.layout / "blobs" / "sha256").iterdir():
            self.assertEqual(hashlib.sha256(file.read_bytes()).hexdigest(), file.name)
        for layer, diff in zip(self.manifest["layers"], self.config["rootfs"]["diff_ids"], strict=True):
            self.assertEqual("sha256:" + hashlib.sha256(gzip.decompress(self.blob(layer["digest"]))).hexdigest(), diff)

    def test_size(self) -> None:
        self.assertLess(sum(layer["size"] for layer in self.manifest["layers"]), 30 * 1024 * 1024)

    def test_is_labelled_and_runs_as_nobody_special(self) -> None:
        self.assertEqual(self.config["config"]["User"], "65532:65532")
        labels = self.config["config"]["Labels"]
        for name in ("revision", "version", "licenses", "created", "title", "description"):
            self.assertTrue(labels[f"org.opencontainers.image.{name}"], name)

    def test_source_is_the_one_that_is_given(self) -> None:
        build(self.directory / "sourced", EVERYNODE_IMAGE_SOURCE="https://git.example.com/everynode")
        blobs = b"".join(
            one.read_bytes() for one in (self.directory / "sourced").rglob("sha256/*") if one.stat().st_size < 10000
        )
        self.assertIn(
            b'"org.opencontainers.image.source": "https://git.example.com/everynode"', blobs.replace(b'":"', b'": "')
        )

    def test_source_is_never_invented(self) -> None:
        origin = subprocess.run(
            ["git", "-C", ROOT, "config", "--get", "remote.origin.url"], capture_output=True, text=True, check=False
        ).stdout.strip()
        self.assertEqual(
            self.config["config"]["Labels"].get("org.opencontainers.image.source"),
            origin if origin.startswith("https://") else None,
        )

    def test_holds_no_shell_and_nothing_set_uid(self) -> None:
        files = [file for file in self.rootfs.rglob("*") if file.is_file()]
        executable = {
            str(file.relative_to(self.rootfs))
            for file in files
            if file.stat().st_mode & 0o111 and "/lib" not in str(file)[len(str(self.rootfs)) :]
        }
        self.assertEqual(executable, {"usr/bin/everynode"})
        self.assertFalse([file for file in files if file.stat().st_mode & 0o6000])

    def test_binary_runs_in_it(self) -> None:
        version = self.config["config"]["Labels"]["org.opencontainers.image.version"]
        # Without root, a user namespace gives us the right to chroot.
        prefix = ["chroot", "--userspec=65532:65532"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "chroot"]
        done = subprocess.run(
            [*prefix, self.rootfs, *self.config["config"]["Entrypoint"], "version"],
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertIn(version, done.stdout, done.stderr)

    def test_bill_of_materials_names_every_library(self) -> None:
        bill = json.loads((self.directory / "image" / "sbom.spdx.json").read_text())
        self.assertEqual(bill["spdxVersion"], "SPDX-2.3")
        packages = {one["name"]: one for one in bill["packages"]}
        libraries = [one.name for one in self.rootfs.rglob("*.so*")]
        self.assertGreater(len(libraries), 5)
        for library in libraries:
            owners = subprocess.run(
                ["dpkg-query", "--search", f"*/{library}"], capture_output=True, text=True, check=True
            ).stdout
            self.assertTrue({line.split(":")[0] for line in owners.splitlines()} & set(packages), library)
        for name in ("libssl3", "libc6", "libboost1.81-dev", "ca-certificates"):
            self.assertTrue(packages[name]["versionInfo"])
            self.assertTrue((self.rootfs / "usr/share/doc" / name / "copyright").is_file())
        identities = {one["SPDXID"] for one in bill["packages"]} | {"SPDXRef-DOCUMENT"}
        for one in bill["relationships"]:
            self.assertLessEqual({one["spdxElementId"], one["relatedSpdxElement"]}, identities)


def build(target: Path, **environment: str) -> str:
    done = subprocess.run(
        [*PACK, target], capture_output=True, text=True, check=False, cwd=ROOT, env=os.environ | environment
    )
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)
    return done.stdout
