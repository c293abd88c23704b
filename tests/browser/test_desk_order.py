"""The order by hand: callers are moved with keys, with a mouse or a finger, and come on the air as they were put."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.browser.conftest import DJ_HZ, Cast
from tests.support.line_status import FakeLine, a_caller, a_status, on_the_air
from tests.support.looks import complaints_in_every_look
from tests.support.pages import DeskPage
from tests.support.processes import wait_until

FIRST, SECOND, THIRD, FOURTH = (f"+44770090000{n}" for n in range(1, 5))


def announcement(desk: DeskPage) -> Locator:
    return desk.page.locator("[data-announcement]")


def is_order(cast: Cast, *call_sids: str) -> bool:
    """Whether the line itself has them in this order."""
    return [row["call_sid"] for row in cast.station.app.status()["calls"] if row["position"]] == list(call_sids)


def middle(element: Locator) -> tuple[float, float]:
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def handle(desk: DeskPage, last_digits: str) -> Locator:
    return desk.row(last_digits).locator('[data-part="handle"]')


def wait_until_still(page: Page) -> None:
    wait_until(lambda: page.evaluate("document.getAnimations().length === 0"), why="rows glide on and on")


def test_keys_move_a_caller_who_then_comes_first(cast: Cast) -> None:
    first, second, third = cast.waiting(FIRST, SECOND, THIRD)
    desk = cast.desk()
    expect(desk.page.locator(".caller")).to_have_count(3)
    expect(desk.row("001").locator(".up-next")).to_be_visible()
    keys = desk.page.keyboard
    for _ in range(3):
        keys.press("j")
    keys.press("Alt+ArrowUp")
    keys.press("Alt+ArrowUp")
    expect(announcement(desk)).to_have_text("Caller ending 003, now number 1 of 3.")
    expect(desk.take_button("003")).to_be_focused()
    wait_until(lambda: is_order(cast, third, first, second), why="the line does not know")
    desk.expect_callers(["•••003", "•••001", "•••002"])
    expect(desk.row("003").locator(".up-next")).to_be_visible()
    expect(desk.page.locator(".up-next:visible")).to_have_count(1)
    keys.press("Alt+ArrowUp")
    expect(announcement(desk)).to_have_text("Caller ending 003, still number 1 of 3.")

    keys.press("c")
    desk.expect_on_air_with("003")
    cast.caller_hears(third, DJ_HZ)
    cast.desk_leg(third)
    keys.press("n")
    desk.expect_on_air_with("001")
    cast.caller_hears(first, DJ_HZ)
    assert cast.station.is_waiting(second)


def test_next_finds_a_move_made_that_is_still_on_its_way(cast: Cast) -> None:
    first, second, third = cast.waiting(FIRST, SECOND, THIRD)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    cast.caller_hears(first, DJ_HZ)
    on_their_way: list[Route] = []

    def keep(route: Route) -> None:
        on_their_way.append(route)

    pressed: list[str] = []

    def note(request: Request) -> None:
        if "/desk/" in request.url:
            pressed.append(request.url.rsplit("/")[-1])

    desk.page.route("**/desk/move", keep)
    desk.page.on("request", note)
    desk.take_button("003").focus()
    desk.page.keyboard.press("Alt+ArrowUp")
    wait_until(lambda: desk.page.evaluate("1") and on_their_way, why="the move is not sent")
    desk.page.keyboard.press("n")
    expect(desk.next_button).to_have_attribute("aria-disabled", "true")
    on_their_way[0].continue_()
    desk.expect_on_air_with("003")
    assert pressed == ["move", "next"]
    cast.caller_hears(third, DJ_HZ)
    assert cast.station.is_waiting(second)


def test_a_caller_goes_to_the_end_with_keys(cast: Cast) -> None:
    first, second = cast.waiting(FIRST, SECOND)
    desk = cast.desk()
    desk.take_button("001").focus()
    desk.page.keyboard.press("Alt+ArrowDown")
    expect(announcement(desk)).to_have_text("Caller ending 001, now number 2 of 2.")
    wait_until(lambda: is_order(cast, second, first), why="the line does not know")


def test_a_caller_is_dragged_while_others_come_and_go(cast: Cast) -> None:
    first, second, third = cast.waiting(FIRST, SECOND, THIRD)
    desk = cast.desk()
    page = desk.page
    page.mouse.move(*middle(handle(desk, "003")))
    page.mouse.down()
    page.mouse.move(*middle(desk.row("002")))
    page.mouse.move(*middle(desk.row("001")))
    page.mouse.move(*[at - 12 for at in middle(desk.row("001"))])
    wait_until_still(page)
    desk.expect_callers(["•••003", "•••001", "•••002"])
    [fourth] = cast.waiting(FOURTH)
    cast.station.hang_up(second)
    expect(desk.row("004")).to_be_visible()
    expect(desk.row("002")).to_have_count(0)
    desk.expect_callers(["•••003", "•••001", "•••004"])  # the row is still in the hand
    assert is_order(cast, first, third, fourth), "the line learns of it only when it is let go"
    page.mouse.up()
    expect(announcement(desk)).to_have_text("Caller ending 003, now number 1 of 3.")
    wait_until(lambda: is_order(cast, third, first, fourth), why="the line does not know")
    desk.connect()
    desk.expect_on_air_with("003")
    cast.caller_hears(third, DJ_HZ)


def test_escape_puts_a_dragged_caller_back(cast: Cast) -> None:
    first, second = cast.waiting(FIRST, SECOND)
    desk = cast.desk()
    page = desk.page
    page.mouse.move(*middle(handle(desk, "001")))
    page.mouse.down()
    x, y = middle(desk.row("002"))
    page.mouse.move(x, y + 40)
    desk.expect_callers(["•••002", "•••001"])
    page.keyboard.press("Escape")
    desk.expect_callers(["•••001", "•••002"])
    page.mouse.up()
    assert is_order(cast, first, second)


def test_a_finger_drags_as_well(cast: Cast) -> None:
    first, second = cast.waiting(FIRST, SECOND)
    desk = cast.desk()
    session = desk.page.context.new_cdp_session(desk.page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def touch(kind: str, *points: tuple[float, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    x, y = middle(handle(desk, "001"))
    below = middle(desk.row("002"))[1] + 10
    touch("touchStart", (x, y))
    for step in range(1, 9):
        touch("touchMove", (x, y + (below - y) * step / 8))
    touch("touchEnd")
    wait_until(lambda: is_order(cast, second, first), why="the line does not know")
    desk.expect_callers(["•••002", "•••001"])


def test_a_move_that_the_line_refuses_is_taken_back_and_says_why(cast: Cast) -> None:
    first, second, third = cast.waiting(FIRST, SECOND, THIRD)
    desk = cast.desk()

    def hang_up_just_before(route: Route) -> None:
        cast.station.hang_up(second)
        cast.station.until(lambda: cast.station.app.row(second) is None, "the second is still in line")
        route.continue_()

    desk.page.route("**/desk/move", hang_up_just_before)
    desk.take_button("003").focus()
    desk.page.keyboard.press("Alt+ArrowUp")
    desk.expect_words("That caller cannot be moved there")
    desk.expect_callers(["•••001", "•••003"])
    assert is_order(cast, first, third)


def test_nobody_is_put_before_a_caller_who_is_on_the_way(cast: Cast) -> None:
    desk = cast.new_desk()
    claimed, other = a_caller("001", claimed=True), a_caller("002", position=2)
    FakeLine(desk.page, a_status(claimed, other))
    desk.open()
    desk.wait_until_ready()
    desk.refresh()
    desk.take_button("002").focus()
    expect(handle(desk, "001")).to_be_hidden()
    desk.page.keyboard.press("Alt+ArrowUp")
    desk.expect_words("That caller cannot be moved there")
    desk.expect_callers(["•••001", "•••002"])


def test_a_caller_that_is_passed_over_is_not_up_next(cast: Cast) -> None:
    desk = cast.new_desk()
    calls = [on_the_air("001"), a_caller("002", is_ready="no"), a_caller("003", position=2)]
    FakeLine(desk.page, a_status(*calls, show={"median_wait_seconds": None, "ready_check": True}))
    desk.open()
    desk.refresh()
    expect(desk.row("003").locator(".up-next")).to_be_visible()
    expect(desk.row("002").locator(".up-next")).to_be_hidden()


def test_a_caller_that_talks_to_a_screener_is_not_up_next(cast: Cast) -> None:
    desk = cast.new_desk()
    calls = [
        on_the_air("001"),
        a_caller("002", stage="screening", **{"with": "screen-x"}),
        a_caller("003", position=2, claimed=True, **{"with": "screen-x"}),
        a_caller("004", position=3, decided=True),
        a_caller("005", position=4),
    ]
    FakeLine(desk.page, a_status(*calls))
    desk.open()
    desk.refresh()
    expect(desk.row("005").locator(".up-next")).to_be_visible()
    expect(desk.page.locator(".up-next:visible")).to_have_count(1)


def test_nobody_is_up_next_while_somebody_is_on_the_way_to_the_air(cast: Cast) -> None:
    desk = cast.new_desk()
    FakeLine(desk.page, a_status(a_caller("001", claimed=True, **{"with": "air"}), a_caller("002", position=2)))
    desk.open()
    desk.refresh()
    expect(desk.row("002")).to_be_visible()
    expect(desk.page.locator(".up-next:visible")).to_have_count(0)


def test_a_row_in_the_hand_is_accessible_and_fits(cast: Cast) -> None:
    cast.waiting(FIRST, SECOND, THIRD)
    desk = cast.desk()
    desk.page.mouse.move(*middle(handle(desk, "001")))
    desk.page.mouse.down()
    desk.page.mouse.move(*middle(desk.row("002")))
    assert complaints_in_every_look(desk.page) == []
