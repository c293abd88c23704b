"""`/queue-status`: the tutorial's two numbers and the calls, whatever Twilio does."""

from __future__ import annotations

from tests.support.station import App, call_fields, new_call_sid


def test_it_has_the_tutorials_fields_and_the_calls(app: App) -> None:
    sid = new_call_sid()
    app.signed("/twiml/enqueue", call_fields(sid))
    status = app.status()
    assert status["queue"] == "radio-callin-queue"
    assert isinstance(status["current_size"], int)
    assert isinstance(status["average_wait_time"], int)
    assert status.keys() == {"queue", "current_size", "average_wait_time", "calls", "more", "twilio"}
    row = app.row(sid)
    assert row is not None
    assert row.keys() == {"call_sid", "position", "stage", "wait_seconds", "on_air_seconds", "number"}
    assert 0 <= row["wait_seconds"] <= 5


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
