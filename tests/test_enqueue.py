"""`/twiml/enqueue`: the greeting, and a place in line that is given once."""

from __future__ import annotations

import pytest

from tests.support.calls import AMERICAN, call_fields, new_call_sid
from tests.support.station import App
from tests.support.web import signature


def test_a_caller_is_greeted_told_of_the_broadcast_and_queued(app: App) -> None:
    document = app.signed("/twiml/enqueue", call_fields()).xml()
    assert [verb.tag for verb in document] == ["Say", "Enqueue"]
    assert "may be broadcast" in (document[0].text or "")
    enqueue = document[1]
    assert enqueue.text == "radio-callin-queue"
    assert enqueue.get("waitUrl") == f"{app.url}/twiml/wait?n=1#rc=2&rp=all&rt=5000"
    assert enqueue.get("action") == f"{app.url}/dequeue-logic?n=1#rc=2&rp=all&rt=5000"


def test_the_caller_is_on_the_dashboard_with_a_masked_number(app: App) -> None:
    sid = new_call_sid()
    app.signed("/twiml/enqueue", call_fields(sid, From="+447700900123"))
    row = app.row(sid)
    assert row is not None
    assert row["stage"] == "waiting"
    assert row["number"].endswith("123")
    assert "7700900" not in row["number"]


def test_the_same_call_asked_twice_is_one_caller_in_the_same_place(app: App) -> None:
    sid = new_call_sid()
    first = app.signed("/twiml/enqueue", call_fields(sid))
    size = app.status()["current_size"]
    again = app.signed("/twiml/enqueue", call_fields(sid))
    assert again.body == first.body
    assert app.status()["current_size"] == size


@pytest.mark.parametrize("number", ["anonymous", "unknown", "+266696687", "", "Restricted"])
def test_a_withheld_number_is_queued_like_any_other(app: App, number: str) -> None:
    sid = new_call_sid()
    app.signed("/twiml/enqueue", call_fields(sid, From=number)).xml()
    row = app.row(sid)
    assert row is not None
    assert not any(digit in row["number"] for digit in "0123456789")


@pytest.mark.parametrize("name", AMERICAN)
def test_whatever_a_call_from_the_united_states_brings_is_signed_and_lets_the_caller_in(app: App, name: str) -> None:
    fields = call_fields()
    good = signature(app.environment["TWILIO_AUTH_TOKEN"], f"{app.url}/twiml/enqueue", fields.items())
    assert app.signed("/twiml/enqueue", fields | {name: fields[name] + "x"}, signed=good).status == 403
    assert app.row(fields["CallSid"]) is None
    assert app.signed("/twiml/enqueue", fields, signed=good).xml().find("Enqueue") is not None
    assert app.row(fields["CallSid"]) is not None
    app.signed("/twiml/status", fields | {"CallStatus": "completed"})


@pytest.mark.parametrize(
    ("place", "city"),
    [
        ({"FromCity": "SAN FRANCISCO", "FromState": "CA"}, "San Francisco, CA"),
        ({"FromCity": "Évry", "FromState": ""}, "Évry"),
        ({"FromCity": "", "FromState": "NY"}, ""),
        ({"FromCity": "<b>\u202eX\x07", "FromState": "=1"}, "<b>X, =1"),
        ({"FromCity": "x" * 500}, "x" * 60),
    ],
)
def test_the_city_of_the_number_is_told_to_the_desk_as_plain_text(app: App, place: dict[str, str], city: str) -> None:
    sid = new_call_sid()
    app.signed("/twiml/enqueue", call_fields(sid, **place))
    row = app.row(sid)
    assert row is not None
    assert row["city"] == city


def test_an_answer_of_a_stranger_or_nonsense_keeps_the_caller_in_line(app: App) -> None:
    """At the address of a question that was never asked, with anything that Twilio might send."""
    for query in ("", "?asks=name-place-topic&n=1", "?asks=x-card&n=x", "?asks=note&n=1"):
        for said in (
            {},
            {"SpeechResult": "x" * 5000, "Confidence": "nan"},
            {"SpeechResult": "\x00<b>", "Confidence": ""},
        ):
            document = app.signed(f"/twiml/asked{query}", call_fields(new_call_sid(), **said)).xml()
            assert document[-1].tag == "Enqueue"
