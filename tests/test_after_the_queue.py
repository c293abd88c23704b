"""`/twiml/on-air`, `/dequeue-logic` and `/twiml/status`: what follows when a call leaves the queue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import pytest

from tests.support.calls import call_fields, new_call_sid
from tests.support.station import App
from tests.support.web import signature


def tags(document: ET.Element) -> list[str]:
    return [verb.tag for verb in document]


@pytest.fixture
def waiting(app: App) -> Iterator[str]:
    """A caller in line. Afterwards they hang up, so that no desk claims them."""
    sid = new_call_sid()
    app.signed("/twiml/enqueue", call_fields(sid))
    yield sid
    app.signed("/twiml/status", call_fields(sid, CallStatus="completed"))


@dataclass(frozen=True)
class DeskLeg:
    """A DJ's leg in the turn that it was given."""

    call_sid: str
    turn: str


@pytest.fixture
def desk_leg(app: App) -> Iterator[DeskLeg]:
    """The studio, connected. Afterwards it hangs up, so that the desk is free."""
    sid = new_call_sid()
    document = app.signed("/twiml/dequeue", call_fields(sid, From=app.dj())).xml()
    yield DeskLeg(sid, (document[1].text or "").split("turn=")[1].split("#")[0])
    app.signed("/twiml/status", call_fields(sid, From=app.dj(), CallStatus="completed"))


def go_on_air(app: App, call_sid: str, leg: DeskLeg) -> ET.Element:
    fields = call_fields(call_sid, DequeingCallSid=leg.call_sid, QueueTime="5")
    document = app.signed(f"/twiml/on-air?turn={leg.turn}", fields).xml()
    row = app.row(call_sid)
    assert row is not None
    assert row["stage"] == "on_air"
    return document


def left(app: App, call_sid: str, result: str, move: str = "?n=1", **others: str) -> ET.Element:
    return app.signed("/dequeue-logic" + move, call_fields(call_sid, QueueResult=result, **others)).xml()


def test_before_the_bridge_a_caller_hears_less_than_a_second(app: App, waiting: str, desk_leg: DeskLeg) -> None:
    document = go_on_air(app, waiting, desk_leg)
    assert tags(document) == ["Say"]
    assert len(document[0].text or "") <= 12


def test_a_caller_is_thanked_once_the_studio_has_asked_for_the_next(app: App, waiting: str, desk_leg: DeskLeg) -> None:
    go_on_air(app, waiting, desk_leg)
    app.signed(f"/twiml/dequeue?turn={desk_leg.turn}", call_fields(desk_leg.call_sid, From=app.dj())).xml()
    document = left(app, waiting, "bridged")
    assert tags(document) == ["Say", "Hangup"]
    assert "Thank you" in (document[0].text or "")
    assert app.row(waiting) is None


def test_while_nothing_is_known_it_is_asked_again_with_what_twilio_said(
    app: App, waiting: str, desk_leg: DeskLeg
) -> None:
    go_on_air(app, waiting, desk_leg)
    document = left(app, waiting, "bridged")
    assert tags(document) == ["Pause", "Redirect"]
    again = (document[1].text or "").removeprefix(app.url).split("#")[0]
    # Twilio's request after a Redirect has no QueueResult: our address must have kept it.
    document = app.signed(again, call_fields(waiting)).xml()
    assert tags(document) == ["Pause", "Redirect"]
    [since] = re.findall(r"&since=\d{13}\b", again)
    assert since in (document[1].text or ""), "the time of the first question stays"


def test_the_repeated_request_is_still_signed_well_when_twilio_has_sorted_its_query(
    app: App, waiting: str, desk_leg: DeskLeg
) -> None:
    go_on_air(app, waiting, desk_leg)
    written = (left(app, waiting, "bridged")[1].text or "").removeprefix(app.url).split("#")[0]
    path, _, query = written.partition("?")
    fields = call_fields(waiting)
    signed = signature(app.environment["TWILIO_AUTH_TOKEN"], app.url + written, fields.items())
    sent = f"{path}?{'&'.join(sorted(query.split('&')))}"
    assert tags(app.signed(sent, fields, signed=signed).xml()) == ["Pause", "Redirect"]


def test_a_caller_that_the_studio_lost_is_kept(app: App, waiting: str, desk_leg: DeskLeg) -> None:
    go_on_air(app, waiting, desk_leg)
    app.signed("/twiml/status", call_fields(desk_leg.call_sid, From=app.dj(), CallStatus="completed"))
    document = left(app, waiting, "bridged")
    assert tags(document) == ["Say", "Enqueue"]
    assert "One moment" in (document[0].text or "")
    row = app.row(waiting)
    assert row is not None
    assert row["stage"] == "ready"


def test_a_caller_who_hung_up_is_gone_and_answered_with_nothing(app: App, waiting: str) -> None:
    document = left(app, waiting, "hangup", CallStatus="completed")
    assert tags(document) == []
    assert app.row(waiting) is None


def test_when_the_queue_is_full_the_caller_is_told(app: App, waiting: str) -> None:
    document = left(app, waiting, "queue-full")
    assert tags(document) == ["Say", "Hangup"]
    assert "busy" in (document[0].text or "")


def test_a_call_that_only_the_fallback_document_queued_is_kept(app: App) -> None:
    assert left(app, new_call_sid(), "redirected", move="").find("Enqueue") is not None


@pytest.mark.parametrize("result", ["error", "system-error", "leave", "", "never-heard-of"])
def test_no_result_leaves_a_live_caller_in_silence(app: App, waiting: str, result: str) -> None:
    document = left(app, waiting, result)
    assert len(document) > 0


def test_an_event_of_an_older_move_changes_nothing(app: App, waiting: str) -> None:
    left(app, waiting, "error")
    assert app.row(waiting) is not None
    assert tags(left(app, waiting, "hangup")) == []
    assert app.row(waiting) is not None


@pytest.mark.parametrize("status", ["completed", "failed", "no-answer", "busy", "canceled"])
def test_a_hang_up_during_the_greeting_is_told_by_the_status_callback(app: App, waiting: str, status: str) -> None:
    assert tags(app.signed("/twiml/status", call_fields(waiting, CallStatus=status)).xml()) == []
    assert app.row(waiting) is None


@pytest.mark.parametrize("status", ["ringing", "in-progress", "", "never-heard-of"])
def test_any_other_status_changes_nothing(app: App, waiting: str, status: str) -> None:
    app.signed("/twiml/status", call_fields(waiting, CallStatus=status)).xml()
    assert app.row(waiting) is not None
