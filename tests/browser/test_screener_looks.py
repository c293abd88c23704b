"""The screener's page in every state, light and dark, from 390 px to a wall screen: axe-core finds nothing."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import Cast
from tests.support.line_status import DESK, FakeLine, a_caller, a_card, a_status, known, on_the_air
from tests.support.looks import complaints_about, complaints_in_every_look

WALL = ViewportSize(width=3840, height=2160)
LAPTOP = ViewportSize(width=1366, height=768)
IDENTITY = """async () => {
  const token = document.querySelector("meta[name=form-token]").content;
  const answer = await fetch("/screener/token", { method: "POST", headers: { "X-Form-Token": token } });
  return (await answer.json()).identity;
}"""
PEOPLE = {
    "has_number": True,
    "people": [{"name": "Cy", "place": "Hull", "last_at": 1.7e9}, {"name": "Dee", "place": "Hull"}],
    "history": [{"joined_at": 1.7e9, "outcome": "aired", "name": "Cy", "topic": "Bus fares"}],
    "notes": {"text": "Speaks softly.", "revision": 2, "by": "sam"},
}
CHAT = [{"id": 1, "at": 1.7e9, "name": "dee", "text": "Two minutes left"}]


def heard(page: Page, line: FakeLine, status: dict[str, Any]) -> None:
    """The page asks again, and is answered this."""
    line.status = status
    page.evaluate("dispatchEvent(new Event('online'))")


def test_the_page_is_accessible_and_fits_in_every_state(cast: Cast) -> None:
    screener = cast.screener()
    page = screener.page
    screener.wait_until_ready()
    assert complaints_in_every_look(page) == [], "nobody"
    screener.connect()

    desk = DESK | {"name": f"screen-{page.evaluate(IDENTITY)}", "leg": "CA5"}
    theirs = {"with": "screen-x", "with_name": "sam", "stage": "screening"}
    mine = {"with": desk["name"], "stage": "screening"}
    others = [
        on_the_air("001", card=a_card(name="Ann", place="Leeds", topic="Potholes", note="Calm")),
        a_caller("002", stage="ready", card=a_card(name="Bo"), known=known(standing="vip", aired_30_days=2)),
        a_caller("003", position=2, known=known(calls=0, first_time=True), **theirs),
        a_caller("004", position=3, known=known(standing="warn", name="Di"), number="withheld"),
        a_caller("005", position=None, stage="held", cleared=True),
        on_the_air("006", leaving=True),
    ]
    caller = a_caller("007", position=4, card=a_card(name="Cy", place="Hull"), known=known(standing="blocked"), **mine)

    def status(*calls: dict[str, Any]) -> dict[str, Any]:
        told = a_status(*calls, chat=CHAT, show={"median_wait_seconds": None, "screened": True})
        return told | {"desks": [*told["desks"], desk]}

    line = FakeLine(page, status(*others))
    page.route("**/caller?*", lambda route: route.fulfill(content_type="application/json", body=json.dumps(PEOPLE)))
    heard(page, line, status(*others))
    expect(page.locator(".caller")).to_have_count(len(others))
    page.locator("[data-chat-panel] summary").click()
    card = screener.open_card("003")
    page.route("**/desk/card", lambda route: route.abort())
    card.topic.fill("Something")
    expect(card.form.get_by_text("Not saved yet")).to_be_visible()
    assert complaints_in_every_look(page) == [], "others in line, a card that is not saved, the chat"
    page.locator("[data-chat-panel] summary").click()

    heard(page, line, status(*others, caller))
    screener.expect_in_talk_with("007")
    known_person = page.get_by_role("button", name=re.compile("^It is Cy, Hull"))
    expect(known_person).to_be_visible()
    page.set_viewport_size(LAPTOP)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(known_person).to_be_in_viewport(ratio=1)  # however far the list is scrolled
    page.evaluate("scrollTo(0, 0)")
    page.get_by_text("Notes and earlier calls").click()
    replaced = {"ok": True, "revision": 9, "replaced": {"value": "Cecil", "by": "sam"}}
    page.route("**/desk/card", lambda route: route.fulfill(content_type="application/json", body=json.dumps(replaced)))
    screener.card.name.fill("Cyril")
    expect(screener.card.said_of("name")).to_be_visible()
    screener.verdict("block").click()
    screener.expect_words("Press Block again")
    assert complaints_in_every_look(page) == [], "in talk"
    page.set_viewport_size(WALL)
    assert complaints_about(page) == [], "on a wall screen"
