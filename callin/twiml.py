"""The TwiML documents: pure functions, facts in, document out. They know no request, no store and no clock.

Every address in them is absolute, from PUBLIC_URL: a document means the same wherever Twilio runs it, also when it
was sent by REST. https://www.twilio.com/docs/voice/twiml
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from callin.model import AIR_QUEUE, WAITING_QUEUE, DeskDocument, Direct, Idle, Offer, Over, Take, is_screen_queue

if TYPE_CHECKING:
    from twilio.twiml.voice_response import VoiceResponse

# Twilio asks twice more when we do not answer, on any failure, and never signs what stands after the #:
# https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
RETRIES = "#rc=2&rp=all"

SPOKEN_CHARACTERS_PER_SECOND = 12.0
"""How fast Twilio's voice speaks, on the slow side: the length of what is said is judged by it."""

MUSIC_SECONDS = 25.0
SHORT_MUSIC_SECONDS = 5.0
"""The lengths of our two sound files, at most: a test measures them."""

LONGEST_PIN = 10
"""So many digits end a PIN by themselves: no setting allows more."""

NEXT_FEW = 3
"""So many callers are asked to wait in short pieces: they may be needed any moment."""

WORTH_SAYING_SECONDS = 60
"""A shorter average wait is not told: it would be "less than a minute" for everybody."""

# XML 1.0 allows no control characters but tab and the line ends, no surrogates and neither of the last two:
# https://www.w3.org/TR/xml/#charsets
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Links:
    """The app's public addresses, as TwiML names them."""

    public_url: str

    def to(self, path: str, query: str = "") -> str:
        """A TwiML address of ours, with what Twilio is to do when we do not answer at first."""
        return f"{self.public_url}{path}{'?' + query if query else ''}{RETRIES}"

    def sound(self, name: str) -> str:
        return f"{self.public_url}/static/sound/{name}"


class Waiting(NamedTuple):
    """What a waiting caller is told. `position` counts from 1; None when nobody knows it.

    With `awaits_screener` nobody is told that they are next: a screener speaks with them before.
    """

    position: int | None
    size: int
    wait_seconds: int
    average_wait_seconds: int
    awaits_screener: bool = False


def new_document() -> VoiceResponse:
    """A document with nothing in it yet."""
    # Imported on first use: a start needs it only if it is for a call, and it takes as long as all handlers.
    from twilio.twiml.voice_response import VoiceResponse

    return VoiceResponse()


def speakable(text: str) -> str:
    """Text without the characters that would make a document unusable: for anything that a person typed or said."""
    return _UNSPEAKABLE.sub("", text)


def duration(seconds: int) -> str:
    """A length of time as one says it: "less than a minute", "1 minute", "12 minutes"."""
    minutes = max(0, seconds) // 60
    if minutes == 0:
        return "less than a minute"
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


@functools.lru_cache(maxsize=256)
def greeting(links: Links, station_name: str, move: int | None) -> str:
    """The first words of the line, the notice that the law asks for, and the queue.

    A caller must be told before a call is broadcast: 47 CFR 73.1206. `move` is None where the store could not tell it.
    """
    response = new_document()
    response.say(
        f"Thank you for calling {speakable(station_name)}. Your call may be broadcast and recorded. "
        "Please turn your radio down."
    )
    enqueue(response, links, WAITING_QUEUE, move)
    return str(response)


@functools.lru_cache(maxsize=256)
def queue_again(links: Links, queue: str, move: int | None) -> str:
    """Back into a queue, without a word."""
    response = new_document()
    enqueue(response, links, queue, move)
    return str(response)


@functools.lru_cache(maxsize=256)
def please_hold(links: Links, queue: str, move: int | None) -> str:
    """The studio puts a caller on hold who was on the air: they must know that nobody hears them now."""
    response = new_document()
    response.say("You are off the air, and on hold. Please stay on the line.")
    enqueue(response, links, queue, move)
    return str(response)


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
    response = new_document()
    response.say("One moment, please. The studio will be back with you.")
    enqueue(response, links, queue, move)
    return str(response)


def enqueue(response: VoiceResponse, links: Links, queue: str, move: int | None) -> None:
    """Puts the call into a queue, as the last verb of a document. https://www.twilio.com/docs/voice/twiml/enqueue

    What follows a screener's queue says so: whoever was bridged there was not on the air.
    """
    n = "" if move is None else f"n={move}"
    after = n + ("&" if n else "") + "screening=1" if is_screen_queue(queue) else n
    response.enqueue(
        queue,
        wait_url=links.to("/twiml/wait", n),
        wait_url_method="POST",
        action=links.to("/dequeue-logic", after),
        method="POST",
    )


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
        response.redirect(links.to("/twiml/ready", "silent=1"), method="POST")
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


def _place_in_words(waiting: Waiting) -> str:
    if waiting.position is None:
        return "You are in line. Please hold."
    if waiting.position == 1 and not waiting.awaits_screener:
        return "You are next."
    if waiting.position <= NEXT_FEW:
        return f"You are number {waiting.position}."  # the shorter it is, the sooner they can be taken
    return f"You are number {waiting.position} of {max(waiting.size, waiting.position)}."


def desk(links: Links, document: DeskDocument) -> str:
    """What the desk's leg does next."""
    if isinstance(document, Over):
        return _say("Another desk has taken over. Goodbye.", hang_up=True)
    if isinstance(document, Offer):
        return _offer(links, document.failed)
    if isinstance(document, Idle):
        return _idle(links, document.turn)
    return _dial(links, document)


