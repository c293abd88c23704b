"""The DJ's page stays still: through a whole show no button moves by a pixel, except in the list."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import Cast
from tests.support.chromium import new_page
from tests.support.desk_layout import EDGES, LOOK
from tests.support.line_status import DESK, FakeLine, a_caller, a_card, a_status, known, on_the_air
from tests.support.looks import DRAWN
from tests.support.pages import DeskPage
from tests.support.station import Station

PHONE = ViewportSize(width=390, height=844)
LAPTOP = ViewportSize(width=1366, height=768)
DESKTOP = ViewportSize(width=1440, height=900)
WALL = ViewportSize(width=2560, height=1440)
TABLET = ViewportSize(width=1024, height=768)
SIZES = (PHONE, LAPTOP, DESKTOP, WALL)
LINES = ("air", "air-2", "air-3", "air-4")

LONG = "Bartholomew Featherstonehaugh-Cholmondeley of Llanfairpwllgwyngyll"
WORDS = a_card(name="Ann", place="Leeds", topic="Potholes", note="Calm", quality=4)
LONG_WORDS = a_card(name=LONG, place=LONG, topic="The library closes at four. " * 7, note="And so on. " * 40, quality=1)


@dataclass
class Show:
    """A page whose own call is real, and whose line is made up."""

    desk: DeskPage
    line: FakeLine
    leg: dict[str, Any]

    def hears(self, *calls: dict[str, Any], desk: dict[str, Any] | None = None, **changes: Any) -> None:
        self.line.status = a_status(*calls, desk=self.leg | (desk or {}), **changes)
        self.desk.refresh()

    def hears_lines(self, *on_air: dict[str, Any], waiting: int = 12, **changes: Any) -> None:
        """These callers are on the air, a line each: the page's calls for them are real."""
        calls = [call | {"with": name} for name, call in zip(LINES, on_air, strict=False)]
        self.hears(*calls, *a_line(waiting), desk={"on_air": on_air[0]["call_sid"]}, **changes)
        by = {"leg_by": self.leg["leg_by"], "leg": "", "who": "dj"}
        extra = [DESK | by | {"name": call["with"], "on_air": call["call_sid"]} for call in calls[1:]]
        self.line.status["desks"] += extra
        self.desk.refresh()
        strips = self.desk.page.locator(".lines [data-strip]").filter(visible=True)
        # On a phone the selected line alone shows its faders and switches.
        for size, count in ((PHONE, 1), (DESKTOP, len(on_air))):
            self.desk.page.set_viewport_size(size)
            expect(strips).to_have_count(count)

    def press(self, key: str) -> None:
        self.desk.page.keyboard.press(key)


def a_line(length: int) -> list[dict[str, Any]]:
    regular = known(standing="vip", aired_30_days=2, last_aired_at=time.time() - 86400)
    return [a_caller(f"{n:03}", position=n - 99, card=WORDS, known=regular) for n in range(100, 100 + length)]


@pytest.fixture
def show(cast: Cast) -> Show:
    desk = cast.desk()
    desk.connect()
    desk.expect_air_state("standby")
    leg = cast.held_by_the_page() | {"who": "dj"}
    return Show(desk, FakeLine(desk.page, a_status(desk=leg)), leg)


