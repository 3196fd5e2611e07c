"""The .rpm: rpm installs it below a folder, where it runs with the libraries that it brings."""

from __future__ import annotations

import contextlib
import http.server
import os
import re
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

from charts.image.__main__ import version
from charts.image.rootfs import copy
from tests.harness.cluster.pki import Pki
from tests.harness.package.packages import PackageTest, package, run
from tests.harness.package.test_debian import PLUGIN


class Well(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"well\n")

    def log_message(self, *_) -> None:
        pass


@contextlib.contextmanager
def served_by_its_own_ca(directory: Path) -> Iterator[tuple[str, Path]]:
    """The URL of a server on the loopback address, and the CA that signed its certificate."""
    pki = Pki(directory / "pki")
    pki.server("server")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki.certificate("server"), pki.key("server"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Well) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.server_port}", pki.certificate("ca")
        finally:
            server.shutdown()
            thread.join()


class RedHat(PackageTest):
    @classmethod
    def lay_out(cls) -> None:
        # What it needs beside itself is in no database here: this is Debian.
        run("rpm", "--root", cls.root, "--nodeps", "--install", package("*.rpm"))
        cls.prefix = cls.root / "usr"

    def test_is_installed_with_the_projects_version(self) -> None:
        shown = run("rpm", "--root", self.root, "--query", "--queryformat", "%{VERSION} %{LICENSE}", "everynode")
        self.assertTrue(shown.startswith(f"{version()} Apache-2.0 AND "), shown)

    def test_needs_the_c_library_only(self) -> None:
        needed = run("rpm", "--query", "--package", "--requires", package("*.rpm")).splitlines()
        others = [
            one for one in needed if not one.startswith(("libc.so.6(", "libm.so.6(", "ld-linux", "rpmlib(", "rtld("))
        ]
        self.assertEqual(others, ["/usr/bin/env"])
        self.assertIn("libc.so.6()(64bit)", needed)
        provided = run("rpm", "--query", "--package", "--provides", package("*.rpm")).split()
        self.assertEqual({one for one in provided if one.startswith("lib")}, set())

    def test_programs_run_with_the_libraries_of_the_package(self) -> None:
        self.check_program("everynode", "everynode")
        self.check_program("kubectl-everynode", "kubectl everynode")
        for line in run("ldd", self.prefix / "bin/everynode").splitlines():
            if "=>" in line and not line.strip().startswith(("libc.so", "libm.so")):
                self.assertIn(f"=> {self.prefix}/bin/../lib/everynode/", line)

    def test_needs_nothing_of_this_debian(self) -> None:
        """In a root with Red Hat's layout: of the machine it sees the C library and whom the system trusts."""
        for line in run("ldd", self.prefix / "bin/everynode").splitlines():
            for path in re.findall(r"(/\S+) \(0x", line):
                if not Path(path).is_relative_to(self.root):
                    copy(Path(path).resolve(), self.root / path[1:])
        (self.root / "proc").mkdir()  # the loader reads in it where the program is
        with served_by_its_own_ca(self.root.parent) as (url, ca):
            sandbox = ("unshare", "--mount", "--pid", "--fork", f"--root={self.root}", "--mount-proc")
            foreign = ("env", "-u", "SSL_CERT_FILE", "-u", "SSL_CERT_DIR", *sandbox, "/usr/bin/everynode")
            self.assertEqual(run(*foreign, "version"), f"everynode {version()}\n")
            with self.assertRaisesRegex(AssertionError, "certificate"):
                run(*foreign, "probe", url)
            copy(ca, self.root / "etc/pki/tls/certs/ca-bundle.crt")
            self.assertEqual(run(*foreign, "probe", url), "well\n")

    def test_manual(self) -> None:
        self.check_manual(*PLUGIN)

    def test_completions(self) -> None:
        self.check_completions("zsh/site-functions")

    def test_licences_are_there(self) -> None:
        folder = self.prefix / "share/licenses/everynode"
        self.assertIn("Apache License", (folder / "LICENSE").read_text())
        self.assertLessEqual({"libssl3.txt", "libstdc++6.txt", "libboost1.81-dev.txt"}, set(os.listdir(folder)))

    def test_shares_no_folder_with_others(self) -> None:
        """rpm would call these a conflict with the package `filesystem`."""
        folders = {
            file for file in run("rpm", "-qpl", package("*.rpm")).splitlines() if (self.root / file[1:]).is_dir()
        }
        self.assertEqual(folders, {"/usr/lib/everynode", "/usr/share/licenses/everynode"})
