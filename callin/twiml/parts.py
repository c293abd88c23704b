"""What all documents are made of: our addresses, the words that may be spoken, and the queue as a last verb."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from callin.model import is_screen_queue

if TYPE_CHECKING:
    from twilio.twiml.voice_response import VoiceResponse

# Twilio asks twice more when we do not answer, on any failure, and never signs what stands after the #. An answer that
# does not come within 5 s is lost; but a desk may have to wait for Twilio's own REST API, some 3 s each time.
# https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
RETRIES = "#rc=2&rp=all&rt=5000"
RETRIES_OF_DESKS = "#rc=2&rp=all"

SPOKEN_CHARACTERS_PER_SECOND = 12.0
"""How fast Twilio's voice speaks, on the slow side: the length of what is said is judged by it."""

# XML 1.0 allows no control characters but tab and the line ends, no surrogates and neither of the last two:
# https://www.w3.org/TR/xml/#charsets
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


Query = Mapping[str, str | int | None]
"""The parameters of an address; one whose value is None is left out."""


@dataclass(frozen=True)
class Links:
    """The app's public addresses, as TwiML names them.

    Every query is written in alphabetical order. Twilio is reported to send an action's query sorted but to sign it
    as written (twilio-node#1079, twilio-php#790); sorted, both are the same address.
    """

    public_url: str

    def to(self, path: str, query: Query | None = None) -> str:
        """A TwiML address of ours, with what Twilio is to do when we do not answer at first."""
        return f"{self._address(path, query or {})}{RETRIES}"

    def to_desk(self, path: str, query: Query | None = None) -> str:
        """The same for a desk's leg, whose question may take longer."""
        return f"{self._address(path, query or {})}{RETRIES_OF_DESKS}"

    def _address(self, path: str, query: Query) -> str:
        pairs = sorted((name, value) for name, value in query.items() if value is not None)
        return f"{self.public_url}{path}{'?' if pairs else ''}{urlencode(pairs, quote_via=quote)}"

    def file(self, path: str) -> str:
        """A static document of ours, with what Twilio is to do when it does not come at first."""
        return f"{self.public_url}{path}{RETRIES}"

    def sound(self, name: str) -> str:
        return f"{self.public_url}/static/sound/{name}"


def new_document() -> VoiceResponse:
    """A document with nothing in it yet."""
    # Imported on first use: a start needs it only if it is for a call, and it takes as long as all handlers.
    from twilio.twiml.voice_response import VoiceResponse

    return VoiceResponse()


def speakable(text: str) -> str:
    """Text without the characters that would make a document unusable: for anything that a person typed or said."""
    return _UNSPEAKABLE.sub("", text)


def say(text: str, *, hang_up: bool = False) -> str:
    """A document of one sentence, and perhaps the end of the call."""
    response = new_document()
    response.say(text)
    if hang_up:
        response.hangup()
    return str(response)


def queued(links: Links, queue: str, move: int | None, words: str = "") -> str:
    """A document that puts the call into a queue, after a sentence if there is one.

    What follows a screener's queue says so: whoever was bridged there was not on the air. `move` is None where the
    store could not tell it. https://www.twilio.com/docs/voice/twiml/enqueue
    """
    response = new_document()
    if words:
        response.say(words)
    response.enqueue(
        queue,
        wait_url=links.to("/twiml/wait", {"n": move}),
        wait_url_method="POST",
        action=links.to("/dequeue-logic", {"n": move, "screening": 1 if is_screen_queue(queue) else None}),
        method="POST",
    )
    return str(response)


def trying_again(links: Links, path: str) -> str:
    """A document for a leg of the studio, whose own cannot be made just now: it says so, and asks again by itself."""
    response = new_document()
    response.say("The call-in system has a problem. Trying again.")
    response.pause(length=2)
    response.redirect(links.to_desk(path), method="POST")
    return str(response)


@functools.cache
def leave() -> str:
    """Out of the queue, to hear what follows. https://www.twilio.com/docs/voice/twiml/leave"""
    response = new_document()
    response.leave()
    return str(response)


@functools.cache
def empty() -> str:
    """Nothing to do: for status callbacks and for events that came too late."""
    return str(new_document())
