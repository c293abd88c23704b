"""A line that follows a schedule: no job runs when a show begins or ends; each request looks at the clock."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from callin import twiml
from callin.contracts import StoreError
from callin.line import PhoneFailed
from callin.model import (
    AIR_DESK,
    SCHEDULE,
    Arrival,
    Call,
    Denial,
    DialCaller,
    DialLine,
    Opening,
    Outcome,
    Schedule,
    ScheduledShow,
    WaitInSilence,
)
from callin.twiml import Links
from callin.words import defaults
from tests.line.conftest import ANN, House, made_ready, read_line
from tests.support.processes import wait_until

DAY = 86400.0
MONDAY = 4 * DAY  # 1970-01-05, in UTC
TALK = ScheduledShow("talk", "Night Talk", (0, 1), "20:00", "22:00", topic="Bees", last_calls_minutes=10)


def put(house: House, *scheduled: ScheduledShow) -> None:
    """Stores a schedule, as the page does."""
    revision = house.store.show().schedule_revision + 1
    house.store.change_record(Schedule, SCHEDULE, lambda _: Schedule(SCHEDULE, revision, scheduled))
    house.store.change_show(lambda show: replace(show, schedule_revision=revision))


@pytest.fixture
def at(house: House) -> Callable[[str, int], None]:
    """Moves the clock to that time on Monday, or that many days later."""

    def move(time: str, days: int = 0) -> None:
        hours, minutes = map(int, time.split(":"))
        house.clock.now = MONDAY + days * DAY + 3600 * hours + 60 * minutes

    return move


At = Callable[..., None]


def arrive(house: House, call_sid: str) -> Call | Denial:
    return house.calls.arrive(Arrival(call_sid, f"+4477009{len(call_sid):05}", "+442079460100"))


def outcome(house: House, call_sid: str) -> Outcome | None:
    call = arrive(house, call_sid)
    assert isinstance(call, Call)
    return call.outcome


def status(house: House) -> dict[str, object]:
    return house.dashboards.status()


def test_calls_are_let_in_while_the_show_is_on(house: House, at: At) -> None:
    put(house, TALK)
    found = []
    for number, time in enumerate(("19:59", "20:00", "21:49", "21:50", "22:00")):
        at(time)
        found.append(outcome(house, "C" * (number + 1)))
    assert found == [Outcome.LINE_CLOSED, None, None, Outcome.LINE_CLOSED, Outcome.LINE_CLOSED]


def test_callers_that_wait_when_the_show_ends_are_sent_home(house: House, at: At) -> None:
    put(house, TALK)
    at("21:40")
    house.ring("CA1", "CA2")
    at("21:59")
    assert not house.board.place("CA1").ended_by_closing
    at("22:00")
    assert house.board.place("CA1").ended_by_closing
    assert house.calls.left_queue("CA1", None, "leave")[0] == "closed"
    assert house.call("CA1").outcome is Outcome.LINE_CLOSED


def test_the_caller_on_the_air_stays_when_the_show_ends(house: House, at: At) -> None:
    put(house, TALK)
    at("21:40")
    house.ring("CA1")
    house.put_on_air("CA1")
    at("22:01")
    assert not house.board.place("CA1").ended_by_closing


def test_a_press_of_the_dj_holds_until_the_show_ends(house: House, at: At) -> None:
    put(house, TALK)
    at("21:00")
    house.set(opening=Opening.CLOSED)
    assert outcome(house, "CA1") is Outcome.LINE_CLOSED
    assert status(house)["programme"] == {
        "on": row(TALK),
        "next": row(TALK, 1),
        "pressed": ["opening"],
        "until": MONDAY + 22 * 3600,
    }
    at("20:01", 1)
    assert outcome(house, "CA22") is None


def row(show: ScheduledShow, days: int = 0) -> dict[str, object]:
    begins = MONDAY + days * DAY
    times = {"starts_at": 20 * 3600, "last_calls_at": 22 * 3600 - 600, "ends_at": 22 * 3600}
    return {"title": show.title, "topic": show.topic} | {name: begins + at for name, at in times.items()}


def test_the_schedule_decides_again_if_a_desk_says_so(house: House, at: At) -> None:
    put(house, TALK)
    at("21:00")
    house.set(opening=Opening.CLOSED, screened=True, automatic=True)
    assert house.set(by_schedule=True) == "The settings follow the schedule again."
    shown = status(house)
    assert shown["programme"]["pressed"] == []
    assert (shown["show"]["opening"], shown["show"]["screened"]) == ("open", False)
    assert house.desk.automatic is False
    assert house.control.fallback_is_screened is False


def test_if_twilio_fails_auto_advance_does_not_follow_the_schedule_either(house: House, at: At) -> None:
    put(house, replace(TALK, screened=True))
    at("21:00")
    house.set(screened=False, automatic=True)
    at("21:01")
    house.control.problem = "Twilio does not answer."
    with pytest.raises(PhoneFailed):
        house.set(by_schedule=True)
    assert status(house)["show"]["screened"] is False
    assert house.desk.automatic is True


def test_the_switches_follow_the_show_that_begins(house: House, at: At) -> None:
    put(house, TALK, replace(TALK, key="screened", title="Screened", weekdays=(2,), screened=True, whisper=True))
    at("20:30")
    house.ring("CA1")
    assert isinstance(house.ask(), DialLine | DialCaller)
    at("20:30", 2)
    assert status(house)["show"]["screened"] is True
    house.ring("CA2")
    assert isinstance(house.ask(), WaitInSilence)
    made_ready(house, "CA2")
    document = house.ask()
    assert isinstance(document, DialCaller)
    assert document.whisper is not None


def test_shortly_before_the_next_show_a_desk_dials_only_until_then(house: House, at: At) -> None:
    put(house, TALK, replace(TALK, key="screened", title="Screened", starts="22:00", ends="23:00", screened=True))
    at("21:00")
    document = house.ask()
    assert isinstance(document, DialLine)
    assert document.seconds == 20
    at("21:59")
    house.clock.advance(45)
    document = house.ask()
    assert isinstance(document, DialLine)
    assert document.seconds == 13, "15 s, of which Twilio may need 2"
    assert 'timeout="13"' in twiml.desk(Links("https://station.example"), defaults("en"), document)


def test_a_desk_dials_no_queue_while_the_next_show_begins(house: House, at: At) -> None:
    put(house, TALK, replace(TALK, key="screened", title="Screened", starts="22:00", ends="23:00", screened=True))
    at("21:00")
    assert isinstance(house.ask(), DialLine)
    at("21:59")
    house.clock.advance(54)
    assert isinstance(house.ask(), WaitInSilence), "a Dial waits for 5 s at least"
    house.clock.advance(6)
    house.ask()
    assert house.desk.dials != "radio-callin-queue"


def test_auto_advance_follows_the_show_and_a_press_holds_until_it_ends(house: House, at: At) -> None:
    put(house, replace(TALK, automatic=True))
    at("20:30")
    assert status(house)["desks"][0]["automatic"] is True
    house.ask()
    assert house.desk.automatic
    house.set(automatic=False)
    house.ask()
    assert not house.desk.automatic
    assert status(house)["programme"]["pressed"] == ["automatic"]
    at("20:30", 1)
    house.ask()
    assert house.desk.automatic


def test_what_was_switched_before_there_was_a_schedule_does_not_count(house: House, at: At) -> None:
    at("20:30")
    house.set(automatic=True, whisper=True)
    put(house, TALK)
    shown = status(house)
    assert shown["programme"]["pressed"] == []
    assert (shown["desks"][0]["automatic"], shown["show"]["whisper"]) == (False, False)


def test_a_dashboard_learns_at_its_next_question_that_the_show_has_begun(house: House, at: At) -> None:
    put(house, TALK)
    at("19:59")
    mark = str(status(house)["mark"])
    assert house.dashboards.count_without_news(mark) is not None
    at("20:00")
    with house.cache.fresh():
        pass  # as the thread that follows the store does each second
    assert house.dashboards.count_without_news(mark) is None
    news = json.loads(house.dashboards.status_after(mark))
    assert (news["show"]["opening"], news["programme"]["on"]["title"], news["reset"]) == ("open", "Night Talk", False)
    assert [desk["name"] for desk in news["desks"]] == [AIR_DESK]
    assert json.loads(house.dashboards.status_after(news["mark"])).get("unchanged") is True


def test_a_dashboard_that_waits_is_woken_when_a_show_begins(house: House, at: At) -> None:
    """Nothing is written then, and nobody asks: the thread that follows the store for dashboards looks at the clock."""
    put(house, TALK)
    at("19:59")
    news_count = house.dashboards.count_without_news(str(status(house)["mark"]))
    assert news_count is not None
    at("20:00")
    wait_until(lambda: house.cache.news_count > news_count, why="no news")
    assert status(house)["show"]["opening"] == "open"


def test_another_instance_learns_a_new_schedule_from_the_store(house: House, at: At) -> None:
    at("20:30")
    board, dashboards = read_line(house.store, house.clock)
    assert dashboards.status()["programme"] is None
    put(house, TALK)
    assert dashboards.status()["programme"]["on"]["title"] == "Night Talk"
    put(house, replace(TALK, title="Day Talk"))
    house.clock.advance(2)
    assert board.show().schedule_revision == 2
    assert dashboards.status()["programme"]["on"]["title"] == "Day Talk"
    put(house)
    assert dashboards.status()["programme"] is None


def test_a_line_whose_schedule_was_deleted_stays_as_it_was_pressed_last(house: House, at: At) -> None:
    put(house, TALK)
    at("20:30")
    house.set(whisper=True)
    put(house)
    at("22:30")
    assert outcome(house, "CA1") is None
    assert status(house)["show"]["whisper"] is True


def test_the_line_opens_by_the_schedule_while_the_store_fails(
    house: House, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(house, TALK)
    at("19:59")
    assert house.board.show().opening is Opening.CLOSED

    def fails(*_: object) -> None:
        raise StoreError("It is down.")

    for name in ("show", "changes_since", "record"):
        monkeypatch.setattr(house.store, name, fails)
    at("20:00")
    assert house.board.show().opening is Opening.OPEN


def test_a_failed_switch_leaves_what_was_pressed_before(house: House, at: At) -> None:
    put(house, TALK)
    at("21:00")
    house.set(whisper=True)
    house.clock.advance(5)
    house.control.problem = "Twilio is down."
    with pytest.raises(Exception, match="Twilio"):
        house.set(screened=True)
    assert house.store.show().pressed == ("whisper",)
    assert status(house)["show"]["screened"] is False


def test_ann_screens_by_schedule(house: House, at: At, ann: str) -> None:
    put(house, replace(TALK, screened=True))
    at("20:30")
    house.ring("CA1")
    assert ann == ANN
    assert house.board.place("CA1").awaits_screener
