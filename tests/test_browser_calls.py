"""Listeners' calls from browsers: when a token begins a call, that it begins only one, and the desk's switch."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

import jwt
import pytest

from tests.support.calls import call_fields, new_call_sid
from tests.support.presses import DeskBrowser
from tests.support.processes import Program, free_port
from tests.support.station import LISTENER_NUMBER, App, new_environment, running_app
from tests.support.visitors import Visitor, signed_in
from tests.support.web import Answer, ask

START_SECONDS = 600


@dataclass
class ListenersBrowser:
    """A browser on the listeners' page, with its cookies."""

    app: App
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self) -> str:
        return ask(self.app.url + "/call", headers=self._headers).text

    def token(self) -> Answer:
        answer = ask(self.app.url + "/call/token", "POST", headers=self._headers)
        for header in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        return answer

    def identity(self) -> str:
        answer = self.token()
        assert answer.status == 200, answer.text
        return str(answer.json()["identity"])

    @property
    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}


@pytest.fixture
def browser(app: App) -> ListenersBrowser:
    return ListenersBrowser(app)


@pytest.fixture
def desk(app: App) -> Iterator[DeskBrowser]:
    """A desk that leaves the switch as it found it."""
    page = DeskBrowser(app)
    yield page
    assert page.set(browser_calls=True).status == 200


def rings(app: App, identity: str, call_sid: str = "", path: str = "/twiml/client") -> Answer:
    return app.signed(path, call_fields(call_sid, From=f"client:{identity}", To=""))


def ends(app: App, identity: str, call_sid: str) -> None:
    app.signed("/twiml/status", call_fields(call_sid, From=f"client:{identity}", CallStatus="completed")).xml()


def is_queued(answer: Answer) -> bool:
    return answer.xml().find("Enqueue") is not None


def said(answer: Answer) -> str:
    document = answer.xml()
    assert [verb.tag for verb in document] == ["Say", "Hangup"]
    return document[0].text or ""


# Tokens


def test_a_listeners_token_is_dated_and_lives_for_ten_minutes(browser: ListenersBrowser) -> None:
    answer = browser.token().json()
    claims = jwt.decode(answer["token"], browser.app.environment["TWILIO_API_KEY_SECRET"], algorithms=["HS256"])
    date = re.fullmatch(r"listener_[0-9a-f]{16}_([0-9]+)", answer["identity"])
    assert date is not None
    assert abs(int(date[1]) - time.time()) < 30
    assert answer["expires_in_seconds"] == START_SECONDS
    assert START_SECONDS - 30 < claims["exp"] - time.time() <= START_SECONDS
    assert claims["grants"]["identity"] == answer["identity"]


@pytest.mark.parametrize("path", ["/twiml/client", "/twiml/enqueue"])
@pytest.mark.parametrize("age_seconds", [START_SECONDS + 60, 12 * 3600, None])
def test_a_token_that_is_too_old_begins_no_call(app: App, path: str, age_seconds: int | None) -> None:
    identity = f"listener_{new_call_sid()[2:18]}"
    if age_seconds is not None:
        identity += f"_{int(time.time()) - age_seconds}"
    sid = new_call_sid()
    assert "This page was open for too long." in said(rings(app, identity, sid, path))
    assert app.row(sid) is None


def test_a_token_begins_a_call_for_ten_minutes(app: App) -> None:
    identity = f"listener_{new_call_sid()[2:18]}_{int(time.time()) - START_SECONDS + 30}"
    assert is_queued(rings(app, identity))


def test_a_token_holds_one_call_and_the_same_request_again_keeps_it(browser: ListenersBrowser) -> None:
    app, identity, sid = browser.app, browser.identity(), new_call_sid()
    assert is_queued(rings(app, identity, sid))
    assert "Your browser has a call on the line already." in said(rings(app, identity))
    assert is_queued(rings(app, identity, sid))
    ends(app, identity, sid)
    assert is_queued(rings(app, identity))


def test_a_token_is_renewed_for_the_call_that_lives_and_for_a_new_one_after_it(browser: ListenersBrowser) -> None:
    app, sid = browser.app, new_call_sid()
    began_at = int(time.time()) - 300
    browser.identity()
    [remembered] = [value.partition(".")[0] for value in browser.cookies.values()]
    in_call = f"{remembered}_{began_at}"  # as if the call had been going on for five minutes
    assert is_queued(rings(app, in_call, sid))
    assert browser.identity() == in_call
    assert "already" in said(rings(app, browser.identity()))
    ends(app, in_call, sid)
    new = browser.identity()
    assert new.startswith(f"{remembered}_")
    assert new != in_call
    assert is_queued(rings(app, new))


def test_another_token_of_the_same_browser_holds_no_second_call(browser: ListenersBrowser) -> None:
    identity = browser.identity()
    earlier = f"{identity.rpartition('_')[0]}_{int(time.time()) - 60}"
    assert is_queued(rings(browser.app, earlier))
    assert "already" in said(rings(browser.app, identity))


def test_a_browser_without_the_cookie_is_another_browser(app: App) -> None:
    one, other = ListenersBrowser(app).identity(), ListenersBrowser(app).identity()
    assert is_queued(rings(app, one))
    assert is_queued(rings(app, other))


