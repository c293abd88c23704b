"""What a page says is in one place for each page: its words.js (and status-words.js), and the templates."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.processes import ROOT

SCRIPT = ROOT / "tests/support/sentences.mjs"


def sentences_in(*files: Path) -> dict[str, list[str]]:
    """The words for people in each of these scripts that has any."""
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules/espree").exists():
        pytest.skip("the npm packages are not installed: make test installs them")
    command = [node, str(SCRIPT), *map(str, files)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found: dict[str, list[str]] = json.loads(printed)
    return {file: words for file, words in found.items() if words}


def test_scripts_say_nothing_that_is_not_in_a_module_of_words() -> None:
    scripts = [path for path in (ROOT / "static").glob("*/*.js") if path.parent.name != "built"]
    others = [path for path in scripts if not path.name.endswith("words.js")]
    assert len(others) > 50
    assert sentences_in(*others) == {}


def test_a_sentence_is_found_wherever_it_stands(tmp_path: Path) -> None:
    script = tmp_path / "page.js"
    script.write_text(
        """
        import { x } from "./Not a sentence.js";
        const said = { key: "Ready", other: `${x} more behind them`, none: "data-part", neither: "desk.keys" };
        document.querySelector("[data-of=The line is open]").textContent = x ? "Nobody is waiting." : "";
        $(x).on("click", () => say("Press it again."));
        throw new Error("This is for the log.");
        """,
        encoding="utf-8",
    )
    found = ["Ready", " more behind them", "Nobody is waiting.", "Press it again."]
    assert sentences_in(script) == {str(script): found}
