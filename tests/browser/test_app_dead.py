"""The app is killed while a DJ is on the air: the page says so, names nobody it cannot know, and Next goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from rehearsal.cast import pitch_hz_of
from tests.browser.conftest import Cast
from tests.support.station import running_station

CALLERS = [f"+44770090000{n}" for n in range(1, 6)]
MILLISECONDS = 3000
"""Within this time the page says that the app is gone, and that it is back."""


@pytest.fixture
def mortal(tmp_path: Path, dj_browser: Browser) -> Iterator[Cast]:
    """A station of the test's own, whose app it may kill."""
    with running_station(tmp_path, DESK_SOUND="studio") as station:
        cast = Cast(station, dj_browser, lambda: dj_browser, [])
        yield cast
        for page in cast.pages:
            page.context.close()


def test_next_goes_on_while_the_app_is_dead_and_the_page_says_what_it_knows(mortal: Cast) -> None:
    cast = mortal
    first, *_ = cast.waiting(*CALLERS)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    dj = cast.desk_leg(first)
    assert cast.station.app.program is not None
    cast.station.app.program.kill()

    expect(desk.title).to_have_text("The app cannot be reached.", timeout=MILLISECONDS)
    expect(desk.advice).to_have_text("Next still works: Twilio brings the next caller, but this page cannot say who.")
    desk.expect_air_state("unseen")
    expect(desk.page.locator(".air")).to_contain_text("Was on air")
    expect(desk.page.locator(".air")).to_contain_text("001")
    for _ in range(80):
        cast.station.advance(1)

    aired = [first]
    for _ in range(3):
        expect(desk.next_button).not_to_have_attribute("aria-disabled", "true")
        desk.next_caller()
        cast.station.until(lambda: cast.station.caller(dj)["bridged_to"] not in (None, aired[-1]), "nobody comes")
        aired.append(cast.station.caller(dj)["bridged_to"])
        desk.hears(pitch_hz_of(cast.station.caller(aired[-1])["from"]))
        expect(desk.advice).to_contain_text("your own call has sent the * key")
        expect(desk.advice).to_contain_text("this page cannot say who.")
    assert len(set(aired)) == 4, "three others, one after the other"
    for call_sid in aired[:-1]:
        cast.station.until(lambda sid=call_sid: cast.station.is_waiting(sid), "they are cut off")

    cast.station.app.start()
    last = cast.station.caller(aired[-1])["from"][-3:]
    expect(desk.page.locator('[data-line="live-word"]')).to_have_text("Live", timeout=MILLISECONDS)
    expect(desk.page.locator('[data-part-of-desk="air-caller"]')).to_contain_text(last, timeout=MILLISECONDS)
    desk.expect_on_air_with(last)
    [left] = {number[-3:] for number in CALLERS} - {cast.station.caller(sid)["from"][-3:] for sid in aired}
    expect(desk.next_button).not_to_have_attribute("aria-disabled", "true")
    desk.next_caller()
    desk.expect_on_air_with(left)
