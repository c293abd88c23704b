"""`/twiml/wait`: what a caller in line hears, again and again."""

from __future__ import annotations

from tests.support.calls import call_fields, new_call_sid
from tests.support.station import App

ALLOWED_WHILE_WAITING = {"Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather"}
"""https://www.twilio.com/docs/voice/twiml/enqueue#attributes-waiturl"""


def said(app: App, **fields: str) -> str:
    document = app.signed("/twiml/wait?n=1", call_fields(**fields)).xml()
    assert {verb.tag for verb in document} <= ALLOWED_WHILE_WAITING
    assert [verb.tag for verb in document][-2:] == ["Play", "Redirect"]
    return " ".join(verb.text or "" for verb in document.iter("Say"))


def test_a_waiting_caller_hears_the_place_that_the_line_knows_not_twilios(app: App) -> None:
    sid = new_call_sid()
    app.signed("/twiml/enqueue", call_fields(sid))
    row = app.row(sid)
    assert row is not None
    position = row["position"]
    app.signed("/twiml/wait?told=1", call_fields(sid))  # the next few have heard first how they go on the air
    words = said(app, call_sid=sid, QueuePosition="4711", QueueTime="5000")
    assert "4711" not in words
    number = f"You are number {position}" + ("." if position <= 3 else " of")
    assert ("You are next." if position == 1 else number) in words
    assert ("less than a minute" in words) == (position > 1)


def test_a_call_that_the_line_does_not_know_hears_what_twilio_says(app: App) -> None:
    words = said(app, QueuePosition="7", CurrentQueueSize="12", QueueTime="605", AvgQueueTime="300")
    assert "number 7 of 12" in words
    assert "10 minutes" in words
    assert "The average wait is 5 minutes" in words


def test_the_music_can_be_fetched_from_us(app: App) -> None:
    for position in ("1", "9"):
        document = app.signed("/twiml/wait", call_fields(QueuePosition=position)).xml()
        address = document.findtext("Play") or ""
        assert address.startswith(app.url + "/static/")
        assert app.get(address.removeprefix(app.url)).body.startswith(b"RIFF")


def test_waiting_changes_nothing(app: App) -> None:
    sid = new_call_sid()
    app.signed("/twiml/wait", call_fields(sid))
    assert app.row(sid) is None
