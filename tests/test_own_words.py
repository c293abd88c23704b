"""The page Words: an admin changes what callers hear, sentence by sentence, and hears it in the browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from callin.stores import open_store
from callin.web.words import spoken_example
from callin.words import EDITABLE, LANGUAGES, OwnWords, defaults, most_characters, problem_of
from callin.words.own import GROUPS, TITLES
from tests.support.calls import call_fields, new_call_sid
from tests.support.station import App, Station, running_app, running_station
from tests.support.visitors import Visitor, signed_in
from tests.support.web import Answer

OWN = "Hello, this is {station}. You are on tape, & on the <air>."


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(tmp_path_factory.mktemp("words")) as app:
        yield app


@pytest.fixture
def admin(app: App) -> Iterator[Visitor]:
    admin = signed_in(app.url, "admin")
    yield admin
    for name in ("greeting", "thanks", "number_of", "on_air"):
        assert send(admin, name, "", do="default").status == 200


def send(admin: Visitor, name: str, text: str, do: str = "save") -> Answer:
    admin.get("/words")
    return admin.fill_in("/words", name=name, text=text, do=do)


def greeting(app: App) -> str:
    """What a new caller hears, as Twilio reads it."""
    sid = new_call_sid()
    document = app.signed("/twiml/enqueue", call_fields(sid, From="+447700900123")).xml()
    app.signed("/twiml/status", call_fields(sid, From="+447700900123", CallStatus="completed"))
    return document.findtext("Say") or ""


def test_callers_hear_the_stations_own_words_and_the_default_again(app: App, admin: Visitor) -> None:
    before = greeting(app)
    page = send(admin, "greeting", f"  {OWN}\n").text
    assert "Saved." in page
    assert "&lt;air&gt;" in page
    assert "<air>" not in page
    assert greeting(app) == OWN.replace("{station}", "Radio Call-In")
    assert "own words" in admin.get("/words").text
    assert "This is the default." in send(admin, "greeting", "", do="default").text
    assert greeting(app) == before


def test_a_text_equal_to_the_default_is_not_stored(app: App, admin: Visitor) -> None:
    send(admin, "thanks", "Bye.")
    assert "This is the default." in send(admin, "thanks", defaults("en").thanks).text
    assert "your own words" not in admin.get("/words").text


REFUSED = [
    ("number_of", "You are number {position}.", "must contain {size}"),
    ("number_of", "Number {position} of {size} for {minutes} minutes.", "no value for {minutes}"),
    ("greeting", "Hello, {Station}.", "a brace that belongs to no placeholder"),
    ("greeting", "Hello } there.", "a brace that belongs to no placeholder"),
    ("greeting", "a\u0007b", "control characters"),
    ("greeting", "x" * 301, "has 301 characters. It may have 300"),
    ("on_air", "You are on the air now, please speak.", "It may have 30"),
]


@pytest.mark.parametrize(("name", "text", "told"), REFUSED)
def test_what_could_not_be_said_is_refused_with_a_sentence_and_nothing_is_lost(
    app: App, admin: Visitor, name: str, text: str, told: str
) -> None:
    answer = send(admin, name, text)
    assert answer.status == 400
    assert told in answer.text
    assert text.replace("\u0007", "") in answer.text.replace("\u0007", ""), "what was typed stays in the form"
    assert "your own words" not in admin.get("/words").text


def test_right_to_left_letters_and_marks_are_text_everywhere(app: App, admin: Visitor) -> None:
    text = "\u202eשלום\u202c & <b>{station}</b> =1+1"
    page = send(admin, "greeting", text).text
    assert "\u202eשלום\u202c &amp; &lt;b&gt;{station}&lt;/b&gt; =1+1" in page
    assert greeting(app) == text.replace("{station}", "Radio Call-In")


def test_an_unknown_sentence_is_refused(admin: Visitor) -> None:
    for name in ("voice", "app_down", "__class__", ""):
        assert send(admin, name, "Hello.").status == 400


def test_the_page_has_a_title_for_each_sentence_and_none_twice() -> None:
    named = [name for titles in GROUPS.values() for name in titles]
    assert sorted(named) == sorted(EDITABLE)
    assert len(set(TITLES.values())) == len(named)


def test_only_admins_may(app: App) -> None:
    dj = signed_in(app.url, "dj")
    assert dj.get("/words").status == 403
    assert dj.fill_in("/words", name="thanks", text="Bye.", do="save").status == 403


def test_the_audit_says_who_changed_which_sentence(app: App, admin: Visitor) -> None:
    send(admin, "thanks", "Bye.")
    assert "changed what callers hear: The goodbye after the air" in admin.get("/audit").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_admin_hears_an_example_for_every_placeholder(language: str) -> None:
    table = defaults(language).of_station("Radio 7", defaults(language).voice, {})
    assert not [name for name in EDITABLE if "{" in spoken_example(table, name, "Radio 7")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_default_is_a_sentence_that_the_page_would_take(language: str) -> None:
    table = defaults(language)
    assert [name for name in EDITABLE if problem_of(name, getattr(table, name), table)] == []
    assert all(most_characters(name) >= 30 for name in EDITABLE)


def test_a_stored_sentence_that_this_version_cannot_fill_is_left_out() -> None:
    own = OwnWords("en").changed("number", "Number {place}.").changed("gone", "x").changed("thanks", "Bye.")
    assert own.usable(defaults("en")) == {"thanks": "Bye."}


def test_each_language_keeps_its_own_words(tmp_path: Path) -> None:
    with running_app(tmp_path, STATION_VOICE="de-DE") as app:
        admin = signed_in(app.url, "admin")
        assert "Vielen Dank für Ihren Anruf" in admin.get("/words").text
        assert send(admin, "greeting", "Grüß Gott bei {station}.").status == 200
        assert greeting(app) == "Grüß Gott bei Radio Call-In."
        admin.get("/station")
        assert admin.fill_in("/station", STATION_VOICE="es-ES").status == 200
        assert greeting(app).startswith("Gracias por llamar a Radio Call-In.")
        admin.get("/station")
        assert admin.fill_in("/station", STATION_VOICE="Polly.Hans").status == 200
        assert greeting(app) == "Grüß Gott bei Radio Call-In."
        store = open_store(app.environment["STORE"], "")
        assert [one.key for one in store.records(OwnWords)] == ["de"]
        store.close()


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    with running_station(tmp_path_factory.mktemp("ring"), STATION_VOICE="Polly.Vicki") as station:
        yield station


def call_from(station: Station, account: str, sentence: str, **others: str) -> str:
    """Makes a call as the page does. Returns everything that it hears."""
    identity = signed_in(station.app.url, account).ask("POST", "/screener/token").json()["identity"]
    fields: dict[str, Any] = {"From": f"client:{identity}", "sentence": sentence} | others
    document = station.app.signed("/twiml/client", call_fields(new_call_sid(), **fields)).xml()
    assert [verb.tag for verb in document] == ["Say", "Hangup"]
    [said] = document.iter("Say")
    assert said.attrib == {"language": "de-DE", "voice": "Polly.Vicki"}
    return said.text or ""


def test_an_admin_hears_a_sentence_with_values_in_the_stations_voice(station: Station) -> None:
    assert call_from(station, "admin", "number_of") == "Sie sind auf Platz 3 von 12."
    assert "Radio Call-In" in call_from(station, "admin", "greeting")


DRAFT = "Bis bald bei {station} & <b>tschüs</b>!"


def test_an_admin_hears_a_draft_that_is_not_stored(station: Station) -> None:
    assert call_from(station, "admin", "thanks", draft=DRAFT) == "Bis bald bei Radio Call-In & <b>tschüs</b>!"
    assert call_from(station, "admin", "number_of", draft="{size} sind da,  {position}.") == "12 sind da, 3."
    assert call_from(station, "admin", "thanks") == defaults("de").thanks
    assert "Bis bald" not in signed_in(station.app.url, "admin").get("/words").text


@pytest.mark.parametrize(
    ("name", "draft"), [("number_of", "Platz {position}."), ("thanks", "x" * 301), ("thanks", "Bis bald, {wer}.")]
)
def test_a_draft_that_could_not_be_saved_is_not_said(station: Station, name: str, draft: str) -> None:
    assert call_from(station, "admin", name, draft=draft) == defaults("de").not_a_browser_of_ours
    admin = signed_in(station.app.url, "admin")
    admin.get("/words")
    answer = admin.press("/words/draft", {"name": name, "text": draft})
    assert (answer.status, answer.json()["error"]) == (400, problem_of(name, draft, defaults("de")))


def test_a_draft_is_looked_at_before_the_browser_rings(station: Station) -> None:
    admin = signed_in(station.app.url, "admin")
    admin.get("/words")
    assert admin.press("/words/draft", {"name": "thanks", "text": DRAFT}).status == 200
    for body, sentence in (
        ({"name": "thanks", "text": " \n"}, "Write the sentence first."),
        ({"name": "thanks", "text": "ש" * 200}, "too long to be said before it is saved"),
        ({"name": "app_down", "text": "Hello."}, "There is no such sentence."),
        ({"name": "thanks", "text": 7}, "text must be text."),
    ):
        answer = admin.press("/words/draft", body)
        assert (answer.status, sentence in answer.json()["error"]) == (400, True), body
    dj = signed_in(station.app.url, "dj")
    dj.get("/")
    assert dj.press("/words/draft", {"name": "thanks", "text": DRAFT}).status == 403


def test_nobody_else_and_nothing_else_is_said(station: Station) -> None:
    refusal = defaults("de").not_a_browser_of_ours
    for account, sentence in (("dj", "thanks"), ("screener", "thanks"), ("admin", "voice"), ("admin", "__class__")):
        assert call_from(station, account, sentence) == refusal
