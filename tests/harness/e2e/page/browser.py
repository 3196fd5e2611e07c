"""A real Chromium, driven by playwright-core."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.harness.cluster import waiting
from tests.harness.tools import node_modules
from tests.harness.tools.explained import Explained

HERE = Path(__file__).resolve().parent


class BrowserError(Exception):
    """The browser could not do what it was told."""


class Browser:
    """One page at a time. Use it as a context manager."""

    def __init__(self, logs: Path):
        program = shutil.which("chromium")
        if program is None:
            raise Explained("there is no chromium: tests/harness/tools/install-packages page")
        node_modules.install()
        self._errors = (logs / "browser.log").open("ab")
        self._process = subprocess.Popen(
            ["node", HERE / "browser.mjs", node_modules.FRONT, program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )

    def __enter__(self) -> Browser:
        self.version = self._answer()
        return self

    def __exit__(self, *error) -> None:
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._errors.close()

    def _answer(self) -> Any:
        line = self._process.stdout.readline()
        if not line:
            raise BrowserError(f"the browser has ended; see {self._errors.name}")
        answer = json.loads(line)
        if "error" in answer:
            raise BrowserError(answer["error"])
        return answer["value"]

    def __call__(self, action: str, **how: Any) -> Any:
        self._process.stdin.write(json.dumps({"action": action, **how}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def open(self, url: str, width: int = 1200, height: int = 700, theme: str = "light") -> None:
        self("open", url=url, width=width, height=height, theme=theme)

    def evaluate(self, script: str) -> Any:
        return self("evaluate", script=script)

    def text(self, selector: str) -> str:
        """What a person reads there; empty if there is no such thing."""
        return self.evaluate(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''")

    def texts(self, selector: str) -> list[str]:
        return self.evaluate(f"[...document.querySelectorAll({json.dumps(selector)})].map(one => one.innerText)")

    def cells(self) -> dict[str, str]:
        """Each cell that is drawn, as a screen reader says it: "DAEMONSET on NODE" and what is there."""
        labels = self.evaluate("[...document.querySelectorAll('.cell')].map(one => one.getAttribute('aria-label'))")
        return dict(label.split(": ", 1) for label in labels if label)

    def wait_text(self, selector: str, wanted: str, seconds: float = 30) -> str:
        return waiting.until(
            lambda: (text if wanted in (text := self.text(selector)) else ""), f"{selector} to say {wanted!r}", seconds
        )

    def wait_cells(self, wanted: dict[str, str], seconds: float = 30) -> None:
        def seen() -> bool:
            cells = self.cells()
            return all(wanted[name] == cells.get(name) for name in wanted)

        try:
            waiting.until(seen, "the cells", seconds)
        except waiting.DeadlineExceeded as error:
            raise BrowserError(f"{error}: wanted {wanted}, seen {self.cells()}") from None
