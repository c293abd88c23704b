"""Every sentence that Twilio speaks, or that listeners read, in each language; and the voices that speak.

A language is three files beside this one, such as `de.py`, `de_page.py` and `de_script.py`. To add a sentence, add a
field to `SpokenWords` or to a group of `WrittenWords`, and its text to each language: mypy names those that lack it.
"""

from __future__ import annotations

import functools
import importlib
from typing import TYPE_CHECKING

from callin.words.own import EDITABLE as EDITABLE
from callin.words.own import MOST_CHARACTERS as MOST_CHARACTERS
from callin.words.own import OwnWords as OwnWords
from callin.words.own import most_characters as most_characters
from callin.words.own import problem_of as problem_of
from callin.words.spoken import SENTENCES as SENTENCES
from callin.words.spoken import Calendar as Calendar
from callin.words.spoken import SpokenWords as SpokenWords
from callin.words.spoken import filled as filled
from callin.words.spoken import speakable as speakable
from callin.words.voices import LANGUAGES as LANGUAGES
from callin.words.voices import TWILIOS_OWN as TWILIOS_OWN
from callin.words.voices import VOICES as VOICES
from callin.words.voices import Voice as Voice
from callin.words.voices import voice_named as voice_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    # `written_words` loads these when a page needs them: most new instances are started by a call.
    from callin.words.written import LineWords as LineWords
    from callin.words.written import WrittenWords as WrittenWords


@functools.cache
def defaults(language: str) -> SpokenWords:
    """The sentences of a language, as they come with the app. Only the station's own language is loaded."""
    words: SpokenWords = importlib.import_module(f"callin.words.{language}").WORDS
    return words


def calendar(words: SpokenWords) -> Calendar:
    """How the language of these words says days and times."""
    found: Calendar = importlib.import_module(f"callin.words.{words.voice.language}").CALENDAR
    return found


def written_words(language: str) -> WrittenWords:
    """What listeners read in that language. Only the station's own language is loaded."""
    found: WrittenWords = importlib.import_module(f"callin.words.{language}_page").WRITTEN
    return found


def station_words(station_name: str, voice: str, own: Mapping[str, str]) -> SpokenWords:
    """The sentences in the language of that voice, some of them in the station's own words."""
    chosen = voice_named(voice)
    return defaults(chosen.language).of_station(station_name, chosen, own)
