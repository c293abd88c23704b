"""The two pages as people use them: by the names of their buttons and the words they read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from playwright.sync_api import Locator, Page, expect

from tests.support.chromium import wait_until_heard
from tests.support.visitors import Visitor, signed_in

_known: dict[tuple[str, str], Visitor] = {}


def sign_in(page: Page, url: str, name: str = "dj") -> None:
    """Signs the page's browser in, unless it is signed in, with the last session if that is still valid."""
    if any(cookie["name"] in ("session", "__Host-session") for cookie in page.context.cookies(url)):
        return
    visitor = _known.get((url, name))
    if visitor is None or "calls" not in visitor.get("/queue-status").json():
        visitor = _known[url, name] = signed_in(url, name)
    page.context.add_cookies([{"name": "session", "value": visitor.cookies["session"], "url": url}])


def fill_in_sign_in(page: Page, name: str, password: str) -> None:
    """Signs in as a person does, on the sign-in page."""
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def open_menu(page: Page) -> None:
    """Opens the menu of account and help in the page's head, by keyboard."""
    page.get_by_role("button", name="Account and help").press("Enter")


LINE = """fetch("/queue-status").then((answer) => answer.json())
  .then(({ desks, calls }) => JSON.stringify({ desks, calls }), String)"""
READY = re.compile("^Ready|in line$|^Getting", re.IGNORECASE)


class DeskPage:
    """The DJ's page."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.air = page.locator(".air")
        self.air_card = page.locator("[data-air-card]")
        self.rows = page.locator(".caller")
        self.connect_button = page.get_by_role("button", name="Connect to Queue")
        self.next_button = page.get_by_role("button", name="Next", exact=False)
        self.drop_button = page.get_by_role("button", name=re.compile("^Drop"))
        self.hold_button = page.get_by_role("button", name=re.compile("^Hold"))
        self.hang_up_button = page.get_by_role("button", name="Hang up")
        self.bring_back_button = page.locator('[data-part-of-desk="bring-back"]')
        self.take_over_button = page.get_by_role("button", name="Take over", exact=True)
        self.automatic_switch = page.get_by_role("switch", name="Auto-advance")
        self.lock_switch = page.get_by_role("switch", name="Lock")

    def open(self, name: str = "dj") -> None:
        """Opens the page, signed in with one of the rehearsal's accounts."""
        sign_in(self.page, self.url, name)
        self.page.goto(self.url + "/")

    def wait_until_ready(self) -> None:
        """Until the phone in the page has signed in."""
        expect(self.connect_button).not_to_have_attribute("aria-disabled", "true")

    @property
    def title(self) -> Locator:
        """The sentence that says what is going on."""
        return self._part("status-title")

    @property
    def advice(self) -> Locator:
        """The sentence that says what to do."""
        return self._part("status-advice")

    @property
    def timing(self) -> Locator:
        """The word beside the clock of a call on the air: that it is time to wrap up, or over."""
        return self._part("timing")

    @property
    def air_seconds(self) -> int:
        """How long the caller has been on the air, as the page's clock says."""
        minutes, seconds = self._part("air-clock").inner_text().split(":")
        return 60 * int(minutes) + int(seconds)

    def refresh(self) -> None:
        """Presses Refresh, and waits until the page has taken what the line answers now."""
        said = self._part("refreshed")
        said.evaluate("(part) => part.replaceChildren()")  # what the last press was answered with
        self.page.get_by_role("button", name="Refresh").click()
        expect(said).to_have_text("Up to date.")

    def connect(self) -> None:
        self.connect_button.click()

    def next_caller(self) -> None:
        self.next_button.click()

    def drop(self) -> None:
        self.drop_button.click()

    def take_button(self, last_digits: str) -> Locator:
        """The button in the row of the caller with these last digits."""
        return self.page.get_by_role("button", name=re.compile(f"^(Take|Resume).*the caller ending {last_digits}"))

    def card_button(self, last_digits: str) -> Locator:
        """The button that opens the card in the row of the caller with these last digits."""
        return self.row(last_digits).get_by_role("button", name=re.compile("^Card"))

    def row(self, last_digits: str) -> Locator:
        """The row of the caller with these last digits."""
        return self.rows.filter(has_text=f"•••{last_digits}")

    def hang_up(self) -> None:
        self.hang_up_button.click()

    def expect_words(self, pattern: str) -> None:
        """Waits until the page says this."""
        expect(self.title).to_have_text(re.compile(pattern))

    def expect_callers(self, numbers: Sequence[str]) -> None:
        """Waits until the list has these numbers, from the top, and no others."""
        expect(self.rows.locator(".who .number")).to_have_text(numbers)

    def expect_air_state(self, state: str) -> None:
        """Waits until the desk is in a state, a key of AIR_STATE_WORDS in the page's words.js: off, standby, on, …"""
        try:
            expect(self.page.locator("[data-desk]")).to_have_attribute("data-air", state)
        except AssertionError as error:
            error.add_note(f"The page says: {self.title.inner_text()} {self.advice.inner_text()}")
            error.add_note(f"The line is: {self.page.evaluate(LINE)}")
            raise

    def expect_on_air_with(self, last_digits: str) -> None:
        """Waits until the page says that the caller with these last digits is on the air."""
        self.expect_air_state("on")
        expect(self._part("air-caller").first).to_contain_text(last_digits)

    def hears(self, frequency_hz: float, level_dbfs: float | None = None) -> None:
        """Waits until the page has heard this for a while, as it arrived over WebRTC."""
        wait_until_heard(self.page, frequency_hz, level_dbfs)

    def _part(self, name: str) -> Locator:
        return self.page.locator(f'[data-part-of-desk="{name}"]')


class CallPage:
    """The listeners' page."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.call_button = page.get_by_role("button", name=re.compile("^Call"))
        self.hang_up_button = page.get_by_role("button", name="Hang up")

    def open(self) -> None:
        self.page.goto(self.url + "/call")

    @property
    def title(self) -> Locator:
        return self.page.locator('[data-part="title"]')

    def call(self) -> None:
        self.call_button.click()

    def hang_up(self) -> None:
        self.hang_up_button.click()

    def expect_stage(self, stage: str) -> None:
        """Waits until the page's phone is at a stage: loading, ready, broken, calling, connected or reconnecting."""
        expect(self.page.locator("[data-call-page]")).to_have_attribute("data-stage", stage)

    def hears(self, frequency_hz: float, level_dbfs: float | None = None) -> None:
        """Waits until the page has heard this for a while, as it arrived over WebRTC."""
        wait_until_heard(self.page, frequency_hz, level_dbfs)
