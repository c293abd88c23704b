"""A listener's call in line: what it hears, its keys, the message that it may leave; and the end of any call."""

from __future__ import annotations

import contextlib
import re

from callin import twiml
from callin.contracts import StoreError
from callin.model import ENDED_STATUSES, Call, Place, ReadyCheckAnswer, Stage
from callin.rules import is_listeners_browser, leaving
from callin.rules.missed import rung_number_of
from callin.web.webhook import TwimlHandler

_RECORDING_SID = re.compile(r"RE[0-9a-fA-F]{32}")


class WaitHandler(TwimlHandler):
    """`/twiml/wait`: what a caller in line hears; Twilio asks again after each document.

    It writes only that a caller has heard the notice (see `Place`), and wakes a desk that waits for them.
    """

    def answer(self) -> str:
        self.services.reconcile_soon()
        place = self.services.board.place(self.call_sid)
        if place.ended_by_closing or place.is_in_wrong_queue:
            return twiml.leave()
        if place.hears_ready_check:
            again = place.is_passed_over
            waited = self.words.waited(place.wait_seconds) if again and self._is_second else ""
            return twiml.ready_check(self.services.links, self.words, self.music, again=again, waited=waited)
        has_just_heard = self._has_just_heard(place)
        if has_just_heard and not place.has_notice:
            with contextlib.suppress(StoreError):  # then they are told again
                self.services.calls.heard_notice(self.call_sid)
        knows = has_just_heard or place.has_notice
        if (place.is_coming or place.is_kept) and not knows:
            links, recorded = self.services.links, place.is_recorded
            return twiml.coming(links, self.words, self.music, is_kept=place.is_kept, recorded=recorded)
        if place.is_coming:
            return self._music_alone(takes_keys=False)
        if place.is_wanted:
            self.services.air_desks.caller_became_available()
        if place.is_kept or place.stage is Stage.HELD:
            return twiml.hold_music(self.services.links, self.words, self.music, second=self._is_second)
        if has_just_heard:
            return self._music_alone(takes_keys=keys_count(self))
        if place.position is None:
            return self.apology()
        waiting = twiml.Waiting(
            place.position,
            place.size,
            place.wait_seconds,
            awaits_screener=place.awaits_screener,
            needs_notice=place.needs_notice,
            announced=self._announced,
            wait_range=place.wait_range,
            recorded=place.is_recorded,
            takes_keys=keys_count(self),
        )
        return twiml.wait(self.services.links, self.words, waiting, self.music)

    def _has_just_heard(self, place: Place) -> bool:
        """Whether they have just heard the notice, and of the recording if it has begun by now."""
        return twiml.has_heard_notice(self.param("told"), recorded=place.is_recorded)

    def apology(self) -> str:
        """The place and the wait from Twilio's own parameters about its queue, because the store has no answer."""
        waiting = twiml.Waiting(
            position=self.number("QueuePosition") or None,
            size=self.number("CurrentQueueSize") or 0,
            wait_seconds=self.number("QueueTime") or 0,
            average_wait_seconds=self.number("AvgQueueTime") or 0,
            announced=self._announced,
        )
        return twiml.wait(self.services.links, self.words, waiting, self.music)

    def _music_alone(self, *, takes_keys: bool) -> str:
        return twiml.music_alone(self.services.links, self._announced, self.music, takes_keys=takes_keys)

    @property
    def _is_second(self) -> bool:
        """Whether it is the turn of the second of two sentences, by our own address."""
        return self.param("second") == "1"

    @property
    def _announced(self) -> twiml.Announced:
        """What the document before has said, by our own address."""
        return twiml.Announced(self.number("place"), self.number("minutes"))


class ReadyHandler(TwimlHandler):
    """`/twiml/ready`: the next caller pressed 1, or another key, or nothing in time; then music again."""

    def answer(self) -> str:
        is_ready = self.param("Digits") == "1"
        answer = ReadyCheckAnswer.YES if is_ready else ReadyCheckAnswer.NO
        self.services.calls.answered_ready_check(self.call_sid, answer)
        if is_ready:
            self.services.air_desks.caller_became_available()
        links, recorded = self.services.links, self.services.board.place(self.call_sid).is_recorded
        return twiml.after_ready_check(links, self.words, self.music, is_ready=is_ready, recorded=recorded)

    def apology(self) -> str:
        """The answer could not be written, so the next document asks again."""
        return twiml.after_ready_check(self.services.links, self.words, self.music, is_ready=False)


