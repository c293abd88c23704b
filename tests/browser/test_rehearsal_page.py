"""The rehearsal's own page, in Chromium: it shows the network as it is, and every button does what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.account import DJ_PIN, QUEUE_NAME, Account, running_account
from tests.support.looks import complaints_in_every_look
from tests.support.processes import wait_until

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SMALLEST_TARGET_PIXELS = 44


@pytest.fixture(scope="module")
def shared_account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with running_account(tmp_path_factory.mktemp("page")) as account:
        yield account


@pytest.fixture
def account(shared_account: Account) -> Account:
    shared_account.start_anew()
    shared_account.rest("POST", shared_account.path("Queues"), {"FriendlyName": QUEUE_NAME})
    shared_account.point_djs_at("/dial")
    return shared_account


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complains of: errors of scripts, and of the page's own security policy."""
    return []


@pytest.fixture
def page(browser: Browser, account: Account, complaints: list[str]) -> Iterator[Page]:
    """The page, live."""
    context = browser.new_context(viewport=WIDE)
    context.set_default_timeout(30_000)
    page = context.new_page()
    watch(page, complaints)
    page.goto(account.url + "/")
    expect(page.locator("#link-state")).to_have_text("Live.")
    yield page
    context.close()


def watch(page: Page, complaints: list[str]) -> None:
    page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))


def card(page: Page, name: str) -> Locator:
    return page.locator("#calls .call").filter(has_text=name)


def said(page: Page) -> Locator:
    """The sentence that a press is answered with."""
    return page.locator("body > .said")


def everything_wrong_with(page: Page) -> list[str]:
    """Complaints in every look."""
    return complaints_in_every_look(page, "button, a.button, summary", SMALLEST_TARGET_PIXELS)


def test_a_caller_rings_in_waits_and_hangs_up(page: Page, account: Account, complaints: list[str]) -> None:
    expect(page.get_by_text("Nobody is on the phone")).to_be_visible()
    page.get_by_role("button", name="Ring in a caller").click()
    only = page.locator("#calls .call")
    expect(only).to_contain_text(f"waits in {QUEUE_NAME}, place 1")
    expect(page.locator("#count-waiting")).to_have_text("1")
    only.get_by_role("button", name="Hang up").click()
    expect(only).to_have_count(0)
    page.get_by_text("Calls that ended last").click()
    expect(page.locator("#ended .call")).to_contain_text("completed")
    assert complaints == []


def test_the_djs_phone_takes_the_caller_and_star_ends_it(page: Page, account: Account, complaints: list[str]) -> None:
    caller = account.ring_and_wait()
    expect(page.locator("#dj-pin")).to_have_text(f"The DJ’s phone is asked for a PIN: {DJ_PIN}, then #.")
    page.get_by_role("button", name="Call as the DJ’s phone").click()
    expect(said(page)).to_contain_text(f"Key {DJ_PIN}# first")
    expect(card(page, "+447700900001")).to_contain_text("speaks with the DJ’s phone")
    expect(page.locator("#count-talking")).to_have_text("2")
    page.get_by_role("button", name="Press * on The DJ’s phone").click()
    wait_until(lambda: account.caller(caller)["status"] == "completed", why="* did not end the call")
    expect(page.locator("#calls .call")).to_have_count(0)
    assert complaints == []


