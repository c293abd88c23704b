"""Messages by phone, from the first ring until they are deleted: the real app on the real rehearsal network."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rehearsal.cast import pitch_hz_of
from tests.support.messages import (
    arrived,
    close,
    frequency_of,
    leave_message,
    listed,
    message_of,
    messages_on,
    outcome,
    ring,
    set_messages,
    sound_of,
    wait_for_tone,
)
from tests.support.presses import DeskBrowser
from tests.support.processes import wait_until
from tests.support.station import Station

CONSENT = "It is recorded, and may be broadcast. If you do not want that, please hang up now."


@pytest.fixture(autouse=True)
def _messages(station: Station) -> Iterator[None]:
    yield from messages_on(station)


def test_a_message_to_the_closed_line_is_played_at_the_desk_in_the_callers_own_voice(station: Station) -> None:
    close(station)
    number = "+447700900411"
    caller = leave_message(station, number)
    heard = [one["text"] for one in station.caller(caller)["heard"] if one["verb"] == "Say"]
    assert CONSENT in heard[1]
    assert heard[-1] == "Thank you for your message. Goodbye."
    message = arrived(station, number)
    assert (message["source"], message["heard_at"]) == ("phone", 0)
    assert 8 <= message["seconds"] <= 10  # the network's clock also runs while the test looks
    sound = sound_of(station.app, message["id"])
    assert (sound.status, sound.headers.get_content_type()) == (200, "audio/wav")
    assert frequency_of(sound.body) == pytest.approx(pitch_hz_of(number), abs=2)


def test_a_player_gets_the_range_that_it_asks_for(station: Station) -> None:
    close(station)
    leave_message(station, "+447700900412", seconds=3)
    key = arrived(station, "+447700900412")["id"]
    whole = sound_of(station.app, key).body
    part = sound_of(station.app, key, Range="bytes=1000-1999")
    assert (part.status, part.body) == (206, whole[1000:2000])
    assert part.headers["Content-Range"] == f"bytes 1000-1999/{len(whole)}"
    end = sound_of(station.app, key, Range=f"bytes={len(whole) - 10}-")
    assert (end.status, end.body) == (206, whole[-10:])
    assert sound_of(station.app, key, Range=f"bytes={len(whole)}-").status == 416
    download = station.app.visitor().get(f"/messages/sound?id={key}&download=1")
    assert download.headers["Content-Disposition"].startswith('attachment; filename="message-')


def test_a_message_has_its_transcript_where_the_station_asks_for_one(station: Station) -> None:
    set_messages(station.app, is_transcribed="on")
    close(station)
    leave_message(station, "+447700900413", words="<b>Hello</b>, this is Ann \u202efrom Leeds.")
    station.until(lambda: arrived(station, "+447700900413")["transcript"], "there is no transcript")
    assert arrived(station, "+447700900413")["transcript"].startswith("<b>Hello</b>, this is Ann")
    page = station.app.visitor().get("/messages").text
    assert "<b>Hello" not in page


def test_a_silent_caller_leaves_nothing_and_hears_so(station: Station) -> None:
    close(station)
    caller = ring(station, "+447700900414", silent=True)
    station.until(lambda: "press 5" in station.heard(caller))
    station.press(caller, "5")
    station.until(lambda: "We did not hear anything." in station.heard(caller), "the caller hears nothing")
    station.until(lambda: station.caller(caller)["status"] == "completed")
    assert message_of(station, "+447700900414") is None


def test_a_caller_that_hangs_up_while_speaking_has_left_a_message(station: Station) -> None:
    close(station)
    caller = ring(station, "+447700900415")
    station.until(lambda: "press 5" in station.heard(caller))
    station.press(caller, "5")
    wait_for_tone(station, caller)
    station.advance(4)
    station.hang_up(caller)
    assert 4 <= arrived(station, "+447700900415")["seconds"] <= 6


def test_a_caller_that_presses_nothing_hears_goodbye(station: Station) -> None:
    close(station)
    caller = ring(station, "+447700900416")
    station.until(lambda: station.caller(caller)["status"] == "completed", "the caller is not let go")
    assert station.heard(caller).endswith("press 5. Goodbye.")


def test_a_message_is_offered_when_the_line_is_full(station: Station) -> None:
    assert DeskBrowser(station.app).set(most_callers=1).status == 200
    first = station.ring("+447700900417")
    station.wait_until_queued(first)
    second = ring(station, "+447700900418")
    station.until(lambda: "All our lines are busy. To leave a message, press 5." in station.heard(second))


def test_a_waiting_caller_presses_5_and_leaves_the_line_for_a_message(station: Station) -> None:
    number = "+447700900419"
    others = [station.ring(f"+44770090042{n}") for n in range(3)]
    station.wait_until_queued(*others)
    caller = ring(station, number)
    station.wait_until_queued(caller)
    station.until(lambda: "To leave a message instead, press 5." in station.heard(caller), "the keys are not told")
    station.press(caller, "5")
    wait_for_tone(station, caller)
    assert CONSENT in station.heard(caller)
    wait_until(lambda: station.app.row(caller) is None, why="the caller is still in line")
    station.advance(5)
    station.press(caller, "1")
    station.until(lambda: station.caller(caller)["status"] == "completed")
    assert 5 <= arrived(station, number)["seconds"] <= 7
    station.until(lambda: outcome(station, caller) == "left_message", "the call's outcome is another one")
    assert station.app.status()["current_size"] == 3


def test_a_waiting_caller_presses_9_and_is_thanked(station: Station) -> None:
    caller = station.ring("+447700900431")
    station.wait_until_queued(caller)
    station.until(lambda: "music" in str(station.caller(caller)["heard"][-1]["text"]))
    station.press(caller, "9")
    station.until(lambda: station.caller(caller)["status"] == "completed", "the caller is not let go")
    assert station.heard(caller).endswith("Thank you for calling. Goodbye.")


@pytest.mark.parametrize("key", ["1", "*", "0"])
def test_another_key_while_waiting_changes_nothing(station: Station, key: str) -> None:
    caller = station.ring("+447700900432")
    station.wait_until_queued(caller)
    station.until(lambda: "music" in str(station.caller(caller)["heard"][-1]["text"]))
    station.press(caller, key)
    station.advance(8)
    assert station.is_waiting(caller)
    assert station.heard(caller).count("You are next.") == 1


def test_a_blocked_caller_is_offered_no_message(station: Station) -> None:
    number = "+447700900433"
    admin = station.app.visitor("admin")
    admin.get("/callers")
    admin.fill_in("/callers", do="block", number=number)
    close(station)
    caller = ring(station, number)
    station.until(lambda: station.caller(caller)["status"] != "ringing")
    assert "message" not in station.heard(caller)


def test_a_caller_may_leave_three_messages_a_day(station: Station) -> None:
    close(station)
    number = "+447700900434"
    for count in range(1, 4):
        leave_message(station, number, seconds=3)
        station.until(lambda count=count: sum(one["number"] == number for one in listed(station.app, "admin")) == count)
    caller = ring(station, number)
    station.until(lambda: station.caller(caller)["status"] == "completed")
    assert "press 5" not in station.heard(caller)
    assert "The line is closed now." in station.heard(caller)


def test_without_the_switch_no_message_is_offered(station: Station) -> None:
    set_messages(station.app, is_on=False)
    close(station)
    caller = ring(station, "+447700900435")
    station.until(lambda: station.caller(caller)["status"] == "completed")
    assert "press 5" not in station.heard(caller)


def test_a_message_is_marked_as_heard_and_as_new_again(station: Station) -> None:
    close(station)
    leave_message(station, "+447700900438", seconds=3)
    key = arrived(station, "+447700900438")["id"]
    screener = station.app.visitor("screener")
    screener.get("/messages")
    assert screener.press("/messages/heard", {"id": key, "heard": True}).status == 200
    assert arrived(station, "+447700900438")["heard_by"] == "screener"
    assert screener.get("/messages/list?new=1").json() == {"new": 0}
    screener.press("/messages/heard", {"id": key, "heard": False})
    assert screener.get("/messages/list?new=1").json() == {"new": 1}


def test_a_message_is_put_on_the_card_of_a_caller_on_the_line(station: Station) -> None:
    close(station)
    leave_message(station, "+447700900439", seconds=3)
    key = arrived(station, "+447700900439")["id"]
    DeskBrowser(station.app).set(opening="open")
    caller = station.ring("+447700900440")
    station.wait_until_queued(caller)
    dj = station.app.visitor()
    dj.get("/messages")
    for _ in range(2):
        assert dj.press("/messages/card", {"id": key, "call_sid": caller}).status == 200
    row = wait_until(lambda: (found := station.app.row(caller)) and found["card"]["note"] and found, why="no note")
    assert row["card"]["note"].startswith("Message of ")
    assert ", 0:0" in row["card"]["note"]
    assert "\n" not in row["card"]["note"]
    station.hang_up(caller)
    wait_until(lambda: station.app.row(caller) is None)
    assert dj.press("/messages/card", {"id": key, "call_sid": caller}).status == 409


def test_nothing_of_twilio_is_in_the_page_or_the_list(station: Station) -> None:
    close(station)
    leave_message(station, "+447700900441", seconds=3)
    arrived(station, "+447700900441")
    sid = station.app.environment["TWILIO_ACCOUNT_SID"]
    for path in ("/messages", "/messages/list"):
        text = station.app.visitor("admin").get(path).text
        assert "api.twilio.com" not in text
        assert sid not in text
        assert "/Recordings" not in text
        assert "RE" + "0" not in text
    assert "+447700900441" not in station.app.visitor("screener").get("/messages/list").text
