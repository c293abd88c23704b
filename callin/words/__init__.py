"""Every sentence that Twilio speaks to a listener, a DJ or a screener, in each language; and the voices that speak it.

A language is a file beside this one. To add a sentence, add a field to `SpokenWords` and its text to each language:
mypy names the languages that lack it.
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
from callin.words.spoken import WidgetWords as WidgetWords
from callin.words.spoken import filled as filled
from callin.words.spoken import speakable as speakable
from callin.words.voices import LANGUAGES as LANGUAGES
from callin.words.voices import TWILIOS_OWN as TWILIOS_OWN
from callin.words.voices import VOICES as VOICES
from callin.words.voices import Voice as Voice
from callin.words.voices import voice_named as voice_named

if TYPE_CHECKING:
    from collections.abc import Mapping


@functools.cache
def defaults(language: str) -> SpokenWords:
    """The sentences of a language, as they come with the app. Only the station's own language is loaded."""
    words: SpokenWords = importlib.import_module(f"callin.words.{language}").WORDS
    return words


def calendar(words: SpokenWords) -> Calendar:
    """How the language of these words says days and times."""
    found: Calendar = importlib.import_module(f"callin.words.{words.voice.language}").CALENDAR
    return found


def widget_words(words: SpokenWords) -> WidgetWords:
    """What the station's own site shows, in the language of these words."""
    found: WidgetWords = importlib.import_module(f"callin.words.{words.voice.language}").WIDGET
    return found


def station_words(station_name: str, voice: str, own: Mapping[str, str]) -> SpokenWords:
    """The sentences in the language of that voice, some of them in the station's own words."""
    chosen = voice_named(voice)
    return defaults(chosen.language).of_station(station_name, chosen, own)
