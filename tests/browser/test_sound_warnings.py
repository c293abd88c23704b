"""What the desk's page warns of in a call: silence, distortion, a caller's radio, the DJ's loudspeakers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Cast
from tests.support.pages import DeskPage

FIRST = "+447700900001"
WARNING_MS = 90_000  # it needs a minute or more to be sure

# A microphone that a test speaks into: `sayForTest(gain)` sets how loud a tone is, `talkForTest()` says syllables and
# pauses. With `echoForTest` {delay, gain} it also hears what comes from the other end, as from a loudspeaker or radio.
MICROPHONE = """
(() => {
  const remote = [];
  const Original = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    constructor(...settings) {
      super(...settings);
      this.addEventListener("track", ({ track }) => { remote.push(track); window.heardForTest?.(track); });
    }
  };
  let gain = 0.2;
  let voices = [];
  window.sayForTest = (wanted) => {
    gain = wanted;
    voices.forEach((voice) => voice.gain.setValueAtTime(gain, voice.context.currentTime));
  };
  window.talkForTest = () => {
    sayForTest(Math.random() < 0.25 ? 0 : 0.02 + 0.3 * Math.random() ** 2);
    setTimeout(talkForTest, 100 + 250 * Math.random());
  };
  navigator.mediaDevices.getUserMedia = async () => {
    const context = new AudioContext();
    const microphone = context.createMediaStreamDestination();
    const tone = new OscillatorNode(context, { frequency: 310 });
    const voice = new GainNode(context, { gain });
    tone.connect(voice).connect(microphone);
    tone.start();
    voices.push(voice);
    if (window.echoForTest) {
      const late = new DelayNode(context, { maxDelayTime: 5, delayTime: echoForTest.delay });
      const quiet = new GainNode(context, { gain: echoForTest.gain });
      late.connect(quiet).connect(microphone);
      window.heardForTest = (track) => context.createMediaStreamSource(new MediaStream([track])).connect(late);
      remote.forEach(heardForTest);
    }
    return microphone.stream;
  };
})();
"""
QUIET_ROOM = 0.0005  # 66 dB below full scale: what the browser's noise suppression leaves of a room
KEEP_WARNINGS = """
() => {
  const warning = document.querySelector('[data-part-of-desk="warning"]');
  window.warningsForTest = [];
  new MutationObserver(() => warningsForTest.push(warning.textContent)).observe(warning, { childList: true });
}
"""


def speaks_into(page: Page, delay_seconds: float | None = None, gain: float = 0.3) -> None:
    """The page's microphone is the test's; with a delay it hears the other end again after it."""
    if delay_seconds is not None:
        page.add_init_script(f"window.echoForTest = {{ delay: {delay_seconds}, gain: {gain} }};")
    page.add_init_script(MICROPHONE)


def on_the_air(cast: Cast) -> DeskPage:
    """A desk with a caller on the air, whose microphone is the test's."""
    cast.waiting(FIRST)
    desk = cast.new_desk()
    speaks_into(desk.page)
    desk.open()
    desk.wait_until_ready()
    desk.connect()
    desk.expect_on_air_with("001")
    return desk


def test_silence_and_distortion_of_the_microphone_are_reported_and_no_silence_while_it_is_muted(cast: Cast) -> None:
    desk = on_the_air(cast)
    warning = desk.page.locator('[data-part-of-desk="warning"]')
    desk.page.evaluate("sayForTest(1.5)")
    expect(warning).to_have_text("Your microphone is too loud: it distorts. Turn it down.")
    desk.page.evaluate("sayForTest(0.2)")
    expect(warning).to_be_empty()
    desk.page.evaluate("sayForTest(0)")
    expect(warning).to_have_text("Nothing comes from your microphone. Is it muted at the headset or the mixer?")
    desk.page.keyboard.press("m")
    expect(warning).to_be_empty()
    desk.page.keyboard.press("m")
    desk.page.evaluate("sayForTest(0.2)")
    expect(warning).to_be_empty()
    desk.hang_up()


def test_a_dj_who_listens_for_twenty_seconds_is_not_told_that_nothing_comes(cast: Cast) -> None:
    desk = on_the_air(cast)
    expect(desk.page.locator('[data-sound-meter="input"]').last).to_have_attribute("style", re.compile("--peak: 0.7"))
    desk.page.evaluate(f"sayForTest({QUIET_ROOM})")
    desk.page.evaluate(KEEP_WARNINGS)
    expect(desk.page.locator('[data-part-of-desk="air-clock"]').first).to_have_text(re.compile(r"^0:2[3-9]$"))
    assert desk.page.evaluate("warningsForTest") == []
    desk.hang_up()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("radio_seconds", "loudspeaker_seconds", "words"),
    [
        (
            1.5,
            None,
            r"^The programme comes back from the caller, [12]\.\d s late\. Ask them to turn their radio down\.$",
        ),
        (None, 0.1, r"^The caller comes back through your loudspeakers\."),
    ],
    ids=["radio", "loudspeakers"],
)
def test_what_comes_back_late_is_reported(
    cast: Cast, radio_seconds: float | None, loudspeaker_seconds: float | None, words: str
) -> None:
    desk = cast.new_desk()
    speaks_into(desk.page, loudspeaker_seconds)
    desk.open()
    desk.wait_until_ready()
    caller = cast.call_page()
    speaks_into(caller.page, radio_seconds)
    caller.open()
    for page in (desk.page, caller.page):
        page.evaluate("sayForTest(0)")
    caller.call()
    caller.expect_stage("connected")
    desk.connect()
    desk.expect_air_state("on")
    (desk if radio_seconds else caller).page.evaluate("talkForTest()")
    warning = desk.page.locator('[data-part-of-desk="warning"]')
    expect(warning).to_have_text(re.compile(words), timeout=WARNING_MS)
    desk.hang_up()