def _dial(links: Links, document: Direct | Take) -> str:
    """Dials a queue, and asks again when that call is over.

    `*` ends the call and goes on to the Redirect, which brings the next. The queue's url is asked on the caller's own
    leg before the bridge. https://www.twilio.com/docs/voice/twiml/queue
    """
    response = new_document()
    if isinstance(document, Take) and document.whisper:
        # Nothing but the words: a Gather around them, for a key that skips them, would add a second of silence.
        response.say(speakable(document.whisper))
    dial = response.dial(hangup_on_star=True, timeout=20 if isinstance(document, Direct) else 10)
    dial.queue(
        document.queue if isinstance(document, Direct) else AIR_QUEUE,
        url=links.to("/twiml/on-air", f"turn={document.turn}"),
        method="POST",
    )
    response.redirect(links.to("/twiml/dequeue", f"turn={document.turn}"), method="POST")
    return str(response)


def _idle(links: Links, turn: int) -> str:
    """Waits in silence: `*` means Next. https://www.twilio.com/docs/voice/twiml/gather"""
    response = new_document()
    again = links.to("/twiml/dequeue", f"turn={turn}")
    response.gather(action=again, method="POST", num_digits=1, finish_on_key="", timeout=10)
    response.redirect(again, method="POST")
    return str(response)


def _offer(links: Links, failed: bool) -> str:
    """For a second leg of the desk: it may take over from the first, and is on nobody's air until then."""
    response = new_document()
    gather = response.gather(
        action=links.to("/twiml/dequeue", "take-over=1"), method="POST", num_digits=1, finish_on_key="", timeout=10
    )
    trouble = "That did not work: the telephone network does not answer. " if failed else ""
    gather.say(f"{trouble}Another desk is connected. To take over, press star.")
    response.redirect(links.to("/twiml/dequeue"), method="POST")
    return str(response)


@functools.cache
def on_air() -> str:
    """The last thing a caller hears before the bridge: under a second, for the DJ waits meanwhile."""
    return _say("You're on.")


@functools.cache
def thanks() -> str:
    return _say("Thank you for calling. Goodbye.", hang_up=True)


@functools.cache
def queue_full() -> str:
    return _say("All our lines are busy. Please call again later. Goodbye.", hang_up=True)


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
    return _say("We cannot take your call. Goodbye.", hang_up=True)


@functools.lru_cache(maxsize=16)
def closed(station_name: str) -> str:
    """For everyone who waits when the line closes, and whoever rings after that: nobody is just cut off."""
    return _say(
        f"Thank you for calling {speakable(station_name)}. The line is closed now. Please call again. Goodbye.",
        hang_up=True,
    )


@functools.cache
def leave() -> str:
    """Out of the queue, to hear what follows. https://www.twilio.com/docs/voice/twiml/leave"""
    response = new_document()
    response.leave()
    return str(response)


@functools.cache
def refusal() -> str:
    """For a signed leg that may not run the show."""
    return _say("This number is for the studio only. Goodbye.", hang_up=True)


@functools.lru_cache(maxsize=64)
def ask_pin(links: Links, which_try: int, silences: int, *, was_wrong: bool) -> str:
    """Asks a DJ's phone for its PIN, which ends with `#` or a pause: how long it is, nobody is told.

    `silences` is how often it was asked and keyed nothing. https://www.twilio.com/docs/voice/twiml/gather
    """
    response = new_document()
    gather = response.gather(
        action=links.to("/twiml/dequeue", f"pin-try={which_try}"),
        method="POST",
        num_digits=LONGEST_PIN,
        finish_on_key="#",
        timeout=5,
        input="dtmf",
    )
    gather.say(("That is not the PIN. " if was_wrong else "") + "Please key your PIN, then press the hash key.")
    response.redirect(links.to("/twiml/dequeue", f"silences={silences + 1}"), method="POST")
    return str(response)


@functools.cache
def phone_locked() -> str:
    """For a DJ's phone from which too many wrong PINs came."""
    return _say(
        "This phone is locked after too many wrong PINs. An admin can unlock it on the accounts page. Goodbye.",
        hang_up=True,
    )


@functools.cache
def no_pin() -> str:
    """For a DJ's phone that keyed nothing, however often it was asked."""
    return _say("No PIN was keyed. Goodbye.", hang_up=True)


@functools.cache
def unknown_browser() -> str:
    """For a signed request to the application that does not come from a browser of ours."""
    return _say("This call cannot be connected. Goodbye.", hang_up=True)


@functools.lru_cache(maxsize=256)
def ask_again(links: Links, move: int | None, result: str, times_asked: int) -> str:
    """It is not known yet what follows: one second, and the same question again.

    `result` is Twilio's QueueResult, a word. A redirect does not carry it, so the address does.
    """
    response = new_document()
    response.pause(length=1)
    n = "" if move is None else f"n={move}&"
    response.redirect(links.to("/dequeue-logic", f"{n}result={result}&asked={times_asked}"), method="POST")
    return str(response)


@functools.lru_cache(maxsize=16)
def desk_apology(links: Links) -> str:
    """The desk's own document cannot be made just now: say so, and try again by itself."""
    response = new_document()
    response.say("The call-in system has a problem. Trying again.")
    response.pause(length=2)
    response.redirect(links.to("/twiml/dequeue"), method="POST")
    return str(response)


@functools.cache
def empty() -> str:
    """Nothing to do: for status callbacks and for events that came too late."""
    return str(new_document())


def _say(text: str, *, hang_up: bool = False) -> str:
    response = new_document()
    response.say(text)
    if hang_up:
        response.hangup()
    return str(response)
