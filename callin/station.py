"""What an admin changes day to day, on the page Station: name, times, phones. It overrides the settings file."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace

from callin.accounts import DjPhones, Passwords
from callin.config import SETTINGS, Settings
from callin.config.kinds import LONGEST_CALL_SECONDS, zone_named
from callin.contracts import Clock, Record, Store, StoreError
from callin.logo import Logo
from callin.model import plain
from callin.refreshed import Refreshed, start_daemon
from callin.words import OwnWords, SpokenWords, defaults, station_words, voice_named

KEY = "station"
DAY_SECONDS = 86400.0
LABELS = {
    "STATION_NAME": "The station’s name",
    "STATION_VOICE": "The voice",
    "STATION_TIME_ZONE": "The time zone",
    "DESK_SOUND": "The sound of the desks",
    "CALL_WARNING_SECONDS": "The time to wrap up",
    "CALL_LIMIT_SECONDS": "The limit of a call",
    "BLOCKED_CALLERS_HEAR": "What blocked callers hear",
    "RETENTION_DAYS": "The days that calls are kept",
    "DJ_PHONES": "The DJs’ phones",
    "DJ_PIN": "The PIN",
}
"""The settings that the page changes, as it names them."""

MINUTES = ("CALL_WARNING_SECONDS", "CALL_LIMIT_SECONDS")
"""Settings in seconds that the page shows in minutes."""

MAY_BE_EMPTY = {"DJ_PHONES"}
_KINDS = {setting.name: setting.kind for setting in SETTINGS if setting.name in LABELS}


class StationError(Exception):
    """The values cannot be used. `problems` has a sentence for each fault."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class StationRecord(Struct, frozen=True):
    """What was set on the page, as texts in the form of the settings file; None if the file's value holds."""

    stored_as: ClassVar[str] = "station"

    key: str
    station_name: str | None = None
    station_voice: str | None = None
    station_time_zone: str | None = None
    desk_sound: str | None = None
    call_warning_seconds: str | None = None
    call_limit_seconds: str | None = None
    blocked_callers_hear: str | None = None
    retention_days: str | None = None
    dj_phones: str | None = None
    pin_hash: str | None = None
    """An argon2id hash of the PIN, which itself is not stored."""
    logo: str | None = None
    """The key of the `Logo`."""


class StationSettings(Struct, frozen=True):
    """The values that hold now. Times are in seconds; 0 means never, and calls are then kept for ever."""

    name: str
    words: SpokenWords
    time_zone: tzinfo
    desk_sound: str
    call_warning_seconds: int
    call_limit_seconds: int
    blocked_hear_words: bool
    retention_seconds: float
    dj_phones: DjPhones
    logo: str = ""
    """The key of the `Logo`; empty if there is none."""


