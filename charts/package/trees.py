"""The files of each package, laid out as they will be installed."""

from __future__ import annotations

import gzip
import re
import time
from pathlib import Path

from charts.image import rootfs
from charts.image.debian import Package, owner_of, package
from charts.image.rootfs import ROOT, copy, libraries, run, write

BINARY = Path("bin/everynode")
DOC = Path("share/doc/everynode")
PRIVATE = Path("lib/everynode")
MAN = Path("share/man/man1")
BASH = Path("share/bash-completion/completions")
FISH = Path("share/fish/vendor_completions.d")
# Of the C library, which finds users, names of hosts and locales on its own machine.
OF_THE_MACHINE = ("ld-linux", "libc.so", "libm.so")
COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: everynode

Files: *
Copyright: 2026 The Everynode authors
License: Apache-2.0
 On Debian systems the full text of the licence is in
 /usr/share/common-licenses/Apache-2.0.
 .
 What is compiled in from elsewhere has its own licences: see
 /usr/share/doc/everynode/licenses.
"""


def debian(build: Path, tree: Path, version: str, maintainer: str, epoch: int) -> None:
    """Linked with the libraries of the Debian that it was built on."""
    usr = tree / "usr"
    common(build, usr)
    plugin(usr)
    completion(build, "zsh", usr / "share/zsh/vendor-completions/_everynode")
    write(usr / DOC / "copyright", COPYRIGHT)
    licences(usr / DOC / "licenses", compiled_in())
    written = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(epoch))
    compressed(
        usr / DOC / "changelog.gz",
        f"everynode ({version}) unstable; urgency=medium\n\n"
        f"  * What has changed is in CHANGELOG.md of the source.\n\n -- {maintainer}  {written}\n",
    )


def red_hat(build: Path, tree: Path) -> None:
    """With the libraries that it needs: those of other distributions have other versions."""
    usr = tree / "usr"
    common(build, usr)
    plugin(usr)
    completion(build, "zsh", usr / "share/zsh/site-functions/_everynode")
    copy(ROOT / "LICENSE", usr / "share/licenses/everynode/LICENSE")
    licences(usr / "share/licenses/everynode", compiled_in() + bundle(usr))


def archive(build: Path, tree: Path) -> None:
    """As the RPM, below one folder. Without symbolic links: Krew refuses archives that have one."""
    common(build, tree)
    completion(build, "zsh", tree / "share/zsh/site-functions/_everynode")
    copy(ROOT / "LICENSE", tree / "LICENSE")
    licences(tree / "licenses", compiled_in() + bundle(tree))


def common(build: Path, prefix: Path) -> None:
    run("cmake", "--install", str(build), "--prefix", str(prefix), "--strip")
    manual(build, prefix / MAN)
    completion(build, "bash", prefix / BASH / "everynode")
    completion(build, "fish", prefix / FISH / "everynode.fish")


def manual(build: Path, target: Path) -> None:
    target.mkdir(parents=True)
    run(str(build / "everynode"), "__manual", str(target))
    for page in list(target.iterdir()):
        compressed(page.with_suffix(".1.gz"), page.read_text())
        page.unlink()


def plugin(prefix: Path) -> None:
    """Under the names by which kubectl and the shells look for its plugin."""
    (prefix / "bin/kubectl-everynode").symlink_to("everynode")
    completer = prefix / "bin/kubectl_complete-everynode"
    write(completer, run(str(prefix / BINARY), "completion", "kubectl"))
    completer.chmod(0o755)
    for name in ("kubectl-everynode", "kubectl_complete-everynode"):
        (prefix / MAN / f"{name}.1.gz").symlink_to("everynode.1.gz")
    (prefix / BASH / "kubectl-everynode").symlink_to("everynode")
    (prefix / FISH / "kubectl-everynode.fish").symlink_to("everynode.fish")


def completion(build: Path, shell: str, target: Path) -> None:
    write(target, run(str(build / "everynode"), "completion", shell))


def bundle(prefix: Path) -> list[Package]:
    """Puts the shared libraries beside the program and tells it where they are. Returns the packages they come from."""
    brought = [one for one in libraries(prefix / BINARY) if not one.name.startswith(OF_THE_MACHINE)]
    for library in brought:
        copy(library.resolve(), prefix / PRIVATE / library.name)
        (prefix / PRIVATE / library.name).chmod(0o755)
    run("patchelf", "--force-rpath", "--set-rpath", "$ORIGIN/../lib/everynode", str(prefix / BINARY))
    return sorted({owner_of(library) for library in brought})


def compiled_in() -> list[Package]:
    return [package(name) for name in rootfs.COMPILED_IN]


def licences(target: Path, packages: list[Package]) -> None:
    for one in packages:
        copy(one.copyright_file, target / f"{one.name}.txt")


def compressed(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def newest_glibc(build: Path) -> str:
    """The version that the program and its libraries need at least."""
    program = build / "everynode"
    needed = [
        version
        for file in (program, *libraries(program))
        if not file.name.startswith(OF_THE_MACHINE)
        for version in re.findall(r"GLIBC_(\d+)\.(\d+)", run("objdump", "--dynamic-syms", str(file)))
    ]
    return ".".join(max(needed, key=lambda version: tuple(map(int, version))))
