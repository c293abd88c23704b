"""How late the page mixes incoming sound: a stall does not delay it for good, and no voice is cut to catch up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support.processes import wait_until

INCOMING = Path(__file__).resolve().parents[2] / "static" / "console" / "incoming.js"

# A stream with a tone of `seconds` in every second goes through an Incoming to another stream. window.delays has, for
# each beginning of the tone, how many ms later it came out; window.sources is how many source nodes were made.
START = """
async ([script, seconds]) => {
  const { Incoming } = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  const context = new AudioContext({ sampleRate: 48000 });
  const buffer = new AudioBuffer({ length: 48000, sampleRate: 48000 });
  const samples = buffer.getChannelData(0);
  for (let n = 0; n < seconds * 48000; n += 1) {
    samples[n] = 0.5 * Math.sin(2 * Math.PI * 700 * n / 48000);
  }
  const tone = new AudioBufferSourceNode(context, { buffer, loop: true });
  const sent = context.createMediaStreamDestination();
  tone.connect(sent);
  tone.start();
  const mixing = new AudioContext({ sampleRate: 48000 });
  const incoming = new Incoming(mixing);
  Object.assign(window, { incoming, mixing, delays: [], sources: 0 });
  mixing.createMediaStreamSource = (stream) => {
    window.sources += 1;
    return new MediaStreamAudioSourceNode(mixing, { mediaStream: stream });
  };
  const mixed = mixing.createMediaStreamDestination();
  incoming.output.connect(mixed);
  incoming.hear(sent.stream);
  let began = null;
  watch(sent.stream, (at) => { began = at; });
  watch(mixed.stream, (at) => {
    if (began !== null) window.delays.push(at - began);
    began = null;
  });

  async function watch(stream, heard) {
    const [track] = stream.getAudioTracks();
    const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 100 }).readable.getReader();
    let quiet = 0;
    for (;;) {
      const { value } = await reader.read();
      const at = performance.now();
      const part = new Float32Array(value.numberOfFrames);
      value.copyTo(part, { planeIndex: 0, format: "f32-planar" });
      value.close();
      part.forEach((sample, n) => {
        quiet += 1;
        if (Math.abs(sample) > 0.05) {
          if (quiet > 4800) heard(at + n / 48);
          quiet = 0;
        }
      });
    }
  }
}
"""

STALL = """
async () => {
  await window.mixing.suspend();
  await new Promise((done) => setTimeout(done, 400));
  await window.mixing.resume();
}
"""
TICK = "() => setInterval(() => window.incoming.tick(), 250)"
STALLED_MS = 40.0
RENEW_SECONDS = 5


@pytest.fixture
def page(dj_browser: Browser) -> Iterator[Page]:
    page = dj_browser.new_page()
    yield page
    page.close()


def test_what_a_stall_has_made_late_is_on_time_again_after_the_next_silence(page: Page) -> None:
    page.evaluate(START, [INCOMING.read_text(), 0.04])
    before = wait_until(lambda: min(page.evaluate("window.delays"), default=None), why="nothing comes out")
    page.evaluate(STALL)
    wait_until(lambda: page.evaluate("window.delays.at(-1)") > before + STALLED_MS, why="the stall made nothing late")
    page.evaluate(TICK)
    wait_until(lambda: page.evaluate("window.delays.at(-1)") < before + STALLED_MS / 2, why="it stays late")


def test_a_voice_that_makes_no_pause_is_left_as_it_is(page: Page) -> None:
    page.evaluate(START, [INCOMING.read_text(), 1])
    page.evaluate(TICK)
    wait_until(lambda: page.evaluate("window.mixing.currentTime") > 2 * RENEW_SECONDS, why="the time stands still")
    assert page.evaluate("window.sources") == 1
