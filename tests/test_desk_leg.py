"""`/twiml/dequeue` and `/twiml/client`: who may take callers, and the document that does it."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest

from tests.support.calls import call_fields, listener, new_call_sid
from tests.support.station import DJ_NUMBER, DJ_PHONE, App


@pytest.fixture
def leg(app: App) -> Iterator[str]:
    """A leg for the studio. Afterwards it hangs up, so that the desk is free."""
    sid = new_call_sid()
    yield sid
    app.signed("/twiml/status", call_fields(sid, To=DJ_NUMBER, CallStatus="completed"))


def desk_fields(call_sid: str, caller: str) -> dict[str, str]:
    return call_fields(call_sid, From=caller, To=DJ_NUMBER)


def turn_of(document: ET.Element) -> str:
    """The turn that a desk's document carries, in both of its addresses alike."""
    redirect = (document[1].text or "").split("#")[0]
    on_air = (document[0][0].get("url") or "").split("#")[0]
    turn = redirect.rpartition("turn=")[2]
    assert on_air.endswith(f"/twiml/on-air?turn={turn}")
    return turn


@pytest.mark.parametrize(
    ("path", "caller"), [("/twiml/dequeue", DJ_PHONE), ("/twiml/dequeue", "a browser"), ("/twiml/client", "a browser")]
)
def test_the_studio_dials_the_line_and_asks_again_afterwards(app: App, leg: str, path: str, caller: str) -> None:
    document = app.signed(path, desk_fields(leg, DJ_PHONE if caller == DJ_PHONE else app.dj())).xml()
    assert [verb.tag for verb in document] == ["Dial", "Redirect"]
    dial, queue = document[0], document[0][0]
    assert dial.get("hangupOnStar") == "true"
    assert dial.get("action") is None, "with an action, the Redirect would never be reached"
    assert dial.get("timeout") == "20"
    assert (queue.tag, queue.text) == ("Queue", "radio-callin-queue")
    turn_of(document)


def test_each_return_to_the_loop_is_a_new_turn_and_a_doubled_request_is_not(app: App, leg: str) -> None:
    fields = desk_fields(leg, app.dj())
    first = turn_of(app.signed("/twiml/dequeue", fields).xml())
    second = turn_of(app.signed(f"/twiml/dequeue?turn={first}", fields).xml())
    assert int(second) == int(first) + 1
    doubled = turn_of(app.signed(f"/twiml/dequeue?turn={first}", fields).xml())
    assert doubled == second


def test_a_second_leg_is_offered_to_take_over_and_connected_to_nobody(app: App, leg: str) -> None:
    app.signed("/twiml/dequeue", desk_fields(leg, DJ_PHONE)).xml()
    second = new_call_sid()
    fields = desk_fields(second, app.dj()) | {"Digits": "*"}
    document = app.signed("/twiml/client", fields).xml()
    assert [verb.tag for verb in document] == ["Gather", "Redirect"]
    assert "press star" in (document[0][0].text or "")
    assert (document[0].get("action") or "").split("#")[0].endswith("/twiml/dequeue?take-over=1")
    document = app.signed("/twiml/dequeue?take-over=1", fields).xml()
    assert [verb.tag for verb in document] == ["Say", "Pause", "Redirect"]
    assert "has been asked" in (document[0].text or "")
    assert 0 < int(document[1].get("length") or 0) <= 11
    app.signed("/twiml/status", desk_fields(second, app.dj()) | {"CallStatus": "completed"})


@pytest.mark.parametrize(
    "caller",
    ["+447700900998", "anonymous", "", "client:listener_1", "client:screener_1", "client:", "dj_1", f" {DJ_PHONE}"],
)
def test_anyone_else_is_told_that_they_may_not(app: App, caller: str) -> None:
    document = app.signed("/twiml/dequeue", desk_fields(new_call_sid(), caller)).xml()
    assert [verb.tag for verb in document] == ["Say", "Hangup"]
    assert "studio only" in (document[0].text or "")


@pytest.mark.parametrize("path", ["/twiml/dequeue", "/twiml/client"])
@pytest.mark.parametrize("suffix", ["1", "dj_0123456789abcdef01234567", "nobody_0123456789abcdef01234567"])
def test_a_browser_of_no_session_gets_no_desk(app: App, path: str, suffix: str) -> None:
    before = app.status()["desks"]
    for kind in ("dj", "screener") if path == "/twiml/client" else ("dj",):
        document = app.signed(path, desk_fields(new_call_sid(), f"client:{kind}_{suffix}")).xml()
        assert [verb.tag for verb in document] == ["Say", "Hangup"]
        assert "signed out" in (document[0].text or "")
    assert app.status()["desks"] == before


def test_a_listeners_browser_is_queued_like_any_caller(app: App) -> None:
    sid = new_call_sid()
    document = app.signed("/twiml/client", call_fields(sid, From=listener(), To="")).xml()
    assert [verb.tag for verb in document] == ["Say", "Enqueue"]
    row = app.row(sid)
    assert row is not None
    assert row["number"] == "browser"


@pytest.mark.parametrize(
    "extra", [{"role": "dj"}, {"identity": "dj_1"}, {"turn": "1"}, {"desk": "air"}, {"Caller": "client:dj_1"}]
)
def test_nothing_that_a_page_sends_makes_a_listener_a_dj(app: App, extra: dict[str, str]) -> None:
    document = app.signed("/twiml/client", call_fields(From=listener()) | extra).xml()
    assert document.find("Dial") is None
    assert document.find("Enqueue") is not None


@pytest.mark.parametrize(
    "caller", ["client:somebody", "client:", "+447700900001", DJ_PHONE, "client:DJ_1", "client:xdj_1"]
)
def test_a_caller_without_a_known_browsers_identity_is_refused(app: App, caller: str) -> None:
    document = app.signed("/twiml/client", call_fields(From=caller)).xml()
    assert [verb.tag for verb in document] == ["Say", "Hangup"]
