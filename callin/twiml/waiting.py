"""What a caller hears in line: place, wait and music, the ready check, and the last words before the air."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from callin.model import NEXT_FEW, WaitRange
from callin.twiml.message import listen_for_keys
from callin.twiml.parts import (
    MUSIC_SECONDS,
    SHORT_MUSIC_SECONDS,
    Links,
    Music,
    Query,
    new_document,
    play,
    say,
    speak,
)
from callin.words import SpokenWords, filled

if TYPE_CHECKING:
    from twilio.twiml.voice_response import VoiceResponse

MINUTES_BETWEEN_WAITS = 2
"""How often a caller whose place stays hears how long they have waited."""

READY_CHECK_PIECES = 4
"""How many pieces of music a caller hears, 5 s each, before they are passed over: callers that hear nothing hang up."""

WORTH_SAYING_SECONDS = 60
"""A shorter average wait is not said: it would be "less than a minute" for everybody."""


TOLD_NOTICE = "1"
TOLD_NOTICE_AND_RECORDING = "2"
"""What a waiting caller has just heard to its end: `told` in the address of their next document."""


class Announced(Struct, frozen=True):
    """What a waiting caller was last told: their place, and the minutes that they had waited; None for nothing yet.

    It is in the address of their next document, so that nothing is stored. `place` is 0 if it was unknown.
    """

    place: int | None = None
    minutes: int | None = None

    @property
    def query(self) -> Query:
        return {"minutes": self.minutes, "place": self.place}


class Waiting(Struct, frozen=True):
    """What a waiting caller is told. `position` counts from 1; None when it is unknown.

    With `awaits_screener` the first in line does not hear that they are next: a screener speaks with them before.
    With `needs_notice` they hear how they go on the air, and with `recorded` that the call is recorded. `wait_range` is
    how much longer it will take, None if unknown. `average_wait_seconds` is Twilio's own figure, for a caller that
    the line does not know. With `takes_keys` they may leave a message.
    """

    position: int | None
    size: int
    wait_seconds: int
    average_wait_seconds: int = 0
    awaits_screener: bool = False
    needs_notice: bool = False
    announced: Announced = Announced()
    wait_range: WaitRange | None = None
    recorded: bool = False
    takes_keys: bool = False


def wait(links: Links, words: SpokenWords, waiting: Waiting, music: Music) -> str:
    """What a caller hears in line, over and over: what is new since the document before, then music.

    It takes at most 10 s for the next three and 60 s for the rest, because Twilio asks again after each document, and
    only then hears what is new. Verbs that Twilio forbids here: https://www.twilio.com/docs/voice/twiml/enqueue#attributes-waiturl
    """
    minutes, place = max(0, waiting.wait_seconds) // 60, waiting.position or 0
    if waiting.needs_notice:
        announced, sentence = replace(waiting.announced, place=place), f"{_place(words, waiting)} {words.after_tone}"
        return _notice(links, words, sentence, announced, music, recorded=waiting.recorded)
    is_soon = 0 < place <= NEXT_FEW
    is_moved = place != waiting.announced.place
    says_wait = is_moved or minutes >= (waiting.announced.minutes or 0) + MINUTES_BETWEEN_WAITS
    response = new_document()
    announced = Announced(place, minutes if says_wait else waiting.announced.minutes)
    # The next few hear of the keys instead of music, and not with their place: it would take too long.
    says_keys = says_wait and waiting.takes_keys and not (is_soon and is_moved)
    seconds = (0 if says_keys else SHORT_MUSIC_SECONDS) if is_soon else MUSIC_SECONDS
    rest = music.after(seconds)
    part = listen_for_keys(response, links, {**announced.query, **rest.query}) if waiting.takes_keys else response
    if is_moved and place == 1 and not waiting.awaits_screener:
        speak(part, words, _place(words, waiting))
    elif is_moved:
        speak(part, words, f"{_place(words, waiting)} {words.waited(waiting.wait_seconds)}")
    elif says_wait:
        speak(part, words, words.waited(waiting.wait_seconds))
    if is_moved and not is_soon and (estimate := _estimate(words, waiting)):
        speak(part, words, estimate)
    if says_keys:
        speak(part, words, words.wait_keys)
    if seconds:
        play(part, links, music, seconds)
    _go_on_waiting(response, links, announced, rest)
    return str(response)


def _estimate(words: SpokenWords, waiting: Waiting) -> str:
    if waiting.wait_range:
        return words.estimated_wait(waiting.wait_range)
    is_worth_saying = waiting.average_wait_seconds >= WORTH_SAYING_SECONDS
    return words.average_wait(waiting.average_wait_seconds) if is_worth_saying else ""


def _go_on_waiting(response: VoiceResponse, links: Links, announced: Announced, rest: Music) -> None:
    """Asks for the next document. Its address says what was heard, which Twilio's own request for more would not."""
    response.redirect(links.to("/twiml/wait", {**announced.query, **rest.query}), method="POST")


