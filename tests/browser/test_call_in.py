"""A listener calls in from a browser of their own: two real Chromiums, and what each of them hears of the other."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DJ_HZ, LISTENER_HZ, Cast
from tests.support.chromium import MICROPHONE_DBFS
from tests.support.processes import wait_until

# The SDK itself with the page's own token, and every parameter that might make somebody believe it is a desk.
FORGE = """
async ({ url, host }) => {
  const { token } = await (await fetch(url, { method: "POST" })).json();
  const device = new Twilio.Device(token, { chunderw: host, publishEvents: false, sounds: {} });
  const call = await device.connect({
    params: {
      From: "client:dj_0123456789abcdef", Caller: "client:dj_0123456789abcdef", CallSid: "CA" + "0".repeat(32),
      To: "desk", Direction: "outbound", identity: "dj_1", role: "dj", desk: "air", turn: "1", url: "/twiml/dequeue",
    },
  });
  await new Promise((resolve) => call.once("accept", resolve));
  return call.parameters.CallSid;
}
"""


def browser_call(cast: Cast) -> str:
    """The SID of the one call that came from a listener's browser, once it is in line."""

    def in_line() -> str:
        [row] = [row for row in cast.station.app.status()["calls"] if row["number"] == "browser"]
        cast.station.control("PUT", "/clock", {"advance_seconds": 5})
        assert cast.station.is_waiting(row["call_sid"])
        return str(row["call_sid"])

    return wait_until(in_line, why="the listener is not in line")


@pytest.mark.alone  # sound in real time, measured at three ends
def test_a_listener_calls_waits_is_on_the_air_and_both_hear_each_other(cast: Cast) -> None:
    call = cast.call_page()
    call.call()
    call.expect_stage("connected")
    sid = browser_call(cast)
    assert cast.station.caller(sid)["from"].startswith("client:listener_")

    desk = cast.desk()
    desk.connect()
    desk.expect_air_state("on")
    desk.hears(LISTENER_HZ, MICROPHONE_DBFS)
    call.hears(DJ_HZ, MICROPHONE_DBFS)
    cast.caller_hears(sid, DJ_HZ, MICROPHONE_DBFS)

    call.hang_up()
    call.expect_stage("ready")
    desk.expect_air_state("standby")
    wait_until(lambda: cast.station.caller(sid)["status"] == "completed", why="the call lives on")


def test_a_listener_hears_the_music_while_waiting(cast: Cast) -> None:
    call = cast.call_page()
    call.call()
    call.expect_stage("connected")
    browser_call(cast)

    def hears_something() -> bool:
        reading = call.page.evaluate("measureForTest()")
        return reading["level_dbfs"] is not None and reading["level_dbfs"] > -45

    wait_until(hears_something, why="nothing is heard in the line")


def test_the_djs_next_thanks_the_listener_and_ends_their_call(cast: Cast) -> None:
    call = cast.call_page()
    call.call()
    call.expect_stage("connected")
    sid = browser_call(cast)
    desk = cast.desk()
    desk.connect()
    desk.expect_air_state("on")
    cast.desk_leg(sid)
    desk.next_caller()
    call.expect_stage("ready")
    expect(call.title).to_have_text(re.compile(r"\w"))
    desk.expect_air_state("standby")


def test_a_listeners_token_reaches_the_line_and_never_a_desks_leg_whatever_the_page_sends(cast: Cast) -> None:
    call = cast.call_page()
    host = call.page.locator("[data-call-page]").get_attribute("data-signalling-host")
    sid = call.page.evaluate(FORGE, {"url": "/call/token", "host": host})
    assert browser_call(cast) == sid
    leg = cast.station.caller(sid)
    assert leg["from"].startswith("client:listener_")
    assert leg["queue"] == "radio-callin-queue"
    assert leg["bridged_to"] is None
