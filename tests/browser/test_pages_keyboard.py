"""The DJ's page without a mouse: every control is reached, seen and pressed, and no stray key reaches the air."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import DJ_HZ, Cast
from tests.support.pages import DeskPage
from tests.support.processes import wait_until

FOCUSED = """() => {
  const style = getComputedStyle(document.activeElement);
  const name = (document.activeElement.closest("label") ?? document.activeElement).innerText;
  const outline = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
  return { name: name.split("\\n")[0].trim(), outline };
}"""


@pytest.fixture
def desk(cast: Cast) -> DeskPage:
    return cast.desk()


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until the control with this name has the focus."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED)["name"].startswith(name):
            return
    raise AssertionError(f"Tab does not reach {name!r}")


def test_tab_reaches_every_control_in_the_order_of_the_page_and_it_is_seen(desk: DeskPage) -> None:
    names = []
    for _ in range(22):
        desk.page.keyboard.press("Tab")
        focused = desk.page.evaluate(FOCUSED)
        assert focused["outline"] >= 2, f"the focus on {focused['name']} is visible"
        names.append(focused["name"])
    assert names == [
        *("Screener", "Waits", "Callers", "Messages", "Account and help:"),
        *("Connect to Queue", "Mute", "Hold", "Drop", "Bring back", "Auto-advance", "Lock", "Hang up"),
        *("Keyboard shortcuts", "Keys", "Sound", "Open", "Last calls", "Closed", "Line settings", "Record", "Refresh"),
    ]


def test_a_show_is_run_with_tab_and_enter_alone(cast: Cast, desk: DeskPage) -> None:
    cast.waiting("+447700900001", "+447700900002")
    page = desk.page
    tab_to(page, "Connect to Queue")
    page.keyboard.press("Enter")
    desk.expect_on_air_with("001")
    expect(desk.next_button).to_be_focused()  # it has the place of Connect during the call
    expect(desk.next_button).not_to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Enter")
    desk.expect_on_air_with("002")
    tab_to(page, "Hang up")
    page.keyboard.press("Space")
    desk.expect_words("You hung up")
    expect(desk.hang_up_button).to_be_focused()


def test_a_show_is_run_with_single_keys(cast: Cast, desk: DeskPage) -> None:
    cast.waiting("+447700900001", "+447700900002")
    keys = desk.page.keyboard
    keys.press("c")
    desk.expect_on_air_with("001")
    keys.press("m")
    expect(desk.advice).to_contain_text("nobody hears you")
    keys.press("m")
    expect(desk.advice).not_to_contain_text("nobody hears you")
    keys.press("n")
    desk.expect_on_air_with("002")
    keys.press("Shift+H")
    desk.expect_words("You hung up")


def test_a_doubled_next_takes_one_caller(cast: Cast, desk: DeskPage) -> None:
    _, second, third = cast.waiting("+447700900001", "+447700900002", "+447700900003")
    keys = desk.page.keyboard
    keys.press("c")
    desk.expect_on_air_with("001")
    keys.press("n")
    keys.press("n")
    desk.next_button.evaluate("(button) => button.click()")
    desk.expect_on_air_with("002")
    cast.desk_leg(second)
    assert cast.station.is_waiting(third)


def test_a_doubled_next_is_one_press_though_the_next_caller_is_there_in_between(desk: DeskPage) -> None:
    seen = desk.page.evaluate(
        """async () => {
          const { PendingPress } = await import("/static/desk/pending-press.js");
          const press = new PendingPress();
          press.begin("next", { call_sid: "CA1" });
          const pressed = press.isPending && press.isResting;
          press.update("CA2");
          return { pressed, pending: press.isPending, resting: press.isResting };
        }"""
    )
    assert seen == {"pressed": True, "pending": False, "resting": True}


def test_callers_are_chosen_and_taken_with_keys(cast: Cast, desk: DeskPage) -> None:
    first, second, third = cast.waiting("+447700900001", "+447700900002", "+447700900003")
    keys = desk.page.keyboard
    expect(desk.page.locator(".caller")).to_have_count(3)
    for key, last_digits in (("j", "001"), ("ArrowDown", "002"), ("j", "003"), ("k", "002"), ("ArrowUp", "001")):
        keys.press(key)
        expect(desk.take_button(last_digits)).to_be_focused()
    keys.press("t")
    desk.expect_words("Connect to the queue first")
    keys.press("c")
    desk.expect_on_air_with("001")
    cast.desk_leg(first)
    expect(desk.row("002")).to_be_focused()
    keys.press("j")
    keys.press("t")
    desk.expect_on_air_with("003")
    cast.caller_hears(third, DJ_HZ)
    assert cast.station.is_waiting(second)


def test_the_focus_stays_with_its_caller_and_never_goes_to_another_ones_button(cast: Cast, desk: DeskPage) -> None:
    first, second, _ = cast.waiting("+447700900001", "+447700900002", "+447700900003")
    expect(desk.page.locator(".caller")).to_have_count(3)
    desk.take_button("002").focus()
    cast.station.hang_up(first)
    expect(desk.page.locator(".caller")).to_have_count(2)
    expect(desk.take_button("002")).to_be_focused()
    cast.station.hang_up(second)
    expect(desk.page.locator(".caller")).to_have_count(1)
    expect(desk.row("003")).to_be_focused()
    desk.page.keyboard.press("t")
    desk.expect_words("Choose a caller in the list first")


def test_hold_drop_and_automatic_have_keys_of_their_own(cast: Cast, desk: DeskPage) -> None:
    first, second = cast.waiting("+447700900001", "+447700900002")
    keys = desk.page.keyboard
    keys.press("c")
    desk.expect_on_air_with("001")
    cast.desk_leg(first)
    keys.press("d")
    keys.press("Control+Shift+D")
    desk.expect_on_air_with("001")
    keys.press("o")
    desk.expect_words("Nobody is on the air")
    expect(desk.row("001")).to_contain_text("On hold")
    keys.press("j")
    keys.press("t")
    desk.expect_on_air_with("001")
    cast.desk_leg(first)
    expect(desk.drop_button).not_to_have_attribute("aria-disabled", "true")
    keys.press("Shift+D")
    desk.expect_words("Nobody is on the air")
    assert cast.station.is_waiting(second)
    keys.press("a")
    expect(desk.automatic_switch).not_to_be_checked()
    keys.press("a")
    expect(desk.automatic_switch).to_be_checked()


def test_a_key_that_is_held_down_is_one_press(cast: Cast, desk: DeskPage) -> None:
    desk.page.keyboard.down("a")
    expect(desk.automatic_switch).not_to_be_checked()
    desk.page.keyboard.down("a")  # the browser repeats it
    desk.page.keyboard.up("a")
    expect(desk.automatic_switch).not_to_be_checked()
    desk.page.keyboard.press("a")
    expect(desk.automatic_switch).to_be_checked()


def test_h_alone_does_not_hang_up(cast: Cast, desk: DeskPage) -> None:
    cast.waiting("+447700900001")
    desk.connect()
    desk.expect_on_air_with("001")
    desk.page.keyboard.press("h")
    desk.page.keyboard.press("Control+n")
    desk.page.keyboard.press("m")
    expect(desk.advice).to_contain_text("nobody hears you")
    desk.expect_on_air_with("001")


def test_shortcuts_that_are_switched_off_stay_off(desk: DeskPage) -> None:
    page = desk.page
    page.get_by_label("Keyboard shortcuts").uncheck()
    page.reload()
    desk.wait_until_ready()
    expect(page.get_by_label("Keyboard shortcuts")).not_to_be_checked()
    expect(page.locator("kbd").first).to_be_hidden()
    page.keyboard.press("n")
    desk.expect_words("^Ready")
    page.get_by_label("Keyboard shortcuts").check()
    page.keyboard.press("n")
    desk.expect_words("Connect to the queue first")


def test_a_button_that_cannot_act_keeps_the_focus_and_says_why(desk: DeskPage) -> None:
    tab_to(desk.page, "Hold")
    desk.page.keyboard.press("Enter")
    desk.expect_words("Connect to the queue first")
    expect(desk.hold_button).to_be_focused()


def test_leaving_in_mid_call_asks_first(cast: Cast, desk: DeskPage) -> None:
    cast.waiting("+447700900001")
    desk.page.keyboard.press("c")
    desk.expect_on_air_with("001")
    questions: list[str] = []

    def stay(dialog: Dialog) -> None:
        questions.append(dialog.type)
        dialog.dismiss()

    desk.page.on("dialog", stay)
    desk.page.close(run_before_unload=True)
    wait_until(lambda: _heard(desk.page, questions), why="nothing was asked")
    assert questions == ["beforeunload"]
    desk.expect_on_air_with("001")


def _heard(page: Page, questions: list[str]) -> bool:
    """Lets the browser's events arrive, and says whether there was a question."""
    page.evaluate("0")
    return bool(questions)
