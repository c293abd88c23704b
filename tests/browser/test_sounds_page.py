"""The page Sounds in Chromium: it decodes, cuts, levels and converts files, which arrive as telephones play them."""

from __future__ import annotations

import io
import math
import re
import struct
import wave
from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from playwright.sync_api import Browser, Page, expect

from callin.sounds.wav import MULAW, PCM, RATE, header, read_header
from tests.browser.conftest import Cast
from tests.support.chromium import VIEWPORT, wait_until_heard
from tests.support.looks import complaints_in_every_look
from tests.support.pages import sign_in
from tests.support.sounds import stored as stored_as
from tests.support.station import App, running_app
from tests.support.wav import hertz_of, level_dbfs, samples_of, tone
from tests.support.web import ask

TARGET_LUFS = -20.0
PEAK_DBFS = -3.0


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(tmp_path_factory.mktemp("sounds")) as app:
        yield app


@pytest.fixture
def page(dj_browser: Browser, app: App) -> Iterator[Page]:
    context = dj_browser.new_context(viewport=VIEWPORT, reduced_motion="reduce")
    context.set_default_timeout(30_000)
    page = context.new_page()
    sign_in(page, app.url, "admin")
    page.goto(app.url + "/sounds")
    yield page
    context.close()


def as_wav(level: float = 0.05, rate: int = 44_100) -> bytes:
    """Two seconds of 440 Hz, then two of 1 kHz, then two of 440 Hz; in stereo, of which one channel is silent."""
    frames = bytearray()
    for at in range(6 * rate):
        hertz = 1000 if 2 * rate <= at < 4 * rate else 440
        frames += struct.pack("<hh", round(32_767 * level * math.sin(2 * math.pi * hertz * at / rate)), 0)
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((2, 2, rate, 0, "NONE", ""))
        writer.writeframes(bytes(frames))
    return file.getvalue()