class StatusHandler(TwimlHandler):
    """`/twiml/status`: Twilio's status callback for a listener's call or a desk's leg."""

    def answer(self) -> str:
        status, number = self.param("CallStatus"), self.param("From")
        rung = rung_number_of(number, self.param("To"))
        is_listeners = rung == self.services.installation.listener_number if rung else is_listeners_browser(number)
        self.services.calls.call_status(self.call_sid, status, number, is_listeners=is_listeners)
        if status in ENDED_STATUSES:
            self.services.phones.call_ended(number, self.call_sid)
        return twiml.empty()


def may_be_offered(handler: TwimlHandler, call: Call | None) -> bool:
    """Whether the caller is told that they may leave a message. False while the store fails."""
    if call is None or not leaving.may_leave_message(call):
        return False
    try:
        return not handler.services.messages.refusal(call.number)
    except StoreError:
        return False


def keys_count(handler: TwimlHandler) -> bool:
    """Whether a waiting caller may press keys: the station takes messages, and the call is from a phone."""
    return handler.services.messages.settings().is_on and not handler.param("From").startswith("client:")


def record(handler: TwimlHandler) -> str:
    """The tone and the recording, with the limits that the station has set."""
    settings = handler.services.messages.settings()
    return twiml.record_message(
        handler.services.links, handler.words, settings.longest_seconds, transcribe=settings.is_transcribed
    )


class MessageHandler(TwimlHandler):
    """`/twiml/message`: a caller that may not join the line pressed a key: 5 for a message."""

    def answer(self) -> str:
        if self.param("Digits") != twiml.LEAVE_MESSAGE:
            return twiml.goodbye(self.words)
        if not may_be_offered(self, self.services.calls.get_call(self.call_sid)):
            return twiml.no_message(self.words)
        return record(self)

    def apology(self) -> str:
        return twiml.no_message(self.words)


class WaitKeyHandler(TwimlHandler):
    """`/twiml/wait-key`: a waiting caller pressed a key: for a message, to hang up, or one that means nothing."""

    def answer(self) -> str:
        pressed = self.param("Digits")
        if pressed == twiml.HANG_UP:
            return twiml.thanks(self.words)
        if pressed != twiml.LEAVE_MESSAGE:
            return self._wait_on(refused=False)
        if not may_be_offered(self, self.services.calls.get_call(self.call_sid)):
            return self._wait_on(refused=True)
        has_begun = self.services.calls.begin_message(self.call_sid)
        # If a desk takes the caller at this moment, the desk's press decides what they hear next.
        return twiml.leave() if has_begun else self._wait_on(refused=False)

    def apology(self) -> str:
        return self._wait_on(refused=True)

    def _wait_on(self, *, refused: bool) -> str:
        minutes, place = self.number("minutes"), self.number("place")
        return twiml.wait_on(self.services.links, self.words, minutes, place, self.music, refused=refused)


class MessageLeftHandler(TwimlHandler):
    """`/twiml/message-left`: the recording is over: a key, silence, the greatest length, or the caller hung up."""

    def answer(self) -> str:
        self.services.calls.left_message(self.call_sid)
        return twiml.message_thanks(self.words)

    def apology(self) -> str:
        return twiml.message_thanks(self.words)


class MessageRecordedHandler(TwimlHandler):
    """`/twiml/message-recorded`: Twilio has the recording. If that cannot be stored, Twilio reports it again."""

    is_retried = True

    def answer(self) -> str:
        recording_sid = self.param("RecordingSid")
        call = self.services.calls.get_call(self.call_sid)
        is_whole = self.param("RecordingStatus") == "completed" and _RECORDING_SID.fullmatch(recording_sid)
        if is_whole and call is not None:
            self.services.messages.recorded(call, recording_sid, self.number("RecordingDuration") or 0)
            self.services.calls.left_message(self.call_sid)
        return twiml.empty()


class MessageWordsHandler(TwimlHandler):
    """`/twiml/message-words`: Twilio's transcription of a message."""

    is_retried = True

    def answer(self) -> str:
        recording_sid, text = self.param("RecordingSid"), self.param("TranscriptionText")
        call = self.services.calls.get_call(self.call_sid)
        is_there = self.param("TranscriptionStatus") == "completed" and _RECORDING_SID.fullmatch(recording_sid)
        if is_there and text and call is not None:
            self.services.messages.transcribed(call, recording_sid, text)
        return twiml.empty()
