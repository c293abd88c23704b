"""What a person at the end of a leg hears, has heard, and says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

SPEECH_CHARACTERS_PER_SECOND = 15.0
BEEP_SECONDS = 0.5


def speech_seconds(text: str) -> float:
    """How long the network takes to say a text."""
    return max(0.4, len(text) / SPEECH_CHARACTERS_PER_SECOND)


class Heard(NamedTuple):
    """One thing a leg has heard: the verb that made it, its text or address, and seconds since the ring."""

    verb: str
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing."""


SILENCE = Silence()


@dataclass(frozen=True, slots=True)
class Ringing:
    """The tone of a phone that rings at the far end."""


@dataclass(frozen=True, slots=True)
class Beeping:
    """The tone before a recording."""


@dataclass(frozen=True, slots=True)
class Playing:
    """A sound file from its beginning, once. ``content`` is a whole WAV, or bare mu-law."""

    url: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Music:
    """The network's own hold music, which a queue without a waitUrl plays."""


@dataclass(frozen=True, slots=True)
class Speaking:
    """A sentence said by the network; it takes ``speech_seconds(text)``."""

    text: str


class Mouth(Protocol):
    """What a leg says, in frames of 20 ms; the form of a frame is the sound part's."""

    def frame(self, n: int) -> object:
        """Frame number ``n`` since the call began."""
        ...
