"""The station's own words: the sentences that an admin may change on the page Words, and what each of them may be."""

from __future__ import annotations

import re
from typing import ClassVar

from msgspec import Struct

from callin.words.spoken import SENTENCES, SpokenWords, placeholders_of, speakable

MOST_CHARACTERS = 300
SHORT = {"on_air": 30, "next_caller": 40, "next": 60, "radio_down": 60, "number": 60, "after_tone": 90}
"""The most characters of sentences that somebody waits for: the DJ, or a caller that may be taken any moment."""

IN_FILES_ONLY = "app_down"
"""The page cannot change it: callers hear it from static files, while the app is down."""

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
        """The sentences by name, except those that do not fit this version's table."""
        return {
            one.name: one.text
            for one in self.sentences
            if one.name in EDITABLE and not problem_of(one.name, one.text, defaults)
        }

    def changed(self, name: str, text: str) -> OwnWords:
        """The words with this sentence; an empty one restores the default."""
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
        return "The sentence contains control characters, which no voice can say. Type it again."
    if missing := sorted(wanted - there):
        return f"The sentence must contain {_listed(missing)}: the app fills in the value."
    if unknown := sorted(there - wanted - {"station"}):
        return f"The app has no value for {_listed(unknown)} in this sentence. Take it out."
    if _BRACES.search(re.sub(r"\{[a-z]+\}", "", text)):
        return "The sentence has a brace that belongs to no placeholder. Take it out."
    return ""


def _listed(names: list[str]) -> str:
    return " and ".join(f"{{{name}}}" for name in names)


GROUPS: dict[str, dict[str, str]] = {
    "Greeting": {
        "greeting": "The greeting",
        "notice": "The notice, after a recorded greeting that does not say it",
        "ask_name": "The question for a name",
        "ask_place": "The question for a place",
        "ask_topic": "The question for a topic",
        "asked_thanks": "After the questions",
        "in_line": "In line, while the place is unknown",
    },
    "Waiting": {
        "next": "The caller is next",
        "radio_down": "Turn the radio down",
        "number": "The place in line, for the next few",
        "number_of": "The place in line, for all others",
        "waited_under_a_minute": "Waited for less than a minute",
        "waited_a_minute": "Waited for a minute",
        "waited_minutes": "Waited for several minutes",
        "average_wait_a_minute": "The average wait: a minute",
        "average_wait_minutes": "The average wait: several minutes",
        "wait_up_to_a_minute": "The remaining wait: up to a minute",
        "wait_up_to": "The remaining wait: up to several minutes",
        "wait_between": "The remaining wait: between two times",
        "wait_over_an_hour": "The remaining wait: more than an hour",
        "wait_keys": "The keys that a waiting caller can press",
        "screening": "A screener picks up",
        "screened": "A screener has marked the caller ready",
        "back_in_line": "A screener sends the caller back to the line",
        "on_hold": "Put on hold by a screener",
        "still_on_hold": "On hold, after music",
        "thanks_for_holding": "On hold, after more music",
    },
    "Ready and on the air": {
        "ready_check": "Are you ready?",
        "ready_check_again": "Are you ready? Asked again",
        "ready": "After the caller has pressed 1",
        "after_tone": "Going on the air after a tone",
        "coming": "On the way to the DJ",
        "on_air": "On the air",
        "recorded": "The desk records",
        "off_air": "Taken off the air, and on hold",
        "one_moment": "The DJ’s connection is lost",
        "cut_short": "The call may have been cut short",
        "thanks": "The goodbye after the air",
    },
    "Messages": {
        "message_offer": "A message is offered",
        "message_instructions": "Before the tone",
        "message_thanks": "The message is taken",
        "message_nothing": "Nothing was said",
        "message_refused": "No further message is taken",
    },
    "Closed and full": {
        "closed": "The line is closed",
        "closed_until": "The line is closed, with the next opening",
        "closed_now": "The line is closed, and callers can leave a message",
        "closed_now_until": "The line is closed, and callers can leave a message: with the next opening",
        "queue_full": "The line is full",
        "queue_full_until": "The line is full, with the end of the show",
        "full_now": "The line is full, and callers can leave a message",
        "full_now_until": "The line is full, and callers can leave a message: with the end of the show",
        "turned_away": "A blocked caller",
        "number_busy": "Too many calls from one number",
        "browser_busy": "A second call from one browser",
        "page_too_old": "The page was open for too long",
        "web_is_off": "No calls from the web",
        "goodbye": "Goodbye, if no other sentence says it",
    },
    "Desks and phones": {
        "next_caller": "The whisper, if nothing is known of the caller",
        "taken_over": "Another desk has taken over",
        "connected_again": "The same person has connected again",
        "offer": "A desk may be taken over",
        "offer_asked": "The other desk is asked",
        "offer_refused": "The other desk has refused",
        "offer_failed": "A press did not work",
        "signed_out": "The desk is signed out",
        "not_a_browser_of_ours": "A call that is not from one of the station’s pages",
        "trying_again": "The app has a problem, and tries again",
        "studio_only": "The studio’s number, rung by a stranger",
        "enter_pin": "The question for the PIN",
        "wrong_pin": "A wrong PIN",
        "no_pin": "No PIN",
        "locked": "The phone is locked",
    },
}
"""What the page Words calls each sentence, which also says when it is said: under the page's headings, in its order."""

TITLES = {name: title for group in GROUPS.values() for name, title in group.items()}
