"""The listener's page over https: the cookie that names a browser's call, what it is told, and what the page shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.pages import CallPage
from tests.support.production import Bed
from tests.support.visitors import Visitor


def calling(bed: Bed) -> tuple[Visitor, str]:
    """A listener's browser and the SID of its call, which is in line."""
    visitor = Visitor(bed.app.url, send=bed.https.ask)
    identity = visitor.ask("POST", "/call/token").json()["identity"]
    sid = bed.ring(f"client:{identity}", bed.app.environment["TWILIO_LISTENER_APP_SID"])
    bed.wait_until_queued(sid)
    return visitor, sid


def test_a_listener_is_told_of_their_own_call_alone(bed: Bed) -> None:
    one, sid = calling(bed)
    other, other_sid = calling(bed)
    assert "__Host-listener_identity" in one.cookies
    assert one.get(f"/call/state?call_sid={sid}").json()["call"]["position"] == 1
    assert other.get("/call/state").json()["call"]["call_sid"] == other_sid
    assert "call" not in other.get(f"/call/state?call_sid={sid}").json()
    plain = Visitor(bed.app.url, {"listener_identity": one.cookies["__Host-listener_identity"]}, send=bed.https.ask)
    assert "call" not in plain.get(f"/call/state?call_sid={sid}").json(), "a cookie that a subdomain could have set"
    assert one.press("/call/card", {"call_sid": sid, "name": "Anna"}).status == 200
    row = bed.app.row(sid)
    assert row is not None
    assert row["card"]["name"] == "Anna"


@pytest.mark.browser
def test_the_page_shows_the_place_and_the_air_and_has_the_place_again_after_a_reload(
    bed: Bed, open_page: Callable[..., Page]
) -> None:
    call = CallPage(open_page("/call", browser="listener_browser"), bed.app.url)
    place = call.page.locator('[data-part="place"]')
    call.page.get_by_label("Your name").fill("Anna")
    call.call()
    bed.browser_call()
    bed.wait_until_queued(bed.ring())
    expect(place).to_have_text("Number 1")
    call.page.on("dialog", lambda dialog: dialog.accept())
    call.page.reload()
    expect(call.title).to_have_text("You left this page, and your call ended with it.")
    call.call()
    sid = bed.browser_call()
    expect(place).to_have_text("Number 1")
    dj = bed.ring(bed.app.dj(), bed.app.environment["TWILIO_APP_SID"])
    bed.wait_until_bridged(dj, sid)
    expect(place).to_have_text("ON AIR")
    row = bed.app.row(sid)
    assert row is not None
    assert row["card"]["name"] == "Anna"
    call.hang_up()
    expect(call.title).to_have_text("You hung up.")
