"""Cuts a part out of a stored sound, as a file of its own that fades in and out where it was cut."""

from __future__ import annotations

import array
import sys

from callin.sounds.library import SoundLibrary
from callin.sounds.models import Sound
from callin.sounds.wav import PCM, RATE, SAMPLE_BYTES, header

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
