"""`/day`: the day as JSON, and its answers to bad requests."""

from __future__ import annotations

import time

import pytest

from callin.web.status import span
from tests.support.calls import call_fields, new_call_sid
from tests.support.station import App

NOW = 1_790_000_000.25
HOUR = 3600


def test_the_last_day_is_answered_with_every_field(app: App) -> None:
    sid = new_call_sid()
    app.signed("/twiml/enqueue", call_fields(sid))
    before = app.get("/day").json()
    app.signed("/twiml/status", call_fields(sid, CallStatus="completed"))
    answer = app.get("/day")
    assert answer.status == 200
    assert answer.headers.get_content_type() == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    day = answer.json()
    assert set(day) == {
        *("from", "until", "now", "calls", "median_wait_seconds", "longest_wait_seconds"),
        *("outcomes", "gave_up", "slots", "waits"),
    }
    assert day["gave_up"] == before["gave_up"] + 1
    assert day["outcomes"]["hung_up"] == day["gave_up"]
    assert day["calls"] == before["calls"] >= 1
    assert sum(slot["joined"] for slot in day["slots"]) == day["calls"]
    assert day["waits"][0].keys() == {"call_sid", "joined_at", "wait_seconds", "outcome", "aired"}
    assert day["until"] - day["from"] == pytest.approx(24 * HOUR, abs=1)


def test_a_time_without_calls_is_empty(app: App) -> None:
    begin = time.time() - 40 * HOUR
    day = app.get(f"/day?from={begin:.3f}&until={begin + HOUR:.3f}").json()
    assert (day["calls"], day["slots"], day["waits"], day["median_wait_seconds"]) == (0, [], [], None)


def test_no_number_is_in_the_day(app: App) -> None:
    app.signed("/twiml/enqueue", call_fields(From="+447700900123"))
    assert "900123" not in app.get("/day").text


@pytest.mark.parametrize(
    "query",
    [
        *("from=", "from=yesterday", "from=-5", "from=1e9", "from=NaN", "until=inf", "from=1_790", "from=%00"),
        *("from=1" + "0" * 400, "from=0", "from=99999999999", "until=5", "from=%3Cscript%3E"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(app: App, query: str) -> None:
    answer = app.get("/day?" + query)
    assert answer.status == 400
    assert answer.json()["error"].endswith(".")
    assert "script" not in answer.text


def test_without_anything_said_it_is_the_last_24_hours_up_to_this_second() -> None:
    assert span(None, None, NOW) == (NOW - 24 * HOUR, 1_790_000_001.0)


def test_both_ends_can_be_said() -> None:
    assert span("1789990000", "1789990300.5", NOW) == (1_789_990_000.0, 1_789_990_300.5)


def test_two_days_can_be_asked_for_from_the_beginning_of_a_slot() -> None:
    begin = NOW - 48 * HOUR - 299
    assert span(f"{begin:.2f}", None, NOW)[0] == pytest.approx(begin, abs=0.01)


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (NOW, NOW, "before until"),
        (NOW, NOW - 1, "before until"),
        (NOW - 47 * HOUR, NOW + 2 * HOUR, "48 hours at most"),
        (NOW - 50 * HOUR, NOW - 49 * HOUR, "hours ago at most"),
    ],
)
def test_a_span_that_cannot_be_answered_is_explained(since: float, until: float, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        span(f"{since:.2f}", f"{until:.2f}", NOW)
