"""`/desk/card` and `/desk/chat`: what is typed reaches every desk, and nobody's words are replaced without notice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.calls import call_fields, new_call_sid
from tests.support.station import App
from tests.support.visitors import Visitor, signed_in
from tests.support.web import Answer


@pytest.fixture
def caller(app: App) -> Iterator[str]:
    sid = new_call_sid()
    app.signed("/twiml/enqueue", call_fields(sid))
    yield sid
    app.signed("/twiml/status", call_fields(sid, CallStatus="completed"))


@pytest.fixture
def sam(app: App) -> Visitor:
    return signed_in(app.url, "screener")


@pytest.fixture
def dj(app: App) -> Visitor:
    return signed_in(app.url, "dj")


def write(who: Visitor, call_sid: str, value: object, field: object = "topic", base: object = 0) -> Answer:
    body = {"call_sid": call_sid, "field": field, "value": value, "base": base}
    return who.press("/desk/card", body)


def card(who: Visitor, call_sid: str) -> dict[str, Any]:
    rows = who.get("/queue-status").json()["calls"]
    found: dict[str, Any] = next(row["card"] for row in rows if row["call_sid"] == call_sid)
    return found


def test_a_caller_that_nobody_wrote_about_has_an_empty_card(caller: str, dj: Visitor) -> None:
    assert card(dj, caller) == {
        "name": "",
        "place": "",
        "topic": "",
        "note": "",
        "quality": 0,
        "revisions": {},
        "by": {},
        "confidence": {},
    }


def test_what_one_desk_writes_the_others_read(caller: str, sam: Visitor, dj: Visitor) -> None:
    words = 'The <b>bridge</b> & "roads"; é ☎'
    assert write(sam, caller, words).json() == {"ok": True, "revision": 1, "replaced": None}
    assert write(sam, caller, "4", field="quality").json()["revision"] == 1
    there = card(dj, caller)
    assert (there["topic"], there["quality"]) == (words, 4)
    assert there["by"] == {"topic": "screener", "quality": "screener"}


def test_a_dashboard_that_waits_hears_of_it(caller: str, sam: Visitor, dj: Visitor) -> None:
    mark = dj.get("/queue-status").json()["mark"]
    write(sam, caller, "Parking")
    news = dj.get(f"/queue-status?since={mark}").json()
    assert next(row["card"]["topic"] for row in news["calls"] if row["call_sid"] == caller) == "Parking"


def test_the_last_word_wins_and_the_words_that_it_replaced_unseen_are_told(
    caller: str, sam: Visitor, dj: Visitor
) -> None:
    write(sam, caller, "Parking")
    assert write(dj, caller, "Bridge", base=0).json() == {
        "ok": True,
        "revision": 2,
        "replaced": {"value": "Parking", "by": "screener"},
    }
    assert card(sam, caller)["topic"] == "Bridge"
    assert write(sam, caller, "Both", base=2).json()["replaced"] is None, "they had seen it"
    assert write(sam, caller, "Both, please", base=2).json()["replaced"] is None, "their own words"


def test_two_who_write_on_different_fields_do_not_meet(caller: str, sam: Visitor, dj: Visitor) -> None:
    write(sam, caller, "Ann", field="name")
    assert write(dj, caller, "Leeds", field="place").json()["replaced"] is None
    there = card(dj, caller)
    assert (there["name"], there["place"]) == ("Ann", "Leeds")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"field": "colour"}, "fields"),
        ({"field": 7}, "text"),
        ({"value": 7}, "text"),
        ({"value": "x" * 201}, "200"),
        ({"value": "\ud800"}, "text"),
        ({"value": "a\x00b"}, "text"),
        ({"field": "quality", "value": "6"}, "1 to 5"),
        ({"base": -1}, "whole number"),
        ({"call_sid": "../x"}, "CallSid"),
    ],
)
def test_what_no_card_can_hold_is_refused_with_a_sentence(
    caller: str, sam: Visitor, change: dict[str, Any], sentence: str
) -> None:
    body = {"call_sid": caller, "field": "topic", "value": "x", "base": 0} | change
    answer = sam.press("/desk/card", body)
    assert answer.status == 400
    assert sentence in answer.json()["error"]
    assert card(sam, caller)["revisions"] == {}


def test_there_is_no_card_of_a_call_that_nobody_knows(sam: Visitor) -> None:
    assert write(sam, "CAnobody", "x").status == 404


def test_a_message_reaches_the_other_desks(sam: Visitor, dj: Visitor) -> None:
    mark = dj.get("/queue-status").json()["mark"]
    said = sam.press("/desk/chat", {"text": " Two <minutes> left "}).json()
    chat = dj.get(f"/queue-status?since={mark}").json()["chat"]
    assert chat[-1] | {"at": 0} == {"id": said["id"], "at": 0, "name": "screener", "text": "Two <minutes> left"}


def test_the_last_fifty_messages_of_a_long_chat_are_kept(sam: Visitor) -> None:
    for number in range(52):
        assert sam.press("/desk/chat", {"text": f"number {number}"}).status == 200
    chat = sam.get("/queue-status").json()["chat"]
    assert [message["text"] for message in chat] == [f"number {number}" for number in range(2, 52)]
    ids = [message["id"] for message in chat]
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("text", ["", "  ", "x" * 301, None])
def test_an_empty_or_too_long_text_is_not_a_message(sam: Visitor, text: object) -> None:
    assert sam.press("/desk/chat", {"text": text}).status == 400