def encoded(container: str, codec: str, rate: int) -> bytes:
    """The same in another format, by FFmpeg."""
    file = io.BytesIO()
    with av.open(io.BytesIO(as_wav(rate=rate))) as source, av.open(file, "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate, layout="stereo")
        resampler = av.AudioResampler(stream.format, stream.layout, rate, stream.codec_context.frame_size or 1024)
        for frame in [*source.decode(audio=0), None]:
            for resampled in resampler.resample(frame):
                output.mux(stream.encode(resampled))
        output.mux(stream.encode(None))
    return file.getvalue()


FILES = {
    "tones.wav": as_wav,
    "tones.mp3": lambda: encoded("mp3", "libmp3lame", 44_100),
    "tones.opus": lambda: encoded("ogg", "libopus", 48_000),
    "tones.flac": lambda: encoded("flac", "flac", 48_000),
}


def choose(page: Page, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.get_by_label("File", exact=True).set_input_files(files=[file])


def slide(page: Page, name: str, seconds: float) -> None:
    page.get_by_role("slider", name=name).fill(f"{seconds}")


def stored(app: App, page: Page, name: str) -> list[int]:
    """The samples of the stored sound, after its file was checked."""
    row = page.locator(".sound", has_text=name)
    answer = ask(app.url + str(row.locator("audio").get_attribute("src")))
    assert read_header(answer.body, len(answer.body)).codec == MULAW
    return samples_of(answer.body)


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_decoded_cut_levelled_and_stored(app: App, page: Page, name: str) -> None:
    choose(page, name, FILES[name]())
    part = page.locator("[data-length]")
    expect(part).to_contain_text(re.compile(r"From 0:00\.0 to 0:0[56]\.\d: 0:0[56]\.\d of 0:0[56]\.\d\."))
    expect(page.get_by_label("Name")).to_have_value("tones")
    slide(page, "Begin", 2.5)
    slide(page, "End", 3.5)
    expect(part).to_contain_text("From 0:02.5 to 0:03.5: 0:01.0 of")
    title = f"Middle of {name}"
    page.get_by_label("Name").fill(title)
    page.get_by_role("button", name="Store").click()
    expect(page.get_by_text("The sound is stored. Callers hear it from now on.")).to_be_visible()
    samples = stored(app, page, title)
    assert len(samples) == RATE
    assert abs(hertz_of(samples[400:-400]) - 1000) < 15
    # A tone of 1 kHz at -20 LUFS has an RMS of -20 dB: the filter adds 0.7 dB there, and the formula takes it off.
    assert abs(level_dbfs(samples) - (TARGET_LUFS + 3.01)) < 1.0


def test_loud_sound_is_turned_down_without_going_over_the_ceiling(app: App, page: Page) -> None:
    """Clicks between quiet words: the level is that of the words, and the clicks are held back."""
    rate = 8000
    quiet = [0.02 * math.sin(2 * math.pi * 300 * at / rate) for at in range(4 * rate)]
    for at in range(0, len(quiet), rate // 2):
        quiet[at] = 0.95
    body = struct.pack(f"<{len(quiet)}h", *[round(one * 32767) for one in quiet])
    choose(page, "clicks.wav", header(PCM, len(body)) + body)
    page.get_by_role("button", name="Store").click()
    expect(page.get_by_text("The sound is stored.")).to_be_visible()
    samples = stored(app, page, "clicks")
    assert 20 * math.log10(max(map(abs, samples)) / 32768) < PEAK_DBFS + 0.5
    assert level_dbfs(samples[1000:3000]) > level_dbfs([round(one * 32767) for one in quiet[1000:3000]]) + 3


def test_it_is_heard_before_it_is_stored_as_callers_will_hear_it(page: Page) -> None:
    choose(page, "tones.wav", as_wav())
    page.get_by_role("button", name="Hear it as callers will").click()
    player = page.locator("[data-part] audio")
    expect(player).to_be_visible()
    page.wait_for_function("() => document.querySelector('[data-part] audio').currentTime > 0.2")
    assert abs(float(player.evaluate("(audio) => audio.duration")) - 6) < 0.05


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg/>", "This browser cannot play the file."),
        (as_wav(0.0), "There is nothing to hear in this part."),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_a_sentence(page: Page, content: bytes, sentence: str) -> None:
    choose(page, "x.wav", content)
    if "nothing" in sentence:
        expect(page.locator("[data-length]")).to_be_visible()
        page.get_by_role("button", name="Store").click()
    expect(page.locator("[data-problem]")).to_contain_text(sentence)
    expect(page).to_have_url(re.compile("/sounds$"))


def test_it_works_by_keyboard_and_for_screen_readers_and_fits(app: App, page: Page, tmp_path: Path) -> None:
    assert complaints_in_every_look(page) == [], "before a file is chosen"
    page.get_by_role("radio", name="Greeting").focus()
    page.keyboard.press("Space")
    notice = page.get_by_label("The recording says that calls may be broadcast and recorded")
    expect(notice).to_be_visible()
    choose(page, "hello.wav", as_wav())
    begin = page.get_by_role("slider", name="Begin")
    begin.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(begin).to_have_attribute("aria-valuetext", "0:00.5")
    expect(page.locator("[data-length]")).to_contain_text("From 0:00.5 to")
    notice.focus()
    page.keyboard.press("Space")
    assert complaints_in_every_look(page) == [], "with a file"
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Store")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The sound is stored.")).to_be_visible()
    row = page.locator(".sound", has_text="hello")
    expect(row).to_contain_text("Callers hear this")
    expect(row).not_to_contain_text("A voice says the notice")
    assert complaints_in_every_look(page) == [], "with sounds"
    row.get_by_role("button", name="Delete hello").press("Enter")
    again = row.get_by_role("button", name="Really delete? hello")
    expect(again).to_be_focused()
    assert complaints_in_every_look(page) == [], "while it asks"
    again.press("Enter")
    expect(page.get_by_text("“hello” is deleted.")).to_be_visible()
    assert "hello" not in page.locator("main").inner_text().replace("“hello” is deleted.", "")


def test_a_sound_is_deleted_by_a_second_press_soon_after_the_first(app: App, page: Page) -> None:
    admin = app.visitor("admin")
    admin.get("/sounds")
    stored_as(admin, tone(2, 660), "music", name="jingle")
    page.clock.install()
    page.reload()
    row = page.locator(".sound", has_text="jingle")
    row.get_by_role("button", name="Delete jingle", exact=True).dblclick()
    again = row.get_by_role("button", name="Really delete? jingle")
    expect(again).to_be_visible()
    page.clock.run_for(6000)
    row.get_by_role("button", name="Delete jingle", exact=True).click()
    again.click()
    expect(page.get_by_text("“jingle” is deleted.")).to_be_visible()


def test_a_listener_hears_the_stations_greeting_and_then_its_music(cast: Cast) -> None:
    """With real sound in a browser: two tones that nothing else has."""
    admin = cast.station.app.visitor("admin")
    admin.get("/sounds")
    keys = [stored_as(admin, tone(6, 660), "greeting", notice=True), stored_as(admin, tone(60, 990), "music")]
    try:
        call = cast.call_page()
        call.call()
        call.expect_stage("connected")
        wait_until_heard(call.page, 660)
        wait_until_heard(call.page, 990)
    finally:
        for key in keys:
            admin.fill_in("/sounds", do="delete", key=key)
