"""`/queue-status`: the tutorial's two numbers and the calls, whatever Twilio does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.calls import call_fields, new_call_sid
from tests.support.processes import wait_until
from tests.support.station import App


def test_it_has_the_tutorials_fields_and_the_calls(app: App) -> None:
    sid = new_call_sid()
    app.signed("/twiml/enqueue", call_fields(sid))
    status = app.status()
    assert status["queue"] == "radio-callin-queue"
    assert isinstance(status["current_size"], int)
    assert isinstance(status["average_wait_time"], int)
    row = app.row(sid)
    assert row is not None
    assert (row["stage"], row["claimed"], row["leaving"], row["returned"]) == ("waiting", False, False, False)
    assert row["decided"] is False
    assert row["moments"] == [["waiting", row["joined_at"]]]
    assert 0 <= row["wait_seconds"] <= 5
    assert abs(status["now"] - row["joined_at"]) <= 5


def mark_of(app: App) -> str:
    """The present mark, after the first request to Twilio has failed: that is news for dashboards too."""
    wait_until(lambda: app.status()["twilio"]["problem"], why="Twilio was not asked")
    return str(app.status()["mark"])


def test_a_question_with_a_mark_is_held_until_somebody_rings(app: App) -> None:
    since = mark_of(app)
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(app.get, f"/queue-status?since={since}")
        sid = new_call_sid()
        app.signed("/twiml/enqueue", call_fields(sid))
        status = answer.result(timeout=8).json()
    assert sid in [row["call_sid"] for row in status["calls"]]
    assert status["mark"] != since


def test_a_hundred_dashboards_are_held_and_all_hear_that_somebody_rang(app: App) -> None:
    since = mark_of(app)
    with ThreadPoolExecutor(100) as threads:
        asked = [threads.submit(app.get, f"/queue-status?since={since}") for _ in range(100)]
        app.signed("/twiml/wait", call_fields())  # held requests do not delay a webhook
        sid = new_call_sid()
        app.signed("/twiml/enqueue", call_fields(sid))
        answers = [one.result(timeout=8).json() for one in asked]
    assert [sid in [row["call_sid"] for row in answer["calls"]] for answer in answers] == [True] * 100


@pytest.mark.parametrize("since", ["", "yesterday", "-1.ok", "1", "9" * 40 + ".ok", "%00.ok"])
def test_a_malformed_mark_is_refused_with_a_sentence(app: App, since: str) -> None:
    answer = app.get(f"/queue-status?since={since}")
    assert answer.status == 400
    assert "mark" in answer.json()["error"]


def test_without_twilio_it_says_so_and_still_answers(app: App) -> None:
    answer = app.get("/queue-status")
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers.get_content_type() == "application/json"
    twilio = answer.json()["twilio"]
    assert twilio["ok"] is False
    assert twilio["age_seconds"] is None
    assert "Traceback" not in twilio["problem"]


def test_the_first_two_hundred_are_listed_and_the_rest_counted(app: App) -> None:
    sids = [new_call_sid() for _ in range(205)]
    for sid in sids:
        app.signed("/twiml/enqueue", call_fields(sid))
    status = app.status()
    assert len(status["calls"]) == 200
    waiting = [row for row in status["calls"] if row["position"] is not None]
    assert [row["position"] for row in waiting] == list(range(1, len(waiting) + 1))
    assert status["more"] == status["current_size"] - len(waiting)
    for sid in sids:
        app.signed("/twiml/status", call_fields(sid, CallStatus="completed"))


def test_warming_up_loads_what_is_slow_and_says_so(app: App) -> None:
    assert app.get("/_ah/warmup").json() == {"warm": True}
