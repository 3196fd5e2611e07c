"""Writes the table of all values, made from the `# --` comments of values.yaml, into README.md between its two marks.

Usage: python3 -m charts.values_table            rewrites README.md
       python3 -m charts.values_table --check    exits with 1 when README.md is out of date
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

CHART = Path(__file__).resolve().parent / "everynode"
BEGIN, END = "<!-- values: made by charts/values_table.py -->", "<!-- end of values -->"
KEY = re.compile(r"^( *)([A-Za-z][A-Za-z0-9]*):\s*(.*)$")


def rows(text: str) -> list[tuple[str, str, str]]:
    """Path, default and description of each value that has a `# --` comment."""
    found, path, comment = [], [], []
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith("# -- "):
            comment = [stripped.removeprefix("# -- ")]
        elif stripped.startswith("# ") and comment:
            comment.append(stripped.removeprefix("# "))
        elif key := KEY.match(line):
            path = [*path[: len(key[1]) // 2], key[2]]
            if comment:
                found.append((".".join(path), key[3], " ".join(comment)))
            elif key[3]:
                raise SystemExit(f"values_table: {'.'.join(path)} has no `# --` comment")
            comment = []
    return found


def table(text: str) -> str:
    lines = ["| value | default | what |", "| --- | --- | --- |"]
    lines += [f"| `{path}` | `{default}` | {what} |" for path, default, what in rows(text)]
    return "\n".join(lines)


def main() -> int:
    readme = CHART / "README.md"
    old = readme.read_text()
    head, rest = old.split(BEGIN)
    _, tail = rest.split(END)
    new = f"{head}{BEGIN}\n{table((CHART / 'values.yaml').read_text())}\n{END}{tail}"
    if sys.argv[1:] == ["--check"]:
        if new != old:
            print(f"{readme} is out of date: run python3 -m charts.values_table")
        return int(new != old)
    readme.write_text(new)
    return 0


if __name__ == "__main__":
    sys.exit(main())
