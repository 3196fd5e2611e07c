"""Builds the programs of the test cluster from their Go modules, once, into a cache outside the tree.

Usage: python3 -m tests.harness.tools.build_binaries NAME...     (without a name all but those for packages and compat)
"""

from __future__ import annotations

import fcntl
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.harness.tools import binaries, go_toolchain
from tests.harness.tools.explained import Explained

ROOMY_BYTES = 6 * 2**30
TICK_SECONDS = 1 if sys.stderr.isatty() else 30


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in binaries.ALL]
    if unknown:
        say(f"build-binaries: unknown: {' '.join(unknown)}; known: {' '.join(binaries.ALL)}")
        return 2
    wanted = [binary for name, binary in binaries.ALL.items() if name in names or (not names and binary.usual)]
    if all(binary.path.exists() for binary in wanted):
        return 0
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the compiler ends with us
    try:
        with one_builder_at_a_time():
            build_missing(wanted)
    except Explained as error:
        say(f"build-binaries: {error}")
        return 1
    except KeyboardInterrupt:
        say("\nbuild-binaries: interrupted; what was finished is kept, the next run goes on from there")
        return 130
    return 0


class BuildError(Explained):
    """A build failed; the text has the end of the compiler's output."""


class one_builder_at_a_time:
    """Two `make` at once would compile the same packages twice; the second one waits and finds them built."""

    def __enter__(self) -> None:
        cache = binaries.cache_directory()
        cache.mkdir(parents=True, exist_ok=True)
        self.lock = open(cache / "build.lock", "w")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another build-binaries is at work: waiting for it")
            fcntl.flock(self.lock, fcntl.LOCK_EX)

    def __exit__(self, *_) -> None:
        self.lock.close()


def build_missing(wanted: list[binaries.Binary]) -> None:
    missing = [binary for binary in wanted if not binary.path.exists()]
    if not missing:
        return
    go = go_toolchain.find_or_install(say)
    total = sum(binary.seconds for binary in missing)
    say(
        f"building {plural(missing)} for the test cluster from Go modules, once: "
        f"about {max(1, round(total / 60))} min on two cores, kept in {binaries.cache_directory() / 'bin'}"
    )
    begin = time.monotonic()
    groups = built_together(missing)
    for index, group in enumerate(groups, 1):
        names = ", ".join(binary.name for binary in group)
        build(go, group, f"[{index}/{len(groups)}] {names} {group[0].version}")
    say(f"built {plural(missing)} in {time.monotonic() - begin:.0f} s")


def plural(programs: list) -> str:
    return f"{len(programs)} program{'s' * (len(programs) != 1)}"


def built_together(missing: list[binaries.Binary]) -> list[list[binaries.Binary]]:
    """Compiles the programs of one module together if they have the same settings: no core waits while a program is
    linked."""
    groups: dict[tuple, list[binaries.Binary]] = {}
    for binary in missing:
        groups.setdefault((binary.tool, binary.tags, binary.link_flags), []).append(binary)
    return list(groups.values())


def build(go: Path, group: list[binaries.Binary], title: str) -> None:
    target = group[0].path.parent
    target.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=".building-", dir=target) as scratch:
        log = Path(scratch) / "log"
        with log.open("w") as output:
            process = subprocess.Popen(
                command(go, group, Path(scratch)),
                cwd=group[0].directory,
                env=environment(go, group[0].directory),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                watch(process, title, sum(binary.seconds for binary in group), begin)
            finally:
                if process.poll() is None:
                    process.terminate()
                    process.wait()
        if process.returncode != 0:
            raise BuildError(f"{title} failed:\n{last_lines(log)}")
        for binary in group:
            (Path(scratch) / binary.name).rename(binary.path)  # on one file system: all or nothing
    finish_line(f"{title}: built in {time.monotonic() - begin:.0f} s")


def command(go: Path, group: list[binaries.Binary], directory: Path) -> list[str]:
    """For several programs Go needs a directory, and names each program after its package."""
    output = directory / group[0].name if len(group) == 1 else f"{directory}/"
    flags = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-tags", group[0].tags, "-ldflags", group[0].link_flags]
    # Leaves out DWARF, which the linker would drop anyway.
    return [str(go), "build", *flags, "-gcflags=all=-dwarf=false", "-o", str(output), *(one.package for one in group)]


def environment(go: Path, pin: Path) -> dict[str, str]:
    # A go.work or GOFLAGS of the machine must not override the pins.
    return (
        roomy(available_bytes())
        | os.environ
        | {
            "CGO_ENABLED": "0",
            "GOTOOLCHAIN": go_toolchain.toolchain(go, pin),
            "GOFLAGS": "",
            "GOWORK": "off",
        }
    )


def roomy(available: int) -> dict[str, str]:
    """Turns garbage collection off in Go's compilers if there is enough memory for all that run at once."""
    if available < ROOMY_BYTES:
        return {}
    return {"GOGC": "off", "GOMEMLIMIT": str(available // (2 * (os.cpu_count() or 2)))}


def available_bytes() -> int:
    """Returns 0 if the kernel does not say."""
    found = re.search(r"^MemAvailable: +(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def watch(process: subprocess.Popen, title: str, seconds: int, begin: float) -> None:
    while True:
        print_done(f"{title}: {time.monotonic() - begin:.0f} s of about {seconds} s")
        try:
            process.wait(timeout=TICK_SECONDS)
            return
        except subprocess.TimeoutExpired:
            continue


def print_done(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text}\033[K", end="", file=sys.stderr, flush=True)
    else:
        say(text)


def finish_line(text: str) -> None:
    print(f"\r{text}\033[K" if sys.stderr.isatty() else text, file=sys.stderr, flush=True)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def last_lines(log: Path, count: int = 20) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
