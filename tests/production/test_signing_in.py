"""A station's first hour over https, in Chromium: the first admin, an invitation, signing in and out."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.pages import DeskPage, fill_in_sign_in, open_menu
from tests.support.production import PASSWORD, Bed

pytestmark = pytest.mark.browser


def make_account(page: Page, link: str, name: str) -> None:
    page.goto(link)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The password again").fill(PASSWORD)
    page.get_by_role("button", name="Make my account").click()


def test_the_first_admin_invites_a_dj_who_signs_in_and_out(bed: Bed, open_page: Callable[..., Page]) -> None:
    start = bed.app.url + "/"
    admin = open_page()
    make_account(admin, bed.app.admin_link(), "chief")
    expect(admin).to_have_url(start)
    admin.goto(bed.app.url + "/accounts")
    admin.get_by_role("combobox", name="Role", exact=True).select_option("dj")
    admin.get_by_role("button", name="Make a link").click()
    link = admin.get_by_label("Send this link").input_value()
    assert link.startswith(bed.app.url + "/invitation#")

    dj = open_page()
    make_account(dj, link, "Frida")
    expect(dj).to_have_url(start)
    DeskPage(dj, bed.app.url).wait_until_ready()
    open_menu(dj)
    dj.get_by_role("button", name="Sign out").click()
    expect(dj).to_have_url(bed.app.url + "/sign-in")

    dj.goto(bed.app.url + "/waits")
    expect(dj).to_have_url(re.compile(r"/sign-in\?next="))
    fill_in_sign_in(dj, "Frida", "not the password")
    expect(dj.get_by_role("alert")).to_have_text("Wrong name or password.")
    fill_in_sign_in(dj, "Frida", PASSWORD)
    expect(dj).to_have_url(bed.app.url + "/waits")


def test_the_cookies_in_the_browser_belong_to_this_host_alone(bed: Bed, open_page: Callable[..., Page]) -> None:
    page = open_page("/", "dj")
    DeskPage(page, bed.app.url).wait_until_ready()
    page.goto(bed.app.url + "/call")
    assert page.evaluate("fetch('/call/token', { method: 'POST' }).then((answer) => answer.status)") == 200
    cookies = page.context.cookies()
    assert {cookie["name"] for cookie in cookies} >= {
        "__Host-session",
        "__Host-dj_identity",
        "__Host-listener_identity",
    }
    for cookie in cookies:
        assert cookie["name"].startswith("__Host-"), cookie["name"]
        assert cookie["secure"], cookie["name"]
        assert cookie["httpOnly"], cookie["name"]
        assert cookie["sameSite"] in ("Lax", "Strict"), cookie["name"]
