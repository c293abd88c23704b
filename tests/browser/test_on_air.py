"""The main job: the DJ connects, hears the first caller, goes on to the next, and hangs up. Real Chromium, real SDK."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from rehearsal.cast import pitch_hz_of
from rehearsal.sound.meter import measure
from rehearsal.sound.voices import Voice
from tests.browser.conftest import DJ_HZ, Cast
from tests.support.chromium import MICROPHONE_DBFS
from tests.support.processes import wait_until

FIRST, SECOND = "+447700900001", "+447700900002"

# From the press until the SDK's call is accepted, which the page shows at once.
MILLISECONDS_TO_ACCEPT = """
() => new Promise((resolve) => {
  const desk = document.querySelector("[data-desk]");
  let pressed = 0;
  new MutationObserver(() => {
    if (["standby", "on"].includes(desk.dataset.air)) resolve(performance.now() - pressed);
  }).observe(desk, { attributes: true });
  pressed = performance.now();
  document.querySelector('[data-part-of-desk="connect"]').click();
})
"""


@pytest.mark.alone
def test_connecting_takes_less_than_a_second(cast: Cast) -> None:
    desk = cast.desk()
    milliseconds = []
    for _ in range(3):
        milliseconds.append(desk.page.evaluate(MILLISECONDS_TO_ACCEPT))
        desk.hang_up()
        desk.expect_air_state("off")
        expect(desk.connect_button).not_to_have_attribute("aria-disabled", "true")
    assert min(milliseconds) < 1000


def test_the_dj_and_the_first_caller_hear_each_other_at_their_own_pitch_and_level(cast: Cast) -> None:
    first, second = cast.waiting(FIRST, SECOND)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")

    cast.caller_hears(first, DJ_HZ, MICROPHONE_DBFS)
    voice = Voice(pitch_hz_of(FIRST))
    said = measure(b"".join(voice.frame(n) for n in range(50)))
    desk.hears(pitch_hz_of(FIRST), said.level_dbfs)
    assert cast.station.is_waiting(second)


@pytest.mark.parametrize(("has_opus", "codec"), [(True, "audio/opus"), (False, "audio/PCMU")])
def test_the_desk_speaks_opus_and_pcmu_where_there_is_no_opus(cast: Cast, has_opus: bool, codec: str) -> None:
    cast.station.control("PUT", "/behaviour", {"opus": has_opus})
    [first] = cast.waiting(FIRST)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    assert cast.station.control("GET", f"/sound/{cast.desk_leg(first)}")["codec"] == codec
    desk.hears(pitch_hz_of(FIRST))
    cast.caller_hears(first, DJ_HZ)


def test_next_caller_ends_the_first_and_brings_the_second(cast: Cast) -> None:
    first, second = cast.waiting(FIRST, SECOND)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    desk.hears(pitch_hz_of(FIRST))

    desk.next_caller()
    desk.expect_on_air_with("002")
    wait_until(lambda: cast.station.caller(first)["status"] == "completed", why="the first is not let go")
    desk.hears(pitch_hz_of(SECOND))
    cast.caller_hears(second, DJ_HZ)
    after = [heard["verb"] for heard in cast.station.caller(first)["heard"]]
    assert "Say" in after[after.index("Bridged") :], "the first caller is thanked"


def test_hanging_up_ends_cleanly(cast: Cast) -> None:
    [first] = cast.waiting(FIRST)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    desk_leg = cast.desk_leg(first)

    desk.hang_up()
    desk.expect_air_state("off")
    desk.expect_words("You hung up")
    wait_until(lambda: cast.station.caller(desk_leg)["status"] == "completed", why="the desk's leg lives on")
    wait_until(lambda: cast.station.caller(first)["bridged_to"] is None, why="the caller is still bridged")
    expect(desk.connect_button).not_to_have_attribute("aria-disabled", "true")


def test_the_dj_can_connect_again_after_hanging_up(cast: Cast) -> None:
    desk = cast.desk()
    desk.connect()
    desk.expect_air_state("standby")
    desk.hang_up()
    desk.expect_air_state("off")
    [first] = cast.waiting(FIRST)
    desk.connect()
    desk.expect_on_air_with("001")
    cast.caller_hears(first, DJ_HZ)


def test_a_caller_who_hangs_up_makes_room_for_the_next(cast: Cast) -> None:
    first, second = cast.waiting(FIRST, SECOND)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    cast.station.hang_up(first)
    desk.expect_on_air_with("002")
    cast.caller_hears(second, DJ_HZ)
