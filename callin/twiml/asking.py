"""Asks a new caller for name, place and topic before they join the queue: a waitUrl's document has no time for it."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from callin.model import WAITING_QUEUE
from callin.twiml.parts import Links, enqueue, new_document, queued, speak
from callin.words import SpokenWords

if TYPE_CHECKING:
    from twilio.twiml.voice_response import VoiceResponse

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
        language=words.voice.locale,
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
