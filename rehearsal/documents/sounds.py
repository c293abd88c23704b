"""Fetches the files that Play names, keeps them as their server allows, and reads how long they last."""

from __future__ import annotations

import asyncio
import re
import struct
import time
from dataclasses import dataclass

from rehearsal.documents.twiml import AUDIO_TYPES, Audio, media_type
from rehearsal.webhooks.client import WebhookError, Webhooks

MOST_KEPT = 64
MULAW_BYTES_PER_SECOND = 8000


class SoundError(Exception):
    """A file that cannot be played: one of Twilio's codes and a sentence."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Sound:
    """A file that can be played, and its length: a WAV as it was fetched, or else bare mu-law."""

    url: str
    content: bytes
    seconds: float


@dataclass(slots=True)
class _Kept:
    audio: Audio
    sound: Sound
    fresh_until: float
    etag: str
    last_modified: str


class Sounds:
    """The files fetched so far. Many calls that play one file cause one request.

    Twilio keeps a file for as long as its headers allow, and asks again with its ETag or date
    (https://www.twilio.com/docs/voice/twiml/play#hints-and-advanced-uses).
    """

    def __init__(self, webhooks: Webhooks) -> None:
        self._webhooks = webhooks
        self._kept: dict[str, _Kept] = {}
        self._coming: dict[str, asyncio.Task[Sound]] = {}

    async def get(self, url: str) -> Sound:
        """The file at ``url``; SoundError when it cannot be fetched or played."""
        kept = self._kept.get(url)
        if kept is not None and time.monotonic() < kept.fresh_until:
            return kept.sound
        task = self._coming.get(url)
        if task is None:
            task = self._coming[url] = asyncio.create_task(self._fetch(url, kept))
            task.add_done_callback(self._arrived)
        # Shielded: the first caller may hang up while others wait for the same file.
        return await asyncio.shield(task)

    async def take(self, url: str, audio: Audio) -> Sound:
        """A file that came in place of a document from ``url``; SoundError when it cannot be played."""
        kept = self._kept.get(url)
        if kept is None or kept.audio != audio:
            kept = self._keep(url, _Kept(audio, await _sound(url, audio), 0, "", ""))
        return kept.sound

    def forget(self) -> None:
        """Fetches every file again when it is next played."""
        self._kept.clear()

    def _arrived(self, task: asyncio.Task[Sound]) -> None:
        self._coming = {url: coming for url, coming in self._coming.items() if coming is not task}
        if not task.cancelled():
            task.exception()  # read the exception, or asyncio would log it as never retrieved

    async def _fetch(self, url: str, kept: _Kept | None) -> Sound:
        headers: dict[str, str] = {}
        if kept is not None and kept.etag:
            headers["If-None-Match"] = kept.etag
        if kept is not None and kept.last_modified:
            headers["If-Modified-Since"] = kept.last_modified
        try:
            status, answer = await self._webhooks.fetch_file(url, headers)
        except WebhookError as error:
            raise SoundError(error.code, error.message) from error
        # A server that forbids caching sends the file for every call; all calls share one copy.
        audio = Audio(media_type(answer.content_type), answer.body)
        if kept is not None and (status == 304 or (status == 200 and audio == kept.audio)):
            audio, sound = kept.audio, kept.sound
        elif status == 200:
            sound = await _sound(url, audio)
        else:
            raise SoundError(11200, f"The answer was HTTP {status}.")
        age = re.search(r"max-age=(\d{1,9})", answer.headers.get("Cache-Control", ""))
        fresh = _Kept(
            audio,
            sound,
            time.monotonic() + (int(age[1]) if age else 0),
            answer.headers.get("ETag", "") or (kept.etag if kept else ""),
            answer.headers.get("Last-Modified", "") or (kept.last_modified if kept else ""),
        )
        return self._keep(url, fresh).sound

    def _keep(self, url: str, kept: _Kept) -> _Kept:
        if url not in self._kept and len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[url] = kept
        return kept


async def _sound(url: str, audio: Audio) -> Sound:
    """SoundError 12300 for a type that Twilio does not play, and for a file that is not of its type."""
    file_format = AUDIO_TYPES.get(audio.media_type)
    if file_format is None:
        raise SoundError(12300, f"Invalid Content-Type: {audio.media_type or 'none was given'} cannot be played.")
    if file_format == "wav":
        return Sound(url, audio.content, wav_seconds(audio.content))
    content = audio.content
    if file_format != "mulaw":
        from rehearsal.sound.clips import decode  # PyAV is heavy, and most calls play WAV alone

        try:
            content = await asyncio.to_thread(decode, audio.content, file_format)
        except ValueError as error:
            raise SoundError(12300, f"The file is not what its Content-Type says: {error}") from error
    return Sound(url, content, len(content) / MULAW_BYTES_PER_SECOND)


def wav_seconds(content: bytes) -> float:
    """How long a WAV file of any encoding with a constant rate lasts; SoundError when it is not one.

    The chunks are read here because the standard library's reader refuses mu-law.
    """
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise SoundError(12300, "The file is not what its Content-Type says: it is not a WAV.")
    rate, at = 0, 12
    while at + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, at)
        if name == b"fmt " and size >= 16 and at + 24 <= len(content):
            rate = struct.unpack_from("<I", content, at + 16)[0]
        elif name == b"data" and rate:
            return float(min(size, len(content) - at - 8) / rate)
        at += 8 + size + size % 2
    raise SoundError(12300, "The WAV file has no sound in it.")
