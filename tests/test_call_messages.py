"""Messages that listeners leave on the page `/call`: voice notes in pieces, and texts; and who may leave none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from callin.messages import ListenerMessage
from callin.messages.models import Source, new_key
from tests.support.held_app import held_app
from tests.support.messages import BYTES, delete_all, listed, send_note, set_messages, sound_of
from tests.support.station import App, running_app
from tests.support.visitors import Visitor
from tests.support.wav import tone


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(tmp_path_factory.mktemp("messages"), TRUSTED_PROXIES="127.0.0.1") as app:
        yield app


@pytest.fixture(autouse=True)
def _on(house: App) -> Iterator[None]:
    assert "Saved." in set_messages(house).text
    yield
    delete_all(house)


ADDRESSES = iter(range(1, 250))


def listener(house: App) -> Visitor:
    """A new browser at a new address."""
    visitor = Visitor(house.url)
    address = f"192.0.2.{next(ADDRESSES)}"
    ask = visitor.send
    visitor.send = lambda url, method, body, headers: ask(url, method, body, {"X-Forwarded-For": address} | headers)
    assert visitor.get("/call").status == 200
    return visitor


def test_a_voice_note_is_at_the_desk_as_it_was_sent(house: App) -> None:
    note = tone(seconds=13)
    typed = {"name": "Ann", "place": "Leeds", "topic": "The bridge"}
    assert send_note(listener(house), note, **typed).status == 200
    [message] = listed(house)
    assert message | typed == message
    assert (message["source"], message["number"], message["seconds"]) == ("voice_note", "browser", 13)
    assert sound_of(house, message["id"]).body == note


def test_a_text_is_shown_as_text_whatever_is_in_it(house: App) -> None:
    text = "<script>alert(1)</script>\n=1+1 \u202eright\u0000 to left"
    assert listener(house).press("/call/message", {"text": text.replace("\x00", ""), "name": "<b>Ann"}).status == 200
    [message] = listed(house)
    assert message["text"] == "<script>alert(1)</script>\n=1+1 right to left"
    assert message["has_sound"] is False
    page = house.visitor().get("/messages").text
    assert "<script>alert" not in page
    assert "<b>Ann" not in page


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"text": "  "}, "The message is empty."),
        ({"text": "x" * 1001}, "at most 1000 characters"),
        ({"text": "Hello", "name": "x" * 81}, "That is too long for the studio’s card."),
        ({"text": 7}, "text must be text."),
        ({}, "text must be text."),
        ({"upload": "nothing"}, "did not arrive completely"),
        ({"upload": "../m"}, "did not arrive completely"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence(house: App, body: dict[str, Any], sentence: str) -> None:
    answer = listener(house).press("/call/message", body)
    assert answer.status == 400
    assert sentence in answer.json()["error"]
    assert listed(house) == []


@pytest.mark.parametrize("size", [0, -1, 10**9, "many", None])
def test_a_note_of_no_size_or_of_too_much_is_refused(house: App, size: object) -> None:
    assert listener(house).press("/call/note", {"size": size}).status == 400


@pytest.mark.parametrize(
    "content", [b"GIF89a" + bytes(500), b"RIFF" + bytes(40), tone(seconds=70)], ids=["gif", "torn", "long"]
)
def test_what_is_not_a_voice_note_leaves_nothing_at_the_desk(house: App, content: bytes) -> None:
    assert send_note(listener(house), content).status == 400
    assert listed(house) == []


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
def test_of_a_note_whose_sound_is_lost_the_desk_hears_that_it_is_gone(tmp_path: Path) -> None:
    with held_app(tmp_path) as app:
        note = ListenerMessage(new_key(app.clock()), app.clock(), Source.VOICE_NOTE, sound="lost", seconds=2)
        app.store.change_record(ListenerMessage, note.key, lambda _: note)
        answer = app.visitor("dj").get(f"/messages/sound?id={note.key}")
    assert (answer.status, answer.json()["error"]) == (404, "The sound of this message is gone.")


def test_nobody_adds_to_the_note_of_another_browser(house: App) -> None:
    mine, other = listener(house), listener(house)
    note = tone(seconds=1)
    key = mine.press("/call/note", {"size": len(note)}).json()["upload"]
    assert other.ask("POST", f"/call/note-piece?number=0&upload={key}", note, BYTES).status == 400
    assert mine.ask("POST", f"/call/note-piece?number=0&upload={key}", note, BYTES).status == 200
    assert other.press("/call/message", {"upload": key}).status == 400
    assert mine.press("/call/message", {"upload": key}).status == 200
    assert len(listed(house)) == 1


def test_a_piece_must_come_as_bytes_and_with_its_number(house: App) -> None:
    visitor = listener(house)
    key = visitor.press("/call/note", {"size": 100}).json()["upload"]
    assert (
        visitor.ask(
            "POST", f"/call/note-piece?number=0&upload={key}", bytes(100), {"Content-Type": "text/plain"}
        ).status
        == 415
    )
    for number in ("x", "-1", "9999", ""):
        assert visitor.ask("POST", f"/call/note-piece?number={number}&upload={key}", bytes(100), BYTES).status == 400


def test_a_browser_may_leave_three_messages_a_day(house: App) -> None:
    visitor = listener(house)
    for _ in range(3):
        assert visitor.press("/call/message", {"text": "Hello"}).status == 200
    refused = visitor.press("/call/message", {"text": "Hello"})
    assert (refused.status, "three messages" in refused.json()["error"]) == (400, True)
    assert visitor.press("/call/note", {"size": 1000}).status == 400


def test_an_address_may_leave_ten_messages_whatever_its_cookies(house: App) -> None:
    visitor = listener(house)
    told = []
    for _ in range(11):
        visitor.cookies.clear()
        told.append(visitor.press("/call/message", {"text": "Hello"}).status)
    assert told == [200] * 10 + [429]


def test_a_blocked_browser_may_leave_none(house: App) -> None:
    visitor = listener(house)
    assert visitor.press("/call/message", {"text": "Hello"}).status == 200
    [identity] = [value for name, value in visitor.cookies.items() if "listener" in name]
    from tests.support.calls import call_fields, new_call_sid

    sid = new_call_sid()
    token = visitor.ask("POST", "/call/token").json()["identity"]
    house.signed("/twiml/client", call_fields(sid, From=f"client:{token}"))
    screener = house.visitor("admin")
    screener.get("/")
    assert screener.press("/caller/standing", {"call_sid": sid, "standing": "blocked"}).status == 200, identity
    house.signed("/twiml/status", call_fields(sid, CallStatus="completed"))
    refused = visitor.press("/call/message", {"text": "Hello"})
    assert (refused.status, "this browser" in refused.json()["error"]) == (403, True)


def test_without_the_switch_the_page_offers_nothing_and_takes_nothing(house: App) -> None:
    assert listener(house).get("/call/state").json()["message_seconds"] == 60
    set_messages(house, is_on=False)
    visitor = listener(house)
    assert "message_seconds" not in visitor.get("/call/state").json()
    assert visitor.press("/call/message", {"text": "Hello"}).status == 400
    assert listed(house) == []


@pytest.mark.parametrize("values", [{"longest_seconds": "9"}, {"longest_seconds": "soon"}, {"keep_days": "-1"}])
def test_limits_that_cannot_be_used_are_refused_with_a_sentence(house: App, values: dict[str, str]) -> None:
    answer = set_messages(house, **values)
    assert answer.status == 400
    assert 'banner bad">The ' in answer.text


def test_a_desk_without_a_messages_key_learns_nothing(house: App) -> None:
    dj = house.visitor()
    dj.get("/messages")
    for key in ("", "m", "m0", "station", "../m", "x" * 2000):
        assert dj.get(f"/messages/sound?id={key}").status == 404
        assert dj.press("/messages/heard", {"id": key, "heard": True}).status == 409
        assert dj.press("/messages/delete", {"id": key}).json() == {"ok": True, "problem": ""}


def test_the_page_of_a_deleted_message_has_no_sound_of_it(house: App) -> None:
    assert send_note(listener(house), tone(seconds=2)).status == 200
    [message] = listed(house)
    dj = house.visitor()
    dj.get("/messages")
    assert dj.press("/messages/delete", {"id": message["id"]}).json()["problem"] == ""
    assert sound_of(house, message["id"]).status == 404
    assert json.loads(dj.get("/messages/list").text) == {"messages": [], "undeleted": []}
