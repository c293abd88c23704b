"""What callers hear of the schedule when summer time begins or ends, around midnight, and while shows overlap.

Each transcript is whole, with times, and without 5 s of silence; each story is in another language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from callin.words import calendar, station_words
from callin.words.spoken import filled
from tests.support.evening import MINUTE, Evening, running_evening
from tests.support.shows import edit
from tests.support.transcripts import MUSIC, Listeners, assert_no_long_silence, heard

# WebOb dates its cookies so.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
MONDAY, FRIDAY, SUNDAY = 0, 4, 6


@dataclass(kw_only=True)
class Night(Listeners):
    """Callers of a station whose clock on the wall the test sets."""

    evening: Evening
    zone: ZoneInfo

    def wall(self, day: date, at: str, fold: int = 0) -> None:
        """Until the clock on the wall shows that; with `fold` the second time in autumn."""
        wall = datetime.combine(day, time.fromisoformat(at), self.zone).replace(fold=fold)
        self.evening.until(wall.timestamp())

    def next_day(self, fits: Callable[[date], bool]) -> date:
        """The first such day after tomorrow."""
        today = datetime.fromtimestamp(self.evening.clock.now, self.zone).date()
        return next(day for count in range(2, 400) if fits(day := today + timedelta(days=count)))

    def jump(self, day: date) -> timedelta:
        """By how much the clock on the wall is put forward on that day."""
        noon, before = (datetime.combine(one, time(12), self.zone) for one in (day, day - timedelta(days=1)))
        return (noon.utcoffset() or timedelta()) - (before.utcoffset() or timedelta())

    def plan(self, weekday: int, starts: str, ends: str, **texts: str) -> None:
        show = {f"weekday-{weekday}": "on", "starts": starts, "ends": ends, "most_callers": "9"}
        show["last_calls_minutes"] = "0"
        assert edit(self.station.app.new_visitor("admin"), **(show | texts)).status == 303

    def greeted(self, of_show: str, place: int) -> tuple[str, ...]:
        """All that a caller hears until the music."""
        words = self.words
        where = f"{words.next} {words.radio_down}" if place == 1 else filled(words.number, position=place)
        return (f"{words.greeting} {of_show}", f"{where} {words.after_tone}", MUSIC)

    def closed(self, when: str, show: str) -> str:
        return filled(self.words.closed_until, when=when, show=show)


@pytest.fixture
def night(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Night]:
    voice, zone = request.param
    changes = {"STATION_NAME": "Radio 7", "STATION_VOICE": voice, "STATION_TIME_ZONE": zone}
    with running_evening(tmp_path, **changes) as evening:
        words = station_words("Radio 7", voice, {})
        night = Night(station=evening.station, words=words, evening=evening, zone=ZoneInfo(zone))
        yield night
        for caller in night.sids:
            assert_no_long_silence(night.station, caller)


in_berlin = pytest.mark.parametrize("night", [("de-DE", "Europe/Berlin")], indirect=True)
in_madrid = pytest.mark.parametrize("night", [("es-ES", "Europe/Madrid")], indirect=True)
in_london = pytest.mark.parametrize("night", [("en-GB", "Europe/London")], indirect=True)
BEES = "Heute geht es um Bienen."


def in_a_week(night: Night, day: date) -> str:
    """A week after that Sunday at one, as a caller hears it."""
    later = day + timedelta(days=7)
    return f"am Sonntag, dem {later.day}. {calendar(night.words).months[later.month - 1]}, um 1 Uhr"


@in_berlin
def test_a_show_in_the_night_in_which_summer_time_begins(night: Night) -> None:
    day = night.next_day(lambda day: night.jump(day) > timedelta())
    night.wall(day - timedelta(days=1), "12:00")
    night.plan(SUNDAY, "01:00", "04:00", title="Nachttalk", words=BEES)
    night.wall(day, "00:55")
    night.is_over(night.ring("+4915112345671"), night.closed("heute um 1 Uhr", "Nachttalk"))
    night.wall(day, "01:59")
    first = night.waits("+4915112345672")
    night.wall(day, "03:01")  # two minutes later: the clock has jumped
    waited = filled(night.words.waited_minutes, minutes=2)
    night.hears(first, *night.greeted(BEES, 1), waited, MUSIC)
    night.station.hang_up(first)
    night.wall(day, "03:59")
    last = night.waits("+4915112345673")
    night.wall(day, "04:00")
    night.is_over(last, *night.greeted(BEES, 1), night.closed(in_a_week(night, day), "Nachttalk"))


@in_berlin
def test_a_show_in_the_night_in_which_summer_time_ends_is_open_in_both_hours(night: Night) -> None:
    day = night.next_day(lambda day: night.jump(day) < timedelta())
    night.wall(day - timedelta(days=1), "12:00")
    night.plan(SUNDAY, "01:00", "02:30", title="Nachttalk", words=BEES)
    night.plan(SUNDAY, "02:30", "04:00", title="Frühschicht", words="Guten Morgen.")
    night.wall(day, "02:29")
    first = night.waits("+4915112345674")
    assert heard(night.station, first) == [*night.greeted(BEES, 1)]
    night.station.hang_up(first)
    night.wall(day, "02:31", fold=1)
    second = night.waits("+4915112345675")
    assert heard(night.station, second) == [*night.greeted("Guten Morgen.", 1)]
    night.station.hang_up(second)
    night.wall(day, "04:00")
    night.is_over(night.ring("+4915112345676"), night.closed(in_a_week(night, day), "Nachttalk"))


@in_madrid
def test_a_show_through_midnight(night: Night) -> None:
    bees = "Hoy hablamos de abejas."
    friday = night.next_day(lambda day: day.weekday() == FRIDAY)
    night.wall(friday - timedelta(days=1), "12:00")
    night.plan(FRIDAY, "23:00", "01:30", title="Madrugada", words=bees)
    night.wall(friday - timedelta(days=1), "23:58")
    night.is_over(night.ring("+34600100201"), night.closed("mañana a las 23:00", "Madrugada"))
    night.wall(friday, "00:02")
    night.is_over(night.ring("+34600100202"), night.closed("hoy a las 23:00", "Madrugada"))
    night.wall(friday, "23:59")
    first = night.waits("+34600100203")
    night.wall(friday + timedelta(days=1), "00:01")
    second = night.waits("+34600100204")
    assert heard(night.station, second) == [*night.greeted(bees, 2)]
    night.hears(first, *night.greeted(bees, 1), filled(night.words.waited_minutes, minutes=2), MUSIC)
    for caller in (first, second):
        night.station.hang_up(caller)
    night.wall(friday + timedelta(days=1), "01:29")
    last = night.waits("+34600100205")
    night.wall(friday + timedelta(days=1), "01:30")
    night.is_over(last, *night.greeted(bees, 1), night.closed("el viernes a las 23:00", "Madrugada"))


@in_london
def test_a_show_that_another_one_interrupts(night: Night) -> None:
    bees, news = "Tonight we talk about bees.", "Here is the news."
    monday = night.next_day(lambda day: day.weekday() == MONDAY)
    night.wall(monday, "12:00")
    night.plan(MONDAY, "20:00", "22:00", title="Night Talk", words=bees)
    night.plan(MONDAY, "21:00", "21:15", title="News", words=news, last_calls_minutes="10")
    night.wall(monday, "20:59")
    first = night.waits("+447700900601")
    night.wall(monday, "21:01")
    second = night.waits("+447700900602")
    assert heard(night.station, second) == [*night.greeted(news, 2)]
    night.hears(first, *night.greeted(bees, 1), "You have waited 2 minutes.", MUSIC)
    for caller in (first, second):
        night.station.hang_up(caller)
    night.wall(monday, "21:08")
    night.is_over(night.ring("+447700900603"), night.closed("today at 9:15 PM", "Night Talk"))
    night.wall(monday, "21:16")
    third = night.waits("+447700900604")
    assert heard(night.station, third) == [*night.greeted(bees, 1)]
    night.station.hang_up(third)
    night.wall(monday, "21:59")
    last = night.waits("+447700900605")
    night.evening.pass_(MINUTE)
    again = f"on Monday, {calendar(night.words).months[(monday + timedelta(days=7)).month - 1]}"
    when = f"{again} {(monday + timedelta(days=7)).day}, at 8 PM"
    night.is_over(last, *night.greeted(bees, 1), night.closed(when, "Night Talk"))
