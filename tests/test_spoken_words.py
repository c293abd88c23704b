"""What Twilio speaks is in one table for each language: callin/words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from callin.twilio.pointing import FALLBACKS as ALL_FALLBACKS
from callin.twilio.pointing import in_language
from callin.words import LANGUAGES, SENTENCES, VOICES, defaults, station_words
from callin.words.spoken import filled, placeholders_of
from tests.support.processes import ROOT

DOCUMENTS = sorted((ROOT / "callin/twiml").glob("*.py"))
OTHERS = sorted(path for path in (ROOT / "callin").rglob("*.py") if path not in DOCUMENTS)
FALLBACKS = {"fallback": "app_down", "fallback-ready": "app_down", "fallback-screener": "trying_again"}
SILENT = {"fallback-studio.xml", "fallback-studio-screened.xml"}
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_whole_with_the_same_placeholders(language: str) -> None:
    assert (ROOT / f"callin/words/{language}.py").exists()
    there, english = defaults(language), defaults("en")
    for name in SENTENCES:
        text = getattr(there, name)
        assert text.strip() == text, name
        assert text[-1] in ".?!", name
        assert placeholders_of(text) == placeholders_of(getattr(english, name)), name


def test_a_language_that_is_not_english_repeats_no_sentence_of_it() -> None:
    tables = [[getattr(defaults(language), name) for name in SENTENCES] for language in LANGUAGES]
    assert [same for same in zip(*tables, strict=True) if len(set(same)) < len(LANGUAGES)] == []


@pytest.mark.parametrize(
    ("language", "seconds", "waited", "average"),
    [
        ("en", 59, "You have waited less than a minute.", None),
        ("en", 119, "You have waited 1 minute.", "The average wait is 1 minute."),
        ("en", 725, "You have waited 12 minutes.", "The average wait is 12 minutes."),
        ("de", 59, "Sie warten noch keine Minute.", None),
        ("de", 119, "Sie warten seit einer Minute.", "Die durchschnittliche Wartezeit beträgt eine Minute."),
        ("de", 725, "Sie warten seit 12 Minuten.", "Die durchschnittliche Wartezeit beträgt 12 Minuten."),
        ("es", 59, "Lleva menos de un minuto en espera.", None),
        ("es", 119, "Lleva un minuto en espera.", "La espera media es de un minuto."),
        ("es", 725, "Lleva 12 minutos en espera.", "La espera media es de 12 minutos."),
    ],
)
def test_lengths_of_time_have_the_forms_of_the_language(
    language: str, seconds: int, waited: str, average: str | None
) -> None:
    words = defaults(language)
    assert words.waited(seconds) == waited
    assert average is None or words.average_wait(seconds) == average


NOTICES = {"en": ("broadcast", "recorded"), "de": ("gesendet", "aufgezeichnet"), "es": ("emitirse", "grabarse")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_that_the_law_asks_for_is_in_every_language(language: str) -> None:
    words, (broadcast, recorded) = defaults(language), NOTICES[language]
    for text in (words.greeting, words.app_down):
        assert broadcast in text
        assert recorded in text
    assert broadcast in words.after_tone
    assert broadcast in words.coming


def test_a_value_is_filled_in_once_even_if_it_looks_like_a_placeholder() -> None:
    assert filled("{a} and {b}", a="{b}", b="x") == "{b} and x"
    words = station_words("Radio {position} & {0.__class__}", "en-US", {"number": "{station}: {position}"})
    assert filled(words.number, position=3) == "Radio position & 0.__class__: 3"


def test_a_voice_speaks_one_of_the_languages() -> None:
    assert {voice.language for voice in VOICES.values()} == set(LANGUAGES)
    assert station_words("X", "Polly.Vicki", {}).thanks == defaults("de").thanks
    assert station_words("X", "a voice of a newer version", {}).thanks == defaults("en").thanks


def read(path: Path) -> ET.Element:
    return ET.parse(path).getroot()  # noqa: S314 - we wrote it


def said_in(path: Path) -> list[tuple[str | None, str | None]]:
    """What a document says, each with its language."""
    return [(verb.get("language"), verb.text) for verb in read(path).iter("Say")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FALLBACKS)
def test_the_fallback_documents_say_the_same_words(name: str, language: str) -> None:
    words = defaults(language)
    path = ROOT / in_language(f"static/twiml/{name}.xml", language)
    assert said_in(path) == [(words.voice.locale, getattr(words, FALLBACKS[name]))]


@pytest.mark.parametrize("language", sorted(LANGUAGES.keys() - {"en"}))
@pytest.mark.parametrize("name", FALLBACKS)
def test_the_fallback_documents_do_the_same_in_every_language(name: str, language: str) -> None:
    english, other = (
        [(verb.tag, verb.attrib, verb.text) for verb in read(ROOT / path) if verb.tag != "Say"]
        for path in (f"static/twiml/{name}.xml", in_language(f"static/twiml/{name}.xml", language))
    )
    assert other == english


def test_every_fallback_document_is_compared() -> None:
    # Another test may set up a second station meanwhile: its documents have a prefix.
    there = {path.name for path in (ROOT / "static/twiml").glob("fallback*.xml")}
    assert there == {path.rpartition("/")[2] for path in ALL_FALLBACKS}
    assert there - SILENT == {in_language(f"{name}.xml", language) for name in FALLBACKS for language in LANGUAGES}
    assert [said_in(ROOT / "static/twiml" / name) for name in SILENT] == [[], []]
