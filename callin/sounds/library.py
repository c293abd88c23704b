"""Stores, reads, cuts and deletes sounds, piece by piece, so that no sound has to fit into memory or into one record.

Pieces are stored first. Then one commit stores the `Sound` and deletes its upload. To delete a sound, one commit
deletes the `Sound` and stores an upload again; then the pieces go. So pieces without a `Sound` always have an upload,
and `delete_abandoned` finds them after a crash.
"""

from __future__ import annotations

import array
import hashlib
import secrets
import sys
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from callin.contracts import Clock, Record, Store
from callin.sounds import wav
from callin.sounds.models import (
    PIECE_BYTES,
    Sound,
    SoundPiece,
    SoundUpload,
    piece_count,
    piece_key,
    piece_of,
)
from callin.sounds.wav import PCM, RATE, SAMPLE_BYTES, SoundError, header

ABANDONED_SECONDS = 3600.0
RETIRED_SECONDS = 300.0
SECONDS_BETWEEN_CLEANUPS = 600.0
LONGEST_NAME = 100
NOT_WHOLE = "The sound did not arrive completely. Please upload it again."


class SoundLimits(Struct, frozen=True):
    """How much of a kind is stored: the sounds, and the length of each."""

    most_sounds: int
    most_seconds: int

    @property
    def most_bytes(self) -> int:
        """The size of the longest sound in 16-bit PCM, with a generous header."""
        return self.most_seconds * wav.RATE * 2 + 4096


class NewSound(Struct, frozen=True):
    """A sound to be stored. `size` is in bytes."""

    kind: str
    name: str
    size: int
    by: str = ""
    says_notice: bool = False


