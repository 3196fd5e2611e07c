"""Writes what is made of values.yaml: the table of all values in README.md, between its two marks, from the `# --`
comments; and templates/_defaults.tpl, where templates find the default of a value that a user's file leaves empty.

Usage: python3 -m charts.values_table            writes both
       python3 -m charts.values_table --check    exits with 1 when one of them is out of date
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


def readme(values: str, old: str) -> str:
    head, rest = old.split(BEGIN)
    _, tail = rest.split(END)
    return f"{head}{BEGIN}\n{table(values)}\n{END}{tail}"


def defaults(values: str) -> str:
    """Helm shows a chart's templates all of its files but values.yaml."""
    lines = [line for line in values.splitlines() if line.strip() and not line.strip().startswith("#")]
    head = "{{/* Made by charts/values_table.py from values.yaml, for _prepare.tpl. */}}"
    return "\n".join([head, '{{- define "everynode.defaults" -}}', *lines, "{{- end -}}", ""])


def main() -> int:
    values = (CHART / "values.yaml").read_text()
    files = {CHART / "README.md": readme(values, (CHART / "README.md").read_text())}
    files[CHART / "templates" / "_defaults.tpl"] = defaults(values)
    outdated = [path for path, text in files.items() if not path.exists() or path.read_text() != text]
    if sys.argv[1:] == ["--check"]:
        for path in outdated:
            print(f"{path} is out of date: run python3 -m charts.values_table")
        return int(bool(outdated))
    for path in outdated:
        path.write_text(files[path])
    return 0


if __name__ == "__main__":
    sys.exit(main())
