"""WAV files for tests: a tone as telephones play it."""

from __future__ import annotations

import math
import struct

from callin.sounds.wav import MULAW, PCM, RATE, header


def tone(seconds: float, hertz: float = 440.0, *, codec: int = MULAW) -> bytes:
    """A file with a tone at half the full level."""
    samples = [round(16_000 * math.sin(2 * math.pi * hertz * at / RATE)) for at in range(round(seconds * RATE))]
    body = struct.pack(f"<{len(samples)}h", *samples) if codec == PCM else bytes(map(mulaw, samples))
    return header(codec, len(body)) + body


def mulaw(sample: int) -> int:
    """ITU-T G.711: a 16-bit sample in 8 bits."""
    sign = 0x80 if sample < 0 else 0
    size = min(abs(sample), 32_635) + 132
    exponent = size.bit_length() - 8
    return ~(sign | exponent << 4 | size >> exponent + 3 & 0x0F) & 0xFF
