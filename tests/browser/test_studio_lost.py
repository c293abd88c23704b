"""The DJ's browser dies in the middle of a call: the caller is kept, hears so, and is on again when the DJ is back."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright

from rehearsal.cast import pitch_hz_of
from tests.browser.conftest import DJ_HZ, Cast
from tests.support.chromium import chromium, new_page
from tests.support.pages import DeskPage
from tests.support.station import Station

FIRST, SECOND = "+447700900001", "+447700900002"


@pytest.fixture
def doomed(playwright: Playwright) -> Iterator[Browser]:
    """A browser that the test may kill."""
    with chromium(playwright, DJ_HZ) as browser:
        yield browser


@pytest.fixture(params=["action", "hangup"])
def star(request: pytest.FixtureRequest, studio: Station) -> None:
    studio.control("PUT", "/behaviour", {"star": request.param, "dead_leg_seconds": 3})


def kill(browser: Browser) -> None:
    """Ends the whole browser as a crash does: it has no time to say anything."""
    about = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    pid = next(one["id"] for one in about["processInfo"] if one["type"] == "browser")
    os.kill(pid, signal.SIGKILL)


def connected(cast: Cast, browser: Browser) -> DeskPage:
    desk = DeskPage(new_page(browser), cast.station.app.url)
    desk.open()
    desk.wait_until_ready()
    desk.connect()
    return desk


def after_the_bridge(cast: Cast, call_sid: str) -> list[str]:
    """The verbs that the caller has heard since they were on the air."""
    verbs = [heard["verb"] for heard in cast.station.caller(call_sid)["heard"]]
    return verbs[verbs.index("Bridged") :]


@pytest.mark.usefixtures("star")
def test_a_caller_whose_djs_browser_is_killed_is_on_again_when_the_dj_is_back(cast: Cast, doomed: Browser) -> None:
    first, second = cast.waiting(FIRST, SECOND)
    desk = connected(cast, doomed)
    desk.expect_on_air_with("001")
    desk.hears(pitch_hz_of(FIRST))
    kill(doomed)

    cast.station.until(lambda: "One moment, please." in cast.station.heard(first), "the caller hears nothing")
    cast.station.until(
        lambda: cast.station.caller(first)["queue"] == "radio-callin-air", "the caller does not wait for the studio"
    )
    cast.station.until(lambda: "Play" in after_the_bridge(cast, first), "the caller hears no music")

    again = cast.desk()
    again.connect()
    again.expect_on_air_with("001")
    again.hears(pitch_hz_of(FIRST))
    cast.caller_hears(first, DJ_HZ)
    assert cast.station.is_waiting(second)
