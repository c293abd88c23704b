"""Signing in, invitations and accounts as people meet them: by keyboard, wide and narrow, light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.held_app import held_app
from tests.support.looks import WIDE, complaints_about, complaints_in_every_look
from tests.support.pages import DeskPage, fill_in_sign_in, open_menu, sign_in
from tests.support.station import Station
from tests.support.visitors import signed_in

PASSWORD = "correct horse battery"


@pytest.fixture
def page(dj_browser: Browser) -> Iterator[Page]:
    context = dj_browser.new_context(viewport=WIDE, color_scheme="dark", reduced_motion="reduce")
    context.set_default_timeout(30_000)
    page = context.new_page()
    yield page
    context.close()


def new_link(studio: Station, role: str = "dj") -> str:
    """An invitation, as an admin makes one."""
    admin = signed_in(studio.app.url, "admin")
    admin.get("/accounts")
    found = re.search(r'value="(http[^"]+/invitation#[^"]+)"', admin.fill_in("/accounts", do="invite", role=role).text)
    assert found
    return found[1]


def test_a_dj_signs_in_and_out_by_keyboard(studio: Station, page: Page) -> None:
    page.goto(studio.app.url + "/")
    expect(page).to_have_url(studio.app.url + "/sign-in")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("dj")
    page.keyboard.press("Tab")
    page.keyboard.type("rehearsal")
    page.keyboard.press("Enter")
    expect(page).to_have_url(studio.app.url + "/")
    DeskPage(page, studio.app.url).wait_until_ready()
    open_menu(page)
    expect(page.get_by_text("Signed in as dj")).to_be_visible()
    page.get_by_role("button", name="Sign out").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(studio.app.url + "/sign-in")
    page.goto(studio.app.url + "/")
    expect(page).to_have_url(studio.app.url + "/sign-in")


def test_a_screener_who_signs_in_lands_on_the_screeners_page_unless_another_was_asked_for(
    studio: Station, page: Page
) -> None:
    page.goto(studio.app.url + "/")
    fill_in_sign_in(page, "screener", "rehearsal")
    expect(page).to_have_url(studio.app.url + "/screener")
    page.goto(studio.app.url + "/sign-in")  # signed in already
    expect(page).to_have_url(studio.app.url + "/screener")
    open_menu(page)
    page.get_by_role("button", name="Sign out").press("Enter")
    expect(page).to_have_url(studio.app.url + "/sign-in")
    page.goto(studio.app.url + "/waits")
    fill_in_sign_in(page, "screener", "rehearsal")
    expect(page).to_have_url(studio.app.url + "/waits")


def test_a_wrong_password_is_told_and_the_next_try_is_a_few_keys_away(studio: Station, page: Page) -> None:
    page.goto(studio.app.url + "/sign-in?next=%2Fwaits")
    page.get_by_label("Name").fill("dj")
    page.get_by_label("Password").fill("wrong password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Wrong name or password.")
    expect(page.get_by_label("Password")).to_be_focused()
    expect(page.get_by_label("Password")).to_have_value("")
    page.keyboard.type("rehearsal")
    page.keyboard.press("Enter")
    expect(page).to_have_url(studio.app.url + "/waits")


def test_an_invited_person_chooses_a_name_and_runs_the_show(studio: Station, page: Page) -> None:
    page.goto(new_link(studio))
    page.keyboard.type("Frida")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The password again").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(studio.app.url + "/")
    studio.wait_until_queued(studio.ring("+447700900001"))
    desk = DeskPage(page, studio.app.url)
    desk.wait_until_ready()
    desk.connect()
    desk.expect_on_air_with("001")
    desk.next_caller()
    desk.expect_air_state("standby")
    desk.hang_up()


def test_a_screener_looks_on(studio: Station, page: Page) -> None:
    DeskPage(page, studio.app.url).open("screener")
    sid = studio.ring("+447700900001")
    studio.wait_until_queued(sid)
    expect(page.locator(".caller")).to_have_count(1)
    expect(page.get_by_text("View only")).to_be_visible()
    for name in ("Connect to Queue", "Next", "Take"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    page.keyboard.press("c")
    page.keyboard.press("j")
    page.keyboard.press("t")
    assert complaints_about(page) == []
    assert studio.is_waiting(sid)


def test_an_admin_sees_the_whole_number_and_a_dj_does_not(studio: Station, page: Page) -> None:
    DeskPage(page, studio.app.url).open("admin")
    studio.wait_until_queued(studio.ring("+447700900321"))
    expect(page.locator(".caller .number")).to_have_text("+447700900321")
    assert complaints_about(page) == []
    page.context.clear_cookies()
    DeskPage(page, studio.app.url).open("dj")
    expect(page.locator(".caller .number")).to_have_text("•••321")


@pytest.mark.parametrize("path", ["/", "/waits"])
def test_a_page_whose_session_ends_says_so_and_shows_the_way_back(studio: Station, page: Page, path: str) -> None:
    sign_in(page, studio.app.url)
    page.goto(studio.app.url + path)
    expect(page.locator("[data-signed-out]")).to_be_hidden()
    other = signed_in(studio.app.url)
    other.get("/account")
    assert other.fill_in("/account", do="end").status == 200
    studio.ring("+447700900001")  # ends the request that is being held
    expect(page.locator("[data-signed-out]")).to_contain_text("You are signed out.")
    assert complaints_about(page) == []
    page.get_by_role("link", name="Sign in again").click()
    expect(page).to_have_url(studio.app.url + "/sign-in")


def test_an_admin_invites_and_manages_by_keyboard(studio: Station, page: Page) -> None:
    sign_in(page, studio.app.url, "admin")
    page.goto(studio.app.url + "/accounts")
    page.get_by_role("combobox", name="Role", exact=True).focus()
    page.keyboard.press("s")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    link = page.get_by_label("Send this link").input_value()
    assert link.startswith(studio.app.url + "/invitation#")
    page.goto(link)
    expect(page.get_by_text("as screener")).to_be_visible()


@pytest.mark.parametrize("password", ["", "wrong"])
@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
def test_the_password_again_is_accessible_and_fits(studio: Station, page: Page, tmp_path: Path, password: str) -> None:
    with held_app(tmp_path) as app:  # whose clock is ten minutes on; the stylesheet comes from the other app
        admin = app.visitor("admin")
        app.clock.advance(601)
        admin.get("/accounts")
        text = admin.fill_in("/accounts", do="disable", key="dj", password_again=password).text
    page.route("**/accounts", lambda route: route.fulfill(body=text, content_type="text/html; charset=utf-8"))
    page.goto(studio.app.url + "/accounts")
    expect(page.get_by_label("Password for admin")).to_be_focused()
    assert complaints_in_every_look(page) == []


def test_the_pages_of_accounts_are_accessible_and_fit(studio: Station, page: Page) -> None:
    page.goto(studio.app.url + "/sign-in")
    assert complaints_in_every_look(page) == [], "sign in"
    page.get_by_label("Name").fill("nobody-of-this-name")
    page.get_by_label("Password").fill("wrong password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).not_to_be_empty()
    assert complaints_in_every_look(page) == [], "a wrong password, or too many of them"

    page.goto(studio.app.url + "/invitation")
    assert complaints_in_every_look(page) == [], "a field for a link"
    page.goto(new_link(studio))  # on that same page, which only its fragment differs from
    expect(page.get_by_label("Name")).to_be_visible()
    assert page.url == studio.app.url + "/invitation", "the secret left the address"
    assert complaints_in_every_look(page) == [], "an invitation"
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The password again").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("taken")
    assert complaints_in_every_look(page) == [], "a name that is taken"
    page.goto(studio.app.url + "/invitation?nonsense")
    assert complaints_in_every_look(page) == [], "an invitation that is no longer valid"

    sign_in(page, studio.app.url, "admin")
    page.goto(studio.app.url + "/account")
    assert complaints_in_every_look(page) == [], "one's own account"
    page.get_by_role("button", name="Sign out everywhere else").click()
    expect(page.get_by_role("status")).to_contain_text("everywhere else")
    assert complaints_in_every_look(page) == [], "signed out elsewhere"
    page.goto(studio.app.url + "/station")
    assert complaints_in_every_look(page) == [], "the station"
    page.goto(studio.app.url + "/check")
    assert complaints_in_every_look(page) == [], "the check"
    page.goto(studio.app.url + "/accounts")
    assert complaints_in_every_look(page) == [], "accounts"
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_label("Send this link")).to_be_visible()
    assert complaints_in_every_look(page) == [], "a link to hand on"
    page.get_by_role("button", name="New password for screener").click()
    page.goto(page.get_by_label("Send this link").input_value())
    expect(page.get_by_label("New password again")).to_be_visible()
    assert complaints_in_every_look(page) == [], "a new password"
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD[1:])
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("different")
    assert complaints_in_every_look(page) == [], "two different passwords"
    page.goto(studio.app.url + "/accounts")
    page.get_by_role("button", name="Disable screener").click()
    expect(page.get_by_role("status")).to_contain_text("disabled")
    assert complaints_in_every_look(page) == [], "a disabled account"
    page.get_by_role("button", name="Allow again screener").click()
    expect(page.get_by_role("status")).to_contain_text("may sign in again")

    page.goto(studio.app.url + "/audit")
    expect(page.get_by_role("cell", name="disabled screener")).to_be_visible()
    assert complaints_in_every_look(page) == [], "the audit"

    page.goto(studio.app.url + "/help")
    assert complaints_in_every_look(page) == [], "help"

    page.context.clear_cookies()
    sign_in(page, studio.app.url, "dj")
    page.goto(studio.app.url + "/accounts")
    expect(page.get_by_role("heading", name="Not allowed")).to_be_visible()
    assert complaints_in_every_look(page) == [], "a page for others"
