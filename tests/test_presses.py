"""`/desk/…`: the buttons work in a browser with a desk's identity, and in no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from callin.web.application import FORMER_PATHS
from tests.support.calls import call_fields, new_call_sid
from tests.support.presses import DeskBrowser, press
from tests.support.station import App
from tests.support.visitors import signed_in
from tests.support.web import FORM, ask

BODIES: dict[str, dict[str, Any]] = {
    "/desk/next": {"turn": 1, "on_air": ""},
    "/desk/take": {"turn": 1, "on_air": "", "call_sid": "CA1"},
    "/desk/drop": {"turn": 1, "on_air": ""},
    "/desk/hold": {"turn": 1, "on_air": ""},
    "/desk/move": {"call_sid": "CA1", "before": ""},
    "/desk/settings": {"opening": "open", "most_callers": 0, "whisper": False},
    "/desk/recording": {"leg": "CA1", "on": True},
    "/desk/hang-up": {"turn": 1, "on_air": ""},
    "/desk/bring-back": {"call_sid": "CA1"},
    "/desk/take-over": {"leg": "CA1"},
    "/desk/withdraw": {"leg": "CA1"},
    "/desk/hand-over": {"leg": "CA1", "agrees": True},
}


@pytest.fixture
def page(app: App) -> DeskBrowser:
    app.leave_browsers()
    return DeskBrowser(app)


@pytest.fixture
def leg(app: App) -> Iterator[str]:
    """The studio, connected; hung up afterwards."""
    sid = new_call_sid()
    app.signed("/twiml/dequeue", call_fields(sid, From=app.dj())).xml()
    yield sid
    app.signed("/twiml/status", call_fields(sid, From=app.dj(), CallStatus="completed"))


@pytest.mark.parametrize("path", BODIES)
def test_without_a_desks_identity_no_press_counts(app: App, path: str) -> None:
    listener = app.post("/call/token").headers["Set-Cookie"].partition(";")[0]
    browser = signed_in(app.url)
    for cookie in ("", listener, "dj_identity=dj_boss.0000"):
        assert press(app, path, BODIES[path], {"Cookie": cookie}).status == 401
        body = json.dumps(BODIES[path]).encode()
        headers = {"Cookie": cookie, "Content-Type": "application/json"}
        answer = browser.ask("POST", path, body, headers)
        assert answer.status == 403
        assert "desk" in answer.json()["error"]


@pytest.mark.parametrize("path", BODIES)
def test_a_form_does_not_count_as_a_press(page: DeskBrowser, path: str) -> None:
    headers = page.headers | {"Content-Type": FORM}
    assert ask(page.app.url + path, "POST", b"turn=1&on_air=&on=true", headers).status == 415


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize(
    "body", [[], None, 1, "x", {}, {"turn": "1"}, {"turn": -1, "on_air": "", "on": 1, "leg": None}, {"on_air": "<b>"}]
)
def test_a_body_that_says_nothing_clear_is_refused_with_a_sentence(page: DeskBrowser, path: str, body: object) -> None:
    answer = page.press(path, body)
    assert answer.status == 400
    assert answer.json()["error"].endswith(".")


@pytest.mark.parametrize("path", BODIES)
def test_a_body_that_is_not_json_is_refused(page: DeskBrowser, path: str) -> None:
    headers = page.headers | {"Content-Type": "application/json"}
    assert ask(page.app.url + path, "POST", b"{not json", headers).status == 400
    assert ask(page.app.url + path, "POST", b"[" * 90_000, headers).status == 400  # deeper than anything may be


@pytest.mark.parametrize("path", ["/desk/next", "/desk/take", "/desk/drop", "/desk/hold"])
def test_without_the_studio_on_the_line_a_press_says_to_connect(page: DeskBrowser, path: str) -> None:
    answer = page.press(path, BODIES[path])
    assert answer.status == 409
    assert answer.json() == {"error": "Connect to the queue first.", "code": "not_connected"}


def test_when_twilio_cannot_be_reached_next_asks_for_the_star(page: DeskBrowser, leg: str) -> None:
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


SETTINGS: dict[str, tuple[object, object]] = {
    "opening": ("last_calls", "open"),
    "most_callers": (7, 0),
    "ready_check": (True, False),
    "whisper": (True, False),
    "browser_calls": (False, True),
    "automatic": (False, True),
}
"""Two values of each setting, except `screened`, which needs Twilio."""


def settings(app: App) -> dict[str, Any]:
    """The settings as a page sees them."""
    status = app.status()
    seen: dict[str, Any] = status["show"] | {"automatic": status["desks"][0]["automatic"]}
    return seen


@pytest.mark.parametrize("name", SETTINGS)
def test_each_setting_is_changed_alone(page: DeskBrowser, name: str) -> None:
    page.set(**{one: second for one, (_, second) in SETTINGS.items()})
    for value in SETTINGS[name]:
        before = settings(page.app)
        answer = page.set(**{name: value}).json()
        assert answer["ok"] is True
        assert answer["sentence"].endswith(".")
        after = settings(page.app)
        assert after[name] == value
        assert {one for one in SETTINGS if after[one] != before[one]} <= {name}


def test_several_settings_are_changed_at_once(page: DeskBrowser) -> None:
    for which in (0, 1):
        values = {name: both[which] for name, both in SETTINGS.items()}
        assert page.set(**values).status == 200
        assert {name: settings(page.app)[name] for name in values} == values


@pytest.mark.parametrize(
    "wrong",
    [
        {"opening": "ajar"},
        {"most_callers": 5001},
        {"whisper": "yes"},
        {"automatic": None},
        {"screened": 1},
        {"on": True},
    ],
)
def test_a_setting_that_is_not_good_changes_none(page: DeskBrowser, wrong: dict[str, Any]) -> None:
    before = settings(page.app)
    changed = {name: not before[name] for name in ("ready_check", "browser_calls")}
    answer = page.set(**changed, **wrong)
    assert answer.status == 400
    assert answer.json()["error"].endswith(".")
    assert settings(page.app) == before


def test_a_switch_that_twilio_does_not_follow_changes_none(page: DeskBrowser) -> None:
    """Nobody plays Twilio for this app: its fallback cannot be pointed elsewhere."""
    page.set(opening="open", ready_check=False, automatic=True)
    before = settings(page.app)
    answer = page.set(opening="closed", ready_check=True, automatic=False, screened=True)
    assert (answer.status, answer.json()["code"]) == (503, "phone")
    after = settings(page.app)
    assert {name: after[name] for name in SETTINGS} == {name: before[name] for name in SETTINGS}
    assert (after["screened"], after["opening_since"]) == (False, before["opening_since"])


def test_pages_of_the_version_before_change_settings_at_their_own_addresses(page: DeskBrowser) -> None:
    def press(what: str, **body: object) -> int:
        return page.press(f"/desk/{what}", body).status

    assert (press("opening", opening="last_calls"), press("limit", most_callers=7)) == (200, 200)
    assert [press(what, on=True) for what in ("whisper", "ready-check", "browser-calls")] == [200] * 3
    assert press("automatic", on=False) == 200
    seen = settings(page.app)
    assert (seen["opening"], seen["most_callers"], seen["automatic"]) == ("last_calls", 7, False)
    assert (seen["whisper"], seen["ready_check"], seen["browser_calls"]) == (True, True, True)
    for path in FORMER_PATHS:
        assert ask(page.app.url + path, "POST", b"{}", {"Content-Type": "application/json"}).status == 401
        assert signed_in(page.app.url, "screener").press(path, {"on": True}).status == 403
    page.set(**{one: second for one, (_, second) in SETTINGS.items()})