def _place(words: SpokenWords, waiting: Waiting) -> str:
    if waiting.position is None:
        return words.in_line
    if waiting.position == 1 and not waiting.awaits_screener:
        return f"{words.next} {words.radio_down}"
    if waiting.position <= NEXT_FEW:
        return filled(words.number, position=waiting.position)  # the shorter it is, the sooner they can be taken
    return filled(words.number_of, position=waiting.position, size=max(waiting.size, waiting.position))


def _notice(
    links: Links, words: SpokenWords, sentence: str, announced: Announced, music: Music, *, recorded: bool
) -> str:
    """The notice: what a caller has to know before they go on the air, alone in its document.

    Twilio follows the Redirect only once the sentence was heard to its end. A caller that is taken before that counts
    as not told.
    """
    response = new_document()
    speak(response, words, f"{sentence} {words.recorded}" if recorded else sentence)
    told = TOLD_NOTICE_AND_RECORDING if recorded else TOLD_NOTICE
    query = {**announced.query, **music.query, "told": told}
    response.redirect(links.to("/twiml/wait", query), method="POST")
    return str(response)


def has_heard_notice(told: str, *, recorded: bool) -> bool:
    """Whether `told`, of the address, says that the notice was heard; while the desk records, with the recording."""
    return told == TOLD_NOTICE_AND_RECORDING or (told == TOLD_NOTICE and not recorded)


@functools.lru_cache(maxsize=256)
def music_alone(links: Links, announced: Announced, music: Music, *, takes_keys: bool = False) -> str:
    """Music without a word, for a caller that has just heard all that there is to say."""
    response = new_document()
    rest = music.after(SHORT_MUSIC_SECONDS)
    part = listen_for_keys(response, links, {**announced.query, **rest.query}) if takes_keys else response
    play(part, links, music, SHORT_MUSIC_SECONDS)
    _go_on_waiting(response, links, announced, rest)
    return str(response)


@functools.lru_cache(maxsize=256)
def ready_check(links: Links, words: SpokenWords, music: Music, *, again: bool, waited: str = "") -> str:
    """Asks the next caller to press 1; `again` if they did not answer the first time. Music plays until they press.

    A caller that does not answer in 20 s is passed over. Then before each piece of music they are asked again or, in
    turns, told how long they have `waited`.
    """
    pieces = 1 if again else READY_CHECK_PIECES
    rest = music.after(pieces * SHORT_MUSIC_SECONDS)
    response = new_document()
    gather = response.gather(
        action=links.to("/twiml/ready", rest.query),
        method="POST",
        num_digits=1,
        finish_on_key="",
        timeout=1,
        input="dtmf",
    )
    speak(gather, words, (waited or words.ready_check_again) if again else words.ready_check)
    for _ in range(pieces):
        play(gather, links, music, SHORT_MUSIC_SECONDS)
        music = music.after(SHORT_MUSIC_SECONDS)
    if again:
        response.redirect(links.to("/twiml/wait", {**rest.query, "second": None if waited else 1}), method="POST")
    else:
        response.redirect(links.to("/twiml/ready", {**rest.query, "silent": 1}), method="POST")
    return str(response)


@functools.lru_cache(maxsize=256)
def after_ready_check(links: Links, words: SpokenWords, music: Music, *, is_ready: bool, recorded: bool = False) -> str:
    """What the caller hears after the ready check, until they are taken or asked again."""
    if is_ready:
        return _notice(links, words, f"{words.ready} {words.after_tone}", Announced(place=1), music, recorded=recorded)
    response = new_document()
    play(response, links, music, SHORT_MUSIC_SECONDS)
    _go_on_waiting(response, links, Announced(), music.after(SHORT_MUSIC_SECONDS))
    return str(response)


@functools.lru_cache(maxsize=256)
def coming(links: Links, words: SpokenWords, music: Music, *, is_kept: bool = False, recorded: bool = False) -> str:
    """The notice, for a caller on the way to the DJ that has not heard it; the DJ may hear the whisper meanwhile.

    `is_kept`: the DJ's connection is lost, so nobody knows when they are on the air.
    """
    return _notice(links, words, words.after_tone if is_kept else words.coming, Announced(), music, recorded=recorded)


@functools.lru_cache(maxsize=32)
def on_air(links: Links, words: SpokenWords, *, has_notice: bool, recorded: bool = False) -> str:
    """The last thing a caller hears before the bridge, while the DJ waits: a tone if they have heard the notice."""
    if not has_notice:
        return say(words, f"{words.on_air} {words.recorded}" if recorded else words.on_air)
    response = new_document()
    response.play(links.sound("tone.wav"))
    return str(response)


@functools.lru_cache(maxsize=256)
def hold_music(links: Links, words: SpokenWords, music: Music, *, second: bool) -> str:
    """What a caller on hold hears, over and over: callers that hear nothing hang up. Two sentences take turns."""
    response = new_document()
    play(response, links, music, MUSIC_SECONDS)
    speak(response, words, words.thanks_for_holding if second else words.still_on_hold)
    response.redirect(
        links.to("/twiml/wait", {**music.after(MUSIC_SECONDS).query, "second": None if second else 1}), method="POST"
    )
    return str(response)
