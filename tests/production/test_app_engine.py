"""The app on App Engine: behind its front, started by the entry point of `app.yaml`, with Firestore as its store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, Playwright, expect

from rehearsal.cast import pitch_hz_of
from tests.production.conftest import DJ_HZ
from tests.production.test_addresses import FORWARDING, faults_of, forged
from tests.support import firestore
from tests.support.app_engine import AppEngine, running_app_engine
from tests.support.calls import call_fields
from tests.support.chromium import chromium, new_page
from tests.support.echo import running_echo
from tests.support.google_front import GoogleFront
from tests.support.https import Https
from tests.support.pages import DeskPage, fill_in_sign_in, open_menu
from tests.support.processes import ROOT, free_port, wait_until
from tests.support.production import DJ_PIN, PASSWORD
from tests.support.station import DJ_PHONE
from tests.support.visitors import Visitor
from tests.support.web import ask
from util import asset

# The first test waits for the emulator, a Java program, and for a whole station.
pytestmark = pytest.mark.timeout(120)

FIRST, SECOND, THIRD = (f"+44770090000{number}" for number in (1, 2, 3))


@pytest.fixture(scope="module")
def shared(emulator: firestore.Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppEngine]:
    with running_app_engine(tmp_path_factory.mktemp("app-engine"), emulator) as station:
        yield station


@pytest.fixture
def station(shared: AppEngine) -> AppEngine:
    shared.reset()
    return shared


def waiting(station: AppEngine, *numbers: str) -> list[str]:
    sids = []
    for number in numbers:
        sids.append(station.ring(number))
        station.wait_until_queued(sids[-1])
    return sids


def test_the_front_sets_its_own_headers_and_lets_underscores_through(shared: AppEngine) -> None:
    sent = {
        "X-Appengine-User-IP": "192.0.2.1",
        "x-APPENGINE-cron": "true",
        "X_Appengine_User_IP": "192.0.2.1",
        "X-Google-Internal": "1",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-For": "192.0.2.1",
        "Accept-Encoding": "gzip",
        "TE": "trailers",
        "X-Twilio-Signature": "c2lnbmVk",
    }
    https = Https(shared.https.certificate, free_port())
    front = GoogleFront(shared.app_yaml, shared.app.code, https, free_port())
    front.start()
    with running_echo() as echo:
        front.add(echo.port)
        told = https.ask(https.url + "/twiml/wait?n=1&x=%2F", "POST", b"a=1", sent).json()
    front.end()
    assert (told["path"], told["body"]) == ("/twiml/wait?n=1&x=%2F", "a=1")
    assert {name: told["headers"].get(name) for name in sent} == {
        "X-Appengine-User-IP": "127.0.0.1",
        "x-APPENGINE-cron": None,
        "X_Appengine_User_IP": "192.0.2.1",
        "X-Google-Internal": None,
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "192.0.2.1, 127.0.0.1",
        "Accept-Encoding": None,
        "TE": None,
        "X-Twilio-Signature": "c2lnbmVk",
    }


def test_only_app_engines_cron_has_the_app_looked_at(shared: AppEngine) -> None:
    [job] = yaml.safe_load((ROOT / "cron.yaml").read_text())["cron"]
    for header in ("X-Appengine-Cron", "X_Appengine_Cron"):
        assert shared.https.ask(shared.app.url + job["url"], headers={header: "true"}).status == 403
    from_cron = ask(shared.instances[0].inside_url + job["url"], headers={"X-Appengine-Cron": "true"})
    assert (from_cron.status, from_cron.json()) == (200, {"problem": ""})


@pytest.mark.parametrize(
    ("path", "kind", "seconds"),
    [
        ("/static/twiml/fallback.xml", "text/xml", 60),
        ("/static/sound/music.wav", "audio/wav", 600),
        ("/static/sound/sdk/incoming.wav", "audio/wav", 600),
        (asset("desk.js"), "text/javascript", 365 * 86400),
        ("/static/shared/base.css", "text/css", 600),
    ],
)
def test_google_serves_the_static_files_as_app_yaml_says(shared: AppEngine, path: str, kind: str, seconds: int) -> None:
    answer = shared.https.ask(shared.app.url + path)
    assert answer.status == 200
    assert answer.headers.get_content_type() == kind
    assert answer.headers["Cache-Control"] == f"public, max-age={seconds}"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert shared.https.ask(shared.app.url + path, "POST", b"").status == 405


@pytest.mark.parametrize("path", ["/", "/call?x=1", "/static/twiml/fallback.xml", "/twiml/enqueue"])
def test_plain_http_is_sent_to_https_for_good(shared: AppEngine, path: str) -> None:
    answer = ask(f"http://127.0.0.1:{shared.http_port}{path}", headers={"Host": "evil.example"})
    assert answer.status == 301
    assert answer.headers["Location"] == shared.app.url + path


def test_more_than_32_megabytes_do_not_reach_the_app(shared: AppEngine) -> None:
    before = shared.front.answers
    assert shared.https.ask(shared.app.url + "/sign-in", "POST", b"x" * (32 * 1024 * 1024 + 1)).status == 413
    assert shared.front.answers == before
    assert shared.https.ask(shared.app.url + "/sign-in", "POST", b"x" * 150_000).json() == {
        "error": "The request is too large."
    }


def test_what_twilio_signs_is_believed_and_nothing_else(shared: AppEngine) -> None:
    done = call_fields(CallStatus="completed")
    assert shared.app.signed("/twiml/status?a=%2F&b=+", done).status == 200
    assert shared.app.signed("/twiml/status", done, "GET").status == 200
    assert shared.app.signed("/twiml/status", done, signed="bm8gc2lnbmF0dXJl").status == 403


def test_forged_headers_change_no_address_and_no_cookie(shared: AppEngine) -> None:
    visitor = Visitor(shared.app.url, send=forged(shared.https.ask, FORWARDING | {"Host": "evil.example"}))
    answers = [visitor.get("/waits"), visitor.sign_in("dj", PASSWORD, next="/waits"), visitor.get("/")]
    answers += [visitor.get(path) for path in ("/waits", "/call", "/callers", "/account", "/no-such-page")]
    answers += [visitor.ask("POST", "/token"), visitor.get("/"), visitor.fill_in("/sign-out")]
    assert [answer.status for answer in answers] == [303, 303, 200, 200, 200, 200, 200, 404, 200, 200, 303]
    assert [fault for answer in answers for fault in faults_of(answer, shared.app.url)] == []


@pytest.fixture
def dj_browser(playwright: Playwright, shared: AppEngine) -> Iterator[Browser]:
    with chromium(playwright, DJ_HZ, *shared.chromium_flags) as browser:
        yield browser


@pytest.mark.browser
def test_a_dj_signs_in_and_runs_a_show_with_sound(station: AppEngine, dj_browser: Browser) -> None:
    first, second = waiting(station, FIRST, SECOND)
    page = new_page(dj_browser)
    page.goto(station.app.url + "/")
    expect(page).to_have_url(station.app.url + "/sign-in")
    fill_in_sign_in(page, "dj", PASSWORD)
    expect(page).to_have_url(station.app.url + "/")
    desk = DeskPage(page, station.app.url)
    desk.expect_callers(["•••001", "•••002"])
    desk.wait_until_ready()
    desk.connect()
    desk.expect_on_air_with("001")
    desk.hears(pitch_hz_of(FIRST))

    def hears_the_dj() -> bool:
        heard: dict[str, Any] = station.control("GET", f"/sound/{first}")["heard"]
        return bool(heard["frequency_hz"] == pytest.approx(DJ_HZ, abs=3))

    wait_until(hears_the_dj, why="the caller does not hear the DJ")
    desk.next_caller()
    desk.expect_on_air_with("002")
    wait_until(lambda: station.caller(first)["status"] == "completed", why="the first is not let go")
    [third] = waiting(station, THIRD)
    expect(desk.row("003")).to_contain_text("Waiting")
    desk.hang_up()
    desk.expect_air_state("off")
    wait_until(lambda: station.caller(second)["status"] == "completed", why="the second is not let go")
    assert station.is_waiting(third)
    open_menu(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in$"))
    assert 0 < station.front.most_at_once <= station.app_yaml.most_requests
    page.context.close()


def test_the_show_goes_on_when_one_of_two_instances_is_killed(station: AppEngine) -> None:
    station.start_instance()
    first, second = waiting(station, FIRST, SECOND)
    dj = station.ring(DJ_PHONE, "dj")
    station.until(lambda: "PIN" in station.heard(dj), "the phone is not asked for its PIN")
    station.press(dj, f"{DJ_PIN}#")
    station.wait_until_bridged(dj, first)
    assert min(station.front.answers) > 0, "both have answered"
    killed = station.instances[0].program
    assert killed is not None
    killed.kill()

    station.press(dj, "*")
    station.wait_until_bridged(dj, second)
    station.until(lambda: station.caller(first)["status"] == "completed", "the first is not let go")
    [third] = waiting(station, THIRD)
    station.press(dj, "*")
    station.wait_until_bridged(dj, third)
    station.until(lambda: stages(station) == {third: "on_air"}, "the line does not say who is on")
    assert len(station.front.answers) == 1, "the front has met the dead instance"
    station.hang_up(dj)
    station.until(lambda: station.is_waiting(third), "the caller is not kept when the studio drops out")


def stages(station: AppEngine) -> dict[str, str]:
    return {row["call_sid"]: row["stage"] for row in station.app.status()["calls"]}
