"""The records of a stored sound: what is known of it, its pieces, and an upload that is not finished."""

from __future__ import annotations

import base64

from msgspec import Struct

from callin.sounds.wav import Wav

PIECE_BYTES = 96_000
"""The size of every piece but the last. A piece fits into one request to the app, and in base64 into one document of
Firestore, which has 1 MiB."""


class Sound(Struct, frozen=True):
    """A whole sound. It is stored after its pieces and deleted before them, so what has a `Sound` can be played."""

    key: str
    """A hash of the content with a random end: another content has another address, and nobody guesses one."""

    kind: str
    name: str
    media_type: str
    size: int
    """In bytes."""

    wav: Wav
    upload: str
    """The key of its upload, which begins the keys of its pieces."""

    stored_at: float
    by: str = ""
    """The account that uploaded it; empty for a caller."""

    says_notice: bool = False
    """Whether a greeting says that calls may be broadcast and recorded. Otherwise the app says it afterwards."""

    retired_at: float = 0.0
    """When it was removed from all lists; 0 if it was not. Documents that were sent before may still name it."""

    @property
    def seconds(self) -> float:
        return self.wav.seconds

    @property
    def length(self) -> str:
        """Minutes and seconds, such as "3:05"."""
        minutes, seconds = divmod(round(self.seconds), 60)
        return f"{minutes}:{seconds:02}"


class SoundPiece(Struct, frozen=True):
    key: str
    content: str
    """In base64."""

    @property
    def body(self) -> bytes:
        return base64.b64decode(self.content)


class SoundUpload(Struct, frozen=True):
    """A sound whose pieces are being stored, or deleted: they belong to no `Sound`."""

    key: str
    kind: str
    name: str
    size: int
    at: float
    by: str = ""
    says_notice: bool = False


def piece_count(size: int) -> int:
    """
    >>> piece_count(1), piece_count(PIECE_BYTES), piece_count(PIECE_BYTES + 1)
    (1, 1, 2)
    """
    return -(-size // PIECE_BYTES)


def piece_key(upload: str, number: int) -> str:
    """Keys of pieces sort as the numbers do."""
    return f"{upload}/{number:04}"


def piece_of(upload: str, number: int, body: bytes) -> SoundPiece:
    return SoundPiece(piece_key(upload, number), base64.b64encode(body).decode())
