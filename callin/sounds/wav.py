"""WAV files as telephones play them: mono, 8,000 samples a second, 16-bit PCM or 8-bit µ-law.

http://soundfile.sapp.org/doc/WaveFormat/ describes the header, https://www.twilio.com/docs/voice/twiml/play the types
that Twilio plays.
"""

from __future__ import annotations

import struct

from msgspec import Struct

MEDIA_TYPE = "audio/wav"
RATE = 8000
PCM, MULAW = 1, 7
"""The codes of the two formats in a header."""

SAMPLE_BYTES = {PCM: 2, MULAW: 1}
NO_WAV = "This is not a WAV file, or it is damaged. Upload it on the page Sounds, which makes the file that is needed."
NOT_FOR_TELEPHONES = "The file must be mono, with 8,000 samples a second, in 16-bit PCM or 8-bit µ-law."
SHORTEST_SECONDS = 0.2


class SoundError(Exception):
    """The sound cannot be stored or read. The text is a sentence."""


class Wav(Struct, frozen=True):
    """Where the samples of a file are. `codec` is PCM or MULAW."""

    codec: int
    start: int
    size: int
    """In bytes."""

    @property
    def bytes_per_second(self) -> int:
        return RATE * SAMPLE_BYTES[self.codec]

    @property
    def seconds(self) -> float:
        return self.size / self.bytes_per_second


def read_header(head: bytes, size: int) -> Wav:
    """Reads the header of a file of that size. `head` is its beginning. SoundError if telephones could not play it."""
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        raise SoundError(NO_WAV)
    codec = 0
    at = 12
    while at + 8 <= len(head):
        name, length = struct.unpack_from("<4sI", head, at)
        if name == b"fmt " and at + 24 <= len(head):
            codec, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", head, at + 8)
            if (channels, rate) != (1, RATE) or bits != 8 * SAMPLE_BYTES.get(codec, 0):
                raise SoundError(NOT_FOR_TELEPHONES)
        if name == b"data":
            return _whole(codec, at + 8, length, size)
        at += 8 + length + length % 2
    raise SoundError(NO_WAV)


def _whole(codec: int, start: int, length: int, size: int) -> Wav:
    if codec not in SAMPLE_BYTES or start + length > size or length % SAMPLE_BYTES[codec]:
        raise SoundError(NO_WAV)
    wav = Wav(codec, start, length)
    if wav.seconds < SHORTEST_SECONDS:
        raise SoundError("The sound is empty. Choose a longer part of the file.")
    return wav


def header(codec: int, size: int) -> bytes:
    """The header of a file with `size` bytes of samples. A format other than PCM also needs a chunk `fact`."""
    width = SAMPLE_BYTES[codec]
    form = struct.pack("<HHIIHH", codec, 1, RATE, RATE * width, width, 8 * width)
    chunks = b"fmt " + struct.pack("<I", len(form)) + form
    if codec != PCM:
        chunks += b"fact" + struct.pack("<II", 4, size // width)
    chunks += b"data" + struct.pack("<I", size)
    return b"RIFF" + struct.pack("<I", 4 + len(chunks) + size + size % 2) + b"WAVE" + chunks
