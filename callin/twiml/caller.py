"""What listeners hear, from the greeting to the goodbye."""

from __future__ import annotations

import functools
from typing import NamedTuple

from callin.model import WAITING_QUEUE, Denial
from callin.twiml.parts import Links, new_document, queued, say, speakable

MUSIC_SECONDS = 25.0
SHORT_MUSIC_SECONDS = 5.0
"""The lengths of our two sound files, at most: a test measures them."""

NEXT_FEW = 3
"""So many callers are asked to wait in short pieces: they may be needed any moment."""

WORTH_SAYING_SECONDS = 60
"""A shorter average wait is not told: it would be "less than a minute" for everybody."""


@functools.lru_cache(maxsize=256)
def greeting(links: Links, station_name: str, move: int | None) -> str:
    """The first words of the line, the notice that the law asks for, and the queue.

    A caller must be told before a call is broadcast: 47 CFR 73.1206.
    """
    return queued(
        links,
        WAITING_QUEUE,
        move,
        f"Thank you for calling {speakable(station_name)}. Your call may be broadcast and recorded. "
        "Please turn your radio down.",
    )


@functools.lru_cache(maxsize=256)
def queue_again(links: Links, queue: str, move: int | None) -> str:
    """Back into a queue, without a word."""
    return queued(links, queue, move)


@functools.lru_cache(maxsize=256)
def please_hold(links: Links, queue: str, move: int | None) -> str:
    """The studio puts a caller on hold who was on the air: they must know that nobody hears them now."""
    return queued(links, queue, move, "You are off the air, and on hold. Please stay on the line.")


@functools.lru_cache(maxsize=16)
def on_hold(links: Links) -> str:
    """What a caller on hold hears, over and over: who hears nothing hangs up."""
    response = new_document()
    response.play(links.sound("music.wav"))
    response.say("You are on hold. The studio will be back with you.")
    return str(response)


@functools.lru_cache(maxsize=256)
def one_moment(links: Links, queue: str, move: int | None) -> str:
    """The studio dropped out in the middle of a call: the caller is kept, and comes first."""
    return queued(links, queue, move, "One moment, please. The studio will be back with you.")


@functools.lru_cache(maxsize=16)
def cut_short(links: Links) -> str:
    """A call on the air is over, and nobody can tell whether the studio meant it: the caller is kept, last in line."""
    return queued(
        links, WAITING_QUEUE, None, "Thank you for calling. If your call was cut short, please stay on the line."
    )


class Waiting(NamedTuple):
    """What a waiting caller is told. `position` counts from 1; None when nobody knows it.

    With `awaits_screener` nobody is told that they are next: a screener speaks with them before.
    """

    position: int | None
    size: int
    wait_seconds: int
    average_wait_seconds: int
    awaits_screener: bool = False


def wait(links: Links, waiting: Waiting) -> str:
    """What a caller hears in line, over and over: where they stand, then music.

    At most 10 s for the next three and 60 s for the rest: after each document Twilio asks again, and hears what is
    new. Nothing that Twilio forbids here: https://www.twilio.com/docs/voice/twiml/enqueue#attributes-waiturl
    """
    soon = waiting.position is not None and waiting.position <= NEXT_FEW
    response = new_document()
    response.say(f"{_place_in_words(waiting)} You have waited {duration(waiting.wait_seconds)}.")
    if waiting.average_wait_seconds >= WORTH_SAYING_SECONDS and not soon:
        response.say(f"The average wait is {duration(waiting.average_wait_seconds)}.")
    response.play(links.sound("music-short.wav" if soon else "music.wav"))
    return str(response)


def _place_in_words(waiting: Waiting) -> str:
    if waiting.position is None:
        return "You are in line. Please hold."
    if waiting.position == 1 and not waiting.awaits_screener:
        return "You are next."
    if waiting.position <= NEXT_FEW:
        return f"You are number {waiting.position}."  # the shorter it is, the sooner they can be taken
    return f"You are number {waiting.position} of {max(waiting.size, waiting.position)}."


def duration(seconds: int) -> str:
    """A length of time as one says it: "less than a minute", "1 minute", "12 minutes"."""
    minutes = max(0, seconds) // 60
    if minutes == 0:
        return "less than a minute"
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


