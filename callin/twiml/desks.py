"""The documents of the desks' legs: the DJ's, from a browser or a phone, and the screeners'."""

from __future__ import annotations

import functools

from callin.model import (
    AIR_DESK,
    READY_QUEUE,
    WAITING_QUEUE,
    DialCaller,
    DialLine,
    HangUp,
    Instruction,
    OfferTakeover,
    WaitInSilence,
    queue_of,
)
from callin.twiml.parts import Links, line_named, new_document, say, speak
from callin.words import SpokenWords

LONGEST_PIN = 10
"""After this many digits a PIN ends without the hash key: no setting allows more."""


def desk(links: Links, words: SpokenWords, instruction: Instruction, name: str = AIR_DESK) -> str:
    """What the leg of the air desk `name` does next."""
    if isinstance(instruction, HangUp):
        return say(words, words.taken_over, hang_up=True)
    if isinstance(instruction, OfferTakeover):
        return _offer(links, words, instruction)
    if isinstance(instruction, WaitInSilence):
        return _idle(links, instruction.turn, name)
    return _dial(links, words, instruction, name)


def _dial(links: Links, words: SpokenWords, instruction: DialLine | DialCaller, name: str) -> str:
    """Dials a queue, and asks again when that call is over.

    `*` ends the call and goes on to the Redirect, which brings the next. The queue's url is asked on the caller's own
    leg before the bridge. https://www.twilio.com/docs/voice/twiml/queue
    """
    response = new_document()
    here = {"line": line_named(name), "turn": instruction.turn}
    if isinstance(instruction, DialCaller) and instruction.whisper is not None:
        # Not inside a Gather, whose key could skip the words: that would add a second of silence.
        speak(response, words, instruction.whisper or words.next_caller)
    dial = response.dial(hangup_on_star=True, timeout=instruction.seconds if isinstance(instruction, DialLine) else 10)
    dial.queue(
        links.names.queue(instruction.queue if isinstance(instruction, DialLine) else queue_of(name)),
        url=links.to("/twiml/on-air", here),
        method="POST",
    )
    response.redirect(links.to_desk("/twiml/dequeue", here), method="POST")
    return str(response)


def _idle(links: Links, turn: int, name: str) -> str:
    """Waits in silence: `*` means Next. https://www.twilio.com/docs/voice/twiml/gather"""
    response = new_document()
    again = links.to_desk("/twiml/dequeue", {"line": line_named(name), "turn": turn})
    response.gather(action=again, method="POST", num_digits=1, finish_on_key="", timeout=10)
    response.redirect(again, method="POST")
    return str(response)


def _offer(links: Links, words: SpokenWords, offer: OfferTakeover) -> str:
    """For a second leg of the desk, which may ask to take over from the first."""
    response = new_document()
    if offer.wait_seconds:
        speak(response, words, words.offer_asked)
        response.pause(length=offer.wait_seconds)
    else:
        gather = response.gather(
            action=links.to_desk("/twiml/dequeue", {"take-over": 1}),
            method="POST",
            num_digits=1,
            finish_on_key="",
            timeout=10,
        )
        sentence = words.offer_refused if offer.refused else words.offer
        speak(gather, words, f"{words.offer_failed} {sentence}" if offer.failed else sentence)
    response.redirect(links.to_desk("/twiml/dequeue"), method="POST")
    return str(response)


@functools.lru_cache(maxsize=16)
def desk_apology(links: Links, words: SpokenWords) -> str:
    """The desk's own document cannot be made now, and it is unknown whether the leg may run the show."""
    return _try_again(links, words, "/twiml/dequeue")


@functools.lru_cache(maxsize=16)
def line_apology(links: Links, name: str) -> str:
    """The document of an extra desk's leg cannot be made now: it asks again, in silence, and takes nobody."""
    response = new_document()
    response.pause(length=5)
    response.redirect(links.to_desk("/twiml/dequeue", {"line": name}), method="POST")
    return str(response)


