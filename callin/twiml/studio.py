"""What the studio's leg does, and what a phone hears that may or may not run the show."""

from __future__ import annotations

import functools

from callin.model import AIR_QUEUE, READY_QUEUE, WAITING_QUEUE, DeskDocument, Direct, Idle, Offer, Over, Take
from callin.twiml.parts import Links, new_document, say, speakable, trying_again

LONGEST_PIN = 10
"""So many digits end a PIN by themselves: no setting allows more."""


def desk(links: Links, document: DeskDocument) -> str:
    """What the desk's leg does next."""
    if isinstance(document, Over):
        return say("Another desk has taken over. Goodbye.", hang_up=True)
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
        url=links.to("/twiml/on-air", {"turn": document.turn}),
        method="POST",
    )
    response.redirect(links.to_desk("/twiml/dequeue", {"turn": document.turn}), method="POST")
    return str(response)


def _idle(links: Links, turn: int) -> str:
    """Waits in silence: `*` means Next. https://www.twilio.com/docs/voice/twiml/gather"""
    response = new_document()
    again = links.to_desk("/twiml/dequeue", {"turn": turn})
    response.gather(action=again, method="POST", num_digits=1, finish_on_key="", timeout=10)
    response.redirect(again, method="POST")
    return str(response)


def _offer(links: Links, failed: bool) -> str:
    """For a second leg of the desk: it may take over from the first, and is on nobody's air until then."""
    response = new_document()
    gather = response.gather(
        action=links.to_desk("/twiml/dequeue", {"take-over": 1}),
        method="POST",
        num_digits=1,
        finish_on_key="",
        timeout=10,
    )
    trouble = "That did not work: the telephone network does not answer. " if failed else ""
    gather.say(f"{trouble}Another desk is connected. To take over, press star.")
    response.redirect(links.to_desk("/twiml/dequeue"), method="POST")
    return str(response)


@functools.lru_cache(maxsize=16)
def desk_apology(links: Links) -> str:
    """The desk's own document cannot be made just now, and nobody knows whether the leg may run the show."""
    return trying_again(links, "/twiml/dequeue")


@functools.lru_cache(maxsize=16)
def desk_adrift(links: Links, *, screened: bool) -> str:
    """The desk's own document cannot be made just now, and the show goes on: callers come in Twilio's order.

    The same as the studio's fallback files, for an app that lives while its store does not.
    """
    response = new_document()
    for queue in (READY_QUEUE,) if screened else (READY_QUEUE, WAITING_QUEUE):
        dial = response.dial(hangup_on_star=True, timeout=20 if screened or queue == WAITING_QUEUE else 5)
        dial.queue(queue, url=links.to("/twiml/on-air"), method="POST")
    response.pause(length=1)
    response.redirect(links.to_desk("/twiml/dequeue", {"fallback": 1}), method="POST")
    return str(response)


@functools.lru_cache(maxsize=64)
def ask_pin(links: Links, which_try: int, silences: int, *, was_wrong: bool) -> str:
    """Asks a DJ's phone for its PIN, which ends with `#` or a pause: how long it is, nobody is told.

    `silences` is how often it was asked and keyed nothing. https://www.twilio.com/docs/voice/twiml/gather
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
    gather.say(("That is not the PIN. " if was_wrong else "") + "Please key your PIN, then press the hash key.")
    response.redirect(links.to_desk("/twiml/dequeue", {"silences": silences + 1}), method="POST")
    return str(response)


@functools.cache
def phone_locked() -> str:
    """For a DJ's phone from which too many wrong PINs came."""
    return say(
        "This phone is locked after too many wrong PINs. An admin can unlock it on the accounts page. Goodbye.",
        hang_up=True,
    )


@functools.cache
def no_pin() -> str:
    """For a DJ's phone that keyed nothing, however often it was asked."""
    return say("No PIN was keyed. Goodbye.", hang_up=True)


@functools.cache
def refusal() -> str:
    """For a signed leg that may not run the show."""
    return say("This number is for the studio only. Goodbye.", hang_up=True)


@functools.cache
def signed_out() -> str:
    """For a desk's browser whose session is over, or whose account may not do this any more."""
    return say("You are signed out. Please sign in again, and then connect. Goodbye.", hang_up=True)


@functools.cache
def unknown_browser() -> str:
    """For a signed request to the application that does not come from a browser of ours."""
    return say("This call cannot be connected. Goodbye.", hang_up=True)
