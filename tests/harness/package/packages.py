"""The packages as `make package` left them, and what is asked of each once it is laid out."""

from __future__ import annotations

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from charts.image.__main__ import version
from tests.harness.tools.explained import Explained
from tests.root import ROOT

BUILT = ROOT / "build/package"


class NotPackaged(Explained):
    """The packages are not there."""


def package(pattern: str) -> Path:
    """The one whose name matches."""
    found = sorted(BUILT.glob(pattern))
    if len(found) != 1:
        raise NotPackaged(f"{BUILT} has {len(found)} files {pattern}, not one: run make package")
    return found[0]


def run(*command: str | Path, text: str = "", **environment: str) -> str:
    """What the command prints; it must succeed."""
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, check=False, env=os.environ | environment, timeout=600
    )
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))} ends with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


class PackageTest(unittest.TestCase):
    """A package that is laid out below `root`, in `prefix`."""

    root: Path
    prefix: Path

    @classmethod
    def setUpClass(cls) -> None:
        scratch = tempfile.TemporaryDirectory(prefix="everynode-package-test-")
        cls.addClassCleanup(scratch.cleanup)
        cls.root = Path(scratch.name) / "root"
        cls.root.mkdir()
        cls.lay_out()

    @classmethod
    def lay_out(cls) -> None:
        raise NotImplementedError

    def check_program(self, name: str, called: str) -> None:
        """It runs, has the version of the project, and knows by which name it was called."""
        program = self.prefix / "bin" / name
        self.assertEqual(run(program, "version"), f"everynode {version()}\n")
        self.assertIn(f"Usage: {called} ", run(program, "--help"))
        pods = ROOT / "tests/golden/recorded/kruise-annotation.json"
        self.assertIn("result:      patched", run(program, "decide", "-o", "explain", text=pods.read_text()))

    def check_manual(self, *links: str) -> None:
        """Each page is what the program would write, and man has nothing against it."""
        pages = sorted((self.prefix / "share/man/man1").glob("*.1.gz"))
        names = {page.name.removesuffix(".1.gz") for page in pages}
        self.assertLessEqual({"everynode", "everynode-explain", "everynode-rollout-watch", *links}, names)
        with tempfile.TemporaryDirectory() as fresh:
            run(self.prefix / "bin/everynode", "__manual", fresh)
            written = {page.stem: page.read_text() for page in Path(fresh).iterdir()}
        self.assertEqual(names - set(links), set(written))
        for page in pages:
            name = page.name.removesuffix(".1.gz")
            self.assertEqual(run("gzip", "-dc", page), written["everynode" if name in links else name], name)
            self.check_page(page)

    def check_page(self, page: Path) -> None:
        done = subprocess.run(
            ["man", "--warnings", "--encoding=UTF-8", "--local-file", page],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MANROFFOPT": ""},
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""), page.name)
        for heading in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "SEE ALSO"):
            self.assertIn(f"\n{heading}\n", done.stdout, page.name)
        self.assertEqual([line for line in done.stdout.splitlines() if len(line) > 80], [], page.name)

    def check_completions(self, zsh: str) -> None:
        """Each shell takes its script."""
        share = self.prefix / "share"
        run("bash", "-n", share / "bash-completion/completions/everynode")
        run("fish", "--no-execute", share / "fish/vendor_completions.d/everynode.fish")
        run("zsh", "-n", share / zsh / "_everynode")
        self.assertTrue((share / zsh / "_everynode").read_text().startswith("#compdef everynode kubectl-everynode\n"))
        source = f"source {share / 'bash-completion/completions/everynode'}; complete -p everynode kubectl-everynode"
        self.assertEqual(
            run("bash", "-c", source),
            "complete -F _everynode everynode\ncomplete -F _everynode kubectl-everynode\n",
        )
