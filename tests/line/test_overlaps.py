"""Shows that overlap: which one is on, and which one is next."""

from __future__ import annotations

from msgspec.structs import replace

from tests.line.test_schedule import TALK, shown, slot, times, title


def test_the_overlapping_show_that_began_later_is_on_and_the_other_goes_on_afterwards() -> None:
    news = replace(TALK, key="news", title="News", starts="21:00", ends="21:15")
    found = [slot(f"2026-12-04 {time}", TALK, news) for time in ("20:30", "21:05", "21:30")]
    assert [title(one) for one in found] == ["Night Talk", "News", "Night Talk"]
    assert [times(one)[1] for one in found] == ["Fri 04 21:00 CET", "Fri 04 21:15 CET", "Fri 04 22:00 CET"]
    assert found[2].on
    assert shown(found[2].on.starts_at) == "Fri 04 20:00 CET"


def test_while_a_show_interrupts_another_the_rest_of_that_is_next() -> None:
    news = replace(TALK, key="news", title="News", starts="21:00", ends="21:15")
    found = slot("2026-12-04 21:05", TALK, news).next
    assert found
    assert (found.show.title, shown(found.starts_at), shown(found.ends_at)) == (
        "Night Talk",
        "Fri 04 21:15 CET",
        "Fri 04 22:00 CET",
    )
    before = slot("2026-12-04 20:30", TALK, news).next
    assert before
    assert (before.show.title, shown(before.starts_at)) == ("News", "Fri 04 21:00 CET")


def test_a_rest_that_takes_no_new_callers_is_not_next() -> None:
    news, talk = replace(TALK, key="news", starts="21:00", ends="21:50"), replace(TALK, last_calls_minutes=10)
    found = slot("2026-12-04 21:05", talk, news).next
    assert found
    assert shown(found.starts_at) == "Fri 11 20:00 CET"


def test_the_next_one_of_two_shows_that_begin_together_is_the_one_that_will_be_on() -> None:
    news = replace(TALK, key="a", title="News", ends="20:10")
    found = slot("2026-12-04 12:00", TALK, news).next
    assert found
    assert found.show.title == title(slot("2026-12-04 20:00", TALK, news)) == "Night Talk"


def test_a_show_that_ends_meanwhile_divides_no_slot() -> None:
    late = replace(TALK, key="late", title="Late", starts="21:00", ends="23:00")
    assert times(slot("2026-12-04 21:30", TALK, late)) == ("Fri 04 21:00 CET", "Fri 04 23:00 CET")
