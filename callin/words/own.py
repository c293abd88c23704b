"""The station's own words: the sentences of a language that an admin has changed, and what such a sentence may be."""

from __future__ import annotations

import re
from typing import ClassVar

from msgspec import Struct

from callin.words.spoken import SENTENCES, SpokenWords, placeholders_of, speakable

MOST_CHARACTERS = 300
SHORT = {"on_air": 30, "next_caller": 40, "next": 60, "radio_down": 60, "number": 60, "after_tone": 90}
"""The most characters of sentences that somebody waits for: the DJ, or a caller that may be taken any moment."""

IN_FILES_ONLY = "app_down"
"""Nobody can change it here: callers hear it from static files, while the app is down."""

EDITABLE = tuple(name for name in SENTENCES if name != IN_FILES_ONLY)

_BRACES = re.compile(r"[{}]")


class OwnSentence(Struct, frozen=True):
    """A sentence by its name in `SpokenWords`."""

    name: str
    text: str


class OwnWords(Struct, frozen=True):
    """What an admin has changed in one language. `key` is the language."""

    stored_as: ClassVar[str] = "own_words"

    key: str
    sentences: tuple[OwnSentence, ...] = ()

    def usable(self, defaults: SpokenWords) -> dict[str, str]:
        """The sentences by name, but for those that do not fit this version's table."""
        return {
            one.name: one.text
            for one in self.sentences
            if one.name in EDITABLE and not problem_of(one.name, one.text, defaults)
        }

    def changed(self, name: str, text: str) -> OwnWords:
        """With this sentence; an empty one takes the default back."""
        others = tuple(one for one in self.sentences if one.name != name)
        return OwnWords(self.key, (*others, OwnSentence(name, text)) if text else others)


def most_characters(name: str) -> int:
    return SHORT.get(name, MOST_CHARACTERS)


def problem_of(name: str, text: str, defaults: SpokenWords) -> str:
    """What is wrong with a station's own sentence, as a sentence that says what to do; empty if nothing."""
    wanted, there = placeholders_of(getattr(defaults, name)) - {"station"}, placeholders_of(text)
    if len(text) > most_characters(name):
        return f"The sentence has {len(text)} characters. It may have {most_characters(name)}: shorten it."
    if speakable(text) != text:
        return "The sentence has control characters, which no voice can say. Type it again."
    if missing := sorted(wanted - there):
        return f"The sentence must have {_listed(missing)}: the app fills in the value."
    if unknown := sorted(there - wanted - {"station"}):
        return f"The app has no value for {_listed(unknown)} in this sentence. Take it out."
    if _BRACES.search(re.sub(r"\{[a-z]+\}", "", text)):
        return "The sentence has a brace that belongs to no placeholder. Take it out."
    return ""


def _listed(names: list[str]) -> str:
    return " and ".join(f"{{{name}}}" for name in names)
