"""A button outside the tab: its key is made by keyboard, a script presses, and the desk's page follows."""

from __future__ import annotations

from playwright.sync_api import expect

from rehearsal.cast import pitch_hz_of
from tests.browser.conftest import DJ_HZ, Cast
from tests.support.looks import complaints_in_every_look
from tests.support.processes import wait_until
from tests.support.visitors import REHEARSAL_PASSWORD
from tests.support.web import Answer, ask

FIRST, SECOND = "+447700900001", "+447700900002"


def test_a_key_made_by_keyboard_presses_next_and_mute_on_the_page_that_has_the_desk(cast: Cast) -> None:
    first, second = cast.waiting(FIRST, SECOND)
    desk = cast.desk()
    account = desk.page.context.new_page()
    account.goto(desk.url + "/account")
    account.get_by_label("Name of the device").focus()
    account.keyboard.type("Pedal")
    with account.expect_navigation():
        account.keyboard.press("Enter")
    again = account.get_by_label("Password")
    if again.count() == 1:  # the session is older than ten minutes
        again.fill(REHEARSAL_PASSWORD)
        account.keyboard.press("Enter")
    expect(account.get_by_role("status")).to_contain_text("The key is made")
    key = account.locator("#new-key").inner_text()
    assert complaints_in_every_look(account) == []

    def press(what: str) -> Answer:
        return ask(f"{desk.url}/button/{what}", "POST", b"", {"Authorization": f"Bearer {key}"})

    assert press("next").status == 409, "the page has not connected yet"
    desk.connect()
    desk.expect_on_air_with("001")
    cast.caller_hears(first, DJ_HZ)
    assert press("mute").status == 200
    mute = desk.page.locator('[data-part-of-desk="mute"]')
    expect(mute).to_have_attribute("aria-pressed", "true")
    wait_until(lambda: cast.reading(first)["frequency_hz"] is None, why="the caller still hears the DJ")
    assert press("mute?state=on").status == 200
    assert press("mute").status == 200
    expect(mute).to_have_attribute("aria-pressed", "false")
    cast.caller_hears(first, DJ_HZ)
    assert press("next").status == 200
    desk.expect_on_air_with("002")
    desk.hears(pitch_hz_of(SECOND))
    cast.caller_hears(second, DJ_HZ)
    account.goto(desk.url + "/account")
    account.get_by_role("button", name="Revoke the key Pedal").first.press("Enter")
    expect(account.get_by_role("status")).to_contain_text("revoked")
    assert press("mute").status == 401