class SoundLibrary:
    """All sounds of a store. Safe to use from any thread. Every method may raise StoreError."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._next_cleanup_at = 0.0

    # Reading

    def sound(self, key: str) -> Sound | None:
        """The sound with that key, or None for one that is not there, or not complete."""
        return self._store.record(Sound, key) if key else None

    def sounds(self, kind: str) -> list[Sound]:
        """All sounds of a kind, oldest first, without those that were retired."""
        found = [one for one in self._store.records(Sound) if one.kind == kind and not one.retired_at]
        return sorted(found, key=lambda one: (one.stored_at, one.key))

    def read(self, sound: Sound, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` until just before `end`, piece by piece. SoundError if it is deleted meanwhile."""
        end = sound.size if end is None else min(end, sound.size)
        for number in range(start // PIECE_BYTES, piece_count(end)):
            piece = self._store.record(SoundPiece, piece_key(sound.upload, number))
            if piece is None:
                raise SoundError("The sound has been deleted.")
            first = number * PIECE_BYTES
            yield piece.body[max(0, start - first) : end - first]

    # Storing

    def begin(self, new: NewSound, limits: SoundLimits) -> SoundUpload:
        """Begins to store a sound; `put` then takes its pieces. SoundError if there are too many sounds."""
        if not 0 < new.size <= limits.most_bytes:
            raise SoundError(_too_long(limits))
        if len(self.sounds(new.kind)) >= limits.most_sounds:
            raise SoundError(
                f"There are {limits.most_sounds} already. Delete one that is no longer needed, then try again."
            )
        name = new.name.strip()[:LONGEST_NAME]
        key = secrets.token_hex(16)
        upload = SoundUpload(key, new.kind, name, new.size, self._clock(), new.by, new.says_notice)
        self._store.change_record(SoundUpload, upload.key, lambda _: upload)
        return upload

    def upload(self, key: str) -> SoundUpload:
        """The upload with that key. SoundError if there is none, or no longer."""
        upload = self._store.record(SoundUpload, key) if key else None
        if upload is None:
            raise SoundError(NOT_WHOLE)
        return upload

    def put(self, upload: SoundUpload, number: int, body: bytes) -> None:
        """Stores a piece, or stores it again. All but the last have PIECE_BYTES."""
        if len(body) != min(PIECE_BYTES, upload.size - number * PIECE_BYTES):
            raise SoundError(NOT_WHOLE)
        piece = piece_of(upload.key, number, body)
        self._store.change_record(SoundPiece, piece.key, lambda _: piece)

    def finish(self, upload: SoundUpload, limits: SoundLimits, also: Sequence[Record] = ()) -> Sound:
        """Makes the sound from its pieces: from now on it is found. SoundError if it is incomplete or not usable."""
        digest = hashlib.sha256()
        head = b""
        for number in range(piece_count(upload.size)):
            piece = self._store.record(SoundPiece, piece_key(upload.key, number))
            if piece is None:
                raise SoundError(NOT_WHOLE)
            body = piece.body
            head = head or body
            digest.update(body)
        samples = wav.read_header(head, upload.size)
        if samples.seconds > limits.most_seconds:
            raise SoundError(_too_long(limits))
        sound = Sound(
            key=digest.hexdigest()[:32] + secrets.token_hex(8),
            kind=upload.kind,
            name=upload.name,
            media_type=wav.MEDIA_TYPE,
            size=upload.size,
            wav=samples,
            upload=upload.key,
            stored_at=self._clock(),
            by=upload.by,
            says_notice=upload.says_notice,
        )
        self._store.change_record(SoundUpload, upload.key, _removed, (sound, *also))
        return sound

    # Deleting

    def delete(self, key: str, also: Sequence[Record] = ()) -> bool:
        """Deletes a sound and its pieces. False if it is not there."""
        sound = self.sound(key)
        if sound is None:
            return False
        # Its upload once more, so that the pieces are found if this process stops before it has deleted them.
        upload = SoundUpload(sound.upload, sound.kind, sound.name, sound.size, self._clock(), sound.by)
        try:
            self._store.change_record(Sound, key, _removed, (upload, *also))
        except SoundError:  # another request has deleted it meanwhile
            return False
        self._delete_pieces(upload)
        return True

    def retire(self, key: str, also: Sequence[Record] = ()) -> bool:
        """Takes a sound out of all lists, and has it deleted later. False if it is not there.

        Twilio may be about to fetch it: other instances know of the change some seconds later, and a caller hears a
        document to its end.
        """
        now = self._clock()
        sound = self._store.change_record(Sound, key, lambda sound: sound and replace(sound, retired_at=now), also)
        return sound is not None

    def delete_abandoned(self) -> None:
        """Deletes retired sounds, and pieces of uploads that were never finished. At most once in ten minutes."""
        now = self._clock()
        if now < self._next_cleanup_at:
            return
        self._next_cleanup_at = now + SECONDS_BETWEEN_CLEANUPS
        for upload in self._store.records(SoundUpload):
            if upload.at < now - ABANDONED_SECONDS:
                self._delete_pieces(upload)
        for sound in self._store.records(Sound):
            if 0 < sound.retired_at < now - RETIRED_SECONDS:
                self.delete(sound.key)

    def _delete_pieces(self, upload: SoundUpload) -> None:
        for number in range(piece_count(upload.size)):
            self._store.change_record(SoundPiece, piece_key(upload.key, number), lambda _: None)
        self._store.change_record(SoundUpload, upload.key, lambda _: None)


def _removed(before: Sound | SoundUpload | None) -> None:
    """Deletes the record. SoundError if it was deleted before."""
    if before is None:
        raise SoundError(NOT_WHOLE)


def _too_long(limits: SoundLimits) -> str:
    length = f"{limits.most_seconds // 60} minutes" if limits.most_seconds >= 120 else f"{limits.most_seconds} seconds"
    return f"The sound is too long. It may last at most {length}: choose a part of it."


FADE_SECONDS = 0.25


def slice_of(library: SoundLibrary, sound: Sound, start: int, end: int) -> bytes:
    """The file of the sound from second `start` to second `end`, or to its end. SoundError if it is gone."""
    wav = sound.wav
    first = min(start * wav.bytes_per_second, wav.size)
    last = min(end * wav.bytes_per_second, wav.size)
    samples = b"".join(library.read(sound, wav.start + first, wav.start + last))
    fade = _fade_pcm if wav.codec == PCM else _fade_mulaw
    length = min(round(FADE_SECONDS * RATE), len(samples) // SAMPLE_BYTES[wav.codec] // 2)
    samples = fade(samples, length, is_in=first > 0, is_out=last < wav.size)
    return header(wav.codec, len(samples)) + samples


def _fade_pcm(content: bytes, length: int, *, is_in: bool, is_out: bool) -> bytes:
    samples = array.array("h", content)
    if sys.byteorder == "big":
        samples.byteswap()
    for at in range(length):
        if is_in:
            samples[at] = samples[at] * at // length
        if is_out:
            samples[-1 - at] = samples[-1 - at] * at // length
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


def _fade_mulaw(content: bytes, length: int, *, is_in: bool, is_out: bool) -> bytes:
    samples = bytearray(content)
    for at in range(length):
        if is_in:
            samples[at] = encoded(DECODED[samples[at]] * at // length)
        if is_out:
            samples[-1 - at] = encoded(DECODED[samples[-1 - at]] * at // length)
    return bytes(samples)


def encoded(sample: int) -> int:
    """A 16-bit sample in µ-law: a sign, the segment, and four bits within it, all inverted (ITU-T G.711)."""
    size = min(abs(sample), 32_635) + 132
    segment = size.bit_length() - 8
    return ~((0x80 if sample < 0 else 0) | segment << 4 | size >> segment + 3 & 0x0F) & 0xFF


def _decoded(byte: int) -> int:
    byte = ~byte & 0xFF
    size = ((byte & 0x0F) << 3 | 0x84) << (byte >> 4 & 0x07)
    return 132 - size if byte & 0x80 else size - 132


DECODED = tuple(map(_decoded, range(256)))
"""The 16-bit sample of each byte in µ-law."""
