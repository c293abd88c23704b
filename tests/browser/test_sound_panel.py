"""The sound panel, with the unmodified SDK: devices, processing, meters, and a device that goes and comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Playwright, expect

from tests.browser.conftest import DJ_HZ, Cast
from tests.support.chromium import MICROPHONE_DBFS, chromium
from tests.support.looks import complaints_in_every_look
from tests.support.pages import DeskPage
from tests.support.processes import wait_until

FIRST = "+447700900001"

# Devices are plugged in and out by what the browser lists: the SDK and the page see the list alone.
PLUGS = """
window.unpluggedForTest = new Set();
const list = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
const isIn = ({ label }) => !unpluggedForTest.has(label);
navigator.mediaDevices.enumerateDevices = async () => (await list()).filter(isIn);
window.plugForTest = (label, comes) => {
  unpluggedForTest[comes ? "delete" : "add"](label);
  navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
};
window.asksForTest = [];
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (constraints) => {
  asksForTest.push(constraints.audio);
  return ask(constraints);
};
"""
LEVEL = """(name) => {
  const bar = document.querySelector(`.sound-panel [data-sound-meter="${name}"]`);
  return -60 * (1 - Number(bar.style.getPropertyValue("--level")));
}"""
HEAR = """async ([blocks, seconds]) => {
  const { Levels } = await import("/static/sound-panel/levels.js");
  const levels = new Levels();
  const seen = [];
  let now = 0;
  for (const [amplitude, count] of blocks) {
    for (let n = 0; n < count; n += 1) {
      now += seconds;
      levels.hear(new Float32Array(64).fill(amplitude), now);
    }
    const { level, peak, isClipping, isSilent } = levels;
    seen.push([Math.round(level), Math.round(peak), isClipping, isSilent]);
  }
  return seen;
}"""


@pytest.fixture(scope="module")
def dj_browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium with windows: in its headless build a line does not go back to a loudspeaker that was away."""
    with chromium(playwright, DJ_HZ, has_windows=True) as browser:
        yield browser


class Panel:
    """The sound panel of a page."""

    def __init__(self, desk: DeskPage) -> None:
        self.page = desk.page
        self.dialog = self.page.get_by_role("dialog", name="Sound")
        self.input = self.dialog.get_by_role("combobox", name="Microphone")
        self.output = self.dialog.get_by_role("combobox", name="Loudspeaker or headphones")
        self.hear = self.dialog.locator("[data-sound=hear]")

    def open(self) -> None:
        self.page.get_by_role("button", name="Sound").click()
        expect(self.dialog).to_be_visible()

    def labels(self, select: Locator) -> list[str]:
        return select.locator("option").all_text_contents()

    def choose_second_microphone(self) -> str:
        """Chooses another microphone than the browser does. Returns its name."""
        wait_until(lambda: len(self.labels(self.input)) > 2, why="there are no two microphones")
        label = self.labels(self.input)[-1]
        self.input.select_option(label=label)
        return label


@pytest.fixture
def desk(cast: Cast) -> DeskPage:
    desk = cast.new_desk()
    desk.page.add_init_script(PLUGS)
    desk.open()
    desk.wait_until_ready()
    return desk


@pytest.fixture
def panel(desk: DeskPage) -> Panel:
    return Panel(desk)


def test_a_meter_holds_its_peak_and_tells_silence_and_clipping(cast: Cast) -> None:
    desk = cast.new_desk()
    desk.open()
    seen = desk.page.evaluate(
        HEAR, [[[0.1, 2], [0.01, 10], [0.01, 60], [0, 200], [0.999, 1], [0.1, 10], [0.001, 900], [0.001, 400]], 0.05]
    )
    assert seen == [
        [-20, -20, False, False],
        [-30, -20, False, False],  # it falls by 20 dB a second, and the peak stays
        [-40, -40, False, False],
        [-60, -60, False, True],
        [0, 0, True, False],
        [-10, 0, True, False],
        [-60, -60, False, False],  # somebody listens in a quiet room
        [-60, -60, False, True],
    ]


