"""A listener's call that leaves a message: the keys, the recording, and Twilio's reports about it."""

from __future__ import annotations

import re

from callin import twiml
from callin.contracts import StoreError
from callin.model import Call
from callin.rules import leaving
from callin.web.webhook import TwimlHandler

_RECORDING_SID = re.compile(r"RE[0-9a-fA-F]{32}")


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
