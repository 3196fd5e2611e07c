"""The .deb: dpkg installs it below a folder, and lintian has nothing against it."""

from __future__ import annotations

import os

from charts.image.__main__ import version
from tests.harness.package.packages import PackageTest, package, run

PLUGIN = ("kubectl-everynode", "kubectl_complete-everynode")


class Debian(PackageTest):
    @classmethod
    def lay_out(cls) -> None:
        """By dpkg itself. Its dependencies are on this machine, not below the folder."""
        state = cls.root / "var/lib/dpkg"
        for folder in ("info", "updates", "triggers"):
            (state / folder).mkdir(parents=True)
        (state / "status").touch()
        run(
            "dpkg",
            f"--root={cls.root}",
            f"--log={cls.root}/log",
            "--force-depends",
            "--force-not-root",
            "--force-script-chrootless",
            "--install",
            package("*.deb"),
        )
        cls.prefix = cls.root / "usr"

    def test_is_installed_with_the_projects_version(self) -> None:
        shown = run("dpkg-query", f"--admindir={self.root}/var/lib/dpkg", "--show", "everynode")
        self.assertEqual(shown, f"everynode\t{version()}\n")

    def test_depends_on_what_this_debian_has(self) -> None:
        depends = run("dpkg-deb", "--field", package("*.deb"), "Depends")
        names = [one.split()[0] for one in depends.split(",")]
        self.assertLessEqual({"libc6", "libssl3", "libyaml-0-2"}, set(names))
        run("dpkg-query", "--show", *names)

    def test_programs_run(self) -> None:
        self.check_program("everynode", "everynode")
        self.check_program("kubectl-everynode", "kubectl everynode")
        self.assertEqual(os.readlink(self.prefix / "bin/kubectl-everynode"), "everynode")

    def test_kubectl_finds_completion(self) -> None:
        path = f"{self.prefix / 'bin'}:{os.environ['PATH']}"
        self.assertEqual(
            run(self.prefix / "bin/kubectl_complete-everynode", "rollout", "wat", PATH=path), "watch\n:4\n"
        )

    def test_manual(self) -> None:
        self.check_manual(*PLUGIN)

    def test_completions(self) -> None:
        self.check_completions("zsh/vendor-completions")
        self.assertTrue((self.prefix / "share/bash-completion/completions/kubectl-everynode").exists())

    def test_licence_is_there(self) -> None:
        self.assertIn("License: Apache-2.0", (self.prefix / "share/doc/everynode/copyright").read_text())

    def test_lintian_has_nothing_against_it(self) -> None:
        self.assertEqual(run("lintian", "--allow-root", "--fail-on", "error,warning", package("*.deb")), "")
