"""The screener's page as people use it: with the real SDK, a caller at the other end, and the DJ's page beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from rehearsal.cast import pitch_hz_of
from tests.browser.conftest import DJ_HZ, LISTENER_HZ, Cast
from tests.support import presses
from tests.support.pages import DeskPage
from tests.support.processes import wait_until

FIRST, SECOND, THIRD = "+447700900001", "+447700900002", "+447700900003"
BLOCKED = "+447700900066"  # a number that no other test uses, because it stays blocked

FOUR_HOURS_ON = """() => {
  const Now = Date;
  const on = 4 * 3600 * 1000;
  window.Date = class extends Now {
    constructor(...parts) { super(...(parts.length ? parts : [Now.now() + on])); }
    static now() { return Now.now() + on; }
  };
}"""


@pytest.fixture
def screened(cast: Cast) -> Iterator[Cast]:
    """A show in which callers are screened."""
    desk = presses.DeskBrowser(cast.station.app)
    assert desk.set(screened=True).status == 200
    yield cast
    assert desk.set(screened=False).status == 200


def is_over(cast: Cast, call_sid: str) -> bool:
    return bool(cast.station.caller(call_sid)["status"] == "completed")


def test_a_caller_is_screened_made_ready_and_comes_on_the_air(screened: Cast) -> None:
    first, second = screened.waiting(FIRST, SECOND)
    desk, screener = screened.desk(), screened.screener()
    desk.connect()
    screener.wait_until_ready()
    expect(screener.page.get_by_text("Screening is off")).to_be_hidden()
    screener.connect()
    expect(screener.advice).to_contain_text("2 callers wait: press Talk to next")

    screener.talk_next_button.click()
    screener.expect_in_talk_with("001")
    screened.caller_hears(first, LISTENER_HZ)  # whose tone the screener's microphone plays
    screener.hears(pitch_hz_of(FIRST))
    expect(screener.page.get_by_text("Microphone: heard")).to_be_visible()
    expect(desk.row("001")).to_contain_text("screener is talking with them")
    expect(desk.row("001")).to_contain_text("Screening")
    assert screened.station.is_waiting(second), "nobody unscreened comes on the air"

    screener.card.name.fill("Ann")
    screener.card.place.fill("Leeds")
    screener.card.topic.fill("Potholes on the ring road")
    expect(desk.row("001")).to_contain_text("Potholes on the ring road")
    screener.expect_words("^You are talking with Ann\\.$")
    screener.verdict("ready").click()
    screener.expect_words("^Ann is on the DJ’s list")
    desk.expect_on_air_with("001")  # the desk was waiting for somebody
    desk.expect_words("^On the air with Ann\\.$")
    expect(desk.page.locator(".air")).to_contain_text("Ann, Leeds")
    expect(desk.page.locator(".air")).to_contain_text("Potholes on the ring road")
    screened.caller_hears(first, DJ_HZ)
    expect(screener.list("ready")).to_contain_text("Ann, Leeds")

    # The second waits on the list until the DJ takes them.
    screener.row("002").get_by_role("button", name="Talk").click()
    screener.expect_in_talk_with("002")
    screener.verdict("ready").click()
    expect(desk.row("002")).to_contain_text("Ready")
    expect(desk.row("002").locator(".up-next")).to_be_visible()
    desk.take_button("002").click()
    desk.expect_on_air_with("002")
    screened.caller_hears(second, DJ_HZ)
    wait_until(lambda: is_over(screened, first), why="the first is not let go")


def test_every_verdict_with_keys_alone(screened: Cast) -> None:
    first, second, third = screened.waiting(FIRST, BLOCKED, THIRD)
    screener = screened.screener()
    screener.wait_until_ready()
    keys = screener.page.keyboard
    keys.press("?")
    expect(screener.page.get_by_role("dialog")).to_contain_text("Talk to the caller who has waited longest")
    keys.press("Escape")
    keys.press("n")
    screener.expect_words("Connect first")
    keys.press("c")
    screener.expect_state("free")
    expect(screener.talk_next_button).not_to_have_attribute("aria-disabled", "true")

    keys.press("n")
    screener.expect_in_talk_with("001")
    expect(screener.card.name).to_be_focused()
    keys.press("Escape")
    keys.press("w")
    expect(screener.card.name).to_be_focused()
    keys.type("Robin")  # letters that are keys elsewhere
    screener.expect_state("talk")
    keys.press("Escape")
    keys.press("m")
    screener.expect_words("You are muted")
    keys.press("m")
    keys.press("o")
    expect(screener.list("held")).to_contain_text("Robin")
    screened.station.until(lambda: "hold" in screened.station.heard(first).lower(), "they hear nothing of it")

    expect(screener.talk_next_button).not_to_have_attribute("aria-disabled", "true")
    keys.press("n")
    screener.expect_in_talk_with("066")
    keys.press("Escape")
    keys.press("b")
    expect(screener.list("waiting")).to_contain_text("•••066")
    screened.station.until(lambda: screened.station.is_waiting(second), "they are not back in line")

    expect(screener.talk_next_button).not_to_have_attribute("aria-disabled", "true")
    for _ in range(2):
        keys.press("j")
    expect(screener.row("003").get_by_role("button", name="Talk")).to_be_focused()
    keys.press("t")
    screener.expect_in_talk_with("003")
    keys.press("Escape")
    keys.press("Shift+L")
    screener.expect_words("The caller ending 003 was thanked and let go")
    screened.station.until(lambda: is_over(screened, third), "they are not let go")
    assert "thank" in screened.station.heard(third).lower()

    expect(screener.talk_next_button).not_to_have_attribute("aria-disabled", "true")
    keys.press("n")
    screener.expect_in_talk_with("066")
    keys.press("Escape")
    keys.press("Shift+X")
    screener.expect_words("Press Block again")
    assert not is_over(screened, second)
    keys.press("Shift+X")
    screener.expect_words("The caller ending 066 was let go, and this number is blocked")
    screened.station.until(lambda: is_over(screened, second), "they are not let go")

    # A caller on hold is made ready from the list, before the one who is there already.
    screener.row("001").get_by_role("button", name="Ready").click()
    expect(screener.list("ready")).to_contain_text("Robin")
    keys.press("Shift+H")
    screener.expect_words("You hung up")


def test_a_caller_marked_ready_next_is_before_the_others(screened: Cast) -> None:
    first, second = screened.waiting(FIRST, SECOND)
    screener = screened.screener()
    screener.wait_until_ready()
    screener.row("001").get_by_role("button", name="Ready").click()
    expect(screener.list("ready")).to_contain_text("•••001")
    screener.connect()
    screener.talk_next_button.click()
    screener.expect_in_talk_with("002")
    screener.page.get_by_role("radio", name="next").check()
    screener.page.keyboard.press("r")
    expect(screener.list("ready").locator(".caller .number")).to_have_text(["•••002", "•••001"])
    order = [row["call_sid"] for row in screened.station.app.status()["calls"]]
    assert order == [second, first]


def test_a_caller_who_hangs_up_or_whose_screener_does_is_told_of(screened: Cast) -> None:
    first, second = screened.waiting(FIRST, SECOND)
    screener = screened.screener()
    screener.wait_until_ready()
    screener.connect()
    screener.talk_next_button.click()
    screener.expect_in_talk_with("001")
    screened.station.hang_up(first)
    screener.expect_state("free")
    expect(screener.advice).to_contain_text("One caller waits")
    screener.talk_next_button.click()
    screener.expect_in_talk_with("002")
    screener.hang_up_button.click()
    screener.expect_words("You hung up")
    screened.station.until(lambda: screened.station.is_waiting(second), "they were lost")
    expect(screener.list("waiting")).to_contain_text("•••002")


def test_when_twilio_cannot_be_asked_the_screeners_own_call_says_it(screened: Cast) -> None:
    [first] = screened.waiting(FIRST)
    screener = screened.screener()
    screener.wait_until_ready()
    screener.connect()
    screener.talk_next_button.click()
    screener.expect_in_talk_with("001")
    screened.station.control("PUT", "/faults", {"rest": {"status": 500, "rate": 1.0}})
    screener.verdict("let_go").click()
    screener.expect_words(r"has sent the \* key|was thanked and let go")
    screened.station.until(lambda: is_over(screened, first), "they are not let go")
    screener.expect_state("free")


def test_two_screeners_see_each_other(screened: Cast) -> None:
    screened.waiting(FIRST, SECOND)
    sam, ann = screened.screener(), screened.screener("admin")
    for one in (sam, ann):
        one.wait_until_ready()
        one.connect()
    sam.talk_next_button.click()
    sam.expect_in_talk_with("001")
    expect(ann.page.locator(".caller").first).to_contain_text("screener is talking with them")
    expect(ann.page.locator(".caller").first.get_by_role("button", name=re.compile("^Talk"))).to_have_count(0)
    ann.talk_next_button.click()
    ann.expect_state("talk")
    expect(sam.row("002")).to_contain_text("admin is talking with them")


def test_the_switch_is_on_the_djs_page(cast: Cast) -> None:
    desk: DeskPage = cast.desk()
    desk.page.get_by_text("Line settings").click()
    switch = desk.page.get_by_role("switch", name="Screening")
    switch.click()
    expect(switch).to_be_checked()
    assert cast.station.app.status()["show"]["screened"] is True
    switch.click()
    expect(switch).not_to_be_checked()


def test_a_caller_that_called_before_is_recognised(screened: Cast) -> None:
    number = "+447700900067"  # a number that no other test uses, because it is known from now on
    app = screened.station.app
    [before] = screened.waiting(number)
    for field, value in (("name", "Ann"), ("place", "Leeds")):
        body = {"call_sid": before, "field": field, "value": value, "base": 0}
        assert app.visitor().press("/desk/card", body).status == 200
    screened.station.hang_up(before)
    wait_until(lambda: app.row(before) is None, why="the first call goes on")

    def is_known() -> bool:
        known = app.get(f"/caller?call_sid={before}").json()
        return bool(known["calls"] == 1 and known["people"])

    screened.station.until(is_known, "nobody remembers them")
    screened.waiting(number)
    screener = screened.screener()
    screener.wait_until_ready()
    expect(screener.row("067")).to_contain_text("Perhaps Ann, Leeds")
    screener.connect()
    screener.talk_next_button.click()
    screener.expect_in_talk_with("067")
    page = screener.page
    page.get_by_role("button", name=re.compile("^It is Ann, Leeds")).click()
    expect(screener.card.name).to_have_value("Ann")
    expect(screener.card.place).to_have_value("Leeds")
    page.get_by_text("Notes and earlier calls").click()
    expect(page.get_by_role("list", name="Earlier calls")).to_contain_text("hung up · Ann")
    page.get_by_label("Notes on this number").fill("Speaks softly")
    page.get_by_role("button", name="VIP").click()
    expect(page.get_by_role("button", name="VIP")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".known .badges")).to_contain_text("VIP")
    wait_until(
        lambda: app.get(f"/caller?call_sid={before}").json()["notes"]["text"] == "Speaks softly", why="notes are lost"
    )


def test_a_call_that_is_getting_old_is_begun_anew_while_nobody_is_there(cast: Cast) -> None:
    screener = cast.screener()
    screener.wait_until_ready()
    screener.connect()
    app = cast.station.app

    def leg() -> str:
        return str(next((desk["leg"] for desk in app.status()["desks"] if desk["name"] != "air"), ""))

    first = leg()
    assert first
    screener.page.evaluate(FOUR_HOURS_ON)
    screener.page.evaluate("dispatchEvent(new Event('online'))")  # else it has heard nothing for four hours
    wait_until(lambda: leg() not in ("", first), why="it grows older and older")
    screener.expect_state("free")