def moments(show: Show) -> Iterator[str]:
    """What may happen in a show, one after the other; yields the name of each once it is on the page."""
    often = known(standing="warn", aired_30_days=2, last_aired_at=time.time() - 86400)
    ann, long = on_the_air("001", card=WORDS), on_the_air("002", card=LONG_WORDS, known=often)
    show.hears(desk={"idle": True})
    yield "nobody"
    show.hears(*a_line(12), desk={"idle": True})
    yield "twelve wait"
    show.hears(ann, *a_line(12), desk={"on_air": ann["call_sid"]})
    show.desk.expect_air_state("on")
    yield "on the air"
    show.press("m")
    show.press("l")
    yield "muted and locked"
    show.press("m")
    show.press("l")
    said = [{"id": 9, "at": 1.7e9, "name": "sam", "text": LONG}]
    show.hears(long, *a_line(3), desk={"on_air": long["call_sid"]}, chat=said)
    yield "a long name and a message"
    asks = {"rival": "CA7", "rival_who": "bob", "consent_at": time.time() + 60}
    show.hears(long, *a_line(3), desk={"on_air": long["call_sid"], **asks})
    expect(show.desk.page.get_by_role("button", name="Refuse")).to_be_visible()
    yield "another desk asks"
    left = {"call_sid": ann["call_sid"], "number": "•••001", "hung_up": False, "outcome": "dropped", "last": "on_air"}
    show.hears(*a_line(3), desk={"idle": True}, left=[left | {"at": time.time(), "card": WORDS, "known": None}])
    yield "dropped"
    shut = {"opening": "closed", "opening_since": time.time() - 90, "most_callers": 5, "screened": True}
    show.hears(*a_line(4), a_caller("150", stage="held", position=None), desk={"idle": True}, show=shut)
    yield "closed"
    ready = [a_caller(f"16{n}", position=n, stage="ready", cleared=True, card=LONG_WORDS) for n in (1, 2)]
    held = a_caller("163", stage="held", position=None, card=LONG_WORDS)
    show.hears(ann, *ready, *a_line(2), held, desk={"on_air": ann["call_sid"]}, show={"screened": True})
    yield "screened, two ready and one on hold"
    trouble = {"ok": False, "age_seconds": 61, "problem": "Twilio does not answer.", "missed_calls": 2}
    show.hears(ann, *a_line(2), desk={"on_air": ann["call_sid"]}, twilio=trouble)
    yield "Twilio fails"
    for opened in ("[data-chat-panel] summary", ".settings summary"):
        show.desk.page.locator(opened).click()
        yield f"open: {opened}"
        show.desk.page.locator(opened).click()
    for opener, panel in ((".sound-button", "#sound-panel"), (".record-button", "#recorder-panel")):
        show.desk.page.locator(opener).click()
        expect(show.desk.page.locator(panel)).to_be_visible()
        yield f"open: {panel}"
        show.press("Escape")
    show.press("w")
    yield "the caller's card"
    show.desk.page.get_by_role("button", name="Close", exact=True).click()
    yield from moments_of_lines(show)
    show.line.go_away()
    expect(show.desk.page.locator('[data-line="live-banner"]')).to_contain_text("Not live since")
    yield "the app is away"
    show.line.come_back()
    show.desk.refresh()
    show.line.sign_out()
    expect(show.desk.title).to_have_text("You are signed out.")
    yield "signed out"


def moments_of_lines(show: Show) -> Iterator[str]:
    """Two and four callers on the air, and what may happen then."""
    page = show.desk.page
    four = [on_the_air(f"00{n}", card=words) for n, words in enumerate((WORDS, LONG_WORDS, WORDS, a_card()), start=1)]
    show.hears_lines(*four[:2])
    yield "two on the air"
    show.hears_lines(*four)
    yield "four on the air"
    show.press("m")
    yield "four on the air, muted"
    show.press("m")
    show.press("2")
    expect(page.locator(".lines > .air").nth(1)).to_have_attribute("data-selected", "yes")
    yield "the second is selected"
    show.press("1")
    asks = {"rival": "CA7", "rival_who": "bob", "consent_at": time.time() + 60}
    show.line.status["desks"][0] |= asks
    show.desk.refresh()
    expect(page.get_by_role("button", name="Refuse")).to_be_visible()
    yield "four on the air, and another desk asks"
    gone = four[1] | {"hung_up": False, "outcome": "dropped", "last": "on_air", "at": time.time(), "with": "air-2"}
    show.hears_lines(four[0], four[3], left=[gone])
    yield "one of them dropped"


def test_nothing_that_is_pressed_moves_by_a_pixel_through_a_whole_show(show: Show) -> None:
    """Plays one show, and looks at it in every size at each moment."""
    page = show.desk.page
    page.emulate_media(reduced_motion="reduce")
    first: dict[int, dict[str, list[float]]] = {size["width"]: {} for size in SIZES}
    for moment in moments(show):
        for size in SIZES:
            page.set_viewport_size(size)
            assert_nothing_moved(page, first[size["width"]], f"{moment}, {size['width']} px")


def assert_nothing_moved(page: Page, first: dict[str, list[float]], moment: str) -> None:
    """Compares each place with the first one that was seen; adds places that are new."""
    seen = page.evaluate(LOOK)
    places: dict[str, list[float]] = seen["places"]
    moved = {name: (first[name], at) for name, at in places.items() if at != first.setdefault(name, at)}
    assert moved == {}, moment
    assert seen["complaints"] == [], moment
    assert len(places) > 12


