"""Documents as the miniature network plays them: the verbs of a TwiML text, with the seconds that they take."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree as ET

from callin.twiml import MUSIC_SECONDS, SHORT_MUSIC_SECONDS, SPOKEN_CHARACTERS_PER_SECOND


@dataclass(frozen=True, slots=True)
class Address:
    """An address of the app, without what Twilio never sends."""

    path: str
    params: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Speak:
    """Say, Pause and Play: sound or silence for that many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Enqueue:
    """The leg waits in the queue and hears `wait`, if any; `action` is asked when it has left, with the result."""

    queue: str
    action: Address
    wait: Address | None


@dataclass(frozen=True, slots=True)
class Dial:
    """The leg is connected with the first of the queue, who is asked `address`, if any, before the bridge."""

    queue: str
    address: Address | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Gather:
    """One key is waited for; `action` is asked with it."""

    action: Address
    seconds: float


@dataclass(frozen=True, slots=True)
class Redirect:
    """Another document follows."""

    address: Address


@dataclass(frozen=True, slots=True)
class Hangup:
    """The leg is over."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The leg no longer waits in the queue."""


Verb = Speak | Enqueue | Dial | Gather | Redirect | Hangup | Leave


@functools.lru_cache(maxsize=4096)
def read(text: str) -> tuple[Verb, ...]:
    """The verbs of a document. It knows those that this app uses; any other is an error, so that none is forgotten."""
    return tuple(_verb(element) for element in ET.fromstring(text))  # noqa: S314 - our own documents


def ends_the_call(verbs: tuple[Verb, ...]) -> bool:
    """Whether a leg that is given this document is over when it has been played."""
    return not any(isinstance(verb, Enqueue | Dial | Redirect) for verb in verbs)


@functools.lru_cache(maxsize=4096)
def address(url: str) -> Address:
    parts = urlsplit(url)
    return Address(parts.path, tuple(parse_qsl(parts.query)))


def _verb(element: ET.Element) -> Verb:
    if element.tag in ("Say", "Pause", "Play"):
        return Speak(_seconds(element))
    if element.tag == "Enqueue":
        wait = element.attrib.get("waitUrl")
        return Enqueue(element.text or "", address(element.attrib["action"]), address(wait) if wait else None)
    if element.tag == "Dial":
        (queue,) = element
        assert element.attrib["hangupOnStar"] == "true"
        url = queue.attrib.get("url")
        return Dial(queue.text or "", address(url) if url else None, float(element.attrib["timeout"]))
    if element.tag == "Gather":
        assert element.attrib["numDigits"] == "1"
        listened = float(element.attrib["timeout"]) + sum(_seconds(said) for said in element)
        return Gather(address(element.attrib["action"]), listened)
    if element.tag == "Redirect":
        return Redirect(address(element.text or ""))
    if element.tag == "Leave":
        return Leave()
    assert element.tag == "Hangup", f"the miniature network does not play <{element.tag}>"
    return Hangup()


def _seconds(element: ET.Element) -> float:
    if element.tag == "Pause":
        return float(element.attrib["length"])
    if element.tag == "Play":
        return SHORT_MUSIC_SECONDS if (element.text or "").endswith("music-short.wav") else MUSIC_SECONDS
    return len(element.text or "") / SPOKEN_CHARACTERS_PER_SECOND
