"""The console's limiter: quiet sound passes unchanged and at once, loud sound comes out at the limit."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from playwright.sync_api import Browser

LIMITER = Path(__file__).resolve().parents[2] / "static" / "console" / "limiter.js"

# A tone of half a second, after 100 ms of silence: when anything comes out, and the peak of the last 100 ms.
LIMIT = """
async ([script, amplitude]) => {
  const { limited } = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  const context = new OfflineAudioContext(1, 28800, 48000);
  const tone = new OscillatorNode(context, { frequency: 440 });
  const level = new GainNode(context, { gain: amplitude });
  limited(context, tone.connect(level)).connect(context.destination);
  tone.start(0.1);
  const samples = (await context.startRendering()).getChannelData(0);
  return [samples.findIndex((sample) => sample !== 0), Math.max(...samples.subarray(24000))];
}
"""


@pytest.mark.parametrize(("said_dbfs", "heard_dbfs"), [(-40.0, -40.0), (-18.0, -18.0), (-6.0, -12.0), (0.0, -12.0)])
def test_a_tone_comes_out_at_once_and_at_the_limit_at_most(
    dj_browser: Browser, said_dbfs: float, heard_dbfs: float
) -> None:
    page = dj_browser.new_page()
    first, peak = page.evaluate(LIMIT, [LIMITER.read_text(), 10 ** (said_dbfs / 20)])
    page.close()
    assert first == pytest.approx(0.1 * 48000, abs=2)
    assert 20 * math.log10(peak) == pytest.approx(heard_dbfs, abs=1.0)
