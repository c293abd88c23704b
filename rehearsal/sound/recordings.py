"""The sound of a recording: what a tape took down, as the WAV file that Twilio gives."""

from __future__ import annotations

import io
import wave
from array import array

from rehearsal.exchange.recording import Tape
from rehearsal.sound.mulaw import FRAME_BYTES, FRAME_SECONDS, SAMPLE_RATE_HZ, SILENCE, decode

LOUD_PEAK = 400
"""A frame whose samples are all smaller is silence. Twilio does not publish its own limit."""

LATE_SECONDS = 0.2
"""A browser's frames follow one another. One that is this late gets silence before it: some were lost."""


def is_loud(frame: bytes) -> bool:
    return max(map(abs, decode(frame)), default=0) > LOUD_PEAK


def wav(tape: Tape, begin: float, end: float) -> bytes:
    """The seconds from ``begin`` to ``end`` of a tape: 16 bits, mono, 8 kHz."""
    sound = _mulaw(tape)[_byte_at(begin) : _byte_at(end)]
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(SAMPLE_RATE_HZ)
        writer.writeframes(array("h", decode(sound)).tobytes())
    return file.getvalue()


def _mulaw(tape: Tape) -> bytes:
    count = int(tape.seconds / FRAME_SECONDS)
    hum = (tape.mouth.frame(n) if tape.mouth else SILENCE for n in range(count))
    sound = bytearray(b"".join(frame for frame in hum if isinstance(frame, bytes)))
    at = 0
    for second, frame in tape.frames:
        if _byte_at(second) - at > _byte_at(LATE_SECONDS):
            at = _byte_at(second)
        sound[at : at + FRAME_BYTES] = frame
        at += FRAME_BYTES
    for sentence in tape.sentences:
        _lay(sound, _byte_at(sentence.at), _speech(sentence.text))
    return bytes(sound)


def _speech(text: str) -> bytes:
    from rehearsal.sound.clips import speech  # PyAV is heavy, and few recordings hold words

    return speech(text)


def _lay(sound: bytearray, at: int, clip: bytes) -> None:
    """Overwrite the sound there with a clip, which is cut at the end."""
    clip = clip[: max(0, len(sound) - at)]
    sound[at : at + len(clip)] = clip


def _byte_at(seconds: float) -> int:
    """The byte at this second, on the border of a frame."""
    return round(seconds / FRAME_SECONDS) * FRAME_BYTES
