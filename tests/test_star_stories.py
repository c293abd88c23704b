"""A phone's `*` without auto-advance, on the real rehearsal network: it sends the caller on, or hangs them up."""

from __future__ import annotations

from tests.support.presses import DeskBrowser
from tests.support.processes import wait_until
from tests.support.station import DJ_PHONE, Station
from tests.support.stories import DOCUMENTED, ended, on_air, queued, stage


def test_a_star_that_sends_the_caller_on_brings_the_next(station: Station) -> None:
    station.control("PUT", "/behaviour", DOCUMENTED)
    DeskBrowser(station.app).set(automatic=False)
    first, second = queued(station, 2)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    station.press(dj, "*")
    on_air(station, dj, second)


def test_a_star_that_hangs_the_caller_up_counts_as_their_hang_up_and_the_second_brings_the_next(
    station: Station,
) -> None:
    """Twilio reports both cases alike. A second press is better than an unexpected caller on the air."""
    station.control("PUT", "/behaviour", DOCUMENTED | {"star": "hangup"})
    page = DeskBrowser(station.app)
    page.set(automatic=False)
    first, second = queued(station, 2)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    station.press(dj, "*")
    wait_until(lambda: ended(station, first), why="the first caller is still there")
    station.until(lambda: page.desk["on_air"] == "" and page.desk["idle"], "the desk does not wait")
    station.advance(15)
    assert stage(station, second) == "waiting"
    station.press(dj, "*")
    on_air(station, dj, second)
