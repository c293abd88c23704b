"""Passkeys in Chromium, with its virtual authenticator: added, asked for after the password, removed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import parse_qsl

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, expect

from callin.accounts import AccountError, SecondFactor
from callin.accounts.second_factor import SecondFactors
from callin.keyring import Keyring
from callin.stores.sqlite import SqliteStore
from tests.support.chromium import new_page
from tests.support.looks import complaints_in_every_look
from tests.support.pages import fill_in_sign_in
from tests.support.passkeys import add_passkey, begin_sign_in, give_authenticator
from tests.support.processes import free_port
from tests.support.station import App, running_app
from tests.support.visitors import REHEARSAL_PASSWORD


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app at a name, as WebAuthn needs it, that asks admins for a passkey."""
    port = str(free_port())
    changes = {"PORT": port, "PUBLIC_URL": f"http://localhost:{port}", "ADMINS_NEED_PASSKEY": "yes"}
    with running_app(tmp_path_factory.mktemp("passkeys"), **changes) as app:
        yield app


@pytest.fixture
def url(app: App) -> str:
    return app.environment["PUBLIC_URL"]


@pytest.fixture
def page(dj_browser: Browser) -> Iterator[Page]:
    page = new_page(dj_browser)
    give_authenticator(page)
    yield page
    page.context.close()


def as_if_never_used(found: SecondFactor | None) -> SecondFactor:
    assert found is not None
    return replace(found, passkeys=tuple([replace(one, used_at=0.0) for one in found.passkeys]))


def sign_in(page: Page, url: str, name: str) -> None:
    page.goto(url + "/sign-in")
    fill_in_sign_in(page, name, REHEARSAL_PASSWORD)


def test_a_passkey_is_added_and_from_then_on_needed_to_sign_in(app: App, url: str, page: Page) -> None:
    sign_in(page, url, "dj")
    codes = add_passkey(page, url, "my phone")
    assert len(codes) == 10
    assert complaints_in_every_look(page) == [], "a new passkey and its codes"
    expect(page.get_by_text("Not used yet")).to_be_visible()

    begin_sign_in(page, url, "dj", REHEARSAL_PASSWORD)
    assert page.goto(url + "/account") is not None
    expect(page.get_by_role("heading", name="Sign in to the desk")).to_be_visible(), "the password alone is not enough"
    begin_sign_in(page, url, "dj", REHEARSAL_PASSWORD)
    assert complaints_in_every_look(page) == [], "the second step"
    with page.expect_request("**/second-factor") as sent:
        page.get_by_role("button", name="Use my passkey").click()
    expect(page).to_have_url(url + "/")
    page.goto(url + "/account")
    expect(page.get_by_text("Last used").first).to_be_visible()
    expect(page.get_by_text("Not used yet")).to_be_hidden()

    answer = dict(parse_qsl(sent.value.post_data or ""))
    with closing(SqliteStore(app.environment["STORE"].removeprefix("sqlite:///"))) as store:
        factors = SecondFactors(store, time.time, Keyring(app.environment["SESSION_KEY"]), url)
        with pytest.raises(AccountError, match="Try again"):
            factors.check_passkey("dj", answer["state"], answer["response"])
        store.change_record(SecondFactor, "dj", as_if_never_used)
        factors.check_passkey("dj", answer["state"], answer["response"])  # it was refused as a replay

    begin_sign_in(page, url, "dj", REHEARSAL_PASSWORD)
    page.get_by_label("A recovery code").fill("not a code")
    page.get_by_role("button", name="Sign in with the code").click()
    expect(page.get_by_role("alert").first).to_contain_text("not one of your recovery codes")
    page.get_by_label("A recovery code").fill(codes[3])
    page.get_by_role("button", name="Sign in with the code").click()
    expect(page).to_have_url(url + "/")
    page.goto(url + "/account")
    expect(page.get_by_text("You have 9 recovery codes left")).to_be_visible()
    page.get_by_role("button", name="Remove the passkey my phone").click()
    expect(page.get_by_role("status")).to_contain_text("removed")
    page.context.clear_cookies()
    sign_in(page, url, "dj")
    expect(page).to_have_url(url + "/")


def test_an_admin_can_do_nothing_until_they_have_added_a_passkey(url: str, page: Page) -> None:
    sign_in(page, url, "admin")
    expect(page).to_have_url(url + "/account")
    expect(page.get_by_text("This station asks admins for a passkey")).to_be_visible()
    assert complaints_in_every_look(page) == [], "an admin has to add a passkey"
    page.goto(url + "/accounts")
    expect(page).to_have_url(url + "/account")
    assert page.request.get(url + "/queue-status").status == 403
    page.get_by_role("button", name="Add a passkey").click()
    assert complaints_in_every_look(page) == [], "a new passkey"
    add_passkey(page, url, "key")
    page.goto(url + "/accounts")
    expect(page.get_by_role("listitem").filter(has_text="you").get_by_text("Has a passkey")).to_be_visible()

    begin_sign_in(page, url, "admin", REHEARSAL_PASSWORD)
    page.get_by_role("button", name="Use my passkey").click()
    expect(page).to_have_url(url + "/")
    page.goto(url + "/audit?who=admin")
    for what in ("signed in with a passkey", "added a passkey"):
        expect(page.get_by_role("cell", name=what).first).to_be_visible()
