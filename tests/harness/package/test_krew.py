"""The archive and its manifest: Krew itself installs the plugin, and kubectl runs it."""

from __future__ import annotations

import os
import tarfile
import tempfile
from pathlib import Path

from charts.image.__main__ import version
from tests.harness.package.packages import BUILT, PackageTest, package, run
from tests.harness.tools import binaries


class Krew(PackageTest):
    @classmethod
    def lay_out(cls) -> None:
        manifest, archive = BUILT / "everynode.yaml", package("*.tar.gz")
        run(
            binaries.built("krew"), "install", f"--manifest={manifest}", f"--archive={archive}", KREW_ROOT=str(cls.root)
        )
        cls.prefix = cls.root / "store/everynode" / f"v{version()}"

    def test_its_own_check_takes_the_manifest(self) -> None:
        run(binaries.built("validate-krew-manifest"), "-manifest", BUILT / "everynode.yaml", "-skip-install")

    def test_refuses_another_archive(self) -> None:
        with tempfile.TemporaryDirectory() as root:
            other = Path(root) / "other.tar.gz"
            other.write_bytes(package("*.tar.gz").read_bytes() + b"\n")
            with self.assertRaisesRegex(AssertionError, "checksum"):
                run(
                    binaries.built("krew"),
                    "install",
                    f"--manifest={BUILT / 'everynode.yaml'}",
                    f"--archive={other}",
                    KREW_ROOT=root,
                )

    def test_kubectl_runs_the_plugin(self) -> None:
        path = f"{self.root / 'bin'}:{os.environ['PATH']}"
        kubectl = binaries.built("kubectl")
        self.assertEqual(run(kubectl, "everynode", "version", PATH=path), f"everynode {version()}\n")
        self.assertIn("Usage: kubectl everynode explain ", run(kubectl, "everynode", "explain", "--help", PATH=path))

    def test_program_runs(self) -> None:
        self.check_program("everynode", "everynode")

    def test_archive_has_one_folder_and_no_links(self) -> None:
        with tarfile.open(package("*.tar.gz")) as archive:
            members = archive.getmembers()
        self.assertEqual(
            {one.name.split("/")[0] for one in members}, {package("*.tar.gz").name.removesuffix(".tar.gz")}
        )
        self.assertEqual([one.name for one in members if not one.isreg() and not one.isdir()], [])

    def test_manual(self) -> None:
        self.check_manual()

    def test_completions(self) -> None:
        self.check_completions("zsh/site-functions")

    def test_licence_is_there(self) -> None:
        self.assertIn("Apache License", (self.prefix / "LICENSE").read_text())