def test_the_microphone_is_seen_before_a_call_and_the_caller_during_it(
    cast: Cast, desk: DeskPage, panel: Panel
) -> None:
    panel.open()
    wait_until(lambda: desk.page.evaluate(LEVEL, "input") > MICROPHONE_DBFS - 3, why="the microphone is not heard")
    expect(panel.dialog.locator("[data-sound=input-level]")).to_have_text("good")
    expect(panel.dialog.locator("[data-sound=air-level]")).to_have_text("off")
    desk.page.keyboard.press("Escape")
    expect(panel.dialog).to_be_hidden()
    [first] = cast.waiting(FIRST)
    desk.connect()
    desk.expect_on_air_with("001")
    cast.caller_hears(first, DJ_HZ, MICROPHONE_DBFS)
    panel.open()
    wait_until(lambda: desk.page.evaluate(LEVEL, "air") > -40, why="the caller is not seen")
    wait_until(lambda: desk.page.evaluate(LEVEL, "input") > MICROPHONE_DBFS - 3, why="the microphone is not seen")


def test_devices_and_processing_are_remembered_by_this_browser_and_used(
    cast: Cast, desk: DeskPage, panel: Panel
) -> None:
    panel.open()
    label = panel.choose_second_microphone()
    panel.dialog.get_by_label("a headset").check()
    desk.page.reload()
    desk.wait_until_ready()
    panel.open()
    wait_until(lambda: panel.labels(panel.input)[-1] == label, why="the devices are not listed")
    expect(panel.input.locator("option:checked")).to_have_text(label)
    expect(panel.dialog.get_by_label("a headset")).to_be_checked()
    desk.page.keyboard.press("Escape")
    [first] = cast.waiting(FIRST)
    desk.connect()
    desk.expect_on_air_with("001")
    cast.desk_leg(first)
    asked = desk.page.evaluate("asksForTest.at(-1)")
    assert asked["deviceId"]["exact"] not in ("", "default")
    assert [asked[name] for name in ("echoCancellation", "noiseSuppression", "autoGainControl")] == [True] * 3

    panel.open()
    panel.dialog.get_by_label("a studio mixer").check()
    wait_until(
        lambda: desk.page.evaluate("asksForTest.at(-1).echoCancellation") is False, why="it is treated as before"
    )
    cast.caller_hears(first, DJ_HZ, MICROPHONE_DBFS)


def test_a_microphone_unplugged_in_mid_call_is_reported_at_once_and_used_again_when_it_is_back(
    cast: Cast, desk: DeskPage, panel: Panel
) -> None:
    panel.open()
    label = panel.choose_second_microphone()
    desk.page.keyboard.press("Escape")
    [first] = cast.waiting(FIRST)
    desk.connect()
    desk.expect_on_air_with("001")
    cast.caller_hears(first, DJ_HZ)
    desk.page.evaluate("(label) => plugForTest(label, false)", label)
    desk.expect_words(f"^{label} was unplugged\\. .+ is your microphone now\\.$")
    cast.caller_hears(first, DJ_HZ)
    panel.open()
    expect(panel.input.locator("option:checked")).to_have_text(f"{label} (not plugged in)")
    desk.page.evaluate("(label) => plugForTest(label, true)", label)
    desk.expect_words(f"^{label} is back, and is your microphone again\\.$")
    expect(panel.input.locator("option:checked")).to_have_text(label)
    cast.caller_hears(first, DJ_HZ)
    desk.expect_on_air_with("001")


def test_hear_yourself_works_only_off_the_air(cast: Cast, desk: DeskPage, panel: Panel) -> None:
    panel.open()
    wait_until(lambda: desk.page.evaluate(LEVEL, "input") > -40, why="the microphone is not heard")
    panel.hear.click()
    expect(panel.hear).to_have_attribute("aria-pressed", "true")
    expect(panel.hear).to_have_text("Stop hearing yourself")
    desk.page.keyboard.press("Escape")
    cast.waiting(FIRST)
    desk.connect()
    desk.expect_on_air_with("001")
    panel.open()
    expect(panel.hear).to_have_attribute("aria-pressed", "false")
    expect(panel.hear).to_have_attribute("aria-disabled", "true")


