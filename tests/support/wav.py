"""WAV files for tests: a tone as telephones play it."""

from __future__ import annotations

import math
import struct

from callin.sounds.slices import encoded
from callin.sounds.wav import MULAW, PCM, RATE, header


def tone(seconds: float, hertz: float = 440.0, *, codec: int = MULAW) -> bytes:
    """A file with a tone at half the full level."""
    samples = [round(16_000 * math.sin(2 * math.pi * hertz * at / RATE)) for at in range(round(seconds * RATE))]
    body = struct.pack(f"<{len(samples)}h", *samples) if codec == PCM else bytes(map(encoded, samples))
    return header(codec, len(body)) + body
