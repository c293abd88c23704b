"""What Twilio speaks stands in one place: callin/twiml/words.py."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from callin.twiml import words
from tests.support.processes import ROOT

WORDS = ROOT / "callin/twiml/words.py"
DOCUMENTS = sorted(path for path in (ROOT / "callin/twiml").glob("*.py") if path != WORDS)
OTHERS = sorted(path for path in (ROOT / "callin").rglob("*.py") if path.parent != WORDS.parent)
FALLBACKS = {
    "fallback.xml": words.APP_DOWN,
    "fallback-ready.xml": words.APP_DOWN,
    "fallback-screener.xml": words.TRYING_AGAIN,
    "fallback-studio.xml": "",
    "fallback-studio-screened.xml": "",
}
SENTENCE = re.compile(r"[A-Za-z]{2,}[.?!]|[A-Z][a-z]+['’ ]+\w")


def strings(tree: ast.AST) -> Iterator[str]:
    """The texts in code, also those inside f-strings, but no docstrings."""
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.value


def sentences(source: str) -> list[str]:
    return [text for text in strings(ast.parse(source)) if SENTENCE.search(text) and not text.endswith(".wav")]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_documents_say_nothing_that_is_not_in_the_module_of_words(path: Path) -> None:
    assert sentences(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_else_makes_documents(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert "VoiceResponse" not in source
    assert "new_document" not in source
    assert [text for text in strings(ast.parse(source)) if "<Say" in text] == []


@pytest.mark.parametrize("said", ["Goodbye.", "You are next", "You're on", "Please hold. You are number "])
def test_a_sentence_is_found_wherever_it_stands(said: str) -> None:
    assert sentences(f'response.say("{said}")') == [said]
    assert sentences(f'words = f"{said}{{position}}"') == [said]
    assert sentences(f'"""{said}"""') == []
    assert sentences('response.enqueue("radio-callin-queue", wait_url="/twiml/wait", method="POST")') == []


@pytest.mark.parametrize("name", FALLBACKS)
def test_the_fallback_documents_say_the_same_words(name: str) -> None:
    document = ET.parse(ROOT / "static/twiml" / name)  # noqa: S314 - we wrote it
    assert " ".join(verb.text or "" for verb in document.iter("Say")) == FALLBACKS[name]


def test_every_fallback_document_is_compared() -> None:
    assert {path.name for path in (ROOT / "static/twiml").iterdir()} == set(FALLBACKS)
