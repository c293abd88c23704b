"""Which of the stored sounds callers hear: a recorded greeting, and the files that play while they wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from callin.contracts import Clock, Record, Store
from callin.model import RecordedGreeting, Tune
from callin.refreshed import Refreshed, start_daemon
from callin.sounds.library import SoundLibrary, SoundLimits
from callin.sounds.models import Sound

KEY = "station"
GREETING, MUSIC = "greeting", "music"
LIMITS = {GREETING: SoundLimits(most_sounds=10, most_seconds=60), MUSIC: SoundLimits(most_sounds=40, most_seconds=600)}
"""The kinds that an admin uploads. Twilio fetches them, so anybody that has the address of one can hear it."""


class SoundChoice(Struct, frozen=True):
    """What callers hear of the stored sounds. None and () stand for the app's own words and music."""

    key: str = KEY
    greeting: RecordedGreeting | None = None
    music: tuple[Tune, ...] = ()

    def without(self, key: str) -> SoundChoice:
        """The choice once the sound with that key is gone."""
        kept = tuple(tune for tune in self.music if tune.key != key)
        greeting = None if self.greeting and self.greeting.key == key else self.greeting
        return replace(self, greeting=greeting, music=kept)


class ChosenSounds:
    """The choice, in memory and in the store. Safe to use from any thread."""

    def __init__(self, store: Store, clock: Clock, start: Callable[[Callable[[], None]], None] = start_daemon) -> None:
        self._store = store
        self._refreshed = Refreshed(self._read, SoundChoice(), clock, start)
        self.current = self._refreshed.current

    def stored(self) -> SoundChoice:
        """The choice as the store has it now, for the page that changes it."""
        choice = self._read()
        self._refreshed.take(choice)
        return choice

    def greet_with(self, sound: Sound | None, also: Sequence[Record]) -> None:
        """Has callers hear that recording first, or the app's own words."""
        greeting = RecordedGreeting(sound.key, sound.name, sound.says_notice) if sound else None
        self._change(lambda choice: replace(choice, greeting=greeting), also)

    def set_in_rotation(self, sound: Sound, also: Sequence[Record], *, is_in: bool) -> None:
        """Has waiting callers hear that file among the others, last, or no longer."""

        def change(choice: SoundChoice) -> SoundChoice:
            without = choice.without(sound.key)
            tune = Tune(sound.key, sound.seconds)
            return replace(without, music=(*without.music, tune)) if is_in else without

        self._change(change, also)

    def delete(self, library: SoundLibrary, key: str, also: Sequence[Record]) -> bool:
        """Deletes a sound, after callers have stopped hearing it. False if it is not there."""
        self._change(lambda choice: choice.without(key), ())
        return library.retire(key, also)

    def _change(self, change: Callable[[SoundChoice], SoundChoice], also: Sequence[Record]) -> None:
        stored = self._store.change_record(SoundChoice, KEY, lambda before: change(before or SoundChoice()), also)
        self._refreshed.take(stored or SoundChoice())

    def _read(self) -> SoundChoice:
        return self._store.record(SoundChoice, KEY) or SoundChoice()
