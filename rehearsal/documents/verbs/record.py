"""Record: takes down what the caller says, and reports the recording and its transcription."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial

from rehearsal.account import new_sid
from rehearsal.documents.reports import CALLBACK_WARNING
from rehearsal.documents.session import Script
from rehearsal.documents.twiml import Element, TwimlError
from rehearsal.exchange.hearing import BEEP_SECONDS, Beeping
from rehearsal.exchange.interruption import Ended, Interruption, Step
from rehearsal.exchange.leg import Leg
from rehearsal.exchange.recording import Recording, Tape
from rehearsal.sound.recordings import wav
from rehearsal.webhooks.client import WebhookError

LONGEST_SECONDS = 3600
KEYS = "1234567890*#"
FILE_READY_SECONDS = 0.5
"""After the end of a recording. Twilio promises no time; an app must wait for the callback."""

TRANSCRIBED_SECONDS = (2, 120)
"""https://www.twilio.com/docs/voice/twiml/record#transcribe"""


class RecordInput:
    """The key that ended a recording, if one did."""

    def __init__(self, leg: Leg, tape: Tape, keys: str) -> None:
        self.key = ""
        self._leg = leg
        self._tape = tape
        self._keys = keys

    def digit(self, digit: str) -> None:
        if digit in self._keys:
            self.key = self.key or digit
            self._leg.stir()

    def speech(self, text: str, confidence: float) -> None:  # noqa: ARG002 - a recording is not sure or unsure
        self._tape.say(text)
        self._leg.stir()


async def record(script: Script, element: Element) -> Step | None:
    """https://www.twilio.com/docs/voice/twiml/record: an empty recording falls through to the next verb."""
    leg = script.leg
    reports = _Reports(script, element)
    if element.attributes.get("playBeep", "true") == "true":
        leg.hears("Beep", "", Beeping())
        await leg.sleep(BEEP_SECONDS)
        leg.hush()
    tape = Tape(script.network.clock, leg.mouth)
    reports.begin()
    given = RecordInput(leg, tape, element.attributes.get("finishOnKey", KEYS))
    leg.input, leg.tape = given, tape
    try:
        await _until_over(leg, tape, given, element)
    except Interruption as interruption:
        recording = reports.end(tape)
        if isinstance(interruption, Ended) and recording is not None and (step := reports.action(recording, "hangup")):
            script.session.reports.action(step.url, step.method, step.params)
        raise
    finally:
        leg.input = leg.tape = None
    recording = reports.end(tape)
    return reports.action(recording, given.key) if recording is not None else None


async def _until_over(leg: Leg, tape: Tape, given: RecordInput, element: Element) -> None:
    """Wait for a key, the maximum length, or ``timeout`` seconds of silence."""
    longest = int(element.attributes.get("maxLength", LONGEST_SECONDS))
    timeout = int(element.attributes.get("timeout", "5"))
    while not given.key:
        left = min(longest - tape.running_seconds, timeout - tape.silent_seconds())
        if left <= 0:
            return
        said = len(tape.sentences)
        await leg.until(lambda: bool(given.key) or len(tape.sentences) != said, left)  # noqa: B023 - awaited at once


class _Reports:
    """What the app is told about one Record: its recording, and what was said in it."""

    def __init__(self, script: Script, element: Element) -> None:
        attributes = element.attributes
        self._script = script
        self._element = element
        # Read before the recording begins: a document with a bad address is refused, not half carried out.
        self._status = script.step(element, "recordingStatusCallback", "recordingStatusCallbackMethod", {})
        self._transcribed = script.step(element, "transcribeCallback", "", {})
        self._events = attributes.get("recordingStatusCallbackEvent", "completed").split()
        self._trims = attributes.get("trim", "trim-silence") == "trim-silence"
        self._sid = new_sid("RE")
        self._started_at = 0.0

    def begin(self) -> None:
        self._started_at = self._script.network.clock.now()
        self._send("in-progress", 0)

    def end(self, tape: Tape) -> Recording | None:
        """The recording, whose file will be ready in a moment; None for an empty one."""
        tape.stop()
        network = self._script.network
        begin, end = tape.sounding()
        if not end:
            self._send("absent", 0)
            return None
        if not self._trims:
            begin, end = 0.0, tape.seconds
        recording = Recording(
            sid=self._sid,
            call_sid=self._script.leg.sid,
            started_at=self._started_at,
            updated_at=network.clock.now(),
            seconds=end - begin,
            wav=partial(wav, tape, begin, end),
        )
        network.recordings[recording.sid] = recording
        network.background(self._finish(recording, " ".join(sentence.text for sentence in tape.sentences)))
        return recording

    def action(self, recording: Recording, digits: str) -> Step | None:
        params = {
            "Digits": digits,
            "RecordingDuration": str(recording.duration),
            "RecordingUrl": self._url(),
        }
        # Without an action the same document is asked again, with the recording.
        element = Element("Record", {"action": ""} | self._element.attributes)
        try:
            return self._script.step(element, "action", "method", params)
        except TwimlError:
            if self._script.leg.live:
                raise
            return None

    async def _finish(self, recording: Recording, words: str) -> None:
        network = self._script.network
        await network.clock.sleep(FILE_READY_SECONDS)
        recording.status, recording.updated_at = "completed", network.clock.now()
        self._send("completed", recording.duration)
        least, most = TRANSCRIBED_SECONDS
        is_wanted = self._element.attributes.get("transcribe") == "true" and least < recording.seconds < most
        if self._transcribed is not None and is_wanted:
            await self._tell_transcription(self._transcribed, words)

    def _send(self, status: str, seconds: int) -> None:
        """https://www.twilio.com/docs/voice/twiml/record#recordingstatuscallback"""
        callback, network = self._status, self._script.network
        if callback is None or status not in self._events:
            return
        params = {
            "AccountSid": network.account.sid,
            "CallSid": self._script.leg.sid,
            "RecordingChannels": "1",
            "RecordingDuration": str(seconds),
            "RecordingSid": self._sid,
            "RecordingSource": "RecordVerb",
            "RecordingStartTime": format_datetime(datetime.fromtimestamp(int(self._started_at), UTC)),
            "RecordingStatus": status,
            "RecordingTrack": "inbound",
            "RecordingUrl": self._url(),
        }
        network.background(self._tell(callback, params))

    async def _tell(self, callback: Step, params: Mapping[str, str]) -> None:
        try:
            webhooks = self._script.session.interpreter.webhooks
            await webhooks.ask(callback.url, callback.method, params, report=True)
        except WebhookError as error:
            self._script.network.alert(CALLBACK_WARNING, error.message, self._script.leg, error.url)

    async def _tell_transcription(self, callback: Step, words: str) -> None:
        """https://www.twilio.com/docs/voice/twiml/record#transcribecallback: a hum alone cannot be transcribed."""
        sid = new_sid("TR")
        params = {
            "RecordingSid": self._sid,
            "RecordingUrl": self._url(),
            "TranscriptionSid": sid,
            "TranscriptionStatus": "completed" if words else "failed",
            "TranscriptionText": words,
            "TranscriptionType": "fast",
            "TranscriptionUrl": f"{self._url()}/Transcriptions/{sid}",
        }
        try:
            await self._script.session.ask(callback.url, "POST", params, report=True)
        except WebhookError as error:
            self._script.network.alert(CALLBACK_WARNING, error.message, self._script.leg, error.url)

    def _url(self) -> str:
        """Where Twilio keeps the file: on its own host, whatever address an app reaches this network by."""
        return f"https://api.twilio.com/2010-04-01/Accounts/{self._script.network.account.sid}/Recordings/{self._sid}"
