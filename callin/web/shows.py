"""`/shows`: the week's shows, for the desks to read; `/shows/edit`: one show, for admins to change."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta, tzinfo
from http import HTTPStatus
from typing import NamedTuple

from callin.audit import Act
from callin.line import ChangedMeanwhileError
from callin.model import Airing, Opening, Programme, Schedule, ScheduledShow
from callin.rules import schedule as rules
from callin.rules import show_form
from callin.rules.show_form import WEEKDAYS, ShowFormError
from callin.web.middleware import HTTPError
from callin.web.pages import PageHandler

DAYS_SHOWN = 7
EMPTY_ROWS = 2
"""How many empty rows for dates the form offers."""

OPENINGS = {
    Opening.OPEN: "The line is open.",
    Opening.LAST_CALLS: "Last calls: the line takes no new callers.",
    Opening.CLOSED: "The line is closed.",
}
CHANGED_MEANWHILE = "Somebody else has changed this show in the meantime. Look at it again before you change it."
DELETED = {
    True: "The show is deleted.",
    False: "The last show is deleted. The line stays as it is now, until a DJ opens or closes it.",
}
"""Said after a show is deleted, by whether there are others."""

NO_SUCH_SHOW = "There is no such show. It may have been deleted."


class Row(NamedTuple):
    """A show on one day, in words."""

    show: ScheduledShow
    times: str
    topic: str
    marks: list[str]
    is_on: bool = False
    is_cancelled: bool = False


class Day(NamedTuple):
    name: str
    iso: str
    rows: list[Row]


class ShowsPage(PageHandler):
    """`/shows`: what holds now, the next seven days, and all shows."""

    def get(self) -> None:
        schedule = self.services.show_settings.schedule.read()
        done = {"saved": "The show is saved.", "deleted": DELETED[bool(schedule.shows)]}
        programme = self.services.board.stored_programme()
        zone, now = self.services.station.current().time_zone, self.services.clock()
        self.render(
            "shows/index.html",
            is_admin=self.person.role.is_admin,
            state=state_of(programme, zone, now),
            days=week(schedule, zone, now),
            shows=[(show, weekdays_of(show)) for show in schedule.shows],
            zone=self.services.station.texts()["STATION_TIME_ZONE"],
            done=next((done[act] for act in done if act in self.request.GET), ""),
        )


class EditShowPage(PageHandler):
    """`/shows/edit`: a new show, or the one that `show` names. A form of the same fields saves or deletes it."""

    methods = ("GET", "POST")

    def get(self) -> None:
        key = self.request.GET.get("show", "")
        show = self._show(key) if key else None
        self._render(show_form.texts_of(show or ScheduledShow("", "")), show)

    def post(self) -> None:
        texts = dict(self.form.items())
        before = self._show(texts["key"]) if texts.get("key") else None
        try:
            if before and texts.get("seen") != digest(before):
                raise ChangedMeanwhileError
            if texts.get("do") == "delete" and before:
                self.services.show_settings.schedule.delete(
                    before, self.lines(Act.SETTINGS, f"deleted the show “{before.title}”")
                )
                self.go("/shows?deleted")
                return
            self._save(show_form.show_of(texts, before.key if before else ""), before)
        except ChangedMeanwhileError:
            self._refuse_form(HTTPStatus.CONFLICT, texts, before, [CHANGED_MEANWHILE])
        except ShowFormError as refused:
            self._refuse_form(HTTPStatus.BAD_REQUEST, texts, before, refused.problems)

    def _save(self, show: ScheduledShow, before: ScheduledShow | None) -> None:
        did = "changed" if before else "added"
        self.services.show_settings.schedule.save(
            show, before, self.lines(Act.SETTINGS, f"{did} the show “{show.title}”")
        )
        self.go("/shows?saved")

    def _show(self, key: str) -> ScheduledShow:
        show = next((one for one in self.services.show_settings.schedule.read().shows if one.key == key), None)
        if show is None:
            raise HTTPError(HTTPStatus.NOT_FOUND, NO_SUCH_SHOW)
        return show

    def _refuse_form(
        self, status: HTTPStatus, texts: Mapping[str, str], before: ScheduledShow | None, problems: list[str]
    ) -> None:
        self.note(Act.REFUSAL, f"was refused on the page of a show: {problems[0]}")
        self.response.set_status(status.value)
        self._render(texts, before, problems)

    def _render(self, texts: Mapping[str, str], show: ScheduledShow | None, problems: list[str] | None = None) -> None:
        self.render(
            "shows/edit.html",
            show=show,
            is_last=len(self.services.show_settings.schedule.read().shows) == 1,
            seen=texts.get("seen") or (digest(show) if show else ""),
            values=defaultdict(str, texts),
            weekdays=list(enumerate(WEEKDAYS)),
            rows=rows_of(texts),
            longest=show_form.LONGEST,
            problems=problems or [],
        )


def digest(show: ScheduledShow) -> str:
    """Tells whether a show has changed since a form was made of it."""
    return f"{zlib.crc32(repr(show).encode()):x}"


def rows_of(texts: Mapping[str, str]) -> list[int]:
    """The numbers of the form's rows of dates: those that are filled in, and some empty ones."""
    used = [int(name[5:]) for name in texts if name.startswith("date-") and name[5:].isdecimal() and texts[name]]
    first = max(used, default=-1) + 1
    return [*sorted(used), *range(first, first + EMPTY_ROWS)]


