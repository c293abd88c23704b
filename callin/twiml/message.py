"""The documents of a message: the offer, the tone, and thanks. A caller that waits may press keys."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from callin.twiml.parts import Links, Music, Query, new_document, say, speak
from callin.words import filled, speakable

if TYPE_CHECKING:
    from twilio.twiml.voice_response import Gather, VoiceResponse

    from callin.words import SpokenWords

LEAVE_MESSAGE, HANG_UP = "5", "9"
"""The keys. 1 answers the ready check, so it means nothing else."""

SECONDS_TO_PRESS = 4
SILENCE_SECONDS = 4
"""How much silence ends a message. Both are below 5 s, so that even with our answer's time no silence is longer."""


def closed_for_now(words: SpokenWords, opens: str = "", show: str = "") -> str:
    """The sentence for `offer_message` while the line is closed, perhaps until a show: see `closed`."""
    return filled(words.closed_now_until, when=opens, show=speakable(show)) if opens else words.closed_now


@functools.lru_cache(maxsize=16)
def offer_message(links: Links, words: SpokenWords, why: str) -> str:
    """For a caller that may not join the line. `why` is the sentence that says why not."""
    response = new_document()
    gather = response.gather(
        action=links.to("/twiml/message"),
        method="POST",
        num_digits=1,
        finish_on_key="",
        timeout=SECONDS_TO_PRESS,
        input="dtmf",
    )
    speak(gather, words, f"{why} {words.message_offer}")
    speak(response, words, words.goodbye)
    response.hangup()
    return str(response)


@functools.lru_cache(maxsize=16)
def record_message(links: Links, words: SpokenWords, longest_seconds: int, *, transcribe: bool) -> str:
    """Says what will happen to the message, before the tone. An empty one falls through to the last sentence.

    A callback of its own reports the recording, because it may not exist yet when Twilio asks for the action.
    https://www.twilio.com/docs/voice/twiml/record
    """
    response = new_document()
    speak(response, words, words.message_instructions)
    transcription = {"transcribe": True, "transcribe_callback": links.to("/twiml/message-words")} if transcribe else {}
    response.record(
        action=links.to("/twiml/message-left"),
        method="POST",
        max_length=longest_seconds,
        timeout=SILENCE_SECONDS,
        play_beep=True,
        recording_status_callback=links.to("/twiml/message-recorded"),
        recording_status_callback_method="POST",
        recording_status_callback_event="completed",
        **transcription,
    )
    speak(response, words, words.message_nothing)
    response.hangup()
    return str(response)


@functools.lru_cache(maxsize=16)
def message_thanks(words: SpokenWords) -> str:
    return say(words, words.message_thanks, hang_up=True)


@functools.lru_cache(maxsize=16)
def no_message(words: SpokenWords) -> str:
    """For a caller that may not leave a message now."""
    return say(words, f"{words.message_refused} {words.goodbye}", hang_up=True)


@functools.lru_cache(maxsize=16)
def goodbye(words: SpokenWords) -> str:
    return say(words, words.goodbye, hang_up=True)


def listen_for_keys(response: VoiceResponse, links: Links, query: Query) -> Gather:
    """The part of a waiting caller's document during which keys count. `query` is what the next document must know.

    Gather is allowed in a waitUrl's document, Record is not: the caller leaves the queue for that.
    https://www.twilio.com/docs/voice/twiml/enqueue#attributes-waiturl
    """
    return response.gather(
        action=links.to("/twiml/wait-key", query),
        method="POST",
        num_digits=1,
        finish_on_key="",
        timeout=1,
        input="dtmf",
    )


@functools.lru_cache(maxsize=256)
def wait_on(
    links: Links, words: SpokenWords, minutes: int | None, place: int | None, music: Music, *, refused: bool
) -> str:
    """After a key that means nothing, or whose wish the station cannot fulfil."""
    response = new_document()
    if refused:
        speak(response, words, words.message_refused)
    response.redirect(links.to("/twiml/wait", {**music.query, "minutes": minutes, "place": place}), method="POST")
    return str(response)
