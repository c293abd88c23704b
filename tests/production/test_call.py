"""The listeners' page on a phone and on a desk: every stage has its own word and shape, fits, and is accessible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.production.conftest import DJ_HZ, LISTENER_HZ, Network
from tests.support import presses
from tests.support.chromium import MICROPHONE_DBFS
from tests.support.listener_page import Listener
from tests.support.messages import delete_all, listed, set_messages
from tests.support.pages import DeskPage
from tests.support.processes import wait_until
from tests.support.production import Bed
from tests.support.screeners import ScreenerBrowser

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


@pytest.fixture
def _messages(bed: Bed) -> Iterator[None]:
    assert "Saved." in set_messages(bed.app).text
    yield
    delete_all(bed.app)
    set_messages(bed.app, is_on=False)


def answer_of(state: object) -> Callable[[Route], None]:
    return lambda route: route.fulfill(json=state)


def calls_from_browsers(bed: Bed) -> list[dict[str, Any]]:
    return [call for call in bed.control("GET", "/callers") if call["from"].startswith("client:listener_")]


@pytest.mark.usefixtures("_messages")
def test_every_stage_has_its_word_and_shape_and_fits_every_width(
    bed: Bed, listener: Listener, network: Network
) -> None:
    page, first = listener.page, bed.ring()
    bed.wait_until_queued(first)
    expect(listener.part("line")).to_have_text("The line is open. 1 caller is waiting.")
    listener.look("before", "Call")
    page.get_by_role("button", name="Check your microphone").click()
    expect(page.get_by_text("Your microphone works.")).to_be_visible()
    listener.look("microphone check", "Call")

    held: list[Route] = []
    page.route("**/call/token", lambda route: held.append(route))  # noqa: PLW0108 - no built-in function will do
    listener.call()
    listener.expect_place("calling", "Calling…")
    listener.look("calling", "Hang up")
    wait_until(lambda: page.wait_for_timeout(50) or held, why="the page asks for no token")
    held[0].continue_()
    sid = bed.browser_call()
    listener.expect_place("waiting", "Number 2")
    listener.look("waiting", "Mute", "Hang up")

    network.break_off()
    listener.expect_place("reconnecting", "Reconnecting…")
    listener.look("reconnecting", "Mute", "Hang up")
    network.come_back()
    listener.expect_place("waiting", "Number 2")

    screener = ScreenerBrowser(bed)
    screener.connect()
    for verdict, name, words in (("ready", "ready", "Ready"), ("hold", "held", "On hold")):
        screener.talk(sid)
        listener.expect_place("screening", "Screener")
        if verdict == "ready":
            listener.look("screening", "Mute", "Hang up")
        assert screener.decide(sid, verdict).status == 200
        listener.expect_place(name, words)
        listener.look(name, "Mute", "Hang up")

    desk = presses.DeskBrowser(bed.app)
    dj = bed.ring(f"client:{desk.identity}", bed.app.environment["TWILIO_APP_SID"])
    bed.wait_until_bridged(dj, first)
    for stage, asked, words, name in (
        ("waiting", True, "Are you ready?", "asked"),
        ("next", False, "You are next", "next"),
    ):
        call = {"call_sid": sid, "stage": stage, "position": 1, "is_asked": asked, "wait_seconds": 9}
        state = {"line": "open", "waiting": 1, "ask_again_seconds": 1, "call": call}
        page.route("**/call/state*", answer_of(state))
        listener.expect_place(name, words)
        listener.look(name, *(["I am ready"] if asked else []), "Mute", "Hang up")
        page.unroute("**/call/state*")

    assert desk.take(sid).status == 200
    bed.wait_until_bridged(dj, sid)
    listener.expect_place("on_air", "ON AIR")
    listener.look("on the air", "Mute", "Hang up")
    page.get_by_role("button", name="Mute").click()
    listener.expect_place("on_air", "ON AIR, muted")
    listener.look("muted on the air", "Unmute", "Hang up")
    assert desk.drop().status == 200
    listener.expect_stage("ready")
    listener.expect_place("ended", "Call ended")
    listener.look("ended", "Call again")
    words = [words for words, _ in listener.seen.values() if words]
    shapes = [shape for _, shape in listener.seen.values() if shape]
    assert len(set(words)) == len(words), listener.seen
    assert len(set(shapes)) == len(shapes), listener.seen


@pytest.mark.usefixtures("_messages")
def test_a_line_that_takes_nobody_has_its_word_and_shape_and_offers_a_message(
    bed: Bed, open_page: OpenPage, network: Network
) -> None:
    bed.wait_until_queued(bed.ring())
    desk = presses.DeskBrowser(bed.app)
    shapes = set()
    for settings, name, words, sentence in (
        (
            {"most_callers": 1},
            "full",
            "Line full",
            "The line is full. Please try again in a few minutes. 1 caller is waiting.",
        ),
        ({"opening": "closed", "most_callers": 0}, "closed", "Line closed", "The line is closed."),
        (
            {"opening": "last_calls"},
            "last_calls",
            "No more calls",
            "The line is not taking any more callers in this show.",
        ),
        (
            {"opening": "open", "browser_calls": False},
            "by_phone",
            "By phone only",
            "The studio is taking calls by phone only: ",
        ),
    ):
        assert desk.set(**settings).status == 200
        listener = Listener(open_page("/call", browser="listener_browser"), bed)
        listener.expect_place(name, words)
        expect(listener.part("line")).to_contain_text(sentence)
        listener.look(name)
        shapes.add(listener.seen[name][1])
        may_try = name == "full"
        expect(listener.part("call")).to_have_attribute("aria-disabled", "false" if may_try else "true")
        listener.page.get_by_role("link", name="Leave a message").press("Enter")
        expect(listener.page.get_by_role("heading", name="Leave a message instead")).to_be_focused()
        listener.page.get_by_label("Or write it").fill(f"Hello, {name}")
        listener.page.get_by_role("button", name="Send the text").click()
        expect(listener.part("message-said")).to_have_text("Thank you. The studio has your message.")
    assert len(shapes) == 4
    assert {one["text"] for one in listed(bed.app)} == {
        f"Hello, {name}" for name in ("closed", "last_calls", "full", "by_phone")
    }
    ring = listener.page.get_by_role("link", name=bed.app.environment["TWILIO_LISTENER_NUMBER"])
    expect(ring).to_have_attribute("href", f"tel:{bed.app.environment['TWILIO_LISTENER_NUMBER']}")


@pytest.mark.usefixtures("_messages")
def test_a_refused_microphone_is_told_with_what_to_do_and_a_text_can_be_sent(bed: Bed, open_page: OpenPage) -> None:
    listener = Listener(open_page("/call", browser="deaf_browser"), bed)
    listener.call()
    expect(listener.title).to_have_text("Your browser may not use the microphone.")
    expect(listener.part("advice")).to_have_text(
        "Press the icon beside this page’s address, allow the microphone, then press Call."
    )
    listener.look("refused", "Call")
    listener.page.get_by_role("link", name="Leave a message").click()
    listener.page.get_by_label("Or write it").fill("Play my song")
    listener.page.get_by_role("button", name="Send the text").click()
    expect(listener.part("message-said")).to_have_text("Thank you. The studio has your message.")
    assert [one["text"] for one in listed(bed.app)] == ["Play my song"]
    assert bed.app.status()["calls"] == []


def test_on_a_slow_network_the_page_says_that_it_connects_and_two_clicks_are_one_call(
    bed: Bed, open_page: OpenPage
) -> None:
    page = open_page(browser="listener_browser")
    listener = Listener(page, bed)
    chrome = page.context.new_cdp_session(page)
    chrome.send("Network.enable")

    def slow_down(latency_ms: int) -> None:
        slow_3g = {"offline": False, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
        chrome.send("Network.emulateNetworkConditions", slow_3g | {"latency": latency_ms})

    slow_down(2000)
    page.goto(bed.app.url + "/call", wait_until="commit")
    button = listener.part("call")
    expect(button).to_have_text("One moment…")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_have_text("Call")
    slow_down(7000)
    button.dblclick()
    listener.expect_place("calling", "Calling…")
    expect(listener.part("advice")).to_have_text("Your connection is slow. You need not press again: please wait.")
    slow_down(2000)
    listener.expect_stage("connected")
    slow_down(0)
    sid = bed.browser_call()
    listener.expect_place("waiting", "Number 1")
    assert [call["call_sid"] for call in calls_from_browsers(bed)] == [sid]


def test_a_second_tab_says_where_the_call_is_and_makes_no_other(bed: Bed, listener: Listener) -> None:
    listener.call()
    sid = bed.browser_call()
    second = Listener(listener.page.context.new_page(), bed)
    second.open()
    second.expect_place("elsewhere", "In another tab")
    expect(second.title).to_have_text("You are in a call already, in another tab.")
    expect(second.part("advice")).to_contain_text("Go to that tab to talk or to hang up")
    expect(second.part("call")).to_have_attribute("aria-disabled", "true")
    second.look("second tab")
    second.part("call").press("Enter")
    assert [call["call_sid"] for call in calls_from_browsers(bed)] == [sid]
    listener.page.bring_to_front()
    listener.hang_up()
    expect(second.title).to_have_text("Ready when you are.")


def test_both_hear_each_other_and_mute_keeps_the_listener_from_the_dj(
    bed: Bed, listener: Listener, open_page: OpenPage
) -> None:
    listener.call()
    bed.browser_call()
    desk = DeskPage(open_page("/", "dj"), bed.app.url)
    desk.wait_until_ready()
    desk.connect()
    desk.expect_air_state("on")
    desk.hears(LISTENER_HZ, MICROPHONE_DBFS)
    listener.hears(DJ_HZ, MICROPHONE_DBFS)
    listener.page.get_by_role("button", name="Mute").click()
    listener.expect_place("on_air", "ON AIR, muted")
    wait_until(lambda: is_silent(desk.page), why="the DJ hears a listener that is muted")
    desk.hang_up()


def is_silent(page: Page) -> bool:
    level = page.evaluate("measureForTest()")["level_dbfs"]
    return level is None or level < -50
