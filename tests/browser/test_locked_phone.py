"""A DJ's phone that is locked, as an admin meets it on the page of accounts: wide and narrow, light and dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.calls import call_fields
from tests.support.looks import complaints_in_every_look
from tests.support.pages import sign_in
from tests.support.station import DJ_NUMBER, DJ_PHONE, OTHER_DJ_PHONE, App, running_app


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(tmp_path_factory.mktemp("locked"), DJ_PIN="4711") as app:
        yield app


def lock(app: App, number: str) -> None:
    fields = call_fields(From=number, To=DJ_NUMBER, Digits="0000")
    for which in range(1, 6):
        app.signed(f"/twiml/dequeue?pin-try={which}", fields)


def test_an_admin_unlocks_a_phone_with_one_press(app: App, dj_browser: Browser) -> None:
    lock(app, DJ_PHONE)
    lock(app, OTHER_DJ_PHONE)
    context = dj_browser.new_context(reduced_motion="reduce")
    try:
        page: Page = context.new_page()
        sign_in(page, app.url, "admin")
        page.goto(app.url + "/accounts")
        expect(page.get_by_role("heading", name="Locked phones")).to_be_visible()
        expect(page.locator(".locked-phone")).to_have_count(2)
        assert complaints_in_every_look(page) == [], "two locked phones"
        page.get_by_role("button", name=f"Unlock {DJ_PHONE}").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text(f"{DJ_PHONE} may try its PIN again.")
        expect(page.locator(".locked-phone")).to_have_count(1)
        assert complaints_in_every_look(page) == [], "one locked phone"
        page.get_by_role("button", name=f"Unlock {OTHER_DJ_PHONE}").click()
        expect(page.get_by_role("heading", name="Locked phones")).to_have_count(0)
        assert complaints_in_every_look(page) == [], "none"
    finally:
        context.close()
