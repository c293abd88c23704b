"""What all documents are made of: our addresses, a sentence, music, and the queue as the last verb."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from msgspec import Struct
from msgspec.structs import replace

from callin.model import AIR_DESK, MusicPosition, StationNames, Tune, TunePart, is_screen_queue
from callin.words import speakable

if TYPE_CHECKING:
    from twilio.twiml.voice_response import Gather, VoiceResponse

    from callin.words import SpokenWords


# Twilio retries twice on any failure, and does not sign what stands after the #. It waits 5 s for an answer, and longer
# for a desk's, which may need Twilio's own REST API, some 3 s each time.
# https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
RETRIES = "#rc=2&rp=all&rt=5000"
RETRIES_OF_DESKS = "#rc=2&rp=all"

SPOKEN_CHARACTERS_PER_SECOND = 12.0
"""How fast Twilio's voice speaks, on the slow side."""

Query = Mapping[str, str | int | None]
"""The parameters of an address; one whose value is None is left out."""


DEFAULT_STATION = StationNames()


class Links(Struct, frozen=True):
    """The app's public addresses, as TwiML names them.

    Every query is written in alphabetical order. Twilio is reported to send an action's query sorted but to sign it
    as written (twilio-node#1079, twilio-php#790); sorted, both are the same address.
    """

    public_url: str
    names: StationNames = DEFAULT_STATION

    def to(self, path: str, query: Query | None = None) -> str:
        """A TwiML address of ours, with how Twilio is to retry."""
        return f"{self._address(path, query or {})}{RETRIES}"

    def to_desk(self, path: str, query: Query | None = None) -> str:
        """The same for a desk's leg, whose request may take longer."""
        return f"{self._address(path, query or {})}{RETRIES_OF_DESKS}"

    def _address(self, path: str, query: Query) -> str:
        pairs = sorted((name, value) for name, value in query.items() if value is not None)
        return f"{self.public_url}{path}{'?' if pairs else ''}{urlencode(pairs, quote_via=quote)}"

    def file(self, path: str) -> str:
        """A static document of ours, with how Twilio is to retry."""
        return f"{self.public_url}{self.names.file(path)}{RETRIES}"

    def sound(self, name: str) -> str:
        return f"{self.public_url}/static/sound/{name}"

    def stored_sound(self, key: str, start: int = 0, end: int = 0) -> str:
        """A sound that an admin has uploaded, or its part between these seconds; `end` is 0 for all that is left."""
        return self._address("/sound", {"from": start or None, "to": end or None, "v": key})


def line_named(desk: str) -> str | None:
    """The parameter `line` of an air desk's addresses: None, and left out, for the first desk's."""
    return None if desk == AIR_DESK else desk


def new_document() -> VoiceResponse:
    """A document with nothing in it yet."""
    # Imported on first use: a start needs it only if it is for a call, and it takes as long as all handlers.
    from twilio.twiml.voice_response import VoiceResponse

    return VoiceResponse()


def speak(verb: VoiceResponse | Gather, words: SpokenWords, sentence: str) -> None:
    """Adds a sentence to a document, or to its Gather, in the station's voice."""
    verb.say(speakable(sentence), **words.voice.attributes)


def say(words: SpokenWords, sentence: str, *, hang_up: bool = False) -> str:
    """A document of one sentence, and perhaps the end of the call."""
    response = new_document()
    speak(response, words, sentence)
    if hang_up:
        response.hangup()
    return str(response)


def queued(
    links: Links, queue: str, document_seq: int | None, words: SpokenWords | None = None, sentence: str = ""
) -> str:
    """A document that puts the call into a queue, after a sentence if there is one."""
    response = new_document()
    if words:
        speak(response, words, sentence)
    enqueue(response, links, queue, document_seq)
    return str(response)


def enqueue(response: VoiceResponse, links: Links, queue: str, document_seq: int | None) -> None:
    """Ends a document by putting the call into a queue.

    The action says whether the queue is a screener's: a call that was bridged there was not on the air. `document_seq`
    is None if it is not known, because the store fails. https://www.twilio.com/docs/voice/twiml/enqueue
    """
    response.enqueue(
        links.names.queue(queue),
        wait_url=links.to("/twiml/wait", {"n": document_seq}),
        wait_url_method="POST",
        action=links.to("/dequeue-logic", {"n": document_seq, "screening": 1 if is_screen_queue(queue) else None}),
        method="POST",
    )


@functools.cache
def leave() -> str:
    """Takes the call out of the queue, to hear what follows. https://www.twilio.com/docs/voice/twiml/leave"""
    response = new_document()
    response.leave()
    return str(response)


@functools.cache
def empty() -> str:
    """Does nothing: for status callbacks and for events that came too late."""
    return str(new_document())


MUSIC_SECONDS = 25
SHORT_MUSIC_SECONDS = 5
"""How much music a document has at most. The app's own two files have these lengths: a test measures them."""

MOST_PARTS = 6
"""The most parts in one document: with very short files it plays for less time than asked."""


class Music(Struct, frozen=True):
    """What plays to a caller: the station's own files, none for the app's, and where in them the caller is."""

    tunes: tuple[Tune, ...] = ()
    position: MusicPosition = MusicPosition()

    @property
    def query(self) -> Query:
        """The position in the address of the caller's next document, so that nothing is stored."""
        return {"at": self.position.seconds, "tune": self.position.tune} if self.tunes else {}

    def after(self, seconds: int) -> Music:
        """What the next document plays, after `seconds` of music in this one."""
        return replace(self, position=next_parts(self, seconds)[1]) if self.tunes else self


def play(verb: VoiceResponse | Gather, links: Links, music: Music, seconds: int) -> None:
    """Adds at most `seconds` of music to a document, or to its Gather."""
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
