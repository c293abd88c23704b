"""`/words`: what callers hear, sentence by sentence. An admin changes it, and has it said in their own browser."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import quote

from callin.audit import Act
from callin.web.base import ChangeHandler
from callin.web.middleware import HTTPError
from callin.web.pages import PageHandler
from callin.words import (
    EDITABLE,
    LANGUAGES,
    MOST_CHARACTERS,
    SpokenWords,
    defaults,
    filled,
    most_characters,
    problem_of,
)
from callin.words.own import GROUPS, TITLES
from callin.words.spoken import placeholders_of

NO_SENTENCE = "There is no such sentence. Reload the page."
EXAMPLES = {
    "position": 3,
    "size": 12,
    "minutes": 7,
    "least": 5,
    "most": 10,
    "number": "1, 2, 3",
    "when": "20:00",
    "time": "20:00",
}
"""What stands in a sentence's placeholders when an admin hears it."""


class ShownSentence(NamedTuple):
    """A row of the page. `text` is what callers hear, or what was typed and refused, for the reason `problem`."""

    name: str
    title: str
    default: str
    is_own: bool
    placeholders: list[str]
    most: int
    text: str
    problem: str
    done: str


MOST_DRAFT_BYTES = 700
"""A browser sends the draft to Twilio when it calls, and Twilio takes 800 bytes at most."""


def spoken_example(words: SpokenWords, name: str, station_name: str, draft: str = "") -> str:
    """The sentence, or a draft of it, with values as a caller might hear them."""
    if draft:
        words = words.of_station(station_name, words.voice, {name: draft})
    return filled(getattr(words, name), show=station_name, **EXAMPLES)


def on_one_line(typed: str) -> str:
    """A sentence as it is stored and said."""
    return " ".join(typed.split())


class WordsPage(PageHandler):
    """`/words`: every sentence in the station's language, with the station's own words in place of the app's."""

    methods = ("GET", "POST")

    def get(self) -> None:
        self._show({})

    def post(self) -> None:
        name = self.form.get("name")
        if name not in EDITABLE:
            raise HTTPError(HTTPStatus.BAD_REQUEST, NO_SENTENCE)
        default = getattr(self._defaults, name)
        typed = self.form.get("text") if self.form.get("do") == "save" else ""
        text = on_one_line(typed)
        if text == default:
            text = ""
        if text and (problem := problem_of(name, text, self._defaults)):
            self.note(Act.REFUSAL, f"was refused a sentence for callers: {problem}")
            self.response.set_status(HTTPStatus.BAD_REQUEST.value)
            self._show({name: (typed, problem, "")})
            return
        did = "changed what callers hear" if text else "restored the default of what callers hear"
        what = f"{did}: {TITLES[name]}"
        self.services.station.set_words(name, text, self.lines(Act.SETTINGS, what))
        self._show({name: (text or default, "", "Saved." if text else "This is the default.")})

    @property
    def _defaults(self) -> SpokenWords:
        return defaults(self.services.station.words().voice.language)

    def _show(self, said: dict[str, tuple[str, str, str]]) -> None:
        """Answers with the page. `said` has a text, a problem and a success for the sentence that was sent."""
        voice, table = self.services.station.words().voice, self._defaults
        own = self.services.station.own_words(voice.language).usable(table)
        groups: dict[str, list[ShownSentence]] = {}
        for heading, titles in GROUPS.items():
            for name, title in titles.items():
                default = getattr(table, name)
                shown = said.get(name, (own.get(name, default), "", ""))
                names = sorted(placeholders_of(default) - {"station"})
                groups.setdefault(heading, []).append(
                    ShownSentence(name, title, default, name in own, names, most_characters(name), *shown)
                )
        self.render(
            "account/words.html",
            groups=groups,
            most=MOST_CHARACTERS,
            language=LANGUAGES[voice.language],
            voice=voice,
        )


class WordsDraftHandler(ChangeHandler):
    """`/words/draft`: whether an unsaved sentence can be said, asked before the admin's browser calls."""

    def post(self) -> None:
        self.read_body()
        name, text = self.text("name"), on_one_line(self.text("text"))
        if problem := self._problem(name, text):
            raise HTTPError(HTTPStatus.BAD_REQUEST, problem)
        self.write_json({"ok": True})

    def _problem(self, name: str, text: str) -> str:
        if name not in EDITABLE:
            return NO_SENTENCE
        if not text:
            return "Write the sentence first."
        if problem := problem_of(name, text, defaults(self.services.station.words().voice.language)):
            return problem
        is_too_long = len(quote(text)) > MOST_DRAFT_BYTES
        return "This sentence is too long to be said before it is saved. Save it first." if is_too_long else ""
