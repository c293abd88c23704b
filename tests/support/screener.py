"""The screener's page as people use it: by the names of its buttons and fields, and the words they read."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.support.chromium import wait_until_heard
from tests.support.pages import sign_in


class CardFields:
    """The fields of one open card."""

    def __init__(self, form: Locator) -> None:
        self.form = form
        self.name = form.get_by_label("Name")
        self.place = form.get_by_label("Place")
        self.topic = form.get_by_label("Topic")
        self.note = form.get_by_label("Note")
        self.state = form.locator("[data-card-state]")

    def said_of(self, field: str) -> Locator:
        """The line below a field that says what somebody else wrote, or whose words were replaced."""
        return self.form.locator(f'[data-field="{field}"] [data-field-said]')

    def quality(self, value: int) -> Locator:
        return self.form.get_by_role("radio", name=str(value), exact=True)


class ScreenerPage:
    """The screener's page."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.connect_button = page.get_by_role("button", name="Connect")
        self.talk_next_button = page.get_by_role("button", name="Talk to next")
        self.hang_up_button = page.get_by_role("button", name="Hang up")
        self.card = CardFields(page.locator("[data-talk-card]"))

    def open(self, name: str = "screener") -> None:
        """Opens the page, signed in with one of the rehearsal's accounts."""
        sign_in(self.page, self.url, name)
        self.page.goto(self.url + "/screener")

    def wait_until_ready(self) -> None:
        """Until the phone in the page has signed in."""
        expect(self.connect_button).not_to_have_attribute("aria-disabled", "true")

    def connect(self) -> None:
        """Calls, and waits until the line knows it."""
        self.connect_button.click()
        self.expect_state("free")
        expect(self.advice).not_to_contain_text("One moment")

    @property
    def title(self) -> Locator:
        return self._part("status-title")

    @property
    def advice(self) -> Locator:
        return self._part("status-advice")

    def verdict(self, verdict: str) -> Locator:
        """The button for the caller in talk: ready, hold, back, let_go or block."""
        return self.page.locator(f'[data-verdict="{verdict}"]')

    def row(self, last_digits: str) -> Locator:
        """The row of the caller with these last digits."""
        return self.page.locator(".caller").filter(has_text=f"•••{last_digits}")

    def list(self, name: str) -> Locator:
        """One of the lists: waiting, ready or held."""
        return self.page.locator(f'[data-list="{name}"]')

    def open_card(self, last_digits: str) -> CardFields:
        """Opens the card in a caller's row."""
        row = self.row(last_digits)
        row.get_by_role("button", name=re.compile("^Card")).click()
        return CardFields(row)

    def expect_words(self, pattern: str) -> None:
        expect(self.title).to_have_text(re.compile(pattern))

    def expect_state(self, state: str) -> None:
        """Waits until the page's own side is in a state, a key of TALK_WORDS in its words.js: off, free, talk, …"""
        expect(self.page.locator("[data-desk]")).to_have_attribute("data-air", state)

    def expect_in_talk_with(self, last_digits: str) -> None:
        self.expect_state("talk")
        expect(self._part("talk-number")).to_contain_text(last_digits)

    def hears(self, frequency_hz: float) -> None:
        """Waits until the page has heard this for a while, as it arrived over WebRTC."""
        wait_until_heard(self.page, frequency_hz)

    def _part(self, name: str) -> Locator:
        return self.page.locator(f'[data-part-of-desk="{name}"]')
