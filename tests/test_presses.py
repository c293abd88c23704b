"""`/desk/…`: the buttons, from a browser that has a desk's identity and from none that has not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.calls import call_fields, new_call_sid
from tests.support.presses import DeskPage, press
from tests.support.station import App
from tests.support.visitors import signed_in
from tests.support.web import FORM, ask

BODIES: dict[str, dict[str, Any]] = {
    "/desk/next": {"turn": 1, "on_air": ""},
    "/desk/take": {"turn": 1, "on_air": "", "call_sid": "CA1"},
    "/desk/drop": {"turn": 1, "on_air": ""},
    "/desk/hold": {"turn": 1, "on_air": ""},
    "/desk/move": {"call_sid": "CA1", "before": ""},
    "/desk/opening": {"opening": "open"},
    "/desk/limit": {"most_callers": 0},
    "/desk/whisper": {"on": False},
    "/desk/browser-calls": {"on": True},
    "/desk/ready-check": {"on": False},
    "/desk/hang-up": {"turn": 1, "on_air": ""},
    "/desk/automatic": {"on": True},
    "/desk/take-over": {"leg": "CA1"},
}


@pytest.fixture
def page(app: App) -> DeskPage:
    return DeskPage(app)


@pytest.fixture
def leg(app: App) -> Iterator[str]:
    """The studio, connected; hung up afterwards."""
    sid = new_call_sid()
    app.signed("/twiml/dequeue", call_fields(sid, From=app.dj())).xml()
    yield sid
    app.signed("/twiml/status", call_fields(sid, CallStatus="completed"))


@pytest.mark.parametrize("path", BODIES)
def test_without_a_desks_identity_no_press_counts(app: App, path: str) -> None:
    listener = app.post("/call/token").headers["Set-Cookie"].partition(";")[0]
    for cookie in ("", listener, "dj_identity=dj_boss.0000"):
        assert press(app, path, BODIES[path], {"Cookie": cookie}).status == 401
        body = json.dumps(BODIES[path]).encode()
        headers = {"Cookie": cookie, "Content-Type": "application/json"}
        answer = signed_in(app.url).ask("POST", path, body, headers)
        assert answer.status == 403
        assert "desk" in answer.json()["error"]


@pytest.mark.parametrize("path", BODIES)
def test_a_form_is_no_press(page: DeskPage, path: str) -> None:
    headers = page.headers | {"Content-Type": FORM}
    assert ask(page.app.url + path, "POST", b"turn=1&on_air=&on=true", headers).status == 415


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize(
    "body", [[], None, 1, "x", {}, {"turn": "1"}, {"turn": -1, "on_air": "", "on": 1, "leg": None}, {"on_air": "<b>"}]
)
def test_a_body_that_says_nothing_clear_is_refused_with_a_sentence(page: DeskPage, path: str, body: object) -> None:
    answer = page.press(path, body)
    assert answer.status == 400
    assert answer.json()["error"].endswith(".")


@pytest.mark.parametrize("path", BODIES)
def test_a_body_that_is_no_json_is_refused(page: DeskPage, path: str) -> None:
    headers = page.headers | {"Content-Type": "application/json"}
    assert ask(page.app.url + path, "POST", b"{not json", headers).status == 400
    assert ask(page.app.url + path, "POST", b"[" * 90_000, headers).status == 400  # deeper than anything may be


@pytest.mark.parametrize("path", ["/desk/next", "/desk/take", "/desk/drop", "/desk/hold"])
def test_without_the_studio_on_the_line_a_press_says_to_connect(page: DeskPage, path: str) -> None:
    answer = page.press(path, BODIES[path])
    assert answer.status == 409
    assert answer.json() == {"error": "Connect to the queue first.", "code": "not_connected"}


def test_when_twilio_cannot_be_reached_next_asks_for_the_star(page: DeskPage, leg: str) -> None:
    app = page.app
    caller = new_call_sid()
    app.signed("/twiml/enqueue", call_fields(caller)).xml()
    turn = app.status()["desks"][0]["turn"]
    app.signed(f"/twiml/on-air?turn={turn}", call_fields(caller, DequeingCallSid=leg)).xml()
    answer = page.press("/desk/next", {"turn": turn, "on_air": caller})
    assert answer.status == 503
    assert (answer.json()["code"], answer.json()["star"]) == ("phone", True)
    row = app.row(caller)
    assert row is not None
    assert (row["stage"], row["leaving"]) == ("on_air", True)
    app.signed("/twiml/status", call_fields(caller, CallStatus="completed"))


def test_automatic_next_is_kept(page: DeskPage) -> None:
    assert page.press("/desk/automatic", {"on": False}).json()["ok"] is True
    assert page.app.status()["desks"][0]["automatic"] is False
    page.press("/desk/automatic", {"on": True})
    assert page.app.status()["desks"][0]["automatic"] is True
