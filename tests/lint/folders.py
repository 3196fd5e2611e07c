"""Rules about folders. server/folders says which other folders each folder may include; a file's path says which folder
it is in. A table is the parsed text of server/folders."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import NamedTuple

from tests.root import ROOT

LINE = re.compile(r"^([a-z_]+) (pure|shell):((?: [a-z_]+)*)$")
INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)
COMMENT_OR_TEXT = re.compile(r'//[^\n]*|"(?:\\.|[^"\\\n])*"')
LARGEST_SHARE = 0.15  # of the lines that are neither tests nor harness
SOURCES = (".cpp", ".hpp")


class Folder(NamedTuple):
    pure: bool
    uses: frozenset[str]


def read(text: str) -> dict[str, Folder]:
    """The table, in order. Raises ValueError for a line that is not an entry, or that occurs twice."""
    table = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        found = LINE.match(line)
        if not found or found[1] in table:
            raise ValueError(f"server/folders: {line!r} is no line `FOLDER pure|shell: FOLDER...`, or comes again")
        table[found[1]] = Folder(found[2] == "pure", frozenset(found[3].split()))
    return table


TABLE = read((ROOT / "server/folders").read_text())


def folder_of(path: str) -> str:
    """The folder of a file of the program; empty for any other file, and for files outside of the folders."""
    parts = PurePosixPath(path).parts
    if parts[:2] == ("include", "everynode") and len(parts) == 4:
        return parts[2]
    return parts[1] if parts[0] == "server" and len(parts) == 3 else ""


def well_formed(table: dict[str, Folder]) -> list[str]:
    """Each folder uses only folders above its line, so there is no circle; a pure folder uses only pure ones."""
    problems = []
    above: dict[str, Folder] = {}
    for name, folder in table.items():
        for used in sorted(folder.uses):
            if used not in above:
                problems.append(f"{name} uses {used}, which has no line above it")
            elif folder.pure and not above[used].pure:
                problems.append(f"{name} is pure and uses {used}, which is not")
        above[name] = folder
    return problems


def used_by(text: str, table: dict[str, Folder]) -> set[str]:
    """The folders whose headers a file includes, and whose names it uses, through whichever header."""
    included = {header.split("/")[1] for header in INCLUDE.findall(text) if header.startswith("everynode/")}
    return included | set(re.findall(rf"(?<![\w:])({'|'.join(table)})::\w", COMMENT_OR_TEXT.sub("", text)))


def edges(path: str, text: str, table: dict[str, Folder] | None = None) -> list[str]:
    """A file uses the folders that its own folder may use, and private headers of its own folder only."""
    table = TABLE if table is None else table
    own = folder_of(path)
    if not own:
        return []
    if own not in table:
        return [f"server/folders has no line for {own}"]
    refused = sorted(used_by(text, table) - table[own].uses - {own})
    foreign = [header for header in INCLUDE.findall(text) if "/" in header and not header.startswith("everynode/")]
    return [f"{own} may not use {used} (the table is server/folders)" for used in refused] + [
        f'"{header}": a private header is for its own folder, which names it without a path' for header in foreign
    ]


def unused(files: dict[str, str], table: dict[str, Folder] | None = None) -> list[str]:
    """Entries of the table that no file needs: they would let an include pass unnoticed."""
    table = TABLE if table is None else table
    needed: dict[str, set[str]] = {name: set() for name in table}
    for path, text in files.items():
        needed.get(folder_of(path), set()).update(used_by(text, table))
    return [
        f"server/folders: {name} uses {used}, and no file does"
        for name, folder in table.items()
        for used in sorted(folder.uses - needed[name])
    ]


def rooms(files: dict[str, str]) -> list[str]:
    """No folder has more than its share of the program's lines."""
    sizes: dict[str, int] = {}
    for path, text in files.items():
        if folder_of(path) and path.endswith(SOURCES):
            sizes[folder_of(path)] = sizes.get(folder_of(path), 0) + text.count("\n")
    total = sum(sizes.values())
    return [
        f"{name} has {size} of {total} lines, more than {LARGEST_SHARE:.0%}: divide it by subject"
        for name, size in sizes.items()
        if size > LARGEST_SHARE * total
    ]


def private(files: dict[str, str]) -> list[str]:
    """A public header is for other folders: a header that only its own folder and its tests include belongs into
    server/."""
    wanted: set[str] = set()
    includes = {path: set(INCLUDE.findall(text)) for path, text in files.items() if path.endswith(SOURCES)}
    for path, headers in includes.items():
        parts = PurePosixPath(path).parts
        own = parts[1] if parts[0] == "tests" else folder_of(path)
        wanted |= {header for header in headers if header.startswith("everynode/") and header.split("/")[1] != own}
    todo = list(wanted)
    while todo:  # and the headers that public headers include
        more = {header for header in includes.get(f"include/{todo.pop()}", ()) if header.startswith("everynode/")}
        todo += more - wanted
        wanted |= more
    return [
        f"{path}: only its own folder includes it; move it to server/"
        for path in sorted(includes)
        if path.startswith("include/") and path.removeprefix("include/") not in wanted
    ]


def whole_table(_files: dict[str, str]) -> list[str]:
    return well_formed(TABLE)


# Rules about all files at once: path and text of each.
OF_THE_TREE = {
    "the table of folders has no circle": whole_table,
    "the table of folders allows nothing that is not needed": unused,
    "no folder is larger than its share": rooms,
    "public headers are for other folders": private,
}