@functools.lru_cache(maxsize=256)
def ready_check(links: Links, *, again: bool) -> str:
    """Asks whoever is up next whether they are ready; `again` where they did not answer the first time.

    Who does not answer in 20 s is passed over, and asked again, for shorter, between music.
    """
    response = new_document()
    gather = response.gather(
        action=links.to("/twiml/ready"),
        method="POST",
        num_digits=1,
        finish_on_key="",
        timeout=5 if again else 20,
        input="dtmf",
    )
    words = (
        "Press 1 when you are ready to go on the air." if again else "You're next. Turn your radio down, and press 1."
    )
    gather.say(words)
    if again:
        response.play(links.sound("music-short.wav"))
    else:
        response.redirect(links.to("/twiml/ready", {"silent": 1}), method="POST")
    return str(response)


@functools.lru_cache(maxsize=16)
def after_ready_check(links: Links, *, is_ready: bool) -> str:
    """What whoever was asked hears then, until they are taken or asked again."""
    response = new_document()
    if is_ready:
        response.say("Thank you. You will be on the air in a moment.")
    response.play(links.sound("music-short.wav"))
    return str(response)


@functools.lru_cache(maxsize=16)
def coming(links: Links) -> str:
    """What whoever is promised to the DJ hears until they are on, while the DJ may hear the whisper: once more that
    the call may be broadcast, 47 CFR 73.1206."""
    response = new_document()
    response.say("You're on the air in a moment. This call may be broadcast.")
    response.play(links.sound("music-short.wav"))
    return str(response)


@functools.cache
def on_air() -> str:
    """The last thing a caller hears before the bridge: under a second, for the DJ waits meanwhile."""
    return say("You're on.")


@functools.cache
def thanks() -> str:
    return say("Thank you for calling. Goodbye.", hang_up=True)


@functools.cache
def queue_full() -> str:
    return say("All our lines are busy. Please call again later. Goodbye.", hang_up=True)


_DENIALS = {
    Denial.NUMBER_BUSY: "Two calls from your number are on the line already. Please stay with those.",
    Denial.BROWSER_BUSY: "Your browser has a call on the line already. Please stay with that one.",
    Denial.TOKEN_TOO_OLD: "This page was open for too long. Please reload it, and call again.",
}


@functools.cache
def denied(denial: Denial, listener_number: str) -> str:
    """For a caller who may not join the line now: why, and goodbye. `listener_number` is the one to ring instead."""
    digits = ", ".join(letter for letter in listener_number if letter.isdecimal())  # else it is read as one amount
    off = f"The studio takes no calls from the web now. Please ring the number {digits}."
    return say(f"{_DENIALS.get(denial, off)} Goodbye.", hang_up=True)


@functools.cache
def reject() -> str:
    """The engaged tone, for somebody who is not let in. As the first verb it costs nothing: the call is never answered.

    https://www.twilio.com/docs/voice/twiml/reject
    """
    response = new_document()
    response.reject(reason="busy")
    return str(response)


@functools.cache
def turned_away() -> str:
    """The same in words, which does cost the station a minute."""
    return say("We cannot take your call. Goodbye.", hang_up=True)


@functools.lru_cache(maxsize=16)
def closed(station_name: str) -> str:
    """For everyone who waits when the line closes, and whoever rings after that: nobody is just cut off."""
    return say(
        f"Thank you for calling {speakable(station_name)}. The line is closed now. Please call again. Goodbye.",
        hang_up=True,
    )


class Question(NamedTuple):
    """A question of what follows after a queue, to be asked again. `result` is Twilio's QueueResult, a word, `since_ms`
    when it was asked first, in milliseconds since 1970; `screening` says that the queue was a screener's."""

    result: str
    times_asked: int
    since_ms: int
    screening: bool = False


def ask_again(links: Links, move: int | None, question: Question) -> str:
    """It is not known yet what follows: one second, and the same question again. A redirect does not carry Twilio's
    own words, so the address does."""
    response = new_document()
    response.pause(length=1)
    query = {
        "asked": question.times_asked,
        "n": move,
        "result": question.result,
        "screening": 1 if question.screening else None,
        "since": question.since_ms,
    }
    response.redirect(links.to("/dequeue-logic", query), method="POST")
    return str(response)
