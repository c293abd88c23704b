"""The show goes on when the app or Twilio's REST API does not: the page's own call says Next with its `*` key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import DJ_HZ, Cast
from tests.support.pages import DeskPage
from tests.support.processes import wait_until

FIRST, SECOND, THIRD, FOURTH = (f"+44770090000{n}" for n in range(1, 5))
KEEP_KEYS = """
() => {
  window.keysForTest = [];
  const send = Twilio.Call.prototype.sendDigits;
  Twilio.Call.prototype.sendDigits = function (digits) { keysForTest.push(digits); return send.call(this, digits); };
}
"""


def keys_of(desk: DeskPage) -> list[str]:
    """The telephone keys that the page has sent."""
    keys: list[str] = desk.page.evaluate("keysForTest")
    return keys


@pytest.fixture
def desk(cast: Cast) -> Iterator[DeskPage]:
    """A desk on the air with the first of three."""
    first, *_ = cast.waiting(FIRST, SECOND, THIRD)
    desk = cast.desk()
    desk.page.evaluate(KEEP_KEYS)
    desk.connect()
    desk.expect_on_air_with("001")
    cast.desk_leg(first)
    yield desk
    cast.station.control("PUT", "/faults", {"rest": {"status": 500, "rate": 0.0}})


def refuse(route: Route) -> None:
    route.abort("connectionrefused")


def test_next_sends_a_star_when_twilio_cannot_be_asked(cast: Cast, desk: DeskPage) -> None:
    cast.station.control("PUT", "/faults", {"rest": {"status": 500, "rate": 1.0}})
    desk.next_caller()
    desk.expect_on_air_with("002")
    assert keys_of(desk) == ["*"]
    [second] = [one["call_sid"] for one in cast.station.control("GET", "/callers") if one["from"] == SECOND]
    cast.caller_hears(second, DJ_HZ)


def test_drop_sends_a_star_and_still_nobody_follows(cast: Cast, desk: DeskPage) -> None:
    cast.station.control("PUT", "/faults", {"rest": {"status": 500, "rate": 1.0}})
    desk.drop()
    desk.expect_words("Nobody is on the air")
    assert keys_of(desk) == ["*"]
    cast.station.until(lambda: desk.rows.count() == 2, "the caller is not let go")


def test_next_works_without_the_app_again_and_again(cast: Cast, desk: DeskPage) -> None:
    for address in ("**/queue-status*", "**/desk/*"):
        desk.page.route(address, refuse)
    cast.station.ring(FOURTH)  # ends the request that is being held
    expect(desk.page.locator('[data-line="live"]')).to_contain_text("Not live since")
    callers = {one["from"]: one["call_sid"] for one in cast.station.control("GET", "/callers")}
    desk.next_caller()
    expect(desk.advice).to_contain_text("your own call has sent the * key")
    wait_until(lambda: cast.station.caller(callers[SECOND])["bridged_to"], why="the second does not come")
    expect(desk.next_button).not_to_have_attribute("aria-disabled", "true")
    desk.next_caller()
    wait_until(lambda: cast.station.caller(callers[THIRD])["bridged_to"], why="the third does not come")
    assert keys_of(desk) == ["*", "*"]

    desk.page.unroute_all(behavior="ignoreErrors")
    desk.expect_on_air_with("003")


def test_a_star_is_sent_once_for_a_caller(cast: Cast) -> None:
    desk = cast.desk()
    sent = desk.page.evaluate(
        """async () => {
          const { Star } = await import("/static/shared/star.js");
          const keys = [];
          const star = new Star({ press: (key) => keys.push(key) > 0 });
          return [star.send("CA1"), star.send("CA1"), star.send("CA2"), star.send(null), star.send(null), keys.length];
        }"""
    )
    assert sent == [True, False, True, True, True, 4]


def test_a_late_answer_sends_nobody_away(cast: Cast, desk: DeskPage) -> None:
    """The app has acted and its answer is lost: a star now would send the second caller away unheard."""

    def lose_the_answer(route: Route) -> None:
        route.fetch()  # and never answered

    desk.page.route("**/desk/next", lose_the_answer)
    desk.next_caller()
    desk.expect_on_air_with("002")
    expect(desk.next_button).not_to_have_attribute("aria-disabled", "true")
    desk.expect_on_air_with("002")
    assert keys_of(desk) == []


def test_an_answer_that_is_lost_between_the_app_and_the_page_sends_nobody_away(cast: Cast, desk: DeskPage) -> None:
    """A proxy between them may answer with an error of its own, although the app has acted."""

    def answer_instead(route: Route) -> None:
        route.fetch()
        route.fulfill(status=502, body="Bad gateway")

    desk.page.route("**/desk/next", answer_instead)
    desk.next_caller()
    desk.expect_on_air_with("002")
    expect(desk.next_button).not_to_have_attribute("aria-disabled", "true")
    desk.expect_on_air_with("002")
    assert keys_of(desk) == []
