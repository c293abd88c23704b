"""A listener leaves a voice note and a text on their page; the desk sees, hears, files and deletes them, live."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LISTENER_HZ, Cast
from tests.support.looks import LOOKS, WIDE, complaints_in_every_look
from tests.support.messages import delete_all, frequency_of, listed, set_messages, sound_of
from tests.support.pages import sign_in
from tests.support.processes import wait_until

SCRIPT = "<img src=x onerror=alert(1)>"
PICTURES = os.environ.get("PICTURES", "")
"""A folder for pictures of what this file shows; without it none are taken."""


@pytest.fixture(autouse=True)
def _messages(cast: Cast) -> Iterator[None]:
    assert "Saved." in set_messages(cast.station.app).text
    yield
    delete_all(cast.station.app)
    set_messages(cast.station.app, is_on=False)


@pytest.fixture
def desk(cast: Cast) -> Iterator[Page]:
    context = cast.dj_browser.new_context(viewport=WIDE, color_scheme="dark", reduced_motion="reduce")
    context.set_default_timeout(30_000)
    page = context.new_page()
    sign_in(page, cast.station.app.url, "admin")
    page.goto(cast.station.app.url + "/messages")
    yield page
    context.close()


def pictures(page: Page, name: str) -> None:
    for look, (scheme, viewport) in LOOKS.items() if PICTURES else ():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size(viewport)
        page.screenshot(path=str(Path(PICTURES) / f"{name}-{look.replace(', ', '-')}.png"), full_page=True)


def test_a_voice_note_is_recorded_listened_to_and_heard_at_the_desk(cast: Cast, desk: Page) -> None:
    expect(desk.get_by_text("No messages.")).to_be_visible()
    page = cast.call_page().page
    page.get_by_label("Your name").fill(SCRIPT)
    note = page.get_by_role("region", name="Leave a message instead")
    expect(note).to_contain_text("Your message may be broadcast.")
    note.get_by_role("button", name="Record a voice note").focus()
    page.keyboard.press("Enter")
    stop = note.get_by_role("button", name="Stop")
    expect(stop).to_be_visible()
    wait_until(lambda: note.locator('[data-part="note-clock"]').inner_text() == "0:02", why="nothing is recorded")
    pictures(page, "recording")
    stop.press("Enter")
    expect(note.get_by_role("button", name="Send it")).to_be_visible()
    assert listed(cast.station.app) == [], "nothing is sent before Send is pressed"
    assert complaints_in_every_look(page) == [], "a note that is recorded"
    pictures(page, "recorded")
    note.get_by_role("button", name="Send it").click()
    expect(note.get_by_role("status")).to_have_text("Thank you. The studio has your message.")

    message = desk.get_by_role("listitem").filter(has_text="voice note")
    expect(message).to_contain_text("New")
    expect(message).to_contain_text(SCRIPT)
    [found] = listed(cast.station.app)
    assert 2 <= found["seconds"] <= 4
    heard = frequency_of(sound_of(cast.station.app, found["id"]).body)
    assert heard is not None
    assert abs(heard - LISTENER_HZ) < 3
    assert desk.evaluate("document.querySelector('[data-messages] audio').duration || 'not loaded'") == "not loaded"
    assert desk.evaluate(
        """async () => {
          const audio = document.querySelector("[data-messages] audio");
          audio.muted = true;
          await audio.play();
          return audio.duration;
        }"""
    ) == pytest.approx(found["seconds"], abs=1)
    expect(message).to_contain_text("Heard by admin")


SLOW_MICROPHONE = """(() => {
  const devices = navigator.mediaDevices;
  const ask = devices.getUserMedia.bind(devices);
  window.streamsForTest = [];
  devices.getUserMedia = async (wishes) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const stream = await ask(wishes);
    streamsForTest.push(stream);
    return stream;
  };
})()"""
STREAMS = "streamsForTest.map((stream) => stream.getTracks().map((track) => track.readyState))"


def test_presses_while_the_browser_asks_for_the_microphone_begin_one_note(cast: Cast) -> None:
    page = cast.call_page().page
    page.evaluate(SLOW_MICROPHONE)
    record = page.get_by_role("button", name="Record a voice note")
    record.dblclick()
    record.press("Enter")
    stop = page.get_by_role("button", name="Stop")
    stop.dblclick()
    expect(page.get_by_role("button", name="Record it again")).to_be_visible()
    assert page.evaluate(STREAMS) == [["ended"]], "the microphone is off again"


def test_a_browser_that_cannot_record_is_told_of_and_its_microphone_is_freed(cast: Cast) -> None:
    page = cast.call_page().page
    page.evaluate(SLOW_MICROPHONE)
    page.evaluate("() => { window.MediaRecorder = class { constructor() { throw new Error('no'); } }; }")
    page.get_by_role("button", name="Record a voice note").click()
    expect(page.get_by_text("No microphone was found, or something else is using it. You can write")).to_be_visible()
    assert page.evaluate(STREAMS) == [["ended"]]


def test_a_note_ends_and_is_kept_when_the_station_takes_messages_no_more(cast: Cast) -> None:
    page = cast.call_page().page
    page.evaluate(SLOW_MICROPHONE)
    page.get_by_role("button", name="Record a voice note").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    set_messages(cast.station.app, is_on=False)
    expect(page.get_by_role("region", name="Leave a message instead")).to_be_hidden()
    wait_until(lambda: page.evaluate(STREAMS) == [["ended"]], why="the microphone stays open")
    set_messages(cast.station.app)
    expect(page.get_by_role("button", name="Send it")).to_be_visible()


def test_a_note_whose_microphone_is_unplugged_is_kept(cast: Cast) -> None:
    page = cast.call_page().page
    page.evaluate(SLOW_MICROPHONE)
    page.get_by_role("button", name="Record a voice note").click()
    expect(page.get_by_text(re.compile(r"^0:0[1-9]$"))).to_be_visible()
    page.evaluate("streamsForTest.forEach((stream) => stream.getTracks().forEach((track) => track.stop()))")
    expect(page.get_by_role("button", name="Send it")).to_be_visible()


def test_a_text_comes_live_is_put_on_a_card_marked_and_deleted_by_keyboard(cast: Cast, desk: Page) -> None:
    [caller] = cast.waiting("+447700900881")
    page = cast.call_page().page
    form = page.get_by_label("Or write it")
    form.fill(f"{SCRIPT}\nI love the show")
    page.get_by_role("button", name="Send the text").press("Enter")
    message = desk.get_by_role("listitem").filter(has_text="I love the show")
    expect(message).to_contain_text(SCRIPT)
    expect(desk.get_by_text("1 message, 1 new.")).to_be_visible()
    assert complaints_in_every_look(desk) == [], "one message"
    pictures(desk, "desk")

    message.get_by_role("combobox").select_option(caller)
    message.get_by_role("button", name="Put on card").press("Enter")
    expect(desk.get_by_text("It is on the card.")).to_be_visible()
    wait_until(lambda: "I love the show" in (cast.station.app.row(caller) or {})["card"]["note"], why="no note")
    message.get_by_role("button", name="Mark as heard").press("Enter")
    expect(message).to_contain_text("Heard by admin")
    message.get_by_role("button", name="Delete").press("Enter")
    message.get_by_role("button", name="Really delete?").press("Enter")
    expect(desk.get_by_text("No messages.")).to_be_visible()
    assert listed(cast.station.app) == []


def test_the_heads_of_the_desk_and_the_page_of_waits_say_how_many_are_new(cast: Cast, desk: Page) -> None:
    desk.goto(cast.station.app.url + "/waits")
    link_of_waits = desk.get_by_role("link", name="Messages")
    expect(link_of_waits).to_have_text(re.compile(r"^Messages\s*$"))
    link = cast.desk().page.get_by_role("link", name="Messages")
    expect(link).to_have_text(re.compile(r"^Messages\s+\(in a new tab\)$"))
    page = cast.call_page().page
    page.get_by_label("Or write it").fill("Hello")
    page.get_by_role("button", name="Send the text").click()
    expect(link).to_contain_text("1 new")
    expect(link_of_waits).to_contain_text("1 new")


def test_the_page_takes_no_message_where_the_station_takes_none(cast: Cast) -> None:
    set_messages(cast.station.app, is_on=False)
    page = cast.call_page().page
    expect(page.get_by_text("The line is open.")).to_be_visible()
    for part in page.get_by_text("Leave a message instead").all():
        expect(part).to_be_hidden()
