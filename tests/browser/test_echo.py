"""A radio that is heard in a call, or a caller from a DJ's loudspeakers, is reported; talk is not mistaken for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.chromium import new_page
from tests.support.station import Station

# Two people that talk in turns, as levels: syllables of a quarter of a second, pauses, and a little noise. `echo` is
# {delay, gain_db} of the first one in the second, or null; `lags` are {from, to}, the delays that are looked for.
# Answers the delays that are told, each once.
TALK = """async ([minutes, turns, echo, seed, lags]) => {
  const { EchoDetector } = await import("/static/sound-panel/echo.js");
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const watch = new EchoDetector(lags);
  const told = new Set();
  const dj = [];
  let [speaker, turnEnds, syllableEnds, syllable, now] = [0, 0, 0, -60, 0];
  while (now < minutes * 60) {
    now += 0.05;
    if (now > turnEnds) {
      speaker = 1 - speaker;
      turnEnds = now + (turns || 3 + 9 * random());
    }
    if (now > syllableEnds) {
      syllableEnds = now + 0.1 + 0.3 * random();
      syllable = random() < 0.2 ? -58 : -38 + 24 * random();
    }
    const noise = () => -56 + 3 * random();
    dj.push(Math.max(noise(), speaker === 0 ? syllable + 4 * random() : -90));
    const own = Math.max(noise(), speaker === 1 ? syllable + 4 * random() : -90);
    const back = echo ? (dj[dj.length - 1 - Math.round(echo.delay / 0.05)] ?? -90) + echo.gain_db : -90;
    watch.hear(dj.at(-1), 10 * Math.log10(10 ** (own / 10) + 10 ** (back / 10)), now);
    if (watch.delay !== null) told.add(watch.delay.toFixed(1));
  }
  return [...told];
}"""


RADIO, LOUDSPEAKERS = {"from": 0.3, "to": 10}, {"from": 0, "to": 0.3}  # as in static/sound-panel/line-sound.js


@pytest.fixture(scope="module")
def page(browser: Browser, shared_studio: Station) -> Iterator[Page]:
    """Any page of the station: it only imports the script, which keeps nothing between tests."""
    page = new_page(browser)
    page.goto(shared_studio.app.url + "/")
    yield page
    page.context.close()


@pytest.mark.parametrize("lags", [RADIO, LOUDSPEAKERS], ids=["radio", "loudspeakers"])
@pytest.mark.parametrize(("turns", "seed"), [(0, 1), (0, 2), (4, 3), (8, 4)])
def test_ten_minutes_of_talk_are_not_taken_for_a_sound_that_comes_back(
    page: Page, turns: float, seed: int, lags: dict[str, float]
) -> None:
    assert page.evaluate(TALK, [10, turns, None, seed, lags]) == []


@pytest.mark.parametrize(
    ("delay", "gain_db", "lags"),
    [(0.5, -12, RADIO), (2.0, -15, RADIO), (5.0, -12, RADIO), (0.0, -15, LOUDSPEAKERS), (0.2, -12, LOUDSPEAKERS)],
)
def test_the_programme_from_a_radio_and_a_caller_from_loudspeakers_are_told_with_their_delay(
    page: Page, delay: float, gain_db: float, lags: dict[str, float]
) -> None:
    told = page.evaluate(TALK, [3, 0, {"delay": delay, "gain_db": gain_db}, 5, lags])
    assert told, "it is noticed within three minutes"
    assert all(abs(float(one) - delay) < 0.15 for one in told)