def test_keys_and_speech_go_to_the_call_that_was_opened(page: Page, account: Account, complaints: list[str]) -> None:
    account.point_listeners_at("/gather")
    account.ring()
    page.get_by_role("button", name=re.compile("^Open ")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Press or speak.").first).to_be_visible()
    dialog.get_by_label("Let them say").fill("good evening")
    dialog.get_by_role("button", name="Say it").click()
    expect(dialog.locator("#call-heard")).to_contain_text("taken out of the line")
    dialog.get_by_role("button", name="Star").click()
    expect(dialog.get_by_role("status")).to_have_text("Pressed *.")
    dialog.get_by_role("button", name="Hang up").click()
    expect(dialog.get_by_role("button", name="Star")).to_be_disabled()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    assert complaints == []


def test_a_sentence_said_by_one_is_read_at_the_other(page: Page, account: Account) -> None:
    account.ring_and_wait()
    dj = account.ring("+447700900999", "dj")
    wait_until(lambda: account.caller(dj)["bridged_to"])
    account.control("POST", f"/callers/{dj}/speech", {"text": "You are on the air."})
    expect(card(page, "+447700900001")).to_contain_text("the voice of the DJ’s phone: “You are on the air.”")


def test_a_crowd_comes_and_more_than_a_hundred_are_summed_up(page: Page, account: Account) -> None:
    page.get_by_text("A crowd", exact=True).click()
    page.get_by_label("Callers", exact=True).fill("120")
    page.get_by_label("A second").fill("500")
    page.get_by_role("button", name="Send a crowd").click()
    expect(said(page)).to_contain_text("120 callers are on their way.")
    expect(page.locator("#count-waiting")).to_have_text("120")
    expect(page.locator("#calls .call")).to_have_count(100)
    expect(page.get_by_text("and 20 more")).to_be_visible()


def test_a_number_that_cannot_ring_is_refused_in_words(page: Page, account: Account) -> None:
    page.get_by_text("From a number you choose").click()
    page.get_by_role("textbox", name="Number").fill("07700 900001")
    page.get_by_role("button", name="Ring", exact=True).click()
    expect(said(page)).to_contain_text("from must be a number such as +447700900001")
    page.get_by_role("textbox", name="Number").fill("anonymous")
    page.get_by_role("button", name="Ring", exact=True).click()
    expect(card(page, "anonymous")).to_be_visible()


def test_refused_twiml_stands_at_the_top(page: Page, account: Account) -> None:
    expect(page.locator("#alerts")).to_be_hidden()
    account.point_listeners_at("/broken")
    account.ring()
    expect(page.locator("#alerts")).to_be_visible()
    expect(page.locator("#alerts")).to_contain_text("12100")
    expect(page.locator("#alerts")).to_contain_text("/broken")


def test_faults_and_behaviour_are_set_shown_and_forgotten(page: Page, account: Account) -> None:
    page.get_by_text("The network’s REST API").click()
    page.get_by_label("Fails with").select_option("429")
    page.get_by_label("Share of requests").fill("0.5")
    page.locator("#rest-form").get_by_role("button", name="Set").click()
    expect(page.locator("#rest-state")).to_have_text("429 for 50 %")
    page.get_by_text("Behaviour: what Twilio leaves open").click()
    page.get_by_label("After the DJ’s *, the caller").select_option("hangup")
    page.locator("#behaviour-form").get_by_role("button", name="Set").click()
    expect(page.locator("#behaviour-state")).to_have_text("1 changed")
    page.get_by_text("The network’s requests to the app").click()
    page.get_by_label("Share lost").fill("0.1")
    page.locator("#webhooks-form").get_by_role("button", name="Set").click()
    expect(page.locator("#webhooks-state")).to_have_text("10 % lost")
    page.get_by_role("button", name="End all calls and faults").click()
    page.get_by_role("button", name="No, go on").click()
    expect(page.locator("#rest-state")).to_have_text("429 for 50 %")
    page.get_by_role("button", name="End all calls and faults").click()
    page.get_by_role("button", name="Yes, start over").click()
    for part in ("rest", "webhooks", "behaviour"):
        expect(page.locator(f"#{part}-state")).to_have_text("")
    expect(page.get_by_label("Fails with")).to_have_value("")
    assert account.control("PUT", "/behaviour", {})["star"] == "action"


def test_time_passes_at_a_press(page: Page, account: Account) -> None:
    account.ring_and_wait()
    page.get_by_role("button", name="Ten minutes pass").click()
    expect(said(page)).to_contain_text("The time has passed.")
    expect(card(page, "+447700900001")).to_contain_text(re.compile("1[0-9]:[0-9]{2} on the phone"))


def test_focus_stays_on_a_caller_while_others_come_and_go(page: Page, account: Account) -> None:
    account.ring_and_wait("+447700900001")
    button = card(page, "+447700900001").get_by_role("button", name="Hang up")
    button.focus()
    gone = account.ring_and_wait("+447700900002")
    expect(card(page, "+447700900002")).to_be_visible()
    account.control("DELETE", f"/callers/{gone}")
    expect(card(page, "+447700900002")).to_have_count(0)
    expect(button).to_be_focused()


def test_the_page_is_accessible_and_fits_in_every_state(
    browser: Browser, account: Account, complaints: list[str]
) -> None:
    context = browser.new_context()
    page = context.new_page()
    watch(page, complaints)
    try:
        page.goto(account.url + "/")
        expect(page.locator("#link-state")).to_have_text("Live.")
        assert everything_wrong_with(page) == [], "with nobody on the phone"
        account.ring_and_wait()
        account.ring_and_wait("anonymous")
        account.ring("+447700900999", "dj")
        account.point_listeners_at("/broken")
        account.ring("+12125550101")
        expect(page.locator("#alerts")).to_be_visible()
        expect(page.locator("#count-talking")).to_have_text("2")
        for summary in page.locator("summary").all():
            summary.click()
        assert everything_wrong_with(page) == [], "with calls and everything open"
        page.locator("#calls .open").first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        assert everything_wrong_with(page) == [], "with a call opened"
        assert complaints == []
    finally:
        context.close()


def test_the_page_says_that_the_network_is_gone(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    context = browser.new_context(viewport=WIDE)
    try:
        page = context.new_page()
        with running_account(tmp_path_factory.mktemp("gone")) as account:
            page.goto(account.url + "/")
            expect(page.locator("#link-state")).to_have_text("Live.")
        expect(page.locator("#link-state")).to_contain_text("Not live")
    finally:
        context.close()
