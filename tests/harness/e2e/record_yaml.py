"""Asks kubectl's own YAML reader about each text in tests/golden/yaml, and writes its answers there: our reader is
compared with them. Also writes settled.json, a recorded cluster as `kubectl get -o yaml` prints it, as one JSON string.

Usage: python3 -m tests.harness.e2e.record_yaml [--check] (--check: prints what would change, writes nothing)

A text gets `json` or `error`; a text of streams.json gets `stream`, the whole text as `kubectl -f` reads it, and
`streamError`. Where ours differs on purpose, `ours` has our answer (null: refused) and `why` the reason: people write
both.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.harness.tools import binaries

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "tests" / "golden" / "yaml"
BY_HAND = ("ours", "why")
ANSWERS = {"scalars": ("json", "error"), "documents": ("json", "error"), "streams": ("stream", "streamError")}


def reader(text: str, *flags: str) -> str:
    return subprocess.run(
        [binaries.built("yaml-reader"), *flags], input=text, stdout=subprocess.PIPE, text=True, check=True
    ).stdout


def ask(texts: list[str]) -> list[dict]:
    answers = reader("".join(json.dumps(text) + "\n" for text in texts))
    return [json.loads(line) for line in answers.removesuffix("\n").split("\n")]


def recorded(name: str, cases: list[dict]) -> str:
    answers = ask([case["yaml"] for case in cases])
    lines = []
    for case, answer in zip(cases, answers, strict=True):
        kept = {key: answer[key] for key in ANSWERS[name] if key in answer}
        lines.append(json.dumps({"yaml": case["yaml"], **kept, **{key: case[key] for key in BY_HAND if key in case}}))
    return "[\n" + ",\n".join(lines) + "\n]\n"


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print(__doc__)
        return 2
    subprocess.run([sys.executable, "-m", "tests.harness.tools.build_binaries", "yaml-reader"], check=True)
    files = {
        FOLDER / f"{name}.json": recorded(name, json.loads((FOLDER / f"{name}.json").read_text())) for name in ANSWERS
    }
    cluster = reader((FOLDER.parent / "clusters" / "settled.json").read_text(), "-print")
    files[FOLDER / "settled.json"] = json.dumps(cluster) + "\n"
    changed = [file for file, text in files.items() if not file.exists() or file.read_text() != text]
    for file, text in files.items():
        print(f"{file.name}: {'changed' if file in changed else 'as before'}")
        if not arguments:
            file.write_text(text)
    return 1 if arguments and changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
