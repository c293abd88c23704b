"""The line as a page keeps it: the page's own script, run by Node."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import Any

import pytest

from tests.support.processes import ROOT


class PageLine:
    """Hears answers one after the other, as the page does."""

    def __init__(self) -> None:
        node = shutil.which("node", path=f"{ROOT / '.venv/bin'}:{os.environ.get('PATH', '')}")
        if node is None:
            pytest.skip("Node is not installed: make test installs it")
        self._process = subprocess.Popen(
            [node, str(ROOT / "tests/support/page_line.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.status: dict[str, Any] | None = None

    def hear(self, answer: bytes) -> dict[str, Any] | None:
        """The line after that answer, or None if the page would ask for everything."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(answer.decode() + "\n")
        self._process.stdin.flush()
        self.status = json.loads(self._process.stdout.readline())
        return self.status

    def close(self) -> None:
        self._process.communicate()
