"""Music in documents: the station's own files one after the other, each in parts, or the app's own."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from callin.model import MusicPosition, Tune, TunePart
from callin.twiml.parts import Links, Query

if TYPE_CHECKING:
    from twilio.twiml.voice_response import Gather, VoiceResponse

MUSIC_SECONDS = 25
SHORT_MUSIC_SECONDS = 5
"""How much music a document has at most. The app's own two files have these lengths: a test measures them."""

MOST_PARTS = 6
"""In one document: with very short files the document is then shorter than asked for."""


class Music(NamedTuple):
    """What plays to a caller: the station's own files, none for the app's, and where in them the caller is."""

    tunes: tuple[Tune, ...] = ()
    position: MusicPosition = MusicPosition()

    @property
    def query(self) -> Query:
        """The position in the address of the caller's next document, so that nothing is stored."""
        return {"at": self.position.seconds, "tune": self.position.tune} if self.tunes else {}

    def after(self, seconds: int) -> Music:
        """What is to follow in the next document, after so many seconds of music."""
        return self._replace(position=next_parts(self, seconds)[1]) if self.tunes else self


def play(verb: VoiceResponse | Gather, links: Links, music: Music, seconds: int) -> None:
    """Adds at most so many seconds of music to a document, or to its Gather."""
    if not music.tunes:
        verb.play(links.sound("music-short.wav" if seconds == SHORT_MUSIC_SECONDS else "music.wav"))
        return
    for part in next_parts(music, seconds)[0]:
        verb.play(links.stored_sound(part.key, part.start, part.end))


def next_parts(music: Music, seconds: int) -> tuple[list[TunePart], MusicPosition]:
    """The parts that play next, and the position after them.

    A caller goes on where they were interrupted, and no tune follows itself unless it is the only one. The tunes may
    have changed since the position was noted.
    """
    tunes = music.tunes
    at = MusicPosition(music.position.tune % len(tunes), music.position.seconds)
    parts: list[TunePart] = []
    while seconds > 0 and len(parts) < MOST_PARTS:
        tune = tunes[at.tune]
        length = math.ceil(tune.seconds)
        if at.seconds >= length:
            at = MusicPosition((at.tune + 1) % len(tunes))
            continue
        end = min(length, at.seconds + seconds)
        parts.append(TunePart(tune.key, at.seconds, 0 if end == length else end))
        seconds -= end - at.seconds
        at = MusicPosition(at.tune, end)
    return parts, at
