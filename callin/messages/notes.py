"""Voice notes: sounds that a listener's browser sends in pieces, and that become messages once they are whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from callin.messages.models import ListenerMessage, MessageRefusal, MessageRefusedError, Typed
from callin.messages.service import MOST_KEPT, SOUND_KIND, Messages
from callin.sounds import NewSound, SoundError, SoundLibrary, SoundLimits, SoundUpload

SPARE_SECONDS = 1
"""A browser stops a little late."""


class VoiceNotes:
    """Takes voice notes. Every method gets the browser's From, so that nobody adds to another browser's upload.

    Every method raises MessageRefusedError.
    """

    def __init__(self, messages: Messages, sounds: SoundLibrary) -> None:
        self._messages = messages
        self._sounds = sounds

    def begin(self, browser: str, size: int) -> str:
        """Begins a note of `size` bytes; returns the key of its upload."""
        self._messages.must_be_welcome(browser)
        with _as(MessageRefusal.NOTE_TOO_LONG):
            return self._sounds.begin(NewSound(SOUND_KIND, "", size, browser), self._limits).key

    def put(self, browser: str, key: str, number: int, body: bytes) -> None:
        with _as(MessageRefusal.NOTE_NOT_WHOLE):
            self._sounds.put(self._own(browser, key), number, body)

    def finish(self, browser: str, key: str, typed: Typed) -> ListenerMessage:
        self._messages.must_be_welcome(browser)
        with _as(MessageRefusal.NOTE_NOT_WHOLE):
            sound = self._sounds.finish(self._own(browser, key), self._limits)
        return self._messages.add_voice_note(browser, sound, typed)

    @property
    def _limits(self) -> SoundLimits:
        return SoundLimits(MOST_KEPT, self._messages.settings().longest_seconds + SPARE_SECONDS)

    def _own(self, browser: str, key: str) -> SoundUpload:
        upload = self._sounds.upload(key)
        if upload.kind != SOUND_KIND or upload.by != browser:
            raise MessageRefusedError(MessageRefusal.NOTE_NOT_WHOLE)
        return upload


@contextmanager
def _as(refusal: MessageRefusal) -> Iterator[None]:
    """Raises the library's SoundError as this refusal, because its own sentences are for admins."""
    try:
        yield
    except SoundError:
        raise MessageRefusedError(refusal) from None