def test_the_panel_is_accessible_and_fits(desk: DeskPage, panel: Panel) -> None:
    panel.open()
    assert complaints_in_every_look(desk.page) == []


def test_the_panel_says_with_which_codec_and_how_well_a_line_sounds(cast: Cast, desk: DeskPage, panel: Panel) -> None:
    cast.waiting(FIRST)
    desk.connect()
    desk.expect_on_air_with("001")
    panel.open()
    lines = panel.dialog.locator("[data-sound=lines]")
    expect(lines).to_have_text(re.compile(r"^Line 1 is (good|fair): Opus, \d+ ms\.$"))
    words = panel.page.evaluate(
        """async () => {
          const { lineWords } = await import("/static/sound-panel/words.js");
          const sample = { codecName: "pcmu", mos: 3.2, rtt: 410.4, packetsLostFraction: 6 };
          return [lineWords(2, []), lineWords(2, [sample, { ...sample, packetsLostFraction: 0 }])];
        }"""
    )
    assert words == ["Line 2 is being measured.", "Line 2 is poor: telephone sound (PCMU), 410 ms, 3 % lost."]


SINKS = """
window.sinksForTest = [];
const setSinkId = HTMLMediaElement.prototype.setSinkId;
HTMLMediaElement.prototype.setSinkId = function (id) {
  sinksForTest.push(id);
  return setSinkId.call(this, id);
};
"""


def test_a_line_comes_out_on_a_loudspeaker_of_its_own_while_that_is_there(cast: Cast) -> None:
    desk = cast.new_desk()
    desk.page.add_init_script(PLUGS + SINKS)
    desk.open()
    desk.wait_until_ready()
    panel = Panel(desk)
    panel.open()
    panel.dialog.get_by_text("A loudspeaker for each line").click()
    own = desk.page.locator('[data-sound-output="air-2"]')
    wait_until(lambda: len(panel.labels(own)) > 2, why="there are no two loudspeakers")
    label = panel.labels(own)[-1]
    own.select_option(label=label)
    wait_until(lambda: desk.page.evaluate("sinksForTest.length"), why="the tone is not played")
    desk.page.reload()
    desk.wait_until_ready()
    cast.waiting(FIRST, "+447700900002")
    desk.connect()
    desk.expect_on_air_with("001")
    desk.row("002").get_by_role("button", name=re.compile("^Add")).click()
    card = desk.page.locator(".lines > .air").nth(1)
    expect(card).to_have_attribute("data-line-state", "on")
    wait_until(lambda: own.input_value() in desk.page.evaluate("sinksForTest"), why="it comes out elsewhere")
    meter = card.locator("[data-strip-part=meter]")
    wait_until(lambda: float(meter.evaluate("(bar) => bar.style.getPropertyValue('--peak')")) > 0.3, why="no level")
    desk.page.evaluate("(label) => plugForTest(label, false)", label)
    desk.expect_words(f"^{label} was unplugged\\. You hear line 2 through the main loudspeaker now\\.$")
    desk.page.evaluate("sinksForTest.length = 0")
    desk.page.evaluate("(label) => plugForTest(label, true)", label)
    desk.expect_words(f"^{label} is back\\. You hear line 2 through it again\\.$")
    wait_until(lambda: own.input_value() in desk.page.evaluate("sinksForTest"), why="it is not taken again")
    desk.hang_up()


def test_a_page_whose_memory_cannot_be_read_begins_as_a_new_one(cast: Cast) -> None:
    desk = cast.new_desk()
    desk.page.add_init_script(
        """localStorage.setItem("callin.desk.sound", "{"); sessionStorage.setItem("callin.desk.connected", "{")"""
    )
    desk.open()
    desk.wait_until_ready()
