"""What the stories on the rehearsal network share: its behaviours, a free desk, and waits."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

from tests.support.presses import DeskBrowser
from tests.support.processes import wait_until
from tests.support.station import Station

DOCUMENTED = {
    "star": "action",
    "star_before_bridge": True,
    "empty_queue": "silence",
    "wait_url_failure": "fallback",
    "dead_leg_seconds": 15,
}
BEHAVIOURS = {
    "as documented": {},
    "star hangs up": {"star": "hangup"},
    "no star before the bridge": {"star_before_bridge": False},
    "an empty queue rings": {"empty_queue": "ring"},
    "a failed waitUrl hangs up": {"wait_url_failure": "hangup"},
    "dead legs go at once": {"dead_leg_seconds": 0},
}

CALM = {
    "rest": {"status": None, "rate": 0.0, "delay_ms": 0},
    "webhooks": {"duplicate": 0, "delay_ms": [0, 0], "lose": 0},
}


def page_at_a_free_desk(
    station: Station, before: Mapping[str, object] | None = None, after: Mapping[str, object] | None = None
) -> Iterator[DeskBrowser]:
    """A page while nobody has the desk. The show has the settings `before`, then `after`; no fault is left."""
    page = DeskBrowser(station.app)
    if before:
        assert page.set(**before).status == 200
    wait_until(lambda: not page.desk["leg"], why="the desk is not free")
    yield page
    station.control("PUT", "/faults", CALM)
    if after:
        page.set(**after)


def queued(station: Station, count: int) -> list[str]:
    """This many callers, in line in the order in which they rang."""
    sids = []
    for number in range(1, count + 1):
        sids.append(station.ring(f"+44770090000{number}"))
        wait_until(functools.partial(stage, station, sids[-1]), why=f"{sids[-1]} is not in line")
    station.wait_until_queued(*sids)
    return sids


def stage(station: Station, call_sid: str) -> str | None:
    row = station.app.row(call_sid)
    return None if row is None else str(row["stage"])


def on_air(station: Station, leg: str, call_sid: str) -> None:
    """Waits until Twilio has them connected and the line knows."""
    station.wait_until_bridged(leg, call_sid)
    wait_until(lambda: station.app.status()["desks"][0]["on_air"] == call_sid, why="the line does not know")


def ended(station: Station, call_sid: str) -> bool:
    return bool(station.caller(call_sid)["status"] == "completed")


def thanked(station: Station, call_sid: str) -> None:
    station.until(lambda: station.caller(call_sid)["status"] == "completed", f"{call_sid} is not let go")
    assert "Thank you for calling. Goodbye." in station.heard(call_sid)
    wait_until(lambda: stage(station, call_sid) is None, why="they are still on the dashboard")
