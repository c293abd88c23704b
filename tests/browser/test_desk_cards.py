"""The DJ's rows as cards: name, topic, what is known about the caller, and in a screened show who may be taken."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Cast
from tests.support.line_status import FakeLine, a_caller, a_card, a_status, known, on_the_air
from tests.support.pages import DeskPage


def shown(cast: Cast, status: dict[str, Any]) -> DeskPage:
    desk = cast.new_desk()
    FakeLine(desk.page, status)
    desk.open()
    desk.page.get_by_role("button", name="Refresh").click()
    waiting = [call for call in status["calls"] if call["stage"] != "on_air"]
    expect(desk.page.locator(".caller")).to_have_count(len(waiting))
    return desk


def test_a_row_tells_who_it_is_what_about_and_what_is_known(cast: Cast) -> None:
    last = time.time() - 40 * 86400
    on_air = on_the_air("001", card=a_card(name="Ann", place="Leeds", topic="Potholes"))
    desk = shown(
        cast,
        a_status(
            on_air,
            a_caller(
                "002",
                stage="ready",
                card=a_card(name="Bo", topic="Bus fares", note="Calm"),
                known=known(standing="vip"),
            ),
            a_caller("003", position=2, known=known(calls=0, first_time=True)),
            a_caller("004", position=3, known=known(name="Di", place="Ripon", aired_30_days=2, last_aired_at=last)),
            a_caller(
                "005",
                position=4,
                known=known(standing="warn"),
                stage="screening",
                **{"with": "screen-x", "with_name": "sam"},
            ),
            a_caller("006", position=5),
            desk={"leg": "CA1", "leg_by": "a phone", "on_air": on_air["call_sid"]},
        ),
    )
    for last_digits, words in {
        "002": ("Bo", "Bus fares", "Calm", "VIP", "Ready"),
        "003": ("First time", "Waiting"),
        "004": ("Perhaps Di, Ripon", "Aired 2× in 30 days", "Last aired "),
        "005": ("Warning", "Screening", "sam is talking with them"),
    }.items():
        for word in words:
            expect(desk.row(last_digits)).to_contain_text(word)
    expect(desk.row("006").locator(".about")).to_be_hidden()
    expect(desk.take_button("005")).to_have_count(0)  # somebody has them
    air = desk.page.locator(".air")
    for word in ("Ann, Leeds", "Potholes", "•••001", "On air"):
        expect(air).to_contain_text(word)
    expect(desk.row("001")).to_have_count(0)  # they are shown once


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"card": a_card(name="<b>Ann</b> ", place="Leeds")}, "with <b>Ann</b>."),
        ({"known": known(name="Di")}, "with the caller ending 001."),
        ({}, "with the caller ending 001."),
    ],
)
def test_a_sentence_names_the_caller_as_the_card_does_and_does_not_guess(
    cast: Cast, told: dict[str, Any], words: str
) -> None:
    on_air = on_the_air("001", **told)
    leg = {"leg": "CA1", "leg_by": "a phone", "on_air": on_air["call_sid"]}
    desk = shown(cast, a_status(on_air, desk=leg))
    expect(desk.title).to_have_text(f"A telephone is on the air {words}")


def test_in_a_screened_show_only_ready_callers_are_next_and_may_be_taken(cast: Cast) -> None:
    calls = [
        a_caller("001"),
        a_caller("002", position=2, stage="ready", cleared=True),
        a_caller("003", position=3, cleared=True, returned=True),
    ]
    desk = shown(cast, a_status(*calls, show={"median_wait_seconds": None, "screened": True}))
    expect(desk.take_button("001")).to_have_count(0)
    expect(desk.take_button("002")).to_be_visible()
    expect(desk.take_button("003")).to_be_visible()
    expect(desk.row("002").locator(".up-next")).to_be_visible()
    expect(desk.row("001").locator(".up-next")).to_be_hidden()
    desk.page.get_by_text("Line settings").click()
    expect(desk.page.get_by_role("switch", name="Screening")).to_be_checked()


def test_in_a_screened_show_the_desk_waits_for_a_screener_and_says_so(cast: Cast) -> None:
    desk = cast.desk()
    desk.connect()
    desk.expect_words("^Connected. The line is empty")
    taken = a_caller("002", position=2, claimed=True, **{"with": "screen-x", "with_name": "sam"})
    mine = cast.held_by_the_page()
    show = {"median_wait_seconds": None, "screened": True}
    FakeLine(desk.page, a_status(a_caller("001"), taken, show=show, desk=mine))
    desk.page.get_by_role("button", name="Refresh").click()
    desk.expect_words("^Connected. Nobody is ready yet")
    expect(desk.advice).to_contain_text("only callers marked ready by a screener")
    expect(desk.row("002")).to_contain_text("sam is taking them")
    expect(desk.row("002")).to_contain_text("Waiting")
    expect(desk.take_button("002")).to_have_count(0)


def test_a_caller_that_talks_to_a_screener_does_not_count_among_those_that_next_may_bring(cast: Cast) -> None:
    desk = cast.desk()
    desk.connect()
    desk.expect_words("^Connected. The line is empty")
    mine = cast.held_by_the_page()
    in_talk = a_caller("001", stage="screening", **{"with": "screen-x"})
    line = FakeLine(desk.page, a_status(in_talk, a_caller("002", position=2), desk=mine | {"idle": True}))
    desk.refresh()
    who = "Up next: the caller ending 002."
    expect(desk.advice).to_have_text(f"One caller waits: press Next Caller, or take one from the list. {who}")
    line.status = a_status(in_talk, desk=mine | {"idle": True})
    desk.refresh()
    expect(desk.advice).to_have_text("Every waiting caller is with another desk.")
    line.status = a_status(in_talk, desk=mine)
    desk.refresh()
    desk.expect_words("^Connected. Nobody can go on the air right now")


def test_what_was_heard_or_guessed_is_marked_as_such(cast: Cast) -> None:
    heard = a_card(name="Ann", place="Leeds", topic="Potholes") | {"confidence": {"name": 0.913, "place": 0.55}}
    desk = shown(
        cast,
        a_status(
            a_caller("002", card=heard),
            a_caller("003", position=2, city="San Francisco, CA"),
            a_caller("004", position=3, city="San Francisco, CA", card=a_card(name="<b>Bo</b>")),
            a_caller("005", position=4, city="San Francisco, CA", card=a_card(place="Oakland")),
        ),
    )
    expect(desk.row("002").locator("[data-badge=heard]")).to_have_text("By speech, 55 % sure")
    expect(desk.row("003").locator("[data-badge=heard]")).to_have_count(0)
    expect(desk.row("003")).to_contain_text("Perhaps from San Francisco, CA")
    expect(desk.row("004")).to_contain_text("<b>Bo</b>, perhaps from San Francisco, CA")
    expect(desk.row("005")).to_contain_text("Oakland")
    expect(desk.row("005")).not_to_contain_text("San Francisco")