@functools.lru_cache(maxsize=16)
def desk_adrift(links: Links, *, screened: bool) -> str:
    """The desk's own document cannot be made now, because the store fails: callers come in Twilio's order.

    The studio's fallback files do the same while the app does not answer.
    """
    response = new_document()
    for queue in (READY_QUEUE,) if screened else (READY_QUEUE, WAITING_QUEUE):
        dial = response.dial(hangup_on_star=True, timeout=20 if screened or queue == WAITING_QUEUE else 5)
        dial.queue(links.names.queue(queue), url=links.to("/twiml/on-air"), method="POST")
    response.pause(length=1)
    response.redirect(links.to_desk("/twiml/dequeue", {"fallback": 1}), method="POST")
    return str(response)


def screener(links: Links, words: SpokenWords, desk: str, instruction: Instruction) -> str:
    """What a screener's leg does next: it dials its own queue, or waits in silence until there is somebody."""
    if isinstance(instruction, HangUp):
        return say(words, words.connected_again, hang_up=True)
    response = new_document()
    turn = getattr(instruction, "turn", 0)
    again = links.to_desk("/twiml/screen", {"turn": turn})
    if isinstance(instruction, DialCaller):
        # https://www.twilio.com/docs/voice/twiml/queue
        dial = response.dial(hangup_on_star=True, timeout=10)
        screened = links.to("/twiml/screened", {"desk": desk, "turn": turn})
        dial.queue(links.names.queue(queue_of(desk)), url=screened, method="POST")
        response.pause(length=1)  # against a hot loop: a queue that does not exist yet ends the Dial at once
    else:
        response.gather(action=again, method="POST", num_digits=1, finish_on_key="", timeout=10)
    response.redirect(again, method="POST")
    return str(response)


@functools.lru_cache(maxsize=16)
def screener_apology(links: Links, words: SpokenWords) -> str:
    """The screener's own document cannot be made now."""
    return _try_again(links, words, "/twiml/screen")


def _try_again(links: Links, words: SpokenWords, path: str) -> str:
    """Says that there is a problem, and asks again in two seconds."""
    response = new_document()
    speak(response, words, words.trying_again)
    response.pause(length=2)
    response.redirect(links.to_desk(path), method="POST")
    return str(response)


@functools.lru_cache(maxsize=64)
def ask_pin(links: Links, words: SpokenWords, which_try: int, silences: int, *, was_wrong: bool) -> str:
    """Asks a DJ's phone for its PIN, which ends with `#` or a pause, so that its length stays secret.

    `silences` counts how often nothing was entered. https://www.twilio.com/docs/voice/twiml/gather
    """
    response = new_document()
    gather = response.gather(
        action=links.to_desk("/twiml/dequeue", {"pin-try": which_try}),
        method="POST",
        num_digits=LONGEST_PIN,
        finish_on_key="#",
        timeout=5,
        input="dtmf",
    )
    speak(gather, words, f"{words.wrong_pin} {words.enter_pin}" if was_wrong else words.enter_pin)
    response.redirect(links.to_desk("/twiml/dequeue", {"silences": silences + 1}), method="POST")
    return str(response)


@functools.lru_cache(maxsize=16)
def phone_locked(words: SpokenWords) -> str:
    """For a DJ's phone from which too many wrong PINs came."""
    return say(words, words.locked, hang_up=True)


@functools.lru_cache(maxsize=16)
def no_pin(words: SpokenWords) -> str:
    """For a DJ's phone that entered no PIN."""
    return say(words, words.no_pin, hang_up=True)


@functools.lru_cache(maxsize=16)
def refusal(words: SpokenWords) -> str:
    """For a signed leg that may not run the show."""
    return say(words, words.studio_only, hang_up=True)


@functools.lru_cache(maxsize=16)
def signed_out(words: SpokenWords) -> str:
    """For a desk's browser whose session has ended, or whose account may no longer do this."""
    return say(words, words.signed_out, hang_up=True)


@functools.lru_cache(maxsize=16)
def unknown_browser(words: SpokenWords) -> str:
    """For a signed request to the application that comes from no browser of ours."""
    return say(words, words.not_a_browser_of_ours, hang_up=True)
