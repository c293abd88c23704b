"""The station's own words and sounds in every engine: another instance says and plays what an admin has chosen."""

from __future__ import annotations

from pathlib import Path

import pytest

from callin.accounts.passwords import Passwords
from callin.config import read
from callin.sounds import ChosenSounds, NewSound, SoundLibrary
from callin.sounds.choice import GREETING, LIMITS, MUSIC
from callin.station import Station
from callin.words import defaults
from tests.stores.conftest import Opener
from tests.support.clock import HeldClock
from tests.support.sounds import add
from tests.support.station import new_environment
from tests.support.wav import tone

SETTINGS = read({**new_environment(Path("/nowhere"), 8080, 9100), "STATION_NAME": "Radio 7", "STATION_VOICE": "de-DE"})
OWN = "Tschüs & <danke>, sagt {station}."


def station(opener: Opener) -> Station:
    return Station(opener(), HeldClock(), SETTINGS, Passwords(), start=lambda refresh: refresh())


def test_another_instance_says_own_words_until_they_are_removed(opener: Opener) -> None:
    one = station(opener)
    one.set_words("thanks", OWN, ())
    other = station(opener)
    assert other.words(fresh=True).thanks == "Tschüs & <danke>, sagt Radio 7."
    assert other.own_words("en").sentences == (), "each language has its own"
    other.set_words("thanks", "", ())
    assert one.words(fresh=True).thanks == defaults("de").thanks


def test_chosen_sounds_are_heard_at_another_instance_until_they_are_deleted(opener: Opener) -> None:
    clock, store = HeldClock(), opener()
    library = SoundLibrary(store, clock)
    greeting, song, other_song = (
        add(library, NewSound(kind, name, len(content)), content, LIMITS[kind])
        for kind, name, content in (
            (GREETING, "Hallo", tone(1)),
            (MUSIC, "Song", tone(3)),
            (MUSIC, "Another", tone(2)),
        )
    )
    chosen = ChosenSounds(store, clock, start=lambda refresh: refresh())
    chosen.greet_with(greeting, ())
    chosen.set_in_rotation(song, (), is_in=True)
    chosen.set_in_rotation(other_song, (), is_in=True)
    there = opener()
    elsewhere = ChosenSounds(there, clock, start=lambda refresh: refresh())
    choice = elsewhere.stored()
    assert (choice.greeting and choice.greeting.name, [tune.key for tune in choice.music]) == (
        "Hallo",
        [song.key, other_song.key],
    )
    assert elsewhere.delete(SoundLibrary(there, clock), song.key, ())
    assert [tune.key for tune in chosen.stored().music] == [other_song.key]


@pytest.mark.parametrize("text", ["Hello {name}.", "x" * 400, "Bye }", "\x07"])
def test_own_words_that_no_longer_fit_are_not_said(opener: Opener, text: str) -> None:
    """Another version may have stored them."""
    one = station(opener)
    one.set_words("thanks", text, ())
    assert one.words(fresh=True).thanks == defaults("de").thanks