class Station:
    """The values, in memory and in the store. Safe to use from any thread."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        settings: Settings,
        passwords: Passwords,
        start: Callable[[Callable[[], None]], None] = start_daemon,
    ) -> None:
        """`settings` are the file's. `start` starts a thread."""
        self._store = store
        self._file = {name: _text(getattr(settings, name.lower())) for name in LABELS}
        self._passwords = passwords
        self._own = OwnWords("")
        # Until the first reading the file's values hold.
        self._refreshed = Refreshed(self._read, self._made(StationRecord(KEY)), clock, start)
        self.current = self._refreshed.current
        self._logo: Logo | None = None

    def words(self, *, fresh: bool = False) -> SpokenWords:
        """What the station says, in its language and voice; with `fresh` as the store has it now."""
        if fresh:
            self._refreshed.refresh()
        return self.current().words

    def own_words(self, language: str) -> OwnWords:
        """The sentences of a language that an admin has changed. StoreError."""
        return self._store.record(OwnWords, language) or OwnWords(language)

    def set_words(self, name: str, text: str, also: Sequence[Record]) -> None:
        """Changes a sentence in the station's language; an empty text restores the default."""
        language = self.words().voice.language

        def work(stored: OwnWords | None) -> OwnWords | None:
            after = (stored or OwnWords(language)).changed(name, text)
            return after if after.sentences else None

        self._own = self._store.change_record(OwnWords, language, work, also) or OwnWords(language)
        self._take(self._record())

    def dj_phones(self) -> DjPhones:
        """The DJs' phones and PIN as the store has them now, because they decide who gets in; if it fails, as known."""
        self._refreshed.refresh()
        return self.current().dj_phones

    def logo(self, key: str) -> Logo | None:
        """The logo, if it has that key. It is read from the store once."""
        if not key or key != self.current().logo:
            return None
        logo = self._logo
        if logo is None or logo.key != key:
            logo = self._logo = self._store.record(Logo, key)
        return logo

    def set_logo(self, logo: Logo | None, also: Sequence[Record]) -> None:
        """Replaces the logo; None removes it. The picture is stored before it is named, and the old one goes last."""
        key, before = "", ""
        if logo is not None:
            key = logo.key
            self._store.change_record(Logo, key, lambda _: logo)

        def work(stored: StationRecord | None) -> StationRecord:
            nonlocal before
            now = stored or StationRecord(KEY)
            before = now.logo or ""
            return replace(now, logo=key or None)

        self._take(self._store.change_record(StationRecord, KEY, work, also) or StationRecord(KEY))
        if before:
            self._store.change_record(Logo, before, lambda _: None)

    def texts(self) -> dict[str, str]:
        """What the page shows: each setting as text, except the PIN, which is never shown."""
        record = self._record()
        return {name: self._text_of(record, name) for name in LABELS if name != "DJ_PIN"}

    def change(self, form: Mapping[str, str], lines: Callable[[list[str]], Sequence[Record]]) -> bool:
        """Stores the values that differ; returns whether there are any. StationError, and no change, if one is wrong.

        An empty PIN is not a change. `lines` makes the audit's lines from the names of the changed settings.
        """
        before = self._record()
        wanted = {name: _typed(name, form[name]) for name in LABELS if name in form}
        changed = {name: text for name, text in wanted.items() if self._is_changed(before, name, text)}
        if problems := [problem for name, text in changed.items() if (problem := _problem(name, text))]:
            raise StationError(problems)
        fields = {name.lower(): text for name, text in changed.items() if name != "DJ_PIN"}
        if "DJ_PIN" in changed:
            fields["pin_hash"] = self._passwords.hash(changed["DJ_PIN"])
        if fields:
            self._store_fields(fields, lines(list(changed)))
        return bool(changed)

    def _store_fields(self, fields: Mapping[str, str], also: Sequence[Record]) -> None:
        def work(stored: StationRecord | None) -> StationRecord:
            # Another admin may have changed other fields since the form was compared: those stay.
            now = stored or StationRecord(KEY)
            after = replace(now, **fields)
            # A contradiction that the settings file already contains does not block other changes.
            if problems := [one for one in self._contradictions(after) if one not in self._contradictions(now)]:
                raise StationError(problems)
            return after

        after = self._store.change_record(StationRecord, KEY, work, also) or StationRecord(KEY, **fields)
        with contextlib.suppress(StoreError):  # the next reading has them
            self._own = self.own_words(self._language_of(after))
        self._take(after)

    def _is_changed(self, before: StationRecord, name: str, text: str) -> bool:
        return bool(text) if name == "DJ_PIN" else text != self._text_of(before, name)

    def _contradictions(self, record: StationRecord) -> list[str]:
        made = self._made(record)
        problems = []
        if 0 < made.call_limit_seconds <= made.call_warning_seconds:
            problems.append("The time to wrap up must be less than the limit of a call: it comes first.")
        if made.dj_phones.numbers and not made.dj_phones.has_pin:
            problems.append("The DJs’ phones need a PIN, because a caller’s number can be forged.")
        return problems

    def _read(self) -> StationSettings:
        record = self._record()
        self._own = self.own_words(self._language_of(record))
        return self._made(record)

    def _take(self, record: StationRecord) -> None:
        self._refreshed.take(self._made(record))

    def _language_of(self, record: StationRecord) -> str:
        return voice_named(self._text_of(record, "STATION_VOICE")).language

    def _record(self) -> StationRecord:
        return self._store.record(StationRecord, KEY) or StationRecord(KEY)

    def _text_of(self, record: StationRecord, name: str) -> str:
        stored: str | None = getattr(record, name.lower())
        return self._file[name] if stored is None else _typed(name, stored)

    def _made(self, record: StationRecord) -> StationSettings:
        texts = {name: self._text_of(record, name) for name in LABELS if name != "DJ_PIN"}
        phones = frozenset(one.strip() for one in texts["DJ_PHONES"].split(",") if one.strip())
        pin = self._file["DJ_PIN"] if record.pin_hash is None else ""
        return StationSettings(
            name=texts["STATION_NAME"],
            words=_words(texts["STATION_NAME"], texts["STATION_VOICE"], self._own),
            time_zone=zone_named(texts["STATION_TIME_ZONE"]),
            desk_sound=texts["DESK_SOUND"],
            call_warning_seconds=int(texts["CALL_WARNING_SECONDS"]),
            call_limit_seconds=int(texts["CALL_LIMIT_SECONDS"]),
            blocked_hear_words=texts["BLOCKED_CALLERS_HEAR"] == "words",
            retention_seconds=int(texts["RETENTION_DAYS"]) * DAY_SECONDS,
            dj_phones=DjPhones(phones, pin, record.pin_hash or "", self._passwords),
            logo=record.logo or "",
        )


@functools.lru_cache(maxsize=2)
def _words(station_name: str, voice: str, own: OwnWords) -> SpokenWords:
    """The same object until something changes: documents are cached by it."""
    language = voice_named(voice).language
    return station_words(station_name, voice, own.usable(defaults(language)) if own.key == language else {})


def _problem(name: str, text: str) -> str:
    """What is wrong with a value, as a sentence; empty if nothing."""
    if not text:
        return "" if name in MAY_BE_EMPTY else f"{LABELS[name]} must not be empty."
    try:
        _KINDS[name](text)
    except ValueError as error:
        in_minutes = f"must be 0 to {LONGEST_CALL_SECONDS // 60} minutes"
        return f"{LABELS[name]} {in_minutes if name in MINUTES else error}."
    return ""


def _typed(name: str, text: str) -> str:
    """The value as it is used. Former versions stored the station's name exactly as it was typed."""
    return plain(text) if name == "STATION_NAME" else text.strip()


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
