"""A scheduled show as an admin types it: from texts to the show, with a sentence for each problem; and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta

from msgspec.structs import replace

from callin.model import MOST_CALLERS, DateException, Schedule, ScheduledShow, plain

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MOST_SHOWS = 30
MOST_DATES = 60
LONGEST = {"title": 80, "topic": 160, "words": 300}
MOST_LAST_CALLS_MINUTES = 120
SWITCHES = ("screened", "ready_check", "whisper", "automatic")
CANCELLED, OTHER_TIMES, USUAL = "cancelled", "times", "usual"
MINUTES_A_DAY = 24 * 60

Texts = Mapping[str, str]


class ShowFormError(Exception):
    """The form cannot be used. `problems` has a sentence for each fault."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def show_of(texts: Texts, key: str) -> ScheduledShow:
    """The show that the form describes. ShowFormError with all that is wrong with it."""
    problems: list[str] = []
    show = ScheduledShow(
        key,
        title=_text(texts, "title", "title", problems),
        weekdays=tuple(day for day in range(7) if texts.get(f"weekday-{day}")),
        starts=_time(texts.get("starts", ""), "The start", problems),
        ends=_time(texts.get("ends", ""), "The end", problems),
        topic=_text(texts, "topic", "topic", problems),
        words=_text(texts, "words", "sentence", problems),
        last_calls_minutes=_whole(
            texts, "last_calls_minutes", "The minutes of last calls", MOST_LAST_CALLS_MINUTES, problems
        ),
        most_callers=_whole(texts, "most_callers", "The most callers in line", MOST_CALLERS, problems),
        exceptions=_dates(texts, problems),
        **{name: bool(texts.get(name)) for name in SWITCHES},
    )
    problems = problems or _contradictions(show)
    if problems:
        raise ShowFormError(list(dict.fromkeys(problems)))
    return show


def texts_of(show: ScheduledShow) -> dict[str, str]:
    """The texts of the form's fields for a show: `show_of` makes the same show of them."""
    texts = {name: getattr(show, name) for name in ("title", "starts", "ends", "topic", "words")}
    texts |= {name: str(getattr(show, name)) for name in ("last_calls_minutes", "most_callers")}
    texts |= {name: "on" for name in SWITCHES if getattr(show, name)}
    texts |= {f"weekday-{day}": "on" for day in show.weekdays}
    for place, one in enumerate(show.exceptions):
        what = CANCELLED if one.cancelled else OTHER_TIMES if one.starts else USUAL
        row = {"date": one.date, "what": what, "starts": one.starts, "ends": one.ends, "topic": one.topic}
        texts |= {f"{name}-{place}": text for name, text in row.items()}
    return texts


def with_show(schedule: Schedule, show: ScheduledShow) -> Schedule:
    """The schedule with the show, in the place of one of the same key. ShowFormError if there are too many."""
    if show in schedule.shows:
        return schedule
    others = [one for one in schedule.shows if one.key != show.key]
    if len(others) >= MOST_SHOWS:
        raise ShowFormError([f"There can be {MOST_SHOWS} shows at most. Delete one first."])
    shows = tuple(sorted((*others, show), key=lambda one: (one.title.casefold(), one.key)))
    return replace(schedule, shows=shows, revision=schedule.revision + 1)


def without_show(schedule: Schedule, key: str) -> Schedule:
    shows = tuple(one for one in schedule.shows if one.key != key)
    return schedule if shows == schedule.shows else replace(schedule, shows=shows, revision=schedule.revision + 1)


def _dates(texts: Texts, problems: list[str]) -> tuple[DateException, ...]:
    """The rows of dates that are filled in, in order; those that are to be removed are left out."""
    numbers = (name.removeprefix("date-") for name in texts if name.startswith("date-"))
    rows = sorted(int(number) for number in numbers if number.isascii() and number.isdigit())
    found: dict[str, DateException] = {}
    for number in rows:
        row = {name: texts.get(f"{name}-{number}", "").strip() for name in ("date", "what", "starts", "ends", "topic")}
        if not row["date"] or texts.get(f"remove-{number}"):
            continue
        one = _date(row, problems)
        if one and one.date in found:
            problems.append(f"{one.date} is named twice. Name each date once.")
        if one:
            found[one.date] = one
    if len(found) > MOST_DATES:
        problems.append(f"A show can have {MOST_DATES} dates at most. Remove those that are over.")
    return tuple(found[key] for key in sorted(found))


def _date(row: Texts, problems: list[str]) -> DateException | None:
    try:
        day = date.fromisoformat(row["date"]).isoformat()
    except ValueError:
        problems.append(f"“{plain(row['date'])[:40]}” is not a date. Write it as 2026-12-24.")
        return None
    topic = _text(row, "topic", f"topic on {day}", problems)
    if row["what"] == CANCELLED:
        return DateException(day, cancelled=True)
    if row["what"] != OTHER_TIMES:
        return DateException(day, topic=topic)
    starts, ends = (_time(row[name], f"The {word} on {day}", problems) for name, word in TIMES)
    if not problems and not (starts and ends):
        problems.append(f"On {day}, say when the show starts and ends.")
    return DateException(day, starts=starts, ends=ends, topic=topic)


TIMES = (("starts", "start"), ("ends", "end"))


def _contradictions(show: ScheduledShow) -> list[str]:
    """What is wrong with a show whose fields are right one by one."""
    problems = []
    is_ever_on = show.weekdays or any(one.starts for one in show.exceptions)
    if not show.title:
        problems.append("Give the show a title.")
    if not is_ever_on:
        problems.append("Choose a weekday, or add a date with times of its own: otherwise the show is never on.")
    if show.weekdays and not (show.starts and show.ends):
        problems.append("Say when the show starts and ends.")
    spans = [(show.starts, show.ends), *((one.starts, one.ends) for one in show.exceptions)]
    for starts, ends in spans:
        if starts and starts == ends:
            problems.append("A show cannot end at the time at which it starts.")
        elif starts and ends and _minutes(starts, ends) <= show.last_calls_minutes:
            problems.append("Last calls must be shorter than the show.")
    return problems


def _minutes(starts: str, ends: str) -> int:
    """How long a show lasts by the clock on the wall."""
    begin, end = (timedelta(hours=at.hour, minutes=at.minute) for at in map(time.fromisoformat, (starts, ends)))
    return int((end - begin).total_seconds() // 60) % MINUTES_A_DAY


def _text(texts: Texts, name: str, label: str, problems: list[str]) -> str:
    text, most = plain(texts.get(name, "")), LONGEST[name]
    if len(text) > most:
        problems.append(f"The {label} can have {most} characters at most. It has {len(text)}.")
    return text


def _time(text: str, label: str, problems: list[str]) -> str:
    """A time as 09:30; empty for none."""
    hours, _, minutes = text.strip().partition(":")
    if not text.strip():
        return ""
    are_digits = all(part.isascii() and part.isdigit() for part in (hours, minutes))
    if not are_digits or len(hours) > 2 or len(minutes) != 2 or int(hours) > 23 or int(minutes) > 59:
        problems.append(f"{label} must be a time such as 19:30.")
        return ""
    return f"{int(hours):02}:{minutes}"


def _whole(texts: Texts, name: str, label: str, most: int, problems: list[str]) -> int:
    text = texts.get(name, "").strip() or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= most):
        problems.append(f"{label} must be a whole number from 0 to {most}.")
        return 0
    return int(text)
