"""Takes, lists and deletes listeners' messages, and deletes them after the days that the station has set."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from callin.contracts import Clock, PhoneError, Record, Store, StoreError
from callin.messages.models import (
    PREFIX,
    ListenerMessage,
    MessageError,
    MessageRefusal,
    MessageRefusedError,
    MessageSettings,
    Source,
    Typed,
    new_key,
    plain_text,
)
from callin.messages.news import News
from callin.model import Call, CallRecording, caller_of
from callin.rules import numbers
from callin.sounds import Sound, SoundError, SoundLibrary

GONE = "Somebody has deleted that message."

MOST_KEPT = 200
"""How many messages are kept in all. Then no more are taken until somebody deletes some."""

DAY_SECONDS = 86400.0
MOST_OF_ONE_CALLER = 3
"""How many messages a caller, or a browser, may leave in a day. Withheld numbers are not one caller."""

FRESH_SECONDS = 15.0
"""How old the list in memory may be if no change was announced."""

SECONDS_BETWEEN_TRIES = 60.0
DELETED_AT_ONCE = 20
LATE_CALLBACK_SECONDS = 3600.0
"""How long a deleted recording is remembered: a late callback of Twilio must not bring it back."""

LONGEST_TRANSCRIPT = 4000

SOUND_KIND = "voice-note"

log = logging.getLogger(__name__)


class Recordings(Protocol):
    """The recordings that Twilio keeps. Every method raises PhoneError."""

    def since(self, at: float) -> list[CallRecording]:
        """The newest recordings of the account that began after that time."""

    def wav(self, recording_sid: str) -> bytes | None:
        """The sound as a WAV file; None if Twilio has no such recording, or not yet."""

    def delete(self, recording_sid: str) -> None:
        """Deletes it, if there is one."""


class _Listed(Struct, frozen=True):
    """The messages as they were read, newest first, and when."""

    revision: int
    at: float
    messages: tuple[ListenerMessage, ...]


class Messages:
    """All messages of a store. Safe to use from any thread. Every method may raise StoreError."""

    def __init__(
        self, store: Store, clock: Clock, recordings: Recordings, sounds: SoundLibrary, revision: Callable[[], int]
    ) -> None:
        """`revision` is the number in the show's record, from memory: a list of that number is not read again."""
        self._store = store
        self._clock = clock
        self._recordings = recordings
        self._sounds = sounds
        self._revision = revision
        self._news = News(store)
        self._settings = MessageSettings()
        self._settings_read_at: float | None = None
        self._listed: _Listed | None = None
        self._next_try_at = 0.0

    # Settings

    def settings(self) -> MessageSettings:
        """What the station has set; as last known while the store fails. A change takes effect within 15 s."""
        now = self._clock()
        if self._settings_read_at is None or not 0 <= now - self._settings_read_at < FRESH_SECONDS:
            self._settings_read_at = now
            with contextlib.suppress(StoreError):
                self._settings = self._store.record(MessageSettings, self._settings.key) or MessageSettings()
        return self._settings

    def set_settings(self, settings: MessageSettings, also: Sequence[Record] = ()) -> None:
        """MessageError for values that cannot be used."""
        if settings.problem:
            raise MessageError(settings.problem)
        self._store.change_record(MessageSettings, settings.key, lambda _: settings, also)
        self._settings, self._settings_read_at = settings, self._clock()

    # Reading

    def listed(self) -> list[ListenerMessage]:
        """The messages, newest first."""
        return [one for one in self._all() if not one.deleted_at]

    def recording_sids(self) -> set[str]:
        """The recordings of all messages."""
        return {one.recording_sid for one in self._all()}

    def undeleted(self) -> list[ListenerMessage]:
        """Messages that somebody deleted and whose sound could not be deleted yet."""
        return [one for one in self._all() if one.problem]

    def get(self, key: str) -> ListenerMessage | None:
        """The message, unless it was deleted."""
        found = self._store.record(ListenerMessage, key) if key.startswith(PREFIX) else None
        return found if found and not found.deleted_at else None

    def wav(self, message: ListenerMessage) -> bytes | None:
        """The sound of a message; None if there is none, or not yet. PhoneError if Twilio does not give it."""
        if message.recording_sid:
            return self._recordings.wav(message.recording_sid)
        sound = self._sounds.sound(message.sound)
        try:
            return b"".join(self._sounds.read(sound)) if sound else None
        except SoundError:
            return None

    def refusal(self, number: str) -> MessageRefusal | None:
        """Why this caller may not leave a message now; None if they may."""
        if not self.settings().is_on:
            return MessageRefusal.FULL
        messages = self.listed()
        if len(messages) >= MOST_KEPT:
            return MessageRefusal.FULL
        if not (numbers.is_somebodys(number) or numbers.is_listeners_browser(number)):
            return None
        since, caller = self._clock() - DAY_SECONDS, caller_of(number)
        of_caller = sum(caller_of(one.number) == caller and one.at > since for one in messages)
        return MessageRefusal.ENOUGH if of_caller >= MOST_OF_ONE_CALLER else None

    # Taking

    def recorded(self, call: Call, recording_sid: str, seconds: int) -> ListenerMessage | None:
        """Takes a message that was recorded on a call. A repeated callback adds none. None if it was deleted."""
        known = call.known
        new = ListenerMessage(
            key=new_key(call.joined_at, call.call_sid),
            at=self._clock(),
            source=Source.PHONE,
            number=call.number,
            call_sid=call.call_sid,
            recording_sid=recording_sid,
            seconds=seconds,
            name=known.name if known else "",
            place=known.place if known else "",
        )

        def change(before: ListenerMessage | None) -> ListenerMessage:
            if before is None or before.deleted_at:
                return before or new
            return replace(before, seconds=before.seconds or seconds)  # the transcription comes without them

        taken = self._change(new.key, change)
        return None if taken is None or taken.deleted_at else taken

    def transcribed(self, call: Call, recording_sid: str, text: str) -> None:
        """Adds what was said in a recording, by Twilio's transcription. It may come before the recording."""
        transcript = " ".join(text.split())[:LONGEST_TRANSCRIPT]

        def change(before: ListenerMessage | None) -> ListenerMessage | None:
            return replace(before, transcript=transcript) if before and not before.deleted_at else before

        if self.recorded(call, recording_sid, 0) is not None:
            self._change(new_key(call.joined_at, call.call_sid), change)

    def add_text(self, browser: str, text: str, typed: Typed) -> ListenerMessage:
        """Takes a text from a listener's browser. MessageRefusedError if it cannot be taken."""
        self.must_be_welcome(browser)
        return self._add(Source.TEXT, browser, typed, text=plain_text(text))

    def add_voice_note(self, browser: str, sound: Sound, typed: Typed) -> ListenerMessage:
        """Takes a voice note from a listener's browser. Its sound is already stored."""
        return self._add(Source.VOICE_NOTE, browser, typed, sound=sound.key, seconds=max(1, round(sound.seconds)))

    def must_be_welcome(self, browser: str) -> None:
        """MessageRefusedError if this browser may not leave a message now."""
        if refusal := self.refusal(browser):
            raise MessageRefusedError(refusal)

    def _add(
        self, source: Source, browser: str, typed: Typed, text: str = "", sound: str = "", seconds: int = 0
    ) -> ListenerMessage:
        at = self._clock()
        new = ListenerMessage(
            new_key(at), at, source, browser, text=text, sound=sound, seconds=seconds, **typed._asdict()
        )
        self._change(new.key, lambda _: new)
        return new

    # What the desks do

    def mark_heard(self, key: str, by: str, *, heard: bool) -> None:
        """MessageError if the message is gone."""
        at = self._clock() if heard else 0.0

        def change(before: ListenerMessage | None) -> ListenerMessage | None:
            if before is None or before.deleted_at:
                return before
            return replace(before, heard_by=by if heard else "", heard_at=at)

        after = self._change(key, change)
        if after is None or after.deleted_at:
            raise MessageError(GONE)

    def delete(self, key: str, by: str, also: Sequence[Record] = ()) -> str:
        """Deletes a message with its sound. If the sound cannot be deleted yet, returns why, as a sentence."""
        now = self._clock()

        def change(before: ListenerMessage | None) -> ListenerMessage | None:
            return replace(before, deleted_by=by, deleted_at=before.deleted_at or now) if before else None

        message = self._change(key, change, also)
        return self._finish(message) if message else ""

    def delete_of(self, number: str) -> None:
        """Deletes every message of a caller. `run` tries again what fails."""
        for one in self._all():
            if one.number and caller_of(one.number) == caller_of(number):
                self.delete(one.key, "")

    def run(self) -> None:
        """Deletes what is older than the station keeps, and retries deletions that failed: some at a time."""
        now, keep_seconds = self._clock(), self.settings().keep_days * DAY_SECONDS
        if now < self._next_try_at:
            return
        self._next_try_at = now + SECONDS_BETWEEN_TRIES
        old = [one for one in self._all() if self._is_to_go(one, now - keep_seconds if keep_seconds else 0)]
        for one in old[:DELETED_AT_ONCE]:
            self.delete(one.key, one.deleted_by)

    def _is_to_go(self, message: ListenerMessage, kept_since: float) -> bool:
        if message.deleted_at and not message.problem:
            return message.deleted_at < self._clock() - LATE_CALLBACK_SECONDS
        return bool(message.deleted_at) or message.at < kept_since

    def _finish(self, message: ListenerMessage) -> str:
        """Deletes the sound, then the record; for a recording, an empty record stays for a while.

        If the sound stays, the record says why.
        """
        try:
            if message.recording_sid:
                self._recordings.delete(message.recording_sid)
            if message.sound:
                self._sounds.delete(message.sound)
        except (PhoneError, StoreError) as error:
            problem = str(error)
            log.warning("The sound of a deleted message could not be deleted: %s", problem)
            self._change(message.key, lambda before: replace(before, problem=problem) if before else None)
            return problem
        rest = ListenerMessage(
            message.key, message.at, message.source, deleted_by=message.deleted_by, deleted_at=message.deleted_at
        )
        self._change(message.key, lambda _: rest if message.recording_sid else None)
        return ""

    # Storing

    def _all(self) -> tuple[ListenerMessage, ...]:
        revision, now, listed = self._revision(), self._clock(), self._listed
        if listed is None or listed.revision != revision or not 0 <= now - listed.at < FRESH_SECONDS:
            found = self._store.records_under(ListenerMessage, PREFIX, limit=2 * MOST_KEPT)
            listed = self._listed = _Listed(revision, now, tuple(found))
        return listed.messages

    def _change(
        self,
        key: str,
        change: Callable[[ListenerMessage | None], ListenerMessage | None],
        also: Sequence[Record] = (),
    ) -> ListenerMessage | None:
        after = self._store.change_record(ListenerMessage, key, change, also)
        self._listed = None
        self._news.tell()
        return after
