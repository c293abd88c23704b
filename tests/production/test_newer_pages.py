"""Shows, Sounds, Words, Messages, the recorder and the widget over https: each does its work without a fault.

A fault is an error on the console, something that the page's policy refuses, a request that fails, or an address that
is not encrypted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from tests.production.conftest import LISTENER_HZ
from tests.support.chromium import chromium, new_page
from tests.support.faults import Faults
from tests.support.https import make_certificate
from tests.support.messages import arrived, close, leave_message, messages_on
from tests.support.pages import CallPage, DeskPage, fill_in_sign_in
from tests.support.processes import wait_until
from tests.support.production import PASSWORD, Bed
from tests.support.recorder import RecorderPanel
from tests.support.site import Site
from tests.support.wav import tone

pytestmark = pytest.mark.browser

SITE_HOST = "www.radio.example"
NUMBER = "+447700900001"
UMLAUTS = "Frühstück & <Überraschung>"


@pytest.fixture(scope="module")
def people(shared_bed: Bed, dj_browser: Browser) -> Iterator[dict[str, Page]]:
    """A page each for an admin and a DJ that are signed in."""
    pages = {name: new_page(dj_browser) for name in ("admin", "dj")}
    for name, page in pages.items():
        page.goto(shared_bed.app.url + "/sign-in?next=/account")
        fill_in_sign_in(page, name, PASSWORD)
        expect(page).to_have_url(shared_bed.app.url + "/account")
    yield pages
    for page in pages.values():
        page.context.close()


@pytest.fixture
def faults() -> Iterator[Faults]:
    faults = Faults()
    yield faults
    assert faults.found == []


@pytest.fixture
def open_as(bed: Bed, people: dict[str, Page], faults: Faults) -> Iterator[Callable[[str, str], Page]]:
    """Opens a path for somebody in a tab of their own."""
    tabs: list[Page] = []

    def open_one(name: str, path: str) -> Page:
        tabs.append(people[name].context.new_page())
        faults.watch(tabs[-1])
        tabs[-1].goto(bed.app.url + path)
        return tabs[-1]

    yield open_one
    for tab in tabs:
        tab.close()


def play(player: Locator) -> None:
    """Plays it as a person does, and waits until it has played for a moment."""
    player.evaluate("async (audio) => { audio.muted = true; await audio.play(); }")
    wait_until(lambda: player.evaluate("(audio) => audio.currentTime > 0.2 || audio.ended"), why="it does not play")


def test_a_show_is_added_changed_and_deleted(open_as: Callable[[str, str], Page]) -> None:
    admin = open_as("admin", "/shows")
    admin.get_by_role("link", name="Add a show").click()
    admin.get_by_label("Title").fill(UMLAUTS)
    admin.get_by_label("Monday", exact=True).check()
    admin.get_by_label("From", exact=True).first.fill("03:00")
    admin.get_by_label("To", exact=True).first.fill("04:00")
    admin.get_by_role("button", name="Save").click()
    expect(admin.get_by_role("status")).to_contain_text("The show is saved.")
    dj = open_as("dj", "/shows")
    expect(dj.get_by_role("region", name="All shows")).to_contain_text(UMLAUTS)
    expect(dj.get_by_role("link", name="Edit")).to_have_count(0)

    admin.get_by_role("link", name=f"Edit {UMLAUTS}").click()
    admin.get_by_label("Topic, if there is one").fill("Bees")
    admin.get_by_role("button", name="Save").click()
    expect(admin.get_by_role("region", name="All shows")).to_contain_text("Bees")
    admin.get_by_role("link", name=f"Edit {UMLAUTS}").click()
    admin.get_by_text("Delete this show").click()
    admin.get_by_role("button", name=f"Delete {UMLAUTS}").click()
    expect(admin.get_by_text(UMLAUTS)).to_have_count(0)


def test_a_sound_is_uploaded_played_and_deleted(open_as: Callable[[str, str], Page]) -> None:
    page = open_as("admin", "/sounds")
    file = {"name": "tone.wav", "mimeType": "audio/wav", "buffer": tone(3, 660)}
    page.get_by_label("File", exact=True).set_input_files(files=[file])
    page.get_by_role("button", name="Hear it as callers will").click()
    play(page.locator("[data-part] audio"))
    page.get_by_label("Name").fill(UMLAUTS)
    page.get_by_role("button", name="Store").click()
    expect(page.get_by_text("The sound is stored. Callers hear it from now on.")).to_be_visible()
    row = page.locator(".sound", has_text=UMLAUTS)
    play(row.locator("audio"))
    row.get_by_role("button", name=f"Leave out {UMLAUTS}").click()
    expect(row).to_contain_text("Not in use")
    row.get_by_role("button", name=f"Delete {UMLAUTS}").click()
    row.get_by_role("button", name=f"Really delete? {UMLAUTS}").click()
    expect(page.get_by_text(f"“{UMLAUTS}” is deleted.")).to_be_visible()


def test_a_sentence_is_changed_said_in_the_browser_and_changed_back(open_as: Callable[[str, str], Page]) -> None:
    page = open_as("admin", "/words")
    thanks = page.locator("#thanks")
    thanks.get_by_role("textbox").fill("Tschüss & bye from {station}.")
    thanks.get_by_role("button", name="Save").click()
    expect(thanks.get_by_text("Saved.")).to_be_visible()
    thanks.get_by_role("button", name="Ring me and say it").click()
    expect(page.get_by_text("That was “The goodbye after the air”.")).to_be_visible()
    thanks.get_by_role("button", name="Use the default").click()
    expect(thanks.get_by_text("your own words")).to_have_count(0)


def test_a_voice_note_from_the_call_page_is_played_put_on_a_card_and_deleted(
    bed: Bed, faults: Faults, open_as: Callable[[str, str], Page], open_page: Callable[..., Page]
) -> None:
    admin = open_as("admin", "/messages")
    admin.get_by_label("Listeners may leave messages").check()
    admin.get_by_role("button", name="Save").click()
    expect(admin.get_by_text("Saved.")).to_be_visible()
    caller = bed.ring()
    bed.wait_until_queued(caller)
    listener = open_page(browser="listener_browser")
    faults.watch(listener)
    listener.goto(bed.app.url + "/call")
    listener.get_by_label("Your name").fill(UMLAUTS)
    note = listener.get_by_role("region", name="Leave a message instead")
    note.get_by_role("button", name="Record a voice note").click()
    wait_until(lambda: note.locator('[data-part="note-clock"]').inner_text() == "0:02", why="nothing is recorded")
    note.get_by_role("button", name="Stop").click()
    note.get_by_role("button", name="Send it").click()
    expect(note.get_by_role("status")).to_have_text("Thank you. The studio has your message.")

    dj = open_as("dj", "/messages")
    message = dj.get_by_role("listitem").filter(has_text=UMLAUTS)
    play(message.locator("audio"))
    message.get_by_role("combobox").select_option(caller)
    message.get_by_role("button", name="Put on card").click()
    expect(dj.get_by_text("It is on the card.")).to_be_visible()
    with dj.expect_download() as download:
        message.get_by_role("link", name="Download").click()
    assert Path(download.value.path()).read_bytes()[:4] == b"RIFF"
    message.get_by_role("button", name="Delete").click()
    message.get_by_role("button", name="Really delete?").click()
    expect(dj.get_by_text("No messages.")).to_be_visible()
    admin.get_by_label("Listeners may leave messages").uncheck()
    admin.get_by_role("button", name="Save").click()
    expect(admin.get_by_text("Saved.")).to_be_visible()


@pytest.fixture
def takes_messages(bed: Bed) -> Iterator[None]:
    yield from messages_on(bed)


@pytest.mark.usefixtures("takes_messages")
def test_a_message_by_phone_is_played_out_of_twilios_recording(bed: Bed, open_as: Callable[[str, str], Page]) -> None:
    close(bed)
    leave_message(bed, NUMBER)
    arrived(bed, NUMBER)
    message = open_as("dj", "/messages").get_by_role("listitem").filter(has_text="by phone")
    player = message.locator("audio")
    play(player)
    player.evaluate("(audio) => { audio.currentTime = audio.duration - 0.5; }")
    expect(message).to_contain_text("Heard by dj")


def test_a_show_is_recorded_played_downloaded_and_deleted(
    bed: Bed, open_as: Callable[[str, str], Page], tmp_path: Path
) -> None:
    bed.wait_until_queued(bed.ring(NUMBER))
    desk = DeskPage(open_as("dj", "/"), bed.app.url)
    desk.wait_until_ready()
    desk.connect()
    desk.expect_on_air_with("001")
    panel = RecorderPanel(desk.page)
    panel.start()
    panel.wait_until_recorded(3)
    panel.stop()
    recording = panel.rows.first
    recording.get_by_role("button", name=re.compile("^Play the mix from")).first.click()
    player = recording.locator("audio")
    wait_until(lambda: player.evaluate("(audio) => audio.currentTime > 0.2"), why="the mix is not played")
    assert panel.download("Download Mix", tmp_path).seconds >= 3
    recording.get_by_role("button", name="Delete").click()
    recording.get_by_role("button", name="Really delete?").click()
    expect(panel.rows).to_have_count(0)
    panel.close()
    desk.hang_up()
    desk.expect_air_state("off")


def test_the_stations_own_site_shows_the_line_and_leads_to_the_call_page(
    bed: Bed, playwright: Playwright, faults: Faults, tmp_path: Path
) -> None:
    certificate = make_certificate(tmp_path, SITE_HOST)
    origin = bed.app.url
    site = Site(f"{origin}/widget.js", certificate=certificate)
    site.policy = f"default-src 'none'; script-src {origin}; connect-src {origin}; style-src 'none'; img-src 'self'"
    rules, hashes = bed.chromium_flags
    flags = (f"{rules},MAP {SITE_HOST} 127.0.0.1:{site.port}", f"{hashes},{certificate.key_hash}")
    bed.wait_until_queued(bed.ring())
    try:
        with chromium(playwright, LISTENER_HZ, *flags) as browser:
            page = browser.new_context().new_page()
            faults.watch(page)
            page.goto(site.url)
            widget = page.get_by_role("region", name=re.compile("^Call "))
            expect(widget).to_contain_text("The line is open. 1 caller is waiting.")
            assert page.context.cookies() == []
            with page.expect_popup() as opened:
                widget.get_by_role("link", name="Call the studio").click()
            faults.watch(opened.value)
            call = CallPage(opened.value, origin)
            expect(call.title).to_have_text(re.compile("Ready"))
            assert opened.value.url == f"{origin}/call"
            call.call()
            call.expect_stage("connected")
            call.hang_up()
            call.expect_stage("ready")
    finally:
        site.end()
