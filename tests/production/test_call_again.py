"""A listener whose page was reloaded or whose network broke: away at the desk meanwhile, and in their place again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.production.conftest import Network
from tests.support import presses
from tests.support.listener_page import Listener
from tests.support.looks import complaints_in_every_look
from tests.support.pages import DeskPage
from tests.support.production import Bed

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]


def test_a_reload_in_line_leaves_a_place_that_next_skips_and_the_listener_has_it_again(
    bed: Bed, listener: Listener, open_page: OpenPage
) -> None:
    bed.wait_until_queued(bed.ring("+447700900001"))
    listener.page.get_by_label("Your name").fill("Anna")
    listener.call()
    bed.browser_call()
    for number in ("+447700900002", "+447700900003"):
        bed.wait_until_queued(bed.ring(number))
    desk = DeskPage(open_page("/", "dj"), bed.app.url)
    desk.wait_until_ready()
    desk.connect()
    desk.expect_on_air_with("001")
    listener.expect_place("waiting", "Number 1")
    listener.page.reload()
    expect(listener.title).to_have_text("You left this page, and your call ended with it.")
    expect(listener.part("advice")).to_have_text(
        re.compile(r"^Press Call within \d+ seconds, and you have your place in the line")
    )
    listener.look("left", "Call")
    away = desk.page.locator('.left-caller[data-look="away"]').filter(has_text="Anna")
    expect(away).to_contain_text(re.compile(r"Away from the line · place kept for \d+ seconds"))
    assert complaints_in_every_look(desk.page) == []
    desk.next_caller()
    desk.expect_on_air_with("002")  # and not the one that is away
    listener.call()
    bed.browser_call()
    listener.expect_place("waiting", "Number 1")
    expect(away).to_have_count(0)
    desk.hang_up()


def test_a_reload_on_the_air_and_a_network_that_stays_away_leave_the_first_place(
    bed: Bed, listener: Listener, network: Network
) -> None:
    presses.DeskBrowser(bed.app).set(automatic=False)
    listener.call()
    sid = bed.browser_call()
    other = bed.ring("+447700900001")
    bed.wait_until_queued(other)
    dj = bed.ring(bed.app.dj(), bed.app.environment["TWILIO_APP_SID"])
    bed.wait_until_bridged(dj, sid)
    listener.expect_place("on_air", "ON AIR")
    listener.page.reload()
    expect(listener.part("advice")).to_have_text(
        re.compile(r"^You were on the air. Press Call within \d+ seconds, and you are first in line.$")
    )
    listener.call()
    sid = bed.browser_call()
    listener.expect_place("waiting", "Number 1")

    network.break_off()
    listener.expect_place("reconnecting", "Reconnecting…")
    bed.until(lambda: bed.caller(sid)["status"] == "completed", "the leg lives on")
    network.come_back()
    listener.expect_stage("ready")
    listener.call()
    bed.browser_call()
    listener.expect_place("waiting", "Number 1")
    assert [row["call_sid"] for row in bed.app.status()["calls"]][1:] == [other]