def state_of(programme: Programme, zone: tzinfo, now: float) -> list[str]:
    """What holds for the line now, in sentences."""
    slot = programme.slot
    found = [OPENINGS[programme.show.opening]]
    if slot is None:
        return [*found, "No shows are scheduled: the line opens and closes when a DJ says so."]
    if slot.on:
        topic = f", about {slot.on.topic}" if slot.on.topic else ""
        found.append(f"On now: {slot.on.show.title}{topic}, until {when(slot.on.ends_at, zone, now)}.")
    if slot.next:
        found.append(f"Next: {slot.next.show.title}, {when(slot.next.starts_at, zone, now)}.")
    ends_at = slot.ends_at if slot.on else slot.next.starts_at if slot.next else 0.0
    if "opening" in programme.pressed:
        until = f" until {when(ends_at, zone, now)}" if ends_at else ""
        found.append(f"A desk has set this by hand. It holds{until}; then the schedule applies again.")
    return found


def when(at: float, zone: tzinfo, now: float) -> str:
    """A moment in words: "20:00" today, otherwise with the day."""
    there, here = rules.local(at, zone), rules.local(now, zone)
    if there.date() == here.date():
        return f"{there:%H:%M}"
    if there.date() - here.date() == timedelta(days=1):
        return f"tomorrow at {there:%H:%M}"
    day = f"{there:%A}" if there - here < timedelta(days=7) else date_words(there)
    return f"{day} at {there:%H:%M}"


def date_words(day: date) -> str:
    """Such as "Tuesday 1 December"."""
    return f"{day:%A} {day.day} {day:%B}"


def week(schedule: Schedule, zone: tzinfo, now: float) -> list[Day]:
    """The next seven days that have shows, with those of yesterday that are still on."""
    today = rules.local(now, zone).date()
    dates = [today + timedelta(days=count) for count in range(-1, DAYS_SHOWN)]
    found = rules.airings(schedule, zone, dates[0], dates[-1])
    on = rules.on_at(found, now)
    days = []
    for day in dates:
        of_day = [one for one in found if rules.local(one.starts_at, zone).date() == day]
        rows = [_row(one, found, day, zone, is_on=one == on) for one in of_day if day >= today or one.ends_at > now]
        rows += [_cancelled(show) for show in schedule.shows if day >= today and _is_cancelled(show, day)]
        if rows:
            days.append(Day("Today" if day == today else date_words(day), day.isoformat(), rows))
    return days


def _row(airing: Airing, found: list[Airing], day: date, zone: tzinfo, *, is_on: bool) -> Row:
    times = f"{rules.local(airing.starts_at, zone):%H:%M}–{rules.local(airing.ends_at, zone):%H:%M}"
    marks = []
    exception = rules.exception_on(airing.show, day)
    if exception and exception.starts:
        marks.append("Other times" if day.weekday() in airing.show.weekdays else "Extra")
    later = [one for one in found if airing.starts_at < one.starts_at < airing.ends_at]
    marks += [f"{one.show.title} is on from {rules.local(one.starts_at, zone):%H:%M}" for one in later]
    return Row(airing.show, times, airing.topic, marks, is_on=is_on)


def _cancelled(show: ScheduledShow) -> Row:
    return Row(show, f"{show.starts}–{show.ends}" if show.starts else "", "", ["Not on"], is_cancelled=True)


def _is_cancelled(show: ScheduledShow, day: date) -> bool:
    exception = rules.exception_on(show, day)
    return bool(exception and exception.cancelled and day.weekday() in show.weekdays)


def weekdays_of(show: ScheduledShow) -> str:
    """The weekdays in words: "Every day", "Monday to Friday", "Monday, Thursday"."""
    days = show.weekdays
    if len(days) == len(WEEKDAYS):
        return "Every day"
    names = [WEEKDAYS[day] for day in days]
    if len(days) > 2 and days == tuple(range(days[0], days[-1] + 1)):
        return f"{names[0]} to {names[-1]}"
    return ", ".join(names) or "On single dates"
