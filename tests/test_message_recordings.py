"""A message's recording at Twilio: deleted with the message, and found if Twilio's report of it was lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from twilio.rest import Client

from rehearsal.cast import pitch_hz_of
from tests.support.calls import call_fields
from tests.support.messages import (
    arrived,
    close,
    frequency_of,
    leave_message,
    message_of,
    messages_on,
    outcome,
    ring,
    sound_of,
    wait_for_tone,
)
from tests.support.station import Station


@pytest.fixture(autouse=True)
def _messages(station: Station) -> Iterator[None]:
    yield from messages_on(station)


def test_a_deleted_message_is_gone_at_twilio_too(station: Station) -> None:
    close(station)
    leave_message(station, "+447700900436", seconds=3)
    key = arrived(station, "+447700900436")["id"]
    dj = station.app.visitor()
    dj.get("/messages")
    assert dj.press("/messages/delete", {"id": key}).json() == {"ok": True, "problem": ""}
    assert station.control("GET", "/requests")["DELETE /Recordings/{sid}"] == 1
    assert "deleted a message of •••436" in station.app.visitor("admin").get("/audit.csv?kind=deletion").text
    assert sound_of(station.app, key).status == 404
    assert message_of(station, "+447700900436") is None
    again = dj.press("/messages/delete", {"id": key})
    assert (again.status, again.json()["problem"]) == (200, "")


@pytest.mark.parametrize("path", ["/twiml/message-recorded", "/twiml/message-words"])
def test_a_callback_that_comes_after_the_deletion_brings_nothing_back(station: Station, path: str) -> None:
    close(station)
    number = "+447700900442"
    caller = leave_message(station, number, seconds=3)
    key = arrived(station, number)["id"]
    dj = station.app.visitor()
    dj.get("/messages")
    assert dj.press("/messages/delete", {"id": key}).json()["problem"] == ""
    told = {
        "RecordingSid": "RE" + "0" * 32,
        "RecordingStatus": "completed",
        "RecordingDuration": "3",
        "TranscriptionStatus": "completed",
        "TranscriptionText": "Hello, this is Ann.",
    }
    assert station.app.signed(path, call_fields(caller, From=number, **told)).status == 200
    assert message_of(station, number) is None
    assert dj.press("/messages/heard", {"id": key, "heard": True}).status == 409


def test_a_recording_that_twilio_could_not_tell_of_is_found(station: Station) -> None:
    close(station)
    number = "+447700900443"
    caller = ring(station, number)
    station.until(lambda: "press 5" in station.heard(caller), "no message is offered")
    station.press(caller, "5")
    wait_for_tone(station, caller)
    station.advance(4)
    station.control("PUT", "/faults", {"webhooks": {"lose": 1.0}})
    station.press(caller, "#")
    station.until(lambda: station.caller(caller)["status"] == "completed", "the caller is not let go")
    station.until(lambda: _recordings(station, caller) == ["completed"], "nothing is recorded")
    station.control("PUT", "/faults", {"webhooks": {"lose": 0.0}})
    assert station.app.visitor().get("/messages").status == 200
    message = arrived(station, number)
    assert 4 <= message["seconds"] <= 6
    assert frequency_of(sound_of(station.app, message["id"]).body) == pytest.approx(pitch_hz_of(number), abs=2)
    station.until(lambda: outcome(station, caller) == "left_message", "the call's outcome is another one")


def _recordings(station: Station, caller: str) -> list[str]:
    """The states of the recordings of a call, at the network."""
    client = Client(station.app.environment["TWILIO_ACCOUNT_SID"], station.app.environment["TWILIO_AUTH_TOKEN"])
    client.api.base_url = station.app.environment["TWILIO_API_URL"]
    return [one.status for one in client.recordings.list(call_sid=caller)]


def test_a_deletion_that_twilio_refuses_is_reported(station: Station) -> None:
    close(station)
    leave_message(station, "+447700900437", seconds=3)
    key = arrived(station, "+447700900437")["id"]
    dj = station.app.visitor()
    dj.get("/messages")
    station.control("PUT", "/faults", {"rest": {"status": 500, "rate": 1.0, "delay_ms": 0}})
    problem = dj.press("/messages/delete", {"id": key}).json()["problem"]
    assert "Twilio" in problem
    answer = dj.get("/messages/list").json()
    assert (answer["undeleted"], answer["messages"]) == ([problem], [])
    station.control("PUT", "/faults", {"rest": {"rate": 0}})
    assert dj.press("/messages/delete", {"id": key}).json()["problem"] == ""
