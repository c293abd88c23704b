"""When scheduled shows are on, and what holds for the line then. Times are local times of the zone."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from callin.model import (
    DateException,
    Opening,
    Programme,
    Schedule,
    ScheduledShow,
    SettingsChange,
    Show,
    Slot,
)
from callin.rules import schedule as rules
from callin.rules import shows

BERLIN = ZoneInfo("Europe/Berlin")
TALK = ScheduledShow("talk", "Night Talk", (4,), "20:00", "22:00", topic="Bees")
"""On Fridays."""


def at(text: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp()


def slot(text: str, *scheduled: ScheduledShow, zone: ZoneInfo = BERLIN) -> Slot:
    return rules.slot_at(Schedule(shows=scheduled), zone, at(text, zone))


def title(found: Slot) -> str:
    return found.on.show.title if found.on else ""


def shown(seconds: float, zone: ZoneInfo = BERLIN) -> str:
    return rules.local(seconds, zone).strftime("%a %d %H:%M %Z")


def times(found: Slot, zone: ZoneInfo = BERLIN) -> tuple[str, str]:
    return shown(found.begins_at, zone), shown(found.ends_at, zone)


# The week


def test_a_weekly_show_is_on_from_its_start_until_just_before_its_end() -> None:
    assert title(slot("2026-12-04 19:59:59", TALK)) == ""
    assert title(slot("2026-12-04 20:00", TALK)) == "Night Talk"
    assert title(slot("2026-12-04 21:59:59", TALK)) == "Night Talk"
    assert title(slot("2026-12-04 22:00", TALK)) == ""
    assert times(slot("2026-12-04 21:00", TALK)) == ("Fri 04 20:00 CET", "Fri 04 22:00 CET")


def test_between_shows_the_last_and_the_next_are_known() -> None:
    found = slot("2026-12-07 12:00", TALK)
    assert found.last
    assert found.next
    assert (shown(found.last.ends_at), shown(found.next.starts_at)) == ("Fri 04 22:00 CET", "Fri 11 20:00 CET")
    assert shown(found.begins_at) == "Fri 04 22:00 CET"


def test_while_a_show_is_on_the_next_one_is_another() -> None:
    found = slot("2026-12-04 21:00", TALK)
    assert found.next
    assert shown(found.next.starts_at) == "Fri 11 20:00 CET"


def test_a_show_through_midnight_is_on_on_both_days() -> None:
    night = replace(TALK, starts="23:00", ends="01:30")
    assert title(slot("2026-12-05 01:29", night)) == "Night Talk"
    assert title(slot("2026-12-05 01:30", night)) == ""
    assert title(slot("2026-12-05 23:30", night)) == ""


def test_a_show_that_ends_at_midnight_does_not_reach_into_the_next_day() -> None:
    evening = replace(TALK, ends="00:00")
    assert title(slot("2026-12-04 23:59:59", evening)) == "Night Talk"
    assert title(slot("2026-12-05 00:00", evening)) == ""


# Summer time


def test_a_show_keeps_its_time_on_the_wall_in_summer() -> None:
    assert times(slot("2026-03-27 21:00", TALK)) == ("Fri 27 20:00 CET", "Fri 27 22:00 CET")
    assert times(slot("2026-04-03 21:00", TALK)) == ("Fri 03 20:00 CEST", "Fri 03 22:00 CEST")


SUNDAY = replace(TALK, weekdays=(6,), starts="01:00", ends="04:00")


def test_a_show_through_the_night_of_the_jump_is_an_hour_shorter_and_in_autumn_an_hour_longer() -> None:
    spring, autumn = slot("2026-03-29 01:30", SUNDAY), slot("2026-10-25 01:30", SUNDAY)
    assert times(spring) == ("Sun 29 01:00 CET", "Sun 29 04:00 CEST")
    assert times(autumn) == ("Sun 25 01:00 CEST", "Sun 25 04:00 CET")
    assert (spring.ends_at - spring.begins_at, autumn.ends_at - autumn.begins_at) == (2 * 3600, 4 * 3600)


@pytest.mark.parametrize(("starts", "ends"), [("02:30", "04:00"), ("02:00", "04:00"), ("03:00", "04:00")])
def test_a_time_that_the_clock_skips_counts_as_the_moment_of_the_jump(starts: str, ends: str) -> None:
    found = slot("2026-03-29 03:10", replace(SUNDAY, starts=starts, ends=ends))
    assert times(found) == ("Sun 29 03:00 CEST", "Sun 29 04:00 CEST")


def test_a_show_that_the_clock_skips_whole_is_not_on_that_night() -> None:
    lost = replace(SUNDAY, starts="02:15", ends="02:45")
    assert rules.airing_on(lost, date(2026, 3, 29), BERLIN) is None
    assert rules.airing_on(lost, date(2026, 4, 5), BERLIN) is not None


def test_a_time_that_the_clock_shows_twice_counts_the_first_time() -> None:
    first, second = replace(SUNDAY, ends="02:30"), replace(SUNDAY, key="b", title="Second", starts="02:30")
    found = rules.slot_at(Schedule(shows=(first, second)), BERLIN, at("2026-10-25 02:10"))
    assert times(found) == ("Sun 25 01:00 CEST", "Sun 25 02:30 CEST")
    found = rules.slot_at(Schedule(shows=(first, second)), BERLIN, at("2026-10-25 02:10", fold=1))
    assert (title(found), *times(found)) == ("Second", "Sun 25 02:30 CEST", "Sun 25 04:00 CET")


def test_other_zones_jump_at_other_times_and_by_other_amounts() -> None:
    lord_howe = ZoneInfo("Australia/Lord_Howe")  # half an hour, at two
    found = slot("2026-10-04 02:45", replace(SUNDAY, starts="02:10", ends="03:00"), zone=lord_howe)
    assert (found.ends_at - found.begins_at, shown(found.begins_at, lord_howe)) == (1800, "Sun 04 02:30 +11")
    santiago = ZoneInfo("America/Santiago")  # at midnight: the day begins at one
    found = slot("2026-09-06 01:10", replace(SUNDAY, starts="00:00", ends="02:00"), zone=santiago)
    assert times(found, santiago) == ("Sun 06 01:00 -03", "Sun 06 02:00 -03")


def test_every_minute_of_a_year_has_one_slot_that_begins_where_the_one_before_ended() -> None:
    scheduled = (TALK, SUNDAY, replace(TALK, key="c", title="Late", weekdays=(0, 4, 6), starts="21:30", ends="02:30"))
    now, end, found = at("2026-01-01 00:00"), at("2027-01-01 00:00"), []
    while now < end:
        found.append(rules.slot_at(Schedule(shows=scheduled), BERLIN, now))
        assert found[-1].begins_at <= now < found[-1].ends_at
        assert rules.slot_at(Schedule(shows=scheduled), BERLIN, found[-1].ends_at - 60).on == found[-1].on
        now = found[-1].ends_at
    assert len({one.begins_at for one in found}) > 52 * 5
    assert all(one.ends_at == other.begins_at or one.begins_at == other.begins_at for one, other in pairwise(found))


# Dates that are different


def on_dates(*exceptions: DateException) -> ScheduledShow:
    return replace(TALK, exceptions=exceptions)


def test_a_cancelled_show_is_not_on_and_the_next_one_is_a_week_later() -> None:
    found = slot("2026-12-24 21:00", on_dates(DateException("2026-12-25", cancelled=True)))
    assert found.next
    assert shown(found.next.starts_at) == "Fri 01 20:00 CET"
    assert title(slot("2026-12-25 21:00", on_dates(DateException("2026-12-25", cancelled=True)))) == ""


def test_a_show_may_have_other_times_and_another_topic_on_a_date() -> None:
    show = on_dates(DateException("2026-12-25", starts="10:00", ends="11:00", topic="Presents"))
    found = slot("2026-12-25 10:30", show)
    assert times(found) == ("Fri 25 10:00 CET", "Fri 25 11:00 CET")
    assert found.on
    assert found.on.topic == "Presents"
    assert title(slot("2026-12-25 21:00", show)) == ""
    usual = slot("2026-12-18 21:00", show).on
    assert usual
    assert usual.topic == "Bees"


def test_times_on_a_weekday_without_the_show_make_an_extra_show() -> None:
    extra = on_dates(DateException("2026-12-22", starts="23:30", ends="00:30"))
    assert times(slot("2026-12-23 00:10", extra)) == ("Tue 22 23:30 CET", "Wed 23 00:30 CET")
    assert title(slot("2026-12-22 21:00", on_dates(DateException("2026-12-22", topic="Nothing")))) == ""


def test_a_show_of_single_dates_needs_no_weekday() -> None:
    once = replace(on_dates(DateException("2027-01-20", starts="10:00", ends="11:00")), weekdays=())
    found = slot("2026-12-22 21:00", once)
    assert found.next
    assert shown(found.next.starts_at) == "Wed 20 10:00 CET"
    assert (found.on, found.last, found.begins_at) == (None, None, 0.0)


# What holds for the line

SCREENED = replace(TALK, screened=True, whisper=True, automatic=False, most_callers=7)


def holds(text: str, stored: Show = Show(), *scheduled: ScheduledShow) -> Programme:  # noqa: B008 - frozen
    return shows.programme(stored, slot(text, *(scheduled or (SCREENED,))), at(text))


def pressed(text: str, stored: Show = Show(), **settings: object) -> Show:  # noqa: B008 - frozen
    return shows.changed(holds(text, stored), SettingsChange(**settings), at(text))


def test_without_a_schedule_the_stored_show_holds() -> None:
    stored = Show(opening=Opening.LAST_CALLS, screened=True)
    assert shows.programme(stored, None, 5.0) == Programme(stored)


def test_the_line_opens_has_last_calls_and_closes_by_the_schedule() -> None:
    found = [holds(f"2026-12-04 {time}") for time in ("19:00", "20:00", "21:55", "22:00")]
    assert [one.show.opening for one in found] == ["closed", "open", "last_calls", "closed"]
    assert [shown(one.show.opening_since)[-9:] for one in found[1:]] == ["20:00 CET", "21:55 CET", "22:00 CET"]
    assert [shown(one.until)[-9:] for one in found[:3]] == ["20:00 CET", "21:55 CET", "22:00 CET"]


def test_a_show_without_last_calls_is_open_to_its_end() -> None:
    open_to_the_end = replace(TALK, last_calls_minutes=0)
    assert holds("2026-12-04 21:59", Show(), open_to_the_end).show.opening is Opening.OPEN


def test_a_show_sets_the_switches_and_they_stay_until_the_next_one() -> None:
    for text in ("2026-12-04 20:00", "2026-12-05 12:00"):
        found = holds(text)
        assert (found.show.screened, found.show.whisper, found.show.most_callers) == (True, True, 7)
        assert (found.show.ready_check, found.automatic) == (False, False)
    assert holds("2026-12-04 20:00", Show(browser_calls=False)).show.browser_calls is False


def test_a_press_holds_until_the_show_ends() -> None:
    stored = pressed("2026-12-04 20:30", opening=Opening.CLOSED)
    for time in ("20:31", "21:56", "21:59"):
        found = holds(f"2026-12-04 {time}", stored)
        assert (found.show.opening, found.pressed) == (Opening.CLOSED, ("opening",))
        assert shown(found.show.opening_since) == "Fri 04 20:30 CET"
        assert found.show.screened
    assert holds("2026-12-04 22:00", stored).pressed == ()
    assert holds("2026-12-11 20:00", stored).show.opening is Opening.OPEN


def test_a_press_between_shows_holds_until_the_next_one_begins() -> None:
    stored = pressed("2026-12-04 22:10", opening=Opening.OPEN, screened=False)
    found = holds("2026-12-08 12:00", stored)
    assert (found.show.opening, found.show.screened, found.pressed) == (Opening.OPEN, False, ("opening", "screened"))
    assert holds("2026-12-11 20:00", stored).show.screened


def test_a_later_press_keeps_the_earlier_ones_of_this_show_and_forgets_those_of_the_last() -> None:
    stored = pressed("2026-12-04 20:10", whisper=False)
    stored = pressed("2026-12-04 20:20", stored, most_callers=3)
    assert holds("2026-12-04 20:30", stored).pressed == ("most_callers", "whisper")
    stored = pressed("2026-12-11 20:10", stored, screened=False)
    found = holds("2026-12-11 20:20", stored)
    assert (found.pressed, found.show.whisper, found.show.most_callers) == (("screened",), True, 7)


def test_a_press_of_what_holds_anyway_does_not_begin_it_again() -> None:
    stored = pressed("2026-12-04 20:30", opening=Opening.OPEN)
    assert shown(holds("2026-12-04 21:58", stored).show.opening_since) == "Fri 04 20:00 CET"
    assert holds("2026-12-04 21:58", stored).show.opening is Opening.OPEN


def test_the_schedule_decides_again_if_a_desk_says_so() -> None:
    stored = pressed("2026-12-04 20:30", opening=Opening.CLOSED, whisper=False)
    stored = pressed("2026-12-04 20:40", stored, by_schedule=True)
    found = holds("2026-12-04 20:41", stored)
    assert (found.show.opening, found.show.whisper, found.pressed) == (Opening.OPEN, True, ())