def test_while_the_app_is_away_each_line_says_that_its_caller_was_on_the_air(show: Show) -> None:
    show.hears_lines(*(on_the_air(f"00{n}", card=WORDS) for n in (1, 2)))
    lines = show.desk.page.locator(".lines > .air .air-state")
    expect(lines).to_have_text(["On air", "On air"])
    show.line.go_away()
    expect(lines).to_have_text(["Was on air", "Was on air"])
    show.line.come_back()
    expect(lines).to_have_text(["On air", "On air"])


@pytest.fixture
def page(dj_browser: Browser) -> Iterator[Page]:
    page = new_page(dj_browser)
    page.emulate_media(reduced_motion="reduce")
    yield page
    page.context.close()


def in_sight(page: Page) -> int:
    """How many callers can be seen whole, with nothing over them."""
    count: int = page.evaluate(
        """() => [...document.querySelectorAll(".caller")].filter((row) => {
          const { left, right, top, bottom } = row.getBoundingClientRect();
          const middle = (left + right) / 2;
          const isSeen = (y) => row.contains(document.elementFromPoint(middle, y));
          return isSeen(top + 3) && isSeen(bottom - 3);
        }).length"""
    )
    return count


@pytest.mark.parametrize(("size", "callers"), [(DESKTOP, 8), (LAPTOP, 6), (WALL, 12)], ids=["1440", "1366", "2560"])
def test_the_list_begins_in_the_upper_third_and_so_many_callers_are_in_sight(
    studio: Station, page: Page, size: ViewportSize, callers: int
) -> None:
    page.set_viewport_size(size)
    FakeLine(page, a_status(*a_line(20)))
    desk = DeskPage(page, studio.app.url)
    desk.open()
    desk.refresh()
    expect(desk.rows).to_have_count(20)
    top = page.locator(".caller").first.bounding_box()
    assert top is not None
    assert top["y"] < size["height"] / 3
    assert in_sight(page) >= callers
    right = page.locator(".line").bounding_box()
    assert right is not None
    assert right["x"] + right["width"] > size["width"] * 0.95, "the width is used"


def test_on_a_phone_the_air_and_next_are_in_sight_wherever_the_page_is_scrolled(show: Show) -> None:
    page = show.desk.page
    page.set_viewport_size(PHONE)
    ann = on_the_air("001", card=WORDS)
    show.hears(ann, *a_line(20), desk={"on_air": ann["call_sid"]})
    for place in (0, 700, 5000):
        page.evaluate("(y) => scrollTo(0, y)", place)
        expect(page.locator(".air")).to_be_in_viewport(ratio=1)
        expect(show.desk.next_button).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("held_by", ["pointer", "focus"])
def test_the_row_under_the_pointer_or_with_the_focus_stays_when_rows_above_it_come_and_go(
    studio: Station, page: Page, held_by: str
) -> None:
    page.set_viewport_size(DESKTOP)
    callers = a_line(12)
    line = FakeLine(page, a_status(*callers))
    desk = DeskPage(page, studio.app.url)
    desk.open()
    desk.refresh()
    expect(desk.rows).to_have_count(12)
    hold: dict[str, Callable[[], None]] = {
        "pointer": lambda: desk.row("104").hover(),
        "focus": lambda: desk.take_button("104").focus(),
    }
    hold[held_by]()
    before = desk.row("104").bounding_box()
    for shown in (callers[1:], callers[3:], callers, [*a_line(12)[:2], *callers[4:]]):
        line.status = a_status(*shown)
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(desk.rows).to_have_count(len(shown))
        assert desk.row("104").bounding_box() == before
    page.mouse.move(5, 5)
    page.evaluate("document.activeElement.blur()")
    expect(page.locator(".callers")).to_have_css("padding-top", "0px")


def test_many_that_just_left_make_the_list_longer_and_not_the_page(show: Show) -> None:
    page = show.desk.page
    page.set_viewport_size(DESKTOP)
    gone = {"number": "•••001", "hung_up": False, "outcome": "aired", "last": "on_air", "card": WORDS, "known": None}
    left = [gone | {"call_sid": f"CA{n:032}", "at": time.time() - n} for n in range(20)]
    show.hears(*a_line(3), desk={"idle": True}, left=left)
    expect(page.locator(".left-caller")).to_have_count(20)
    assert page.evaluate("document.scrollingElement.scrollHeight - innerHeight") <= 0


def test_no_button_lies_over_another_on_a_tablet(show: Show) -> None:
    page = show.desk.page
    page.set_viewport_size(TABLET)
    page.evaluate(DRAWN)
    places = page.evaluate(EDGES)
    assert len(places) == 3
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(places)), places
