"""What one leg hears at this moment, 20 ms at a time: a browser's peer pulls it, a meter looks back over it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, cast

from rehearsal.exchange.hearing import Beeping, Music, Playing, Ringing, Silence, Speaking
from rehearsal.exchange.leg import Bridged, Hearing
from rehearsal.sound import tones
from rehearsal.sound.mulaw import FRAME_BYTES, FRAME_SECONDS, FRAMES_PER_SECOND, SILENCE, frame_of
from rehearsal.sound.stream import Reader, Stream

if TYPE_CHECKING:
    from rehearsal.exchange.leg import Leg
    from rehearsal.sound.clips import Clips


class Ear:
    """Follows a leg's `hearing`. `said` are the sounds that came from browsers, by CallSid."""

    def __init__(self, leg: Leg, said: Mapping[str, Stream], clips: Clips) -> None:
        """Listen from now on."""
        self._leg = leg
        self._said = said
        self._clips = clips
        self._hearing: Hearing = Silence()
        self._begun = time.monotonic()
        self._number = 0
        self._reader: Reader | None = None
        self._noticed = leg.heard[-1] if leg.heard else None
        self._text = ""
        self._over: deque[bytes] = deque()
        self.update()

    def update(self) -> None:
        """Notice that the leg has begun to hear something else, or what the other leg has said or pressed."""
        if self._leg.hearing is not self._hearing:
            self._hearing = self._leg.hearing
            self._begun = time.monotonic()
            self._number = 0
            self._reader = None
            self._text = ""
            self._over.clear()
        newest = self._leg.heard[-1] if self._leg.heard else None
        if newest is not None and newest is not self._noticed and isinstance(self._hearing, Bridged):
            if newest.verb == "Digits":
                self._over.extend(_frames(tones.key(newest.text)))
            elif newest.verb == "Speech":
                self._text = newest.text
        self._noticed = newest

    def frame(self) -> bytes:
        """The next 20 ms."""
        self.update()
        if self._text and (speech := self._clips.of_text(self._text)) is not None:
            self._text = ""
            self._over.extend(_frames(speech))
        frame = self._next()
        # Keys and words replace the other leg's hum: one mouth makes one sound.
        return self._over.popleft() if self._over else frame

    def _next(self) -> bytes:
        stream = self._stream()
        if stream is not None:
            if self._reader is None or self._reader.stream is not stream:
                self._reader = Reader(stream)
            return self._reader.frame()
        at = self._source()
        if at is None:
            return SILENCE
        self._number += 1
        return at(self._number - 1)

    def last_second(self) -> bytes:
        """What a leg without a browser has heard in the last second, or since it began to hear it."""
        self.update()
        now = time.monotonic()
        stream = self._stream()
        if stream is not None:
            return stream.last_second(begun=self._begun)
        at = self._source()
        end = int((now - self._begun) / FRAME_SECONDS)
        return b"".join(at(n) if at else SILENCE for n in range(max(0, end - FRAMES_PER_SECOND), end))

    def _stream(self) -> Stream | None:
        """The sound of the browser that this leg is bridged to, if it is one."""
        return self._said.get(self._hearing.leg.sid) if isinstance(self._hearing, Bridged) else None

    def _source(self) -> Callable[[int], bytes] | None:
        """Gives frames by their number, except a browser's; None for silence, and while a clip is being made."""
        match self._hearing:
            case Bridged(leg):
                # The network only passes mouths on: this package decides their format.
                return cast("Callable[[int], bytes]", leg.mouth.frame) if leg.mouth else None
            case Ringing():
                return lambda n: frame_of(tones.ringing(), n, loop=True)
            case Beeping():
                return _once(tones.beep())
            case Music():
                return lambda n: frame_of(tones.hold_music(), n, loop=True)
            case Playing(_, audio):
                return _once(self._clips.of_file(audio))
            case Speaking(text):
                return _once(self._clips.of_text(text))
            case Silence():
                return None


def _once(clip: bytes | None) -> Callable[[int], bytes] | None:
    return None if clip is None else lambda n: frame_of(clip, n)


def _frames(sound: bytes) -> Iterator[bytes]:
    return (frame_of(sound, n) for n in range(-(-len(sound) // FRAME_BYTES)))
