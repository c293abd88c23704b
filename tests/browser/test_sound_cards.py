"""Real sound cards that come and go under Chromium: PulseAudio's, with the sound at their loudspeakers measured."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Playwright, expect

from rehearsal.cast import pitch_hz_of
from tests.browser.conftest import Cast
from tests.support import sound_cards
from tests.support.chromium import new_page
from tests.support.pages import DeskPage
from tests.support.processes import wait_until
from tests.support.sound_cards import SoundCards

pytestmark = [
    pytest.mark.timeout(300),  # it waits for each sound: a busy machine only makes it longer
    pytest.mark.skipif(not sound_cards.is_there(), reason="there is no PulseAudio on this machine (apt: pulseaudio)"),
]

FIRST, SECOND = "+447700900001", "+447700900002"
FIRST_HZ, SECOND_HZ = map(pitch_hz_of, (FIRST, SECOND))
HEADSET_HZ, SPARE_HZ = 700, 1000
AUDIBLE_DBFS, INAUDIBLE_DBFS = -40.0, -55.0


@pytest.fixture
def cards() -> Iterator[SoundCards]:
    with sound_cards.sound_cards() as cards:
        cards.loudspeaker("Studio")
        cards.loudspeaker("Channel")
        cards.microphone("headset", HEADSET_HZ)
        cards.microphone("spare", SPARE_HZ)
        yield cards


@pytest.fixture
def desk(cast: Cast, cards: SoundCards, playwright: Playwright) -> Iterator[DeskPage]:
    with sound_cards.chromium_with(playwright, cards) as browser:
        page = new_page(browser)
        desk = DeskPage(page, cast.station.app.url)
        desk.open()
        desk.wait_until_ready()
        yield desk
        page.context.close()


def choose(select: Locator, words: str) -> str:
    """Chooses the device whose label has these words. Returns the label."""

    def found() -> str:
        return next(label for label in select.locator("option").all_text_contents() if words in label)

    label = wait_until(lambda: found() if words in str(select.locator("option").all_text_contents()) else "")
    select.select_option(label=label)
    return label


def comes_out(cards: SoundCards, loudspeaker: str, tone_hz: float) -> None:
    why = f"{tone_hz} Hz does not come out of {loudspeaker}"
    wait_until(lambda: cards.tone_dbfs(loudspeaker, tone_hz) > AUDIBLE_DBFS, why=why)


def is_silent(cards: SoundCards, loudspeaker: str, tone_hz: float) -> None:
    why = f"{tone_hz} Hz comes out of {loudspeaker}"
    wait_until(lambda: cards.tone_dbfs(loudspeaker, tone_hz) < INAUDIBLE_DBFS, why=why)


def test_cards_are_unplugged_and_plugged_in_again_with_two_on_the_air(
    cast: Cast, cards: SoundCards, desk: DeskPage
) -> None:
    page = desk.page
    page.get_by_role("button", name="Sound").click()
    microphone = choose(page.get_by_role("combobox", name="Microphone"), "700 Hz")
    choose(page.get_by_role("combobox", name="Loudspeaker or headphones"), "Studio")
    page.get_by_text("A loudspeaker for each line").click()
    own = choose(page.locator('[data-sound-output="air-2"]'), "Channel")
    page.keyboard.press("Escape")
    callers = cast.waiting(FIRST, SECOND)
    desk.connect()
    desk.expect_on_air_with("001")
    desk.row("002").get_by_role("button", name=re.compile("^Add")).click()
    expect(page.locator(".lines > .air").nth(1)).to_have_attribute("data-line-state", "on")

    comes_out(cards, "Studio", FIRST_HZ)
    comes_out(cards, "Channel", SECOND_HZ)
    is_silent(cards, "Channel", FIRST_HZ)
    is_silent(cards, "Studio", SECOND_HZ)

    cards.unplug("Channel")
    desk.expect_words(f"{own} was unplugged. You hear line 2 through the main loudspeaker now.")
    comes_out(cards, "Studio", SECOND_HZ)
    cards.plug_in_again("Channel")
    desk.expect_words(f"{own} is back. You hear line 2 through it again.")
    comes_out(cards, "Channel", SECOND_HZ)
    is_silent(cards, "Studio", SECOND_HZ)

    for caller in callers:
        cast.caller_hears_among_others(caller, HEADSET_HZ)
    cards.unplug("headset")
    desk.expect_words(f"^{re.escape(microphone)} was unplugged")
    for caller in callers:
        cast.caller_hears_among_others(caller, SPARE_HZ)
    cards.plug_in_again("headset")
    desk.expect_words(f"^{re.escape(microphone)} is back")
    for caller in callers:
        cast.caller_hears_among_others(caller, HEADSET_HZ)
    desk.expect_on_air_with("001")


def test_cards_are_unplugged_and_plugged_in_again_with_one_on_the_air(
    cast: Cast, cards: SoundCards, desk: DeskPage
) -> None:
    page = desk.page
    page.get_by_role("button", name="Sound").click()
    microphone = choose(page.get_by_role("combobox", name="Microphone"), "700 Hz")
    loudspeaker = choose(page.get_by_role("combobox", name="Loudspeaker or headphones"), "Studio")
    page.keyboard.press("Escape")
    [caller] = cast.waiting(FIRST)
    desk.connect()
    desk.expect_on_air_with("001")
    comes_out(cards, "Studio", FIRST_HZ)
    is_silent(cards, "Channel", FIRST_HZ)
    cast.caller_hears(caller, HEADSET_HZ)

    cards.unplug("Studio")
    desk.expect_words(f"^{re.escape(loudspeaker)} was unplugged\\. You hear through ")
    comes_out(cards, "Channel", FIRST_HZ)
    cards.unplug("headset")
    desk.expect_words(f"^{re.escape(microphone)} was unplugged\\. .+ is your microphone now\\.$")
    cast.caller_hears(caller, SPARE_HZ)

    cards.plug_in_again("Studio")
    desk.expect_words(f"^{re.escape(loudspeaker)} is back\\. You hear through it again\\.$")
    comes_out(cards, "Studio", FIRST_HZ)
    is_silent(cards, "Channel", FIRST_HZ)
    cards.plug_in_again("headset")
    desk.expect_words(f"^{re.escape(microphone)} is back")
    cast.caller_hears(caller, HEADSET_HZ)
    desk.expect_on_air_with("001")
