"""Days and times of day in the three languages."""

from __future__ import annotations

from datetime import datetime

import pytest

from callin.words import LANGUAGES, calendar, defaults, written_words

NOW = datetime.fromisoformat("2026-12-07T12:00")


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-12-07T20:00", ("today at 8 PM", "heute um 20 Uhr", "hoy a las 20:00")),
        ("2026-12-08T09:05", ("tomorrow at 9:05 AM", "morgen um 9 Uhr 05", "mañana a las 9:05")),
        ("2026-12-08T01:00", ("tomorrow at 1 AM", "morgen um 1 Uhr", "mañana a la 1:00")),
        ("2026-12-12T01:30", ("on Saturday at 1:30 AM", "am Samstag um 1 Uhr 30", "el sábado a la 1:30")),
        ("2026-12-08T13:00", ("tomorrow at 1 PM", "morgen um 13 Uhr", "mañana a las 13:00")),
        ("2026-12-13T00:00", ("on Sunday at midnight", "am Sonntag um 0 Uhr", "el domingo a las 0:00")),
        ("2026-12-12T12:00", ("on Saturday at noon", "am Samstag um 12 Uhr", "el sábado a las 12:00")),
        (
            "2026-12-14T12:30",
            (
                "on Monday, December 14, at 12:30 PM",
                "am Montag, dem 14. Dezember, um 12 Uhr 30",
                "el lunes 14 de diciembre a las 12:30",
            ),
        ),
    ],
)
def test_a_moment_is_said_as_people_say_it(at: str, said: tuple[str, ...]) -> None:
    found = [calendar(defaults(language)).when(datetime.fromisoformat(at), NOW) for language in LANGUAGES]
    assert tuple(found) == said


@pytest.mark.parametrize(("at", "time"), [("01:00", "hasta la 1:00"), ("21:00", "hasta las 21:00")])
def test_the_end_of_a_show_is_said_as_people_say_it(at: str, time: str) -> None:
    spanish, ends = defaults("es"), datetime.fromisoformat(f"2026-12-08T{at}")
    assert time in calendar(spanish).with_time(spanish.queue_full_until, ends)
    assert calendar(spanish).with_time(written_words("es").line.show, ends, show="Abejas") == f"Abejas, {time}"


def test_every_language_has_all_days_and_months() -> None:
    for language in LANGUAGES:
        words = calendar(defaults(language))
        assert (len(set(words.weekdays)), len(set(words.months))) == (7, 12)
