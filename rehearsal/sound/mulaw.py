"""G.711 mu-law, the one sound format of the rehearsal network, to and from 16-bit samples.

The tables follow ITU-T recommendation G.711: eight segments of sixteen steps, all bits inverted on the line.
"""

from __future__ import annotations

from collections.abc import Iterable

SAMPLE_RATE_HZ = 8000
FRAME_SECONDS = 0.02
FRAME_BYTES = 160
FRAMES_PER_SECOND = 50
FULL_SCALE = 32768
_BIAS = 33
_CLIP = 8158


def _decode_byte(value: int) -> int:
    """One mu-law byte as a 16-bit sample."""
    value = ~value & 0xFF
    segment = (value >> 4) & 7
    magnitude = ((((value & 15) << 1) + _BIAS) << segment) - _BIAS
    return (-magnitude if value & 0x80 else magnitude) << 2


def _encode_sample(sample: int) -> int:
    """One 14-bit sample as a mu-law byte."""
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), _CLIP) + _BIAS
    segment = magnitude.bit_length() - 6
    step = (magnitude >> (segment + 1)) & 15
    return ~(sign | segment << 4 | step) & 0xFF


_DECODED = tuple(_decode_byte(value) for value in range(256))
# Mu-law keeps fourteen bits, so the two lowest of a 16-bit sample choose nothing.
_ENCODED = bytes(_encode_sample(sample) for sample in range(-8192, 8192))

SILENCE = bytes([_encode_sample(0)]) * FRAME_BYTES


def encode(samples: Iterable[int]) -> bytes:
    """Samples of -32768 to 32767 as mu-law, a byte each."""
    return bytes([_ENCODED[(sample >> 2) + 8192] for sample in samples])


def decode(sound: bytes) -> list[int]:
    """Mu-law as samples of -32124 to 32124."""
    return [_DECODED[value] for value in sound]


def frame_of(sound: bytes, number: int, *, loop: bool = False) -> bytes:
    """Frame `number` of a longer sound: silence past its end, or from its start again when it loops.

    A looping sound must hold a whole number of frames.
    """
    start = number * FRAME_BYTES
    if loop:
        start %= len(sound)
    frame = sound[start : start + FRAME_BYTES]
    return frame if len(frame) == FRAME_BYTES else frame + SILENCE[len(frame) :]
