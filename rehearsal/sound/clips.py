"""Sound that is played or spoken to a leg: audio files and texts made into mu-law, off the event loop and only once."""

from __future__ import annotations

import asyncio
import io
import logging
import shutil
import subprocess
from collections import OrderedDict
from collections.abc import Callable

import av

from rehearsal.sound.mulaw import SAMPLE_RATE_HZ, SILENCE
from rehearsal.sound.tones import spoken_hum

_log = logging.getLogger(__name__)
_KEPT = 64
_SPEECH_DEADLINE_SECONDS = 10
# Twilio plays nothing longer: https://www.twilio.com/docs/voice/twiml/play
_LONGEST_SECONDS = 40 * 60


def decode_file(audio: bytes) -> bytes:
    """A file that the network plays, as mu-law: a WAV (silence when it is broken), or else bare mu-law already."""
    if not audio.startswith(b"RIFF"):
        return audio or SILENCE
    try:
        return decode(audio)
    except ValueError as error:
        _log.warning("an audio file cannot be played: %s", error)
        return SILENCE


def decode(audio: bytes, file_format: str | None = None) -> bytes:
    """An audio file as mu-law. Its first bytes tell the format, except for formats without a header, such as ``gsm``.

    ValueError when it cannot be read, or holds no sound.
    """
    encoder = av.CodecContext.create("pcm_mulaw", "w")
    encoder.format, encoder.layout, encoder.sample_rate = "s16", "mono", SAMPLE_RATE_HZ
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
    sound = bytearray()
    try:
        with av.open(io.BytesIO(audio), mode="r", format=file_format) as container:
            for frame in container.decode(audio=0):
                for resampled in resampler.resample(frame):
                    for packet in encoder.encode(resampled):
                        sound += bytes(packet)
                if len(sound) > _LONGEST_SECONDS * SAMPLE_RATE_HZ:
                    break
    except (av.FFmpegError, IndexError) as error:
        if not sound:
            raise ValueError(str(error)) from error
        _log.warning("an audio file is broken in the middle: %s", error)
    if not sound:
        raise ValueError("it holds no sound")
    return bytes(sound)


def speech(text: str) -> bytes:
    """The text in a synthetic voice where espeak-ng is installed, otherwise hummed for as long as it takes to say."""
    program = shutil.which("espeak-ng")
    if program is None or not text.strip():
        return spoken_hum(text)
    try:
        spoken = subprocess.run(  # noqa: S603 - the text goes in by standard input, nothing by a shell
            [program, "--stdin", "--stdout", "-v", "en-gb"],
            input=text.encode(),
            capture_output=True,
            check=True,
            timeout=_SPEECH_DEADLINE_SECONDS,
        )
    except (OSError, subprocess.SubprocessError) as error:
        _log.warning("espeak-ng failed, so the text is hummed: %s", error)
        return spoken_hum(text)
    return decode_file(spoken.stdout)


class Clips:
    """Finished sounds by what they were made of; making one happens in a thread, and until then there is none."""

    def __init__(self) -> None:
        """Start with none."""
        self._finished: OrderedDict[tuple[str, bytes | str], bytes] = OrderedDict()
        self._making: dict[tuple[str, bytes | str], asyncio.Task[None]] = {}

    def of_file(self, audio: bytes) -> bytes | None:
        """The sound of an audio file, or None while it is still being made."""
        return self._get(("file", audio), lambda: decode_file(audio))

    def of_text(self, text: str) -> bytes | None:
        """The sound of a spoken text, or None while it is still being made."""
        return self._get(("text", text), lambda: speech(text))

    def _get(self, key: tuple[str, bytes | str], make: Callable[[], bytes]) -> bytes | None:
        if key in self._finished:
            self._finished.move_to_end(key)
            return self._finished[key]
        if key not in self._making:
            self._making[key] = asyncio.ensure_future(self._finish(key, make))
        return None

    async def _finish(self, key: tuple[str, bytes | str], make: Callable[[], bytes]) -> None:
        try:
            self._finished[key] = await asyncio.to_thread(make)
        finally:
            del self._making[key]
        while len(self._finished) > _KEPT:
            self._finished.popitem(last=False)
