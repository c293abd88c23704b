"""What listeners read is in one table for each language, callin/words: their page and scripts have no other words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
import pytest

from callin.accounts import VisitRefusal
from callin.accounts.limits import VISIT_BURST
from callin.messages import MessageRefusal
from callin.words import LANGUAGES, written_words
from callin.words.spoken import placeholders_of
from callin.words.written import RefusalWords
from tests.support.held_app import HeldApp, held_app
from tests.support.html import attribute_of, texts_in
from tests.support.processes import ROOT
from tests.support.shows import at, save
from tests.test_spoken_words import sentences
from tests.test_words import sentences_in

# WebOb dates its cookies so.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")

TEMPLATE = ROOT / "templates/listener/call.html"
LISTENER_SCRIPTS = sorted((ROOT / "static/listener").glob("*.js"))
HANDLERS = ("listener", "browser_calls", "widget")
# Our own pages never cause these: they are for developers of other clients.
FOR_PROGRAMS = {"Send the bytes of a voice note.", "number must be a whole number."}
SAME_IN_ANY_LANGUAGE = {"script.time_of_day"}


def table(language: str) -> dict[str, str]:
    """Each sentence with its path, such as `script.stage.on_air.0`."""
    return dict(leaves(msgspec.to_builtins(written_words(language))))


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
        return
    for name, part in value.items() if isinstance(value, dict) else enumerate(value):
        yield from leaves(part, f"{path}.{name}".lstrip("."))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_whole_with_the_same_placeholders(language: str) -> None:
    there, english = table(language), table("en")
    assert there.keys() == english.keys()
    for path, text in there.items():
        assert text.strip() == text, path
        assert bool(text) == bool(english[path]), path
        assert placeholders_of(text) == placeholders_of(english[path]), path


def test_no_language_has_a_sentence_of_another() -> None:
    tables = [table(language) for language in LANGUAGES]
    same = {path for path, text in tables[0].items() if text and len({one[path] for one in tables}) < len(LANGUAGES)}
    assert same == SAME_IN_ANY_LANGUAGE


QUOTED = {"en": r"“(.+?)”", "de": r"„(.+?)“", "es": r"«(.+?)»"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_that_a_sentence_names_is_there(language: str) -> None:
    words = table(language)
    named = {name for text in words.values() for name in re.findall(QUOTED[language], text)}
    assert named
    assert named <= {
        text
        for path, text in words.items()
        if path.startswith(("page.", "script.call.", "script.mute.", "script.record."))
    }


def test_every_reason_to_refuse_has_its_sentence() -> None:
    assert {*VisitRefusal, *MessageRefusal} <= set(RefusalWords.__struct_fields__)


def loaded_with(script: Path) -> set[Path]:
    """The scripts of ours that this one imports, and those that they import."""
    found, waiting = set[Path](), [script]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            source = path.read_text(encoding="utf-8")
            waiting += [(path.parent / one).resolve() for one in re.findall(r'from "(\.[^"]+)"', source)]
    return found


def test_no_script_of_the_page_says_anything_by_itself() -> None:
    scripts = loaded_with(ROOT / "static/listener/main.js") | set(LISTENER_SCRIPTS)
    assert len(scripts) > 20
    assert sentences_in(*sorted(scripts)) == {}
    assert sentences_in(ROOT / "static/widget/widget.js") == {}


def test_the_scripts_name_what_is_in_the_table_and_all_of_it() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in LISTENER_SCRIPTS)
    shown = {"line": {}, "calendar": {}} | msgspec.to_builtins(written_words("en").script)
    named, chosen = set(re.findall(r"WORDS\.(\w+)\.(\w+)", source)), set(re.findall(r"WORDS\.(\w+)\[", source))
    groups = {name: group for name, group in shown.items() if isinstance(group, dict)}
    assert {(group, name) for group, name in named if groups[group] and name not in groups[group]} == set()
    unused = {(group, name) for group, names in groups.items() if group not in chosen for name in names} - named
    assert unused == set()
    assert chosen <= groups.keys()


def test_the_template_says_nothing_by_itself() -> None:
    source = TEMPLATE.read_text(encoding="utf-8")
    bare = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", source)
    assert [text for text in texts_in(bare) if re.search(r"[A-Za-z]", text)] == []
    unused = [name for name in type(written_words("en").page).__struct_fields__ if f"words.{name} " not in source]
    assert unused == ["title"], "the handler fills in the station's name"


@pytest.mark.parametrize("name", HANDLERS)
def test_the_handlers_say_nothing_by_themselves(name: str) -> None:
    found = sentences((ROOT / f"callin/web/{name}.py").read_text(encoding="utf-8"))
    assert {text for text in found if " " in text} - FOR_PROGRAMS == set()


NAME = "Radio </script>'\"<b>"


@pytest.fixture(scope="module", params=["de-DE", "es-MX", "en-GB"])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HeldApp]:
    changes = {"STATION_VOICE": request.param, "STATION_NAME": NAME, "STATION_TIME_ZONE": "Europe/London"}
    with held_app(tmp_path_factory.mktemp("words"), **changes) as app:
        app.user_agent = request.param
        at(app, "12:00")
        save(app.visitor("admin"), title=NAME)
        yield app


def test_the_page_has_one_language_and_shows_names_as_text(app: HeldApp) -> None:
    locale = app.user_agent
    words, others = table(locale[:2]), [table(other) for other in LANGUAGES if other != locale[:2]]
    page = app.stranger().get("/call").text
    assert f'<html lang="{locale}">' in page
    title = words["page.title"].replace("{station}", NAME)
    texts = list(texts_in(page))
    assert texts.count(title) == 2
    assert [text for text in texts if any(text in other.values() for other in others)] == []
    handed = json.loads(attribute_of(page, "data-words"))
    assert dict(leaves(handed["stage"])) == {
        path.removeprefix("script.stage."): text for path, text in words.items() if path.startswith("script.stage.")
    }
    assert page.count("<script") == page.count("</script>")


def test_a_listener_at_another_address_is_shown_to_the_page_in_the_stations_language(app: HeldApp) -> None:
    locale = app.user_agent
    words = written_words(locale[:2])
    title = words.page.title.replace("{station}", NAME)
    missing, sign_in = app.stranger().get("/cal"), app.stranger().get("/sign-in")
    assert missing.status == HTTPStatus.NOT_FOUND
    assert f'<html lang="{locale}">' in missing.text
    elsewhere = words.elsewhere
    assert list(texts_in(missing.text))[1:] == [elsewhere.not_found, elsewhere.no_page, words.widget.look]
    assert 'href="/call"' in missing.text
    assert f'<p class="listeners" lang="{locale}">' in sign_in.text
    assert list(texts_in(sign_in.text))[-2:] == [elsewhere.invitation, title]


def test_a_person_of_the_station_at_an_address_without_a_page_is_told_in_english(app: HeldApp) -> None:
    page = app.visitor("dj").get("/cal").text
    assert '<html lang="en-GB">' in page
    assert "There is no page at this address." in page
    assert 'href="/"' in page


def test_refusals_are_in_the_stations_language(app: HeldApp) -> None:
    words = written_words(app.user_agent[:2])
    stranger = app.stranger()
    answers = [
        (stranger.press("/call/card", {"call_sid": "", "name": "Ann"}), words.refusals.no_call),
        (stranger.press("/call/message", {"text": "Hello"}), words.refusals.messages_full),
        (stranger.press("/call/message", {"text": "Hello", "name": "x" * 81}), words.refusals.field_too_long),
        (stranger.press("/call/note", {"size": 1000}), words.refusals.messages_full),
    ]
    assert [answer.json()["error"] for answer, _ in answers] == [sentence for _, sentence in answers]
    assert all(400 <= answer.status < 500 for answer, _ in answers)


def test_the_page_that_comes_instead_is_in_the_stations_language(app: HeldApp) -> None:
    words, stranger = written_words(app.user_agent[:2]), app.stranger()
    app.address = "192.0.2.99"
    answer = next(answer for answer in (stranger.get("/call") for _ in range(VISIT_BURST + 1)) if answer.status != 200)
    app.address = "192.0.2.1"
    assert answer.status == HTTPStatus.TOO_MANY_REQUESTS
    assert f'<html lang="{app.user_agent}">' in answer.text
    shown = words.error_page
    assert list(texts_in(answer.text))[1:] == [shown.not_now, words.refusals.too_often, shown.try_again]
