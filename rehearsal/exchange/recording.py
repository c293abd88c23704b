"""Recordings of what a leg says: the tape while it runs, and the recording that the account keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from rehearsal.clock import Clock
from rehearsal.exchange.hearing import Mouth, speech_seconds

Status = Literal["processing", "completed", "absent"]


class Sentence(NamedTuple):
    """What was said on request, from this many seconds after the start of the tape."""

    at: float
    text: str


class Tape:
    """Takes down what a leg says from now on, in network time: the seconds of an advance are on the tape too.

    A simulated voice hums all the time; sentences replace the hum. A browser's sound comes frame by frame from
    `rehearsal.sound`, which also says whether a frame is loud enough not to be silence.
    """

    def __init__(self, clock: Clock, mouth: Mouth | None) -> None:
        self.mouth = mouth
        self.sentences: list[Sentence] = []
        self.frames: list[tuple[float, bytes]] = []
        self.seconds = 0.0
        """The length, once the tape has stopped."""
        self._clock = clock
        self._began_at = clock.now()
        self._first_sound: float | None = 0.0 if mouth else None
        self._last_sound = 0.0

    @property
    def running_seconds(self) -> float:
        return self._clock.now() - self._began_at

    def add(self, frame: bytes, *, is_loud: bool) -> None:
        """20 ms from a browser."""
        at = self.running_seconds
        self.frames.append((at, frame))
        if is_loud:
            self._sounds(at, at)

    def say(self, text: str) -> None:
        """A sentence begins, after the one before."""
        at = max(
            self.running_seconds,
            self.sentences[-1].at + speech_seconds(self.sentences[-1].text) if self.sentences else 0.0,
        )
        self.sentences.append(Sentence(at, text))
        self._sounds(at, at + speech_seconds(text))

    def silent_seconds(self) -> float:
        """How long there has been silence; below 0 while a sentence goes on."""
        return 0.0 if self.mouth else self.running_seconds - self._last_sound

    def stop(self) -> None:
        self.seconds = self.running_seconds

    def sounding(self) -> tuple[float, float]:
        """From when to when there is sound, once the tape has stopped; both 0 if there is none."""
        if self._first_sound is None:
            return (0.0, 0.0)
        return self._first_sound, self.seconds if self.mouth else min(self._last_sound, self.seconds)

    def _sounds(self, begin: float, end: float) -> None:
        if self._first_sound is None:
            self._first_sound = begin
        self._last_sound = max(self._last_sound, end)


@dataclass(slots=True)
class Recording:
    """A recording of the account (https://www.twilio.com/docs/voice/api/recording); times in epoch seconds."""

    sid: str
    call_sid: str
    started_at: float
    updated_at: float
    seconds: float
    wav: Callable[[], bytes] = field(repr=False)
    """Makes the file: thousands of recordings that nobody fetches need no memory."""
    status: Status = "processing"

    @property
    def duration(self) -> int:
        """Whole seconds, as Twilio gives them."""
        return round(self.seconds)
