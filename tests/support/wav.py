"""WAV files for tests: a tone as telephones play it."""

from __future__ import annotations

import itertools
import math
import struct

from callin.sounds.library import DECODED, encoded
from callin.sounds.wav import MULAW, PCM, RATE, header, read_header


def tone(seconds: float, hertz: int = 440, *, codec: int = MULAW) -> bytes:
    """A file with a tone at half the full level. A tone of whole hertz is the same in every second."""
    second = [round(16_000 * math.sin(2 * math.pi * hertz * at / RATE)) for at in range(RATE)]
    encoded_second = struct.pack(f"<{RATE}h", *second) if codec == PCM else bytes(map(encoded, second))
    size = round(seconds * RATE) * len(encoded_second) // RATE
    body = (encoded_second * math.ceil(seconds))[:size]
    return header(codec, len(body)) + body


def samples_of(content: bytes) -> list[int]:
    """The samples of a file, in 16 bits."""
    wav = read_header(content, len(content))
    body = content[wav.start : wav.start + wav.size]
    return list(struct.unpack(f"<{wav.size // 2}h", body)) if wav.codec == PCM else [DECODED[byte] for byte in body]


def level_dbfs(samples: list[int]) -> float:
    """The level of a tone, 0 for one at the full scale."""
    power = sum(sample * sample for sample in samples) / len(samples) / 32_768**2
    return 10 * math.log10(2 * power) if power else -math.inf


def hertz_of(samples: list[int]) -> float:
    """The frequency of a tone."""
    crossings = sum(before < 0 <= after for before, after in itertools.pairwise(samples))
    return crossings * RATE / len(samples)
