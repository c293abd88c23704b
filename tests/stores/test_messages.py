"""Messages in every engine: how many and how long, how they are deleted, and what Twilio keeps meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from callin.contracts import PhoneError, Store
from callin.messages import (
    ListenerMessage,
    MessageError,
    MessageRefusal,
    MessageRefusedError,
    Messages,
    MessageSettings,
    MissedRecordings,
    Typed,
    VoiceNotes,
)
from callin.messages.models import LONGEST_LIMIT, LONGEST_TEXT, PREFIX, Source, new_key
from callin.messages.service import (
    DAY_SECONDS,
    DELETED_AT_ONCE,
    LATE_CALLBACK_SECONDS,
    MOST_KEPT,
    SECONDS_BETWEEN_TRIES,
)
from callin.model import Call, CallRecording, StoredRecord
from callin.sounds import SoundLibrary
from callin.stores.codec import dump, kind_name
from tests.stores.cast import waiting
from tests.support.clock import HeldClock
from tests.support.wav import tone

ANN, BOB = "+447700900001", "+447700900002"
BROWSER = "client:listener_1"


@dataclass
class Kept:
    """The recordings at a Twilio that may be down."""

    recordings: list[CallRecording] = field(default_factory=list)
    is_down: bool = False
    asked: list[float] = field(default_factory=list)

    def since(self, at: float) -> list[CallRecording]:
        self.asked.append(at)
        self._answer()
        return list(self.recordings)

    def wav(self, recording_sid: str) -> bytes | None:
        self._answer()
        return recording_sid.encode()

    def delete(self, recording_sid: str) -> None:
        self._answer()
        self.recordings = [one for one in self.recordings if one.sid != recording_sid]

    def _answer(self) -> None:
        if self.is_down:
            raise PhoneError("Twilio is down.")


class House:
    """Messages of one store, with a clock and a Twilio that the test controls."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock, self.twilio = store, HeldClock(1_577_836_800.0), Kept()
        self.sounds = SoundLibrary(store, self.clock)
        self.messages = Messages(store, self.clock, self.twilio, self.sounds, lambda: 0)
        self.notes = VoiceNotes(self.messages, self.sounds)
        self.left: list[str] = []
        self.missed = MissedRecordings(self.messages, self.twilio, store, self.clock, self._note)
        self.messages.set_settings(MessageSettings(is_on=True))

    def _note(self, call_sid: str) -> Call | None:
        self.left.append(call_sid)
        return self.store.call(call_sid)

    def record(self, call_sid: str, number: str = ANN) -> CallRecording:
        """A call whose message Twilio has recorded, but not reported."""
        self.store.change_call(call_sid, lambda _: waiting(call_sid, number=number, joined_at=self.clock()))
        recording = CallRecording(f"RE{call_sid}", call_sid, 8)
        self.twilio.recordings.append(recording)
        return recording

    def recorded(self, call_sid: str, number: str = ANN) -> ListenerMessage | None:
        """The same, with the report."""
        recording, call = self.record(call_sid, number), self.store.call(call_sid)
        assert call is not None
        return self.messages.recorded(call, recording.sid, recording.seconds)

    def note(self, seconds: float, browser: str = BROWSER) -> ListenerMessage:
        content = tone(seconds)
        key = self.notes.begin(browser, len(content))
        for number in range(-(-len(content) // 96_000)):
            self.notes.put(browser, key, number, content[number * 96_000 :][:96_000])
        return self.notes.finish(browser, key, Typed("Ann"))

    def upkeep(self) -> None:
        """Runs the upkeep job as often as it needs to delete everything."""
        for _ in range(1 + MOST_KEPT // DELETED_AT_ONCE):
            self.messages.run()
            self.clock.advance(SECONDS_BETWEEN_TRIES)

    @property
    def stored(self) -> list[ListenerMessage]:
        return list(self.store.records_under(ListenerMessage, PREFIX, limit=1000))


@pytest.fixture(params=["sqlite", "firestore"])
def house(request: pytest.FixtureRequest, open_store: Callable[[str], Store]) -> House:
    return House(open_store(request.param))


def test_messages_are_deleted_after_the_set_days_with_their_sounds(house: House) -> None:
    house.messages.set_settings(MessageSettings(is_on=True, keep_days=7))
    assert house.recorded("CAold")
    note = house.note(2)
    house.messages.add_text(BROWSER, "Hello", Typed())
    house.clock.advance(5 * DAY_SECONDS)
    young = house.recorded("CAyoung", BOB)
    house.clock.advance(2 * DAY_SECONDS - 1)
    house.messages.run()
    assert len(house.messages.listed()) == 4
    house.clock.advance(SECONDS_BETWEEN_TRIES)
    house.upkeep()
    assert house.messages.listed() == [young]
    assert [one.sid for one in house.twilio.recordings] == ["RECAyoung"]
    assert house.sounds.sound(note.sound) is None


def test_without_days_messages_are_kept(house: House) -> None:
    house.messages.set_settings(MessageSettings(is_on=True, keep_days=0))
    kept = house.recorded("CA1")
    house.clock.advance(10_000 * DAY_SECONDS)
    house.upkeep()
    assert house.messages.listed() == [kept]


def test_a_deletion_that_failed_at_twilio_is_tried_again(house: House) -> None:
    message = house.recorded("CA1")
    assert message
    house.twilio.is_down = True
    assert house.messages.delete(message.key, "dj") == "Twilio is down."
    assert ([one.problem for one in house.messages.undeleted()], house.messages.listed()) == (["Twilio is down."], [])
    house.twilio.is_down = False
    house.upkeep()
    assert (house.messages.undeleted(), house.twilio.recordings) == ([], [])


def test_a_message_whose_transcription_comes_first_still_gets_its_length(house: House) -> None:
    recording, call = house.record("CA1"), house.store.call("CA1")
    assert call
    house.messages.transcribed(call, recording.sid, "Hello, this is Ann.")
    message = house.messages.recorded(call, recording.sid, 8)
    assert message
    assert (message.seconds, message.transcript) == (8, "Hello, this is Ann.")


def test_a_late_callback_brings_no_deleted_message_back_and_nothing_of_it_is_kept(house: House) -> None:
    message = house.recorded("CA1")
    assert message
    house.messages.delete(message.key, "dj")
    call = house.store.call("CA1")
    assert call
    assert house.messages.recorded(call, message.recording_sid, 8) is None
    house.messages.transcribed(call, message.recording_sid, "Hello, this is Ann.")
    with pytest.raises(MessageError, match="deleted"):
        house.messages.mark_heard(message.key, "dj", heard=True)
    [left] = house.stored
    assert (left.number, left.recording_sid, left.transcript, left.heard_by) == ("", "", "", "")
    house.clock.advance(LATE_CALLBACK_SECONDS + 1)
    house.upkeep()
    assert house.stored == []


def test_all_messages_of_a_deleted_caller_go(house: House) -> None:
    house.recorded("CA1")
    other = house.recorded("CA2", BOB)
    house.messages.delete_of(ANN)
    assert house.messages.listed() == [other]
    assert [one.call_sid for one in house.twilio.recordings] == ["CA2"]


def test_a_full_list_takes_a_message_again_once_one_is_deleted(house: House) -> None:
    kept = [ListenerMessage(new_key(house.clock()), house.clock(), Source.TEXT) for _ in range(MOST_KEPT - 1)]
    house.store.add_records([StoredRecord(kind_name(ListenerMessage), one.key, dump(one)) for one in kept])
    assert house.messages.refusal(ANN) is None
    last = house.recorded("CA1")
    assert last
    assert house.messages.refusal(ANN) is MessageRefusal.FULL
    with pytest.raises(MessageRefusedError, match=MessageRefusal.FULL):
        house.messages.add_text(BROWSER, "Hello", Typed())
    house.messages.delete(last.key, "dj")
    assert house.messages.refusal(ANN) is None


def test_three_messages_a_day_are_counted_for_each_caller(house: House) -> None:
    for n in range(3):
        assert house.messages.refusal(ANN) is None
        house.recorded(f"CA{n}")
    assert house.messages.refusal(ANN) is MessageRefusal.ENOUGH
    assert (house.messages.refusal(BOB), house.messages.refusal("anonymous")) == (None, None)
    house.clock.advance(DAY_SECONDS)
    assert house.messages.refusal(ANN) is None


def test_a_message_is_taken_and_told_of_while_no_thread_can_be_started(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: threading.Timer) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Timer, "start", refuse)
    for text in ("Hello", "Hello again"):
        house.messages.add_text(BROWSER, text, Typed())
    assert (len(house.stored), house.store.show().messages_revision) == (2, 2)


def test_a_voice_note_is_as_long_as_the_station_has_set_and_no_longer(house: House) -> None:
    house.messages.set_settings(MessageSettings(is_on=True, longest_seconds=10))
    assert house.note(10).seconds == 10
    with pytest.raises(MessageRefusedError, match=MessageRefusal.NOTE_NOT_WHOLE):
        house.note(12)
    with pytest.raises(MessageRefusedError, match=MessageRefusal.TOO_LONG):
        house.messages.add_text(BROWSER, "x" * (LONGEST_TEXT + 1), Typed())
    with pytest.raises(MessageError, match="10 to 119 seconds"):
        house.messages.set_settings(MessageSettings(is_on=True, longest_seconds=LONGEST_LIMIT + 1))


def test_a_recording_that_nobody_told_of_is_found_once_and_others_of_the_account_are_not(house: House) -> None:
    house.record("CA1")
    house.twilio.recordings.append(CallRecording("REother", "CAother", 60))
    house.missed.run()
    house.missed.run()
    assert [(one.call_sid, one.number, one.seconds) for one in house.messages.listed()] == [("CA1", ANN, 8)]
    assert house.left == ["CA1"]


def test_while_twilio_is_down_the_next_look_goes_back_as_far(house: House) -> None:
    house.twilio.is_down = True
    house.missed.run()
    house.twilio.is_down = False
    house.clock.advance(60)
    house.missed.run()
    house.clock.advance(60)
    house.missed.run()
    now = house.clock()
    assert house.twilio.asked == [now - 120 - DAY_SECONDS, now - 60 - DAY_SECONDS, now - 60 - 600]


def test_a_station_without_messages_asks_twilio_nothing(house: House) -> None:
    house.messages.set_settings(MessageSettings(is_on=False))
    house.missed.run()
    assert house.twilio.asked == []
