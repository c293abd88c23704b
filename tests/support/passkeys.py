"""Chromium's virtual authenticator, and a person who uses it on the account pages."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.pages import fill_in_sign_in


def give_authenticator(page: Page) -> None:
    """Gives the page's browser an authenticator that agrees to everything, as a touched security key does.

    https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn/
    """
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def add_passkey(page: Page, url: str, name: str) -> list[str]:
    """Adds a passkey on the account page; returns the recovery codes that it shows."""
    page.goto(url + "/account")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_label("A name for it").fill(name)
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("status")).to_contain_text("The passkey is added")
    return page.locator(".codes li").all_inner_texts()


def begin_sign_in(page: Page, url: str, name: str, password: str) -> None:
    """Types name and password; the passkey is asked for."""
    page.context.clear_cookies()
    page.goto(url + "/sign-in")
    fill_in_sign_in(page, name, password)
    expect(page.get_by_role("heading", name="Now your passkey")).to_be_visible()
