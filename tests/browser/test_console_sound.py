"""Several callers on the air, in real Chromium with the unmodified SDK: each hears only the DJ and the others."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, expect

from rehearsal.cast import pitch_hz_of
from rehearsal.sound.meter import tone_dbfs
from rehearsal.sound.voices import Voice
from tests.browser.conftest import DJ_HZ, Cast
from tests.support.chromium import MICROPHONE_DBFS
from tests.support.pages import DeskPage
from tests.support.processes import wait_until

pytestmark = pytest.mark.alone

NUMBERS = [f"+44770090000{number}" for number in (1, 2, 3)]
TONES_HZ = [pitch_hz_of(number) for number in NUMBERS]
TOLERANCE_DB = 1.0
OWN_VOICE_DB = -40.0
LONGEST_GAP_SECONDS = 0.04
READING_SECONDS = 0.95  # a reading is of the last second


def said_dbfs(tone_hz: float) -> float:
    level = tone_dbfs(b"".join(Voice(tone_hz).frame(number) for number in range(50)), tone_hz)
    assert level is not None
    return level


@dataclass
class OnAir:
    """A desk with three callers on the air, a line each, their levels left as they are."""

    cast: Cast
    desk: DeskPage
    callers: list[str]

    def card(self, line: int) -> Locator:
        name = f'[data-line="air-{line + 1}"]' if line else ":not([data-line])"
        return self.desk.page.locator(f".lines > .air{name}")

    def press(self, line: int, name: str) -> None:
        self.card(line).get_by_role("button", name=re.compile(f"^{name}")).click()

    def heard_by(self, caller: int) -> list[float]:
        """The levels of the DJ's tone and of each caller's, as this caller hears them."""
        wanted = ",".join(map(str, [DJ_HZ, *TONES_HZ]))
        answer = self.cast.station.control("GET", f"/sound/{self.callers[caller]}?hz={wanted}")
        found: list[float] = answer["tones_dbfs"]
        return found

    def hears(self, caller: int, dj_db: float | None, *others_db: float | None) -> None:
        """Waits until this caller hears the DJ and each other caller at these relative levels; None: not at all."""
        said = [MICROPHONE_DBFS, *map(said_dbfs, TONES_HZ)]

        def is_heard() -> bool:
            found = self.heard_by(caller)
            assert None not in found, found
            for level, wanted, own in zip(found, [dj_db, *others_db], said, strict=True):
                if wanted is None:
                    assert level < own + OWN_VOICE_DB, found
                else:
                    assert abs(level - own - wanted) <= TOLERANCE_DB, found
            return True

        wait_until(is_heard, why=f"caller {caller + 1} does not hear {dj_db} {others_db}")

    def press_unbroken(self, line: int, name: str, *others: int) -> None:
        """Presses, and checks for a second that nothing is missing in what the other callers hear."""
        self.press(line, name)
        until = time.monotonic() + READING_SECONDS
        while time.monotonic() < until:
            for caller in others:
                heard = self.cast.reading(self.callers[caller])
                assert heard["gap_seconds"] <= LONGEST_GAP_SECONDS, heard


@pytest.fixture
def on_air(cast: Cast) -> Iterator[OnAir]:
    callers = cast.waiting(*NUMBERS)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    show = OnAir(cast, desk, callers)
    for line, last_digits in ((1, "002"), (2, "003")):
        desk.row(last_digits).get_by_role("button", name=re.compile("^Add")).click()
        expect(show.card(line)).to_have_attribute("data-line-state", "on")
        expect(show.card(line)).to_contain_text(last_digits)
    for line in range(3):
        show.press(line, "Level")
    yield show
    desk.hang_up()


def test_each_hears_the_dj_unless_muted_and_the_others_and_never_themself_until_drop_all(on_air: OnAir) -> None:
    on_air.hears(0, 0, None, 0, 0)
    on_air.hears(1, 0, 0, None, 0)
    on_air.hears(2, 0, 0, 0, None)

    on_air.desk.page.keyboard.press("m")
    on_air.hears(0, None, None, 0, 0)
    on_air.hears(1, None, 0, None, 0)
    on_air.desk.page.keyboard.press("m")
    on_air.hears(0, 0, None, 0, 0)

    on_air.press(0, "Drop all")
    for caller in on_air.callers:
        wait_until(lambda caller=caller: on_air.cast.station.caller(caller)["status"] == "completed")
    expect(on_air.card(1)).not_to_have_attribute("data-line-state", "on")


MILLISECONDS_TO_AIR = """
(row) => new Promise((resolve) => {
  const began = performance.now();
  const lines = document.querySelector("[data-lines]");
  new MutationObserver(() => {
    if (lines.querySelectorAll('[data-line-state="on"]').length) resolve(performance.now() - began);
  }).observe(lines, { subtree: true, childList: true, attributes: true });
  row.querySelector('[data-part="add"]').click();
})
"""


def test_an_added_caller_is_on_the_air_within_a_second(cast: Cast) -> None:
    cast.waiting(*NUMBERS[:2])
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    expect(desk.row("002").locator(".add")).to_be_visible()
    assert desk.row("002").evaluate(MILLISECONDS_TO_AIR) < 1000
    desk.hang_up()


def test_fader_mute_cue_hold_and_drop_of_one_leave_the_others_as_they_are(on_air: OnAir) -> None:
    on_air.hears(0, 0, None, 0, 0)
    on_air.card(1).get_by_label("Fader").fill("-12")
    on_air.hears(0, 0, None, -12, 0)
    on_air.hears(2, 0, 0, -12, None)
    on_air.hears(1, 0, 0, None, 0)
    on_air.card(1).get_by_label("Fader").fill("0")

    on_air.press_unbroken(1, "Mute", 0, 2)
    on_air.hears(0, 0, None, None, 0)
    on_air.hears(1, 0, 0, None, 0)
    on_air.press(1, "Mute")

    on_air.press_unbroken(1, "Cue", 0, 2)
    expect(on_air.card(1)).to_have_attribute("data-line-state", "cue")
    on_air.hears(0, None, None, None, 0)
    on_air.hears(1, 0, 0, None, 0)
    on_air.press(1, "Cue")
    on_air.hears(0, 0, None, 0, 0)

    on_air.press_unbroken(1, "Hold", 0, 2)
    on_air.hears(0, 0, None, None, 0)
    on_air.press_unbroken(2, "Drop", 0)
    on_air.hears(0, 0, None, None, None)


def test_a_line_that_drops_out_is_connected_again_with_its_caller(on_air: OnAir) -> None:
    on_air.hears(0, 0, None, 0, 0)
    on_air.cast.station.hang_up(on_air.cast.desk_leg(on_air.callers[1]))
    expect(on_air.card(1)).not_to_have_attribute("data-line-state", "on")
    expect(on_air.card(1)).to_have_attribute("data-line-state", "on")
    on_air.hears(1, 0, 0, None, 0)
    on_air.hears(0, 0, None, 0, 0)


def test_a_page_that_is_loaded_again_gets_every_caller_back_with_one_press(on_air: OnAir) -> None:
    page = on_air.desk.page
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    on_air.desk.wait_until_ready()
    on_air.desk.connect()
    on_air.desk.expect_on_air_with("001")
    for line in (1, 2):
        expect(on_air.card(line)).to_have_attribute("data-line-state", "on")
        on_air.press(line, "Level")
    on_air.press(0, "Level")
    on_air.hears(0, 0, None, 0, 0)
    on_air.hears(2, 0, 0, 0, None)


def test_all_legs_cut_at_once_lose_nobody_and_one_press_brings_every_caller_back(on_air: OnAir) -> None:
    on_air.hears(0, 0, None, 0, 0)
    legs = [on_air.cast.desk_leg(caller) for caller in on_air.callers]
    for leg in legs:
        on_air.cast.station.hang_up(leg)
    on_air.desk.expect_words("The phone network ended your call")
    on_air.desk.connect()
    on_air.desk.expect_on_air_with("001")
    for line in (1, 2):
        expect(on_air.card(line)).to_have_attribute("data-line-state", "on")
    for line in range(3):
        if on_air.card(line).get_by_role("button", name="Level").get_attribute("aria-pressed") == "true":
            on_air.press(line, "Level")
    on_air.hears(0, 0, None, 0, 0)
    on_air.hears(1, 0, 0, None, 0)
    on_air.hears(2, 0, 0, 0, None)


def test_a_cued_line_says_so_and_its_next_caller_is_on_the_air_and_heard(cast: Cast) -> None:
    callers = cast.waiting(*NUMBERS)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    desk.row("002").get_by_role("button", name=re.compile("^Add")).click()
    show = OnAir(cast, desk, callers)
    expect(show.card(1)).to_have_attribute("data-line-state", "on")
    show.press(0, "Mute")
    show.press(0, "Cue")
    expect(show.card(0)).to_have_attribute("data-line-state", "cue")
    expect(show.card(0)).to_contain_text("Off air, with you")
    expect(desk.title).to_have_text("Off air with the caller ending 001.")
    desk.page.keyboard.press("n")
    desk.expect_on_air_with("003")
    expect(show.card(0)).not_to_have_attribute("data-line-state", "cue")
    for name in ("Cue", "Mute"):
        button = show.card(0).get_by_role("button", name=re.compile(f"^{name}"))
        expect(button).to_have_attribute("aria-pressed", "false")
    cast.caller_hears_among_others(callers[1], TONES_HZ[2])
    cast.caller_hears_among_others(callers[1], DJ_HZ)
    desk.hang_up()


MAY_REFUSE = """
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (wanted) =>
  window.refusesForTest ? Promise.reject(new DOMException("", "NotAllowedError")) : ask(wanted);
