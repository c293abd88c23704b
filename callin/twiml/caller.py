"""The documents of a listener's call, from the greeting to the goodbye; what they hear in line: `waiting`."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from msgspec import Struct

from callin.model import HELD_QUEUE, READY_QUEUE, WAITING_QUEUE, Denial, RecordedGreeting
from callin.twiml.parts import Links, enqueue, new_document, queued, say, speak
from callin.words import SpokenWords, filled, speakable

if TYPE_CHECKING:
    from twilio.twiml.voice_response import VoiceResponse


@functools.lru_cache(maxsize=256)
def greeting(
    links: Links,
    words: SpokenWords,
    document_seq: int | None,
    of_show: str = "",
    recorded_greeting: RecordedGreeting | None = None,
    asks: tuple[str, ...] = (),
) -> str:
    """The greeting with the notice that the law asks for, the show's own words, a question, and the queue."""
    response = new_document()
    if recorded_greeting is not None:
        response.play(links.stored_sound(recorded_greeting.key))
    if sentence := _spoken_greeting(words, of_show, recorded_greeting):
        speak(response, words, sentence)
    if asks:
        add_question(response, links, words, asks, document_seq)
    enqueue(response, links, WAITING_QUEUE, document_seq)
    return str(response)


def greeting_text(words: SpokenWords, of_show: str = "", recorded_greeting: RecordedGreeting | None = None) -> str:
    """What that document says to a caller, to be shown later."""
    sentence = _spoken_greeting(words, of_show, recorded_greeting)
    if recorded_greeting is None:
        return sentence
    return f"{recorded_greeting.description} {sentence}".strip()


def _spoken_greeting(words: SpokenWords, of_show: str, recorded_greeting: RecordedGreeting | None) -> str:
    after_recording = "" if recorded_greeting and recorded_greeting.says_notice else words.notice
    return f"{after_recording if recorded_greeting else words.greeting} {speakable(of_show)}".strip()


@functools.lru_cache(maxsize=256)
def queue_again(links: Links, queue: str, document_seq: int | None) -> str:
    """Back into a queue, without a word."""
    return queued(links, queue, document_seq)


@functools.lru_cache(maxsize=256)
def hold_from_air(links: Links, words: SpokenWords, queue: str, document_seq: int | None) -> str:
    """The studio puts the caller on the air on hold: they must know that they are no longer heard."""
    return queued(links, queue, document_seq, words, words.off_air)


@functools.lru_cache(maxsize=16)
def in_talk(words: SpokenWords) -> str:
    """The last thing a caller hears before a screener speaks with them."""
    return say(words, words.screening)


@functools.lru_cache(maxsize=256)
def ready(links: Links, words: SpokenWords, document_seq: int | None) -> str:
    """A screener has marked the caller ready."""
    return queued(links, READY_QUEUE, document_seq, words, words.screened)


@functools.lru_cache(maxsize=256)
def hold(links: Links, words: SpokenWords, document_seq: int | None) -> str:
    """A screener puts the caller on hold."""
    return queued(links, HELD_QUEUE, document_seq, words, words.on_hold)


@functools.lru_cache(maxsize=256)
def back_in_line(links: Links, words: SpokenWords, queue: str, document_seq: int | None) -> str:
    """The talk with the screener is over, and the caller is to wait on."""
    return queued(links, queue, document_seq, words, words.back_in_line)


@functools.lru_cache(maxsize=256)
def one_moment(links: Links, words: SpokenWords, queue: str, document_seq: int | None) -> str:
    """The studio dropped out in the middle of a call: the caller is kept, and comes first."""
    return queued(links, queue, document_seq, words, words.one_moment)


@functools.lru_cache(maxsize=16)
def cut_short(links: Links, words: SpokenWords) -> str:
    """A talk on the air is over, and it is unknown whether the studio meant that: the caller is kept, last in line."""
    return queued(links, WAITING_QUEUE, None, words, words.cut_short)


@functools.lru_cache(maxsize=16)
def thanks(words: SpokenWords) -> str:
    return say(words, words.thanks, hang_up=True)