def test_a_flood_of_strangers_does_not_keep_a_browser_in_a_call_from_its_next_token(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with running_app(tmp_path_factory.mktemp("flood")) as app:
        browser, stranger = ListenersBrowser(app), ListenersBrowser(app)
        identity, sid = browser.identity(), new_call_sid()
        assert is_queued(rings(app, identity, sid))
        while stranger.token().status != 429:
            pass
        assert browser.identity() == identity
        ends(app, identity, sid)
        assert browser.token().status == 429


# The switch


def test_while_the_switch_is_off_the_page_gives_the_number_and_nobody_new_calls(
    browser: ListenersBrowser, desk: DeskBrowser
) -> None:
    app, identity, sid = browser.app, browser.identity(), new_call_sid()
    assert is_queued(rings(app, identity, sid))
    off = desk.set(browser_calls=False)
    assert off.json()["sentence"] == "Web calls are off: listeners ring by phone."
    assert app.status()["show"]["browser_calls"] is False
    page = browser.get()
    assert f'href="tel:{LISTENER_NUMBER}"' in page
    assert Visitor(app.url).get("/call/state").json()["line"] == "by_phone", "the page's script says so"
    stranger = ListenersBrowser(app)
    refused = stranger.token()
    assert refused.status == 403
    assert (
        refused.json()["error"]
        == f"The studio is not taking calls from the web right now. Please ring {LISTENER_NUMBER}."
    )
    digits = ", ".join(LISTENER_NUMBER.removeprefix("+"))
    assert digits in said(rings(app, f"listener_{new_call_sid()[2:18]}_{int(time.time())}"))
    # A call on the line goes on, and its token is renewed.
    assert is_queued(rings(app, identity, sid))
    assert browser.identity() == identity
    assert app.row(sid)
    assert is_queued(app.signed("/twiml/enqueue", call_fields())), "by phone"
    desk.set(browser_calls=True)
    assert "data-token-url" in stranger.get()
    assert is_queued(rings(app, stranger.identity()))


def test_while_the_store_fails_the_page_and_its_token_are_given(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Callers are let in too, because nobody can tell then whether they are blocked."""
    nobody = f"127.0.0.1:{free_port()}"
    changes = {"STORE": "firestore:", "GOOGLE_CLOUD_PROJECT": "demo-callin", "FIRESTORE_EMULATOR_HOST": nobody}
    folder = tmp_path_factory.mktemp("unreachable")
    app = App(new_environment(folder, free_port(), free_port()) | changes)
    app.program = Program("app", app.command, app.environment)
    try:
        app.program.wait_until_ready(lambda: ask(app.url + "/static/shared/icon.svg").status == 200)
        browser = ListenersBrowser(app)
        assert "data-token-url" in browser.get()
        assert browser.identity().startswith("listener_")
    finally:
        app.end()


# A day's block


def screener_of(app: App) -> Visitor:
    visitor = signed_in(app.url, "screener")
    visitor.ask("POST", "/screener/token")
    return visitor


def standing(app: App, call_sid: str, value: str) -> Answer:
    return screener_of(app).press("/caller/standing", {"call_sid": call_sid, "standing": value})


def test_a_screener_blocks_a_browser_for_the_day_whatever_token_it_gets_and_lets_it_in_again(
    browser: ListenersBrowser,
) -> None:
    app, sid = browser.app, new_call_sid()
    [remembered] = {browser.identity().rpartition("_")[0] for _ in range(2)}
    first, second = (f"{remembered}_{int(time.time()) - age}" for age in (60, 0))
    assert is_queued(rings(app, first, sid))
    answer = standing(app, sid, "blocked").json()
    assert answer["sentence"] == "This browser is blocked for the day: its next call is turned away."
    row = app.row(sid)
    assert row is not None
    assert (row["known"]["standing"], row["known"]["first_time"]) == ("blocked", False)
    assert browser.identity() == first, "the call that lives goes on"
    ends(app, first, sid)
    refused = browser.token()
    assert refused.status == 403
    assert refused.json()["error"] == "The studio is not taking calls from this browser today."
    assert [verb.tag for verb in rings(app, second).xml()] == ["Reject"]
    assert is_queued(rings(app, ListenersBrowser(app).identity())), "another browser"
    assert standing(app, sid, "").json()["sentence"] == "This browser is no longer blocked."
    assert is_queued(rings(app, browser.identity()))


def test_a_browser_goes_on_no_list_but_the_days_block(browser: ListenersBrowser) -> None:
    sid = new_call_sid()
    rings(browser.app, browser.identity(), sid)
    refused = standing(browser.app, sid, "vip")
    assert (refused.status, refused.json()["error"][:27]) == (409, "A browser has no number, so")
    page = browser.app.visitor("admin").ask("GET", f"/caller?call_sid={sid}").json()
    assert (page["is_browser"], page["has_number"]) == (True, False)


def test_a_verdict_of_block_blocks_the_browser_and_the_page_of_callers_lets_it_in_again(
    browser: ListenersBrowser,
) -> None:
    app, identity, sid = browser.app, browser.identity(), new_call_sid()
    rings(app, identity, sid)
    said = screener_of(app).press("/screen/verdict", {"call_sid": sid, "verdict": "block"}).json()
    assert "This browser is blocked for the day." in str(said) or said["code"] == "phone"
    row = app.row(sid)
    assert row is not None
    assert row["known"]["standing"] == "blocked"
    assert browser.token().status == 200, "its call goes on"
    visitor = app.visitor("dj")
    page = visitor.ask("GET", "/callers").text
    assert "Browsers blocked for the day" in page
    assert "listener_" not in page
    found = re.search(r'value="unblock-browser"><input type="hidden" name="id" value="([^"]+)"', page)
    assert found is not None
    done = visitor.fill_in("/callers", do="unblock-browser", id=found[1])
    assert "no longer blocked" in done.text
    row = app.row(sid)
    assert row is not None
    assert row["known"] is None, "the live call shows it at once"
    ends(app, identity, sid)
    assert browser.token().status == 200
