"""A new instance loads what `python -m callin.compile` made, wherever the files are, unless they have changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from callin.compile import why_useless

ROOT = Path(__file__).resolve().parent.parent

# Loads the app and makes a page, and says which of the app's files had to be compiled for that.
LOOK = """
import os, sys
compiled = []
def note(event, arguments):
    if event == "compile" and str(arguments[1]).startswith(os.getcwd()):
        compiled.append(os.path.basename(arguments[1]))
sys.addaudithook(note)
import main, util
from datetime import UTC
from callin.web.application import PageFacts
facts = PageFacts("Radio X", "", "", False, "", "", "headset", 0, 0, UTC)
page = util.render_template("error.html", title="T", message="M", page=facts)
print("changed" in page, *sorted(compiled))
"""


def run(folder: Path, *arguments: str) -> str:
    """Runs this Python in the folder; it may read compiled files, but write none."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": ""}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=50,
    )
    return done.stdout.strip()


@pytest.fixture
def deployed(tmp_path: Path) -> Path:
    """The app compiled in one folder, then moved to another, where its files have other timestamps."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    for name in ("callin", "templates"):
        shutil.copytree(ROOT / name, here / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "static" / "built", here / "static" / "built")
    for name in ("main.py", "util.py", "app.yaml"):
        shutil.copy(ROOT / name, here / name)
    run(here, "-m", "callin.compile")
    shutil.move(here, there)
    for path in there.rglob("*.[ph]*"):
        os.utime(path, (0, 0))
    return there


def test_a_new_instance_compiles_nothing(deployed: Path) -> None:
    assert run(deployed, "-c", LOOK) == "False"


def test_what_changed_after_it_was_compiled_counts_as_it_is_now(deployed: Path) -> None:
    for name in ("templates/error.html", "callin/model/calls.py"):
        path = deployed / name
        comment = "{% block scripts %}changed{% endblock %}" if name.endswith("html") else "# changed"
        path.write_text(path.read_text(encoding="utf-8") + comment + "\n", encoding="utf-8")
        os.utime(path, (0, 0))
    assert run(deployed, "-c", LOOK) == "True calls.py error.html"


def test_it_says_when_app_engines_python_is_another_one() -> None:
    assert why_useless((3, 13)) == ""
    assert why_useless((3, 11)).startswith("This is Python 3.11, but app.yaml asks for 3.13")
