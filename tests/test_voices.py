"""A desk's voice identity ends with its session: how its leg is answered, and what happens to the caller on the air."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.calls import call_fields, new_call_sid
from tests.support.presses import DeskBrowser
from tests.support.station import App, Station, running_app
from tests.support.visitors import Visitor, signed_in
from tests.test_accounts import join

ENDS = ["sign out", "end", "disable", "role"]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(tmp_path_factory.mktemp("voices")) as app:
        yield app


def end(app: App, name: str, person: Visitor, how: str) -> None:
    """Ends the person's session, or their right to run the show."""
    if how == "sign out":
        assert person.fill_in("/sign-out").status == 303
        return
    admin = signed_in(app.url, "admin")
    admin.get("/accounts")
    fields = {"end": {"do": "end"}, "disable": {"do": "disable"}, "role": {"do": "role", "role": "screener"}}[how]
    assert admin.fill_in("/accounts", key=name, **fields).status == 200


@pytest.mark.parametrize("how", ENDS)
def test_a_desks_leg_and_token_are_refused_once_its_session_or_right_is_over(app: App, how: str) -> None:
    admin = signed_in(app.url, "admin")
    admin.get("/accounts")
    name = f"gone-{how.replace(' ', '-')}"
    person = join(admin, name)
    sid, client = new_call_sid(), "client:" + person.ask("POST", "/token").json()["identity"]
    assert "<Dial" in app.signed("/twiml/client", call_fields(sid, From=client)).text
    assert "<Dial" in app.signed("/twiml/dequeue", call_fields(sid, From=client)).text
    end(app, name, person, how)
    for path in ("/twiml/client", "/twiml/dequeue"):
        for leg in (sid, new_call_sid()):
            document = app.signed(path, call_fields(leg, From=client)).xml()
            assert [verb.tag for verb in document] == ["Say", "Hangup"]
            assert "signed out" in (document[0].text or "")
    app.signed("/twiml/status", call_fields(sid, From=client, CallStatus="completed"))


@pytest.mark.parametrize("how", [how for how in ENDS if how != "role"])
def test_a_screeners_leg_and_token_are_refused_once_its_session_is_over(app: App, how: str) -> None:
    admin = signed_in(app.url, "admin")
    admin.get("/accounts")
    name = f"screener-{how.replace(' ', '-')}"
    person = join(admin, name, "screener")
    sid, client = new_call_sid(), "client:" + person.ask("POST", "/screener/token").json()["identity"]
    assert "signed out" not in app.signed("/twiml/client", call_fields(sid, From=client)).text
    end(app, name, person, how)
    for path in ("/twiml/client", "/twiml/screen"):
        assert "signed out" in app.signed(path, call_fields(sid, From=client)).text
    app.signed("/twiml/status", call_fields(sid, From=client, CallStatus="completed"))


def test_the_same_browser_keeps_its_identity_in_all_tabs_until_it_signs_in_anew(app: App) -> None:
    browser = signed_in(app.url)
    identity = browser.ask("POST", "/token").json()["identity"]
    assert browser.ask("POST", "/token").json()["identity"] == identity
    assert browser.fill_in("/sign-out").status == 303
    assert browser.sign_in("dj").status == 303
    browser.get("/")
    assert browser.press("/desk/next", {"turn": 1, "on_air": ""}).status == 403
    later = browser.ask("POST", "/token").json()["identity"]
    assert later != identity
    assert later[:-24] == identity[:-24]


def test_signing_out_during_a_call_cuts_nobody_off_and_brings_no_other_caller(station: Station) -> None:
    page = DeskBrowser(station.app)
    caller = station.ring("+447700900001")
    station.wait_until_queued(caller)
    next_one = station.ring("+447700900002")
    station.wait_until_queued(next_one)
    leg = station.ring(f"client:{page.identity}", station.app.environment["TWILIO_APP_SID"])
    station.wait_until_bridged(leg, caller)
    assert page.visitor.fill_in("/sign-out").status == 303
    station.advance(120)
    assert station.are_bridged(leg, caller)
    station.hang_up(caller)
    station.until(lambda: station.caller(leg)["status"] == "completed", "the leg goes on")
    assert "signed out" in station.heard(leg)
    assert station.is_waiting(next_one)
    again = DeskBrowser(station.app)
    assert again.identity != page.identity