@functools.lru_cache(maxsize=16)
def queue_full(words: SpokenWords, until: str = "") -> str:
    """`until` is the sentence that says until when the line takes calls; empty if nobody knows."""
    return say(words, until or words.queue_full, hang_up=True)


@functools.lru_cache(maxsize=16)
def denied(words: SpokenWords, denial: Denial, listener_number: str) -> str:
    """For a caller that may not join the line now. `listener_number` is the number to ring instead."""
    return say(words, words.denied(denial, listener_number), hang_up=True)


@functools.cache
def reject() -> str:
    """The engaged tone, for callers that are blocked. As the first verb it costs nothing: the call is never answered.

    https://www.twilio.com/docs/voice/twiml/reject
    """
    response = new_document()
    response.reject(reason="busy")
    return str(response)


@functools.lru_cache(maxsize=16)
def turned_away(words: SpokenWords) -> str:
    """The same in words, which costs the station a minute."""
    return say(words, words.turned_away, hang_up=True)


@functools.lru_cache(maxsize=16)
def closed(words: SpokenWords, opens: str = "", show: str = "") -> str:
    """For callers that wait when the line closes, or ring after that.

    `opens` is when the line opens again, in words, and `show` the title of that show; empty if nobody knows.
    """
    sentence = filled(words.closed_until, when=opens, show=speakable(show)) if opens else words.closed
    return say(words, sentence, hang_up=True)


class RepeatRequest(Struct, frozen=True):
    """A request for what follows a queue, which Twilio repeats.

    `result` is Twilio's QueueResult, `since_ms` when it asked first, in milliseconds since 1970; `screening` says that
    the queue was a screener's.
    """

    result: str
    times_asked: int
    since_ms: int
    screening: bool = False


def ask_again(links: Links, document_seq: int | None, request: RepeatRequest) -> str:
    """Asks again in a second, because it is not known yet what follows.

    A redirect does not repeat Twilio's own parameters, so the address carries them.
    """
    response = new_document()
    response.pause(length=1)
    query = {
        "asked": request.times_asked,
        "n": document_seq,
        "result": request.result,
        "screening": 1 if request.screening else None,
        "since": request.since_ms,
    }
    response.redirect(links.to("/dequeue-logic", query), method="POST")
    return str(response)


ASKED = ("name", "place", "topic")
"""The fields of a card that a caller is asked for, in this order."""

SECONDS_TO_ANSWER = 3
LONGEST_ANSWER_SECONDS = 12


def add_question(
    response: VoiceResponse, links: Links, words: SpokenWords, asks: tuple[str, ...], document_seq: int | None
) -> None:
    """Asks for the first of `asks`. Speech cuts the question short, and a key skips it.

    A caller that says nothing goes on to the next verb, without another request.
    https://www.twilio.com/docs/voice/twiml/gather
    """
    gather = response.gather(
        action=links.to("/twiml/asked", {"asks": "-".join(asks), "n": document_seq}),
        method="POST",
        input="dtmf speech",
        num_digits=1,
        finish_on_key="",
        timeout=SECONDS_TO_ANSWER,
        speech_timeout="auto",
        max_speech_time=LONGEST_ANSWER_SECONDS,
        language=words.voice.heard_locale,
    )
    speak(gather, words, {"name": words.ask_name, "place": words.ask_place, "topic": words.ask_topic}[asks[0]])


@functools.lru_cache(maxsize=256)
def question(links: Links, words: SpokenWords, asks: tuple[str, ...], document_seq: int | None) -> str:
    """The next question, then the queue."""
    response = new_document()
    add_question(response, links, words, asks, document_seq)
    enqueue(response, links, WAITING_QUEUE, document_seq)
    return str(response)


@functools.lru_cache(maxsize=256)
def after_questions(links: Links, words: SpokenWords, document_seq: int | None) -> str:
    """Thanks for the last answer, then the queue."""
    return queued(links, WAITING_QUEUE, document_seq, words, words.asked_thanks)