"""


def test_a_microphone_that_is_refused_adds_nobody_and_leaves_the_one_on_the_air_as_they_are(cast: Cast) -> None:
    first, second = cast.waiting(*NUMBERS[:2])
    desk = cast.new_desk()
    desk.page.add_init_script(MAY_REFUSE)
    desk.open()
    desk.wait_until_ready()
    desk.connect()
    desk.expect_on_air_with("001")
    cast.caller_hears(first, DJ_HZ, MICROPHONE_DBFS)
    desk.page.evaluate("window.refusesForTest = true")
    desk.row("002").get_by_role("button", name=re.compile("^Add")).click()
    desk.expect_words("The browser may not use the microphone, so no line was added")
    expect(desk.row("002")).to_contain_text("Waiting")
    cast.caller_hears(first, DJ_HZ, MICROPHONE_DBFS)
    desk.page.evaluate("window.refusesForTest = false")
    desk.row("002").get_by_role("button", name=re.compile("^Add")).click()
    expect(desk.page.locator(".lines > .air").nth(1)).to_have_attribute("data-line-state", "on")
    cast.caller_hears_among_others(first, TONES_HZ[1])
    cast.caller_hears_among_others(second, TONES_HZ[0])
    desk.hang_up()


CHANGES = """async () => {
  const { Mixer } = await import("/static/console/mixer.js");
  const { setTargetAtTime } = AudioParam.prototype;
  let changes = 0;
  AudioParam.prototype.setTargetAtTime = function (...all) {
    changes += 1;
    return setTargetAtTime.apply(this, all);
  };
  const mixer = new Mixer(new AudioContext(), null);
  const channel = mixer.channel("air");
  const changesNow = (wanted, isMuted = false) => {
    changes = 0;
    Object.assign(channel, wanted);
    mixer.muteMicrophone(isMuted);
    mixer.apply();
    return changes;
  };
  changesNow({});
  return [
    changesNow({}),
    changesNow({ faderDb: -6 }),
    changesNow({ isMuted: true }),
    changesNow({ isMuted: false }),
    changesNow({}, true),
    changesNow({}, true),
  ];
}"""


def test_only_a_gain_that_is_to_change_is_set(cast: Cast) -> None:
    assert cast.desk().page.evaluate(CHANGES) == [0, 1, 1, 1, 1, 0]
