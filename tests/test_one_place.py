"""A whole sentence is in one file: a script, a template, or the module of the app that answers with it."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.support.html import texts_in
from tests.support.processes import ROOT
from tests.test_spoken_words import strings
from tests.test_words import sentences_in

# `callin/words` has tests of its own. The others are commands, which speak to a terminal.
NOT_OF_PAGES = {"words", "setup", "config", "admin.py", "backup.py", "compile.py", "restore.py", "watch.py"}
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
SENTENCE = re.compile(r"[“A-Z].*[.?!]", re.DOTALL)

TWICE = {
    # Two pages say these of different things, and share neither a script nor a handler.
    "Nobody is ready yet.": {"static/desk/status-words.js", "templates/screener/index.html"},
    "Nobody is waiting.": {"callin/line/sentences.py", "templates/waits/index.html"},
    "Only callers marked ready by a screener go on the air.": {
        "templates/help/index.html",
        "templates/shows/edit.html",
    },
    "Nothing was changed.": {"callin/web/station.py", "static/desk/words.js"},
    "The line is open.": {"callin/line/show.py", "callin/web/shows.py"},
    # The browser refuses a passkey that it has registered. The app does if the browser did not.
    "This passkey is already registered.": {"callin/accounts/second_factor.py", "static/account/words.js"},
}
"""The sentences that are in two files on purpose."""


def sentences_of(template: str) -> Iterator[str]:
    """The sentences in a template: texts, attributes that are read out, and what its macros are given."""
    source = re.sub(r"\{#.*?#\}", "", template, flags=re.DOTALL)
    yield from texts_in(TAG.sub("", source))
    for tag in TAG.findall(source):
        yield from re.findall(r'"([^"]*)"', tag)


def places_of(files: Iterable[Path], root: Path) -> dict[str, set[str]]:
    """Each whole sentence of three words or more, with the files that have it."""
    places: dict[str, set[str]] = defaultdict(set)
    scripts = [path for path in files if path.suffix == ".js"]
    said = {Path(name): list(texts) for name, texts in sentences_in(*scripts).items()} if scripts else {}
    for path in files:
        if path.suffix == ".html":
            said[path] = list(sentences_of(path.read_text(encoding="utf-8")))
        elif path.suffix == ".py":
            said[path] = list(strings(ast.parse(path.read_text(encoding="utf-8"))))
    for path, texts in said.items():
        for text in texts:
            if SENTENCE.fullmatch(text.strip()) and len(text.split()) >= 3:
                places[text.strip()].add(str(path.relative_to(root)))
    return places


def test_a_sentence_is_in_one_file() -> None:
    scripts = [path for path in (ROOT / "static").glob("*/*.js") if path.parent.name != "built"]
    app = [path for path in (ROOT / "callin").rglob("*.py") if not NOT_OF_PAGES & set(path.relative_to(ROOT).parts)]
    places = places_of([*scripts, *(ROOT / "templates").rglob("*.html"), *app], ROOT)
    assert len(places) > 400
    assert {sentence: files for sentence, files in places.items() if len(files) > 1} == TWICE


def test_a_copy_is_found_in_a_script_a_template_and_a_module(tmp_path: Path) -> None:
    files = {
        "words.js": 'export const A = "Nobody is there.";',
        "page.html": '{# Nobody is here. #}<p>Nobody is there.</p>{{ switch("Ready", "It is over.") }}',
        "page.py": '"""It is over."""\nA = "It is " "over."\nB = "Short one."\n',
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = places_of([tmp_path / name for name in files], tmp_path)
    assert found == {"Nobody is there.": {"words.js", "page.html"}, "It is over.": {"page.html", "page.py"}}
