"""Checks the source: formatting (make format fixes it), the rules of the house (rules.py) and clang-tidy.

The last line is "N passed, N failed".

Usage: python3 -m tests.lint [--without-tidy]

clang-tidy reads build-tidy/compile_commands.json, which `cmake --preset tidy` writes.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import subprocess
import sys
import unittest

from tests.lint import citations, folders, rules
from tests.root import ROOT

CPP = (".cpp", ".hpp")
OWN_TESTS = (
    "tests.lint.test_rules",
    "tests.lint.test_folders",
    "tests.lint.test_citations",
    "tests.harness.ci.test_ci",
)
NOT_WRITTEN_BY_HAND = (".json", ".sum", ".png", "server/page/built/page.js")


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split(
        "\n"
    )
    return [path for path in listed if (ROOT / path).is_file() and not path.endswith(NOT_WRITTEN_BY_HAND)]


def checks_can_fail() -> bool:
    suite = unittest.defaultTestLoader.loadTestsFromNames(OWN_TESTS)
    return unittest.TextTestRunner(verbosity=0).run(suite).wasSuccessful()


def rule_holds(rule, paths: list[str]) -> bool:
    problems = [
        f"{path}: {problem}" for path in paths for problem in rule(path, (ROOT / path).read_text(errors="replace"))
    ]
    print(*problems, sep="\n", end="\n" if problems else "")
    return not problems


def tree_holds(rule, paths: list[str]) -> bool:
    problems = rule({path: (ROOT / path).read_text(errors="replace") for path in paths})
    print(*problems, sep="\n", end="\n" if problems else "")
    return not problems


def formatted(*command: str) -> bool:
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def tidy_file(path: str) -> bool:
    command = ["nice", "clang-tidy-19", "-p", "build-tidy", "--quiet", path]
    found = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    print(found.stdout, end="", flush=True)
    return found.returncode == 0


def tidy() -> bool:
    """Checks every file that is compiled, and our headers that it includes."""
    compiled = {entry["file"] for entry in json.loads((ROOT / "build-tidy/compile_commands.json").read_text())}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
        return all(list(workers.map(tidy_file, sorted(compiled))))


def checks(with_tidy: bool) -> dict:
    """Each check's name and its function."""
    paths = tracked()
    sources = [path for path in paths if path.endswith(CPP)]
    named = {"the checks can fail": checks_can_fail}
    for name, rule in rules.RULES.items():
        seen = paths if rule in rules.OF_ALL_FILES else sources
        named[name] = lambda rule=rule, seen=seen: rule_holds(rule, seen)
    for name, rule in folders.OF_THE_TREE.items():
        named[name] = lambda rule=rule: tree_holds(rule, sources)
    texts = [path for path in paths if path.endswith((*CPP, ".py", ".md"))]
    for name, rule in citations.OF_THE_TREE.items():
        named[name] = lambda rule=rule: tree_holds(rule, texts)
    named["clang-format"] = lambda: formatted("clang-format-19", "--dry-run", "-Werror", *sources)
    named["black"] = lambda: formatted("black", "--check", "--quiet", "--diff", ".")
    if with_tidy:
        named["clang-tidy"] = tidy
    return named


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python3 -m tests.lint", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--without-tidy", action="store_true", help="leave out clang-tidy, which takes minutes")
    passed = failed = 0
    for name, holds in checks(with_tidy=not parser.parse_args().without_tidy).items():
        ok = holds()
        passed, failed = passed + ok, failed + (not ok)
        print(f"{'ok' if ok else 'FAILED'}: {name}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
