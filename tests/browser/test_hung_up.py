"""A caller hangs up: the desk says who, nobody follows until Next, and the caller stays in "just left"."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DJ_HZ, Cast
from tests.support import presses
from tests.support.looks import complaints_in_every_look
from tests.support.screener import CardFields

FIRST, SECOND, THIRD = "+447700900001", "+447700900002", "+447700900003"


def write_name(cast: Cast, call_sid: str, name: str) -> None:
    body = {"call_sid": call_sid, "field": "name", "value": name, "base": 0}
    assert cast.station.app.visitor().press("/desk/card", body).status == 200


def left_row(page: Page, call_sid: str) -> Locator:
    """The caller's row in "just left". Callers of earlier tests may be there too, also above it."""
    return page.locator(f'.left-caller[data-call-sid="{call_sid}"]')


def test_after_a_caller_hung_up_nobody_follows_until_next(cast: Cast) -> None:
    presses.DeskBrowser(cast.station.app).set(automatic=False)
    first, second, third = cast.waiting(FIRST, SECOND, THIRD)
    write_name(cast, first, "Ann")
    write_name(cast, second, "Bo")
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    expect(desk.next_button).to_contain_text("Bo")  # named before they are on
    cast.station.hang_up(first)
    desk.expect_air_state("standby")
    desk.expect_words(r"^Nobody is on the air\.$")
    expect(desk.advice).to_contain_text("Ann hung up.")
    assert cast.station.is_waiting(second)

    left = left_row(desk.page, first)
    expect(left).to_contain_text("Ann •••001")
    expect(left).to_contain_text("Hung up on the air · just now")
    left.get_by_role("button", name=re.compile("^Card")).click()
    CardFields(left).note.fill("Call her back")
    with desk.page.expect_popup() as opened:
        left.get_by_role("link", name=re.compile("^History")).click()
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text("•••001")
    expect(opened.value.locator("main")).to_contain_text("Ann")
    opened.value.close()

    desk.next_caller()
    desk.expect_on_air_with("002")
    cast.caller_hears(second, DJ_HZ)
    assert cast.station.is_waiting(third)


def test_what_is_still_being_typed_when_a_caller_hangs_up_presses_nothing(cast: Cast) -> None:
    """N, O, A and M are keys of the desk, and the card goes with its caller."""
    presses.DeskBrowser(cast.station.app).set(automatic=False)
    first, second = cast.waiting(FIRST, SECOND)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    cast.desk_leg(first)
    keys = desk.page.keyboard
    keys.press("w")
    expect(CardFields(desk.air_card).name).to_be_focused()
    cast.station.hang_up(first)
    while desk.air_card.is_visible():
        keys.press("n")
    keys.type("no, a man", delay=100)
    desk.expect_air_state("standby")
    expect(desk.page.get_by_role("switch", name="Auto-advance")).not_to_be_checked()
    assert cast.station.is_waiting(second)
    desk.page.mouse.click(5, 5)
    keys.press("n")
    desk.expect_on_air_with("002")


def test_with_auto_advance_the_next_caller_follows_and_the_page_says_who_hung_up(cast: Cast) -> None:
    first, second = cast.waiting(FIRST, SECOND)
    write_name(cast, first, "Ann")
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    cast.desk_leg(first)
    cast.station.hang_up(first)
    desk.expect_on_air_with("002")
    expect(desk.advice).to_contain_text("Ann hung up.")
    cast.caller_hears(second, DJ_HZ)


def test_a_caller_who_hangs_up_while_ready_is_told_of(cast: Cast) -> None:
    desk_page = presses.DeskBrowser(cast.station.app)
    desk_page.set(screened=True)
    [first] = cast.waiting(FIRST)
    screener = cast.screener()
    screener.row("001").get_by_role("button", name="Ready").click()
    desk = cast.desk()
    expect(desk.row("001")).to_contain_text("Ready")
    cast.station.hang_up(first)
    expect(desk.row("001")).to_have_count(0)
    expect(left_row(desk.page, first)).to_contain_text("Hung up while ready ·")


def test_the_screener_sees_who_hung_up_and_can_still_write_their_card(cast: Cast) -> None:
    first, second = cast.waiting(FIRST, SECOND)
    write_name(cast, first, "Ann")
    screener = cast.screener()
    expect(screener.row("001")).to_be_visible()
    cast.station.hang_up(first)
    left = left_row(screener.page, first)
    expect(left).to_contain_text("Ann •••001")
    expect(left).to_contain_text("Hung up while waiting · just now")
    left.get_by_role("button", name=re.compile("^Card.*Ann$")).press("Enter")
    CardFields(left).quality(4).check()
    screener.open_card("002").quality(2).check()
    expect(CardFields(left).quality(4)).to_be_checked()  # each list's card has radio buttons of its own
    expect(CardFields(left).state).to_have_text("Saved as you type.")
    [row] = [row for row in cast.station.app.status()["left"] if row["call_sid"] == first]
    assert row["card"]["quality"] == 4
    assert cast.station.is_waiting(second)
    assert complaints_in_every_look(screener.page) == []
