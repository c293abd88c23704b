"""The screener's leg, and what callers hear of it."""

from __future__ import annotations

import functools

from callin.model import HELD_QUEUE, READY_QUEUE, DeskDocument, Over, Take, queue_of
from callin.twiml.parts import Links, new_document, queued, say, trying_again


def screener(links: Links, desk: str, document: DeskDocument) -> str:
    """What a screener's leg does next: it dials its own queue, or waits in silence until there is somebody."""
    response = new_document()
    if isinstance(document, Over):
        response.say("You have connected again. Goodbye.")
        response.hangup()
        return str(response)
    turn = getattr(document, "turn", 0)
    again = links.to_desk("/twiml/screen", {"turn": turn})
    if isinstance(document, Take):
        # https://www.twilio.com/docs/voice/twiml/queue
        dial = response.dial(hangup_on_star=True, timeout=10)
        dial.queue(queue_of(desk), url=links.to("/twiml/screened", {"desk": desk, "turn": turn}), method="POST")
        response.pause(length=1)  # a queue that is not there yet ends the Dial at once: nobody is to run in a circle
    else:
        response.gather(action=again, method="POST", num_digits=1, finish_on_key="", timeout=10)
    response.redirect(again, method="POST")
    return str(response)


@functools.lru_cache(maxsize=16)
def screener_apology(links: Links) -> str:
    """The screener's own document cannot be made just now."""
    return trying_again(links, "/twiml/screen")


@functools.cache
def in_talk() -> str:
    """The last thing a caller hears before a screener speaks with them."""
    return say("You're speaking to the station's screener.")


@functools.lru_cache(maxsize=256)
def ready(links: Links, move: int | None) -> str:
    """A screener has made the caller ready."""
    return queued(links, READY_QUEUE, move, "You're ready for the studio. Please hold, and turn your radio down.")


@functools.lru_cache(maxsize=256)
def parked(links: Links, move: int | None) -> str:
    """A screener puts the caller on hold."""
    return queued(links, HELD_QUEUE, move, "You are on hold. Please stay on the line.")


@functools.lru_cache(maxsize=256)
def back_in_line(links: Links, queue: str, move: int | None) -> str:
    """The caller and the screener have parted, and nothing was decided; or that they are to wait on."""
    return queued(links, queue, move, "Thank you. You keep your place in line. Please hold.")
