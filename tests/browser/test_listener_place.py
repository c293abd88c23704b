"""The listener's page: what is typed reaches the card, mute, and the meter. Production's tests try its stages."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Cast
from tests.support import presses
from tests.support.pages import CallPage
from tests.support.processes import wait_until


def expect_place(call: CallPage, name: str, words: str) -> None:
    """Waits until the page shows this stage."""
    expect(call.page.locator("[data-call-page]")).to_have_attribute("data-place", name)
    expect(call.page.locator('[data-part="place"]')).to_have_text(words)


def in_line(cast: Cast, call: CallPage) -> str:
    """Calls, and skips the greeting."""
    call.call()
    call.expect_stage("connected")

    def sid() -> str:
        cast.station.control("PUT", "/clock", {"advance_seconds": 5})
        [row] = [row for row in cast.station.app.status()["calls"] if row["number"] == "browser"]
        assert cast.station.is_waiting(row["call_sid"])
        return str(row["call_sid"])

    return wait_until(sid, why="the listener is not in line")


def test_what_is_typed_before_is_on_the_card_and_can_be_changed(cast: Cast) -> None:
    call = cast.call_page()
    for label, text in (("Your name", "Anna"), ("Where you are", "Leeds"), ("What it is about", "The trams")):
        call.page.get_by_label(label).fill(text)
    sid = in_line(cast, call)

    def card() -> tuple[str, str, str]:
        row = cast.station.app.row(sid)
        assert row is not None
        return row["card"]["name"], row["card"]["place"], row["card"]["topic"]

    wait_until(lambda: card() == ("Anna", "Leeds", "The trams"), why="the card is empty")
    expect(call.page.get_by_text("The studio has it.")).to_be_visible()
    call.page.get_by_label("What it is about").fill("The buses")
    wait_until(lambda: card()[2] == "The buses", why="the change is not on the card")


def test_mute_by_keyboard_and_a_meter_that_moves(cast: Cast) -> None:
    call = cast.call_page()
    page = call.page
    page.get_by_role("button", name="Check your microphone").press("Enter")
    expect(page.get_by_text("Your microphone works.")).to_be_visible()
    wait_until(lambda: level(page) > 0.05, why="the meter stands still")
    sid = in_line(cast, call)
    wait_until(lambda: level(page) > 0.05, why="the meter stands still in the call")
    page.get_by_role("button", name="Mute").press("Enter")
    expect(page.get_by_text("You are muted: nobody hears you.")).to_be_visible()
    expect(page.get_by_role("button", name="Unmute")).to_have_attribute("aria-pressed", "true")
    wait_until(lambda: level(page) == 0, why="the meter moves although the microphone is muted")
    assert cast.station.is_waiting(sid)
    page.get_by_role("button", name="Unmute").press("Enter")
    wait_until(lambda: level(page) > 0.05, why="the meter stands still after unmuting")


COUNTS_LOCKS = """
  window.locksForTest = new Set();
  const request = async () => {
    const lock = { released: false };
    lock.release = async () => {
      lock.released = true;
      locksForTest.delete(lock);
    };
    locksForTest.add(lock);
    return lock;
  };
  Object.defineProperty(navigator, "wakeLock", { value: { request } });
"""


def test_one_lock_keeps_the_screen_awake_for_as_long_as_the_call(cast: Cast) -> None:
    call = cast.call_page()
    call.page.add_init_script(COUNTS_LOCKS)
    call.page.reload()
    expect(call.title).to_have_text("Ready when you are.")
    in_line(cast, call)
    call.page.get_by_role("button", name="Mute").click()
    expect(call.page.get_by_role("button", name="Unmute")).to_be_visible()
    assert call.page.evaluate("locksForTest.size") == 1
    call.hang_up()
    wait_until(lambda: call.page.evaluate("locksForTest.size") == 0, why="the screen stays awake")


def level(page: Page) -> float:
    return float(page.get_by_role("meter", name="Your microphone").evaluate("(meter) => meter.value"))


def test_after_hanging_up_the_desk_shows_no_kept_place_and_no_other_tab_is_spoken_of(cast: Cast) -> None:
    """On the air too, in the moment before the app knows that the call is over."""
    presses.DeskBrowser(cast.station.app).set(automatic=False)
    desk = cast.desk()
    call = cast.call_page()
    sid = in_line(cast, call)
    call.page.evaluate(
        """() => {
          const title = document.querySelector("[data-part=title]");
          window.titlesForTest = [];
          new MutationObserver(() => titlesForTest.push(title.textContent)).observe(title, { childList: true });
        }"""
    )
    desk.connect()
    expect_place(call, "on_air", "ON AIR")
    cast.desk_leg(sid)  # the app says on air just before the bridge
    call.hang_up()
    expect(call.title).to_have_text("You hung up.")
    left = desk.page.locator(f".left-caller[data-call-sid={sid}]")
    expect(left).to_contain_text("Hung up on the air · just now")
    expect(left).to_have_attribute("data-look", "left")
    assert not [title for title in call.page.evaluate("titlesForTest") if "another tab" in title]


NO_STORAGE = """Object.defineProperty(window, "sessionStorage", {
  get() { throw new DOMException("Access is denied for this document.", "SecurityError"); },
})"""


def test_a_browser_whose_storage_is_switched_off_can_call(cast: Cast) -> None:
    call = cast.call_page()
    call.page.add_init_script(NO_STORAGE)
    call.page.reload()
    expect(call.title).to_have_text("Ready when you are.")
    call.page.get_by_label("Your name").fill("Ann")
    in_line(cast, call)
    expect_place(call, "waiting", "Number 1")
    call.hang_up()
    expect(call.title).to_have_text("You hung up.")


def test_after_hanging_up_a_reload_says_nothing_of_the_call(cast: Cast) -> None:
    call = cast.call_page()
    in_line(cast, call)
    expect_place(call, "waiting", "Number 1")
    call.hang_up()
    expect(call.title).to_have_text("You hung up.")
    call.page.reload()
    expect(call.title).to_have_text("Ready when you are.")
