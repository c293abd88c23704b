"""Every form of the pages over https, in Chromium: the form's page answers it, and no policy blocks it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support.calls import call_fields
from tests.support.pages import fill_in_sign_in, open_menu
from tests.support.processes import wait_until
from tests.support.production import PASSWORD, Bed
from tests.support.station import DJ_NUMBER, DJ_PHONE

pytestmark = pytest.mark.browser

NUMBER = "+447700900001"
NEW_PASSWORD = "another horse and battery"


@pytest.fixture
def admin(open_page: Callable[..., Page]) -> Iterator[Page]:
    """An admin's page. Afterwards no policy may have blocked anything."""
    page = open_page("/accounts", "admin")
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text) if "Security Policy" in message.text else None)
    yield page
    assert blocked == []


def expect_done(page: Page, words: str) -> None:
    expect(page.get_by_role("status")).to_contain_text(words)


def test_accounts(bed: Bed, admin: Page) -> None:
    bed.app.accept(bed.app.invite(bed.app.new_visitor("admin"), "dj"), "newcomer")
    for which in range(1, 6):
        fields = call_fields(From=DJ_PHONE, To=DJ_NUMBER, Digits="0000")
        bed.app.signed(f"/twiml/dequeue?pin-try={which}", fields)
    admin.reload()
    admin.get_by_role("button", name=f"Unlock {DJ_PHONE}").click()
    expect_done(admin, "may try its PIN again")
    admin.get_by_label("Role of newcomer").select_option("screener")
    admin.get_by_role("button", name="Change role of newcomer").click()
    expect_done(admin, "newcomer has a new role")
    admin.get_by_role("button", name="Disable newcomer").click()
    expect_done(admin, "newcomer is disabled")
    admin.get_by_role("button", name="Allow again newcomer").click()
    expect_done(admin, "newcomer may sign in again")
    admin.get_by_role("button", name="Sign out newcomer everywhere").click()
    expect_done(admin, "newcomer is signed out")
    expect(admin).to_have_url(bed.app.url + "/accounts")


def test_ones_own_account(bed: Bed, open_page: Callable[..., Page]) -> None:
    bed.app.accept(bed.app.invite(bed.app.new_visitor("admin"), "dj"), "owner")
    page = open_page("/account", "owner")
    page.get_by_role("button", name="Sign out everywhere else").click()
    expect_done(page, "signed out everywhere else")
    page.get_by_label("Name of the device").fill("Pedal")
    page.get_by_role("button", name="Make a key").click()
    expect_done(page, "The key is made")
    page.get_by_role("button", name="Revoke the key Pedal").click()
    expect_done(page, "The key Pedal is revoked")
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("New password again").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Change my password").click()
    expect_done(page, "Your password is changed")
    open_menu(page)
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page).to_have_url(bed.app.url + "/sign-in")
    fill_in_sign_in(page, "owner", NEW_PASSWORD)
    expect(page).to_have_url(bed.app.url + "/")


def test_callers(bed: Bed, admin: Page) -> None:
    sid = bed.ring(NUMBER)
    bed.wait_until_queued(sid)
    bed.hang_up(sid)
    admin.goto(bed.app.url + "/callers")
    admin.get_by_label("The number, with its country code").fill("+44 7700 900622")
    admin.get_by_role("button", name="Block").click()
    listed = admin.locator('[data-list="blocked"]').get_by_role("listitem").filter(has_text="+447700900622")
    listed.get_by_role("button").click()
    expect(listed).to_have_count(0)
    link = admin.get_by_role("region", name="Results for").get_by_role("link", name=NUMBER)

    def is_found() -> bool:
        """Waits until the call is counted for its number: half a minute at most."""
        admin.get_by_label("The last digits").fill("001")
        admin.get_by_role("button", name="Find").click()
        expect(admin.get_by_role("heading", name="Results for")).to_be_visible()
        return link.count() == 1

    wait_until(is_found, 40, "the caller is not counted")
    link.click()
    admin.get_by_role("radio", name="VIP").check(force=True)
    admin.get_by_role("button", name="Change the list").click()
    expect_done(admin, "is a VIP now")
    admin.get_by_label("Notes on this number").fill("Knows about owls.")
    admin.get_by_role("button", name="Save the notes").click()
    expect(admin.get_by_role("status")).not_to_be_empty()
    expect(admin.get_by_label("Notes on this number")).to_have_value("Knows about owls.")
    admin.get_by_role("button", name="Delete this caller").click()
    admin.get_by_role("button", name="Delete for good").click()
    expect_done(admin, "is deleted")


def test_the_station(bed: Bed, admin: Page) -> None:
    admin.goto(bed.app.url + "/station")
    name = admin.get_by_label("Name", exact=True).input_value()
    try:
        admin.get_by_label("Name", exact=True).fill("Radio Übersee")
        admin.get_by_label("Time to wrap up, after this many minutes").fill("2.5")
        admin.get_by_role("button", name="Save").click()
        expect_done(admin, "Saved.")
        sid = bed.ring(NUMBER)
        bed.until(lambda: "Radio Übersee" in bed.heard(sid), "the caller does not hear the new name")
        bed.hang_up(sid)
    finally:
        admin.get_by_label("Name", exact=True).fill(name)
        admin.get_by_label("Time to wrap up, after this many minutes").fill("0")
        admin.get_by_role("button", name="Save").click()
        expect_done(admin, "Saved.")


def test_an_invitation_is_revoked_and_a_forgotten_password_gets_a_link(
    bed: Bed, admin: Page, open_page: Callable[..., Page]
) -> None:
    bed.app.accept(bed.app.invite(bed.app.new_visitor("admin"), "dj"), "forgetful")
    admin.reload()
    admin.get_by_label("Who it is for (optional)").fill("Nobody in particular")
    admin.get_by_role("button", name="Make a link").click()
    link = admin.get_by_label("Send this link").input_value()
    admin.get_by_role("button", name="Revoke the invitation Nobody in particular").click()
    expect_done(admin, "revoked")
    guest = open_page()
    guest.goto(link)
    expect(guest.get_by_label("The password again")).to_have_count(0)

    admin.get_by_role("button", name="New password for forgetful").click()
    guest.goto(admin.locator("input.link-text").input_value())
    guest.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    guest.get_by_label("New password again").fill(NEW_PASSWORD)
    guest.get_by_role("button", name="Set").click()
    expect(guest).to_have_url(re.compile(re.escape(bed.app.url) + "/(sign-in)?$"))


def test_the_checks_and_the_audit(bed: Bed, admin: Page) -> None:
    admin.goto(bed.app.url + "/check")
    expect(admin.get_by_role("main")).to_contain_text("All three send browsers' calls to this app.")
    # Only Chromium and the rehearsal can resolve the bed's name, so the check says that it leads nowhere.
    expect(admin.get_by_role("main")).to_contain_text(f"{bed.app.url} cannot be reached (no such name).")
    admin.goto(bed.app.url + "/audit")
    admin.get_by_label("Kind").select_option(label="Signing in and out")
    admin.get_by_role("button", name="Show").click()
    expect(admin.get_by_role("cell", name="signed in").first).to_be_visible()
