"""Shows, Sounds, Words and Messages without a mouse: Tab reaches each control, and the focus is visible."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.looks import WIDE
from tests.support.messages import delete_all, send_note, set_messages
from tests.support.pages import sign_in
from tests.support.station import Station
from tests.support.visitors import Visitor
from tests.support.wav import tone

FOCUSED = """() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const label = one.getAttribute("aria-label") ?? (one.labels?.[0] ?? one).textContent;
  const outline = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
  return { name: label.trim().replace(/\\s+/g, " "), outline };
}"""
MOST_TABS = 90


@pytest.fixture(scope="module")
def admin(dj_browser: Browser, shared_studio: Station) -> Iterator[Page]:
    """A signed-in admin's page, for all stories of this file."""
    context = dj_browser.new_context(viewport=WIDE, reduced_motion="reduce")
    context.set_default_timeout(30_000)
    page = context.new_page()
    sign_in(page, shared_studio.app.url, "admin")
    yield page
    context.close()


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Presses Tab until the control with this name has the focus; each one on the way must show that it has it."""
    for _ in range(MOST_TABS):
        page.keyboard.press(key)
        focused: dict[str, Any] = page.evaluate(FOCUSED)
        is_body = page.evaluate("document.activeElement === document.body")
        assert is_body or focused["outline"] >= 2, f"the focus on {focused['name']!r} is visible"
        if not is_body and focused["name"].startswith(name):
            return
    raise AssertionError(f"Tab does not reach {name!r}")


def press(page: Page, name: str, key: str = "Enter") -> None:
    tab_to(page, name)
    page.keyboard.press(key)


def write(page: Page, name: str, text: str) -> None:
    tab_to(page, name)
    page.keyboard.type(text)


def test_a_show_is_made_and_deleted(studio: Station, admin: Page) -> None:
    admin.goto(studio.app.url + "/shows")
    press(admin, "Add a show")
    expect(admin.get_by_role("heading", name="New show")).to_be_visible()
    write(admin, "Title", "Nachtgespräch")
    press(admin, "Tuesday", "Space")
    write(admin, "From", "0800PM")
    write(admin, "To", "1000PM")
    write(admin, "Words to callers", "Bees.")
    press(admin, "Screening", "Space")
    press(admin, "Save")
    expect(admin.get_by_text("The show is saved.")).to_be_visible()
    expect(admin.get_by_role("region", name="All shows")).to_contain_text("Tuesday, 20:00–22:00")
    press(admin, "Edit Nachtgespräch")
    expect(admin.get_by_label("Title")).to_have_value("Nachtgespräch")
    press(admin, "Delete this show")
    press(admin, "Delete Nachtgespräch")
    expect(admin.get_by_text("No shows are scheduled")).to_be_visible()


def test_a_sound_is_uploaded_heard_and_deleted(studio: Station, admin: Page) -> None:
    admin.goto(studio.app.url + "/sounds")
    with admin.expect_file_chooser() as chooser:
        press(admin, "File")
    file = {"name": "jingle.wav", "mimeType": "audio/wav", "buffer": tone(2, 660)}
    chooser.value.set_files(files=[file])
    press(admin, "Hear it as callers will")
    admin.wait_for_function("() => document.querySelector('[data-part] audio').currentTime > 0.1")
    write(admin, "Name", "My jingle")  # it replaces the name of the file, which Tab has selected
    press(admin, "Store")
    expect(admin.get_by_text("The sound is stored.")).to_be_visible()
    row = admin.locator(".sound", has_text="My jingle")
    expect(row).to_contain_text("Callers hear this")
    tab_to(admin, "My jingle")
    admin.keyboard.press("Space")
    admin.wait_for_function("() => document.querySelector('.sound audio').currentTime > 0.1")
    press(admin, "Delete My jingle")
    expect(admin.get_by_role("button", name="Really delete? My jingle")).to_be_focused()
    admin.keyboard.press("Enter")
    expect(admin.get_by_text("“My jingle” is deleted.")).to_be_visible()


def test_a_sentence_is_changed_rung_and_changed_back(studio: Station, admin: Page) -> None:
    admin.goto(studio.app.url + "/words")
    press(admin, "Ready and on the air")
    tab_to(admin, "The goodbye after the air")
    admin.keyboard.press("ControlOrMeta+A")
    admin.keyboard.type("Tschüss.")
    press(admin, "Save: The goodbye after the air")
    thanks = admin.locator("#thanks")
    expect(thanks.get_by_text("Saved.")).to_be_visible()
    press(admin, "Ring me and say it: The goodbye after the air")
    expect(admin.get_by_text("That was “The goodbye after the air”.")).to_be_visible()
    tab_to(admin, "Use the default: The goodbye after the air", "Shift+Tab")
    admin.keyboard.press("Enter")
    expect(thanks.get_by_text("your own words")).to_have_count(0)


def test_a_message_is_played_marked_and_deleted_and_the_focus_goes_to_the_next(studio: Station, admin: Page) -> None:
    assert "Saved." in set_messages(studio.app).text
    try:
        listener = Visitor(studio.app.url)
        listener.get("/call")
        assert listener.press("/call/message", {"text": "Written", "name": "Bob"}).status == 200
        assert send_note(listener, tone(2, 660), name="Ann").status == 200
        admin.goto(studio.app.url + "/messages")
        spoken = admin.get_by_role("listitem").filter(has_text="Ann")
        expect(spoken).to_contain_text("New")
        tab_to(admin, "Message from Ann")
        admin.keyboard.press("Space")
        expect(spoken).to_contain_text("Heard by admin")
        press(admin, "Mark as new")
        expect(spoken).to_contain_text("New")
        tab_to(admin, "Delete")
        admin.keyboard.press("Enter")
        admin.keyboard.press("Enter")
        expect(spoken).to_have_count(0)
        written = admin.get_by_role("listitem").filter(has_text="Bob")
        expect(written.get_by_role("button", name="Mark as heard")).to_be_focused()
        admin.keyboard.press("Enter")
        expect(written).to_contain_text("Heard by admin")
        tab_to(admin, "Delete")
        admin.keyboard.press("Enter")
        admin.keyboard.press("Enter")
        expect(admin.get_by_text("No messages.")).to_be_visible()
        expect(admin.locator('[data-part="summary"]')).to_be_focused()
    finally:
        delete_all(studio.app)
        set_messages(studio.app, is_on=False)
