"""The sentences of one language, in one voice, and how it says days and times of day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from callin.model import Denial, WaitRange
from callin.words.voices import Voice

# XML 1.0 allows no control characters but tab and the line ends, no surrogates and neither of the last two:
# https://www.w3.org/TR/xml/#charsets
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_NO_BRACES = str.maketrans("", "", "{}")
_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")


def speakable(text: str) -> str:
    """Text without the characters that XML forbids, for anything that a person typed or said."""
    return _UNSPEAKABLE.sub("", text)


def filled(sentence: str, **values: object) -> str:
    """The sentence with the values in place of `{name}`. What stands in braces inside a value stays as it is.

    >>> filled("You are number {position} of {size}.", position=2, size="{position}")
    'You are number 2 of {position}.'
    """
    return _PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), sentence)


def placeholders_of(sentence: str) -> set[str]:
    """
    >>> sorted(placeholders_of("You are number {position} of {size}."))
    ['position', 'size']
    """
    return set(_PLACEHOLDER.findall(sentence))


class SpokenWords(Struct, frozen=True, kw_only=True, eq=False):
    """The sentences of one language, in one voice.

    `{name}` in a sentence stands for a value, see `filled`. Documents are cached by this object, so a station keeps one
    until an admin changes something.
    """

    voice: Voice

    # Listeners, from the greeting to the goodbye.
    greeting: str
    """A caller must be told before a call is broadcast: 47 CFR 73.1206."""

    notice: str
    """The same after a recorded greeting that does not say so."""

    ask_name: str
    """Asked of new callers if nobody screens, before they join the line. A key skips a question."""

    ask_place: str
    ask_topic: str
    asked_thanks: str
    in_line: str
    next: str
    radio_down: str
    number: str
    number_of: str
    waited_under_a_minute: str
    waited_a_minute: str
    waited_minutes: str
    average_wait_a_minute: str
    average_wait_minutes: str
    wait_up_to_a_minute: str
    wait_up_to: str
    wait_between: str
    wait_over_an_hour: str
    ready_check: str
    ready_check_again: str
    after_tone: str
    """Said while a caller waits, so that nothing has to be said when they go on. Repeats the notice."""

    ready: str
    """`after_tone` follows."""

    screening: str
    screened: str
    on_hold: str
    thanks_for_holding: str
    still_on_hold: str
    back_in_line: str
    coming: str
    """For a caller that has not heard `after_tone` and is on the way to the DJ. Also repeats the notice."""

    on_air: str
    """For a caller that heard neither of the two. Takes about a second, in which the DJ waits."""

    recorded: str
    """Follows `after_tone`, `coming` and `on_air` while the desk records."""

    off_air: str
    one_moment: str
    cut_short: str
    thanks: str
    queue_full: str
    queue_full_until: str
    turned_away: str
    closed: str
    closed_until: str
    """`{when}` is a day and a time, `{show}` the title of the next show."""

    # A message. If one may be left, `closed_now` and `full_now` replace `closed` and `queue_full`, without a goodbye.
    closed_now: str
    closed_now_until: str
    full_now: str
    full_now_until: str
    message_offer: str
    """Names the key 5; `goodbye` follows if nothing is pressed."""

    message_instructions: str
    """Before the tone. A caller must be told that they are recorded, and may be broadcast."""

    message_thanks: str
    message_nothing: str
    message_refused: str
    """`goodbye` or the music follows."""

    wait_keys: str
    """Names the keys 5 and 9."""

    # Why a call is not let in. `goodbye` follows each.
    number_busy: str
    browser_busy: str
    page_too_old: str
    web_is_off: str
    goodbye: str

    app_down: str
    """In the fallback documents: for new callers, waiting callers and callers that the DJ has just let go."""

    # The desks.
    next_caller: str
    """The whisper for a caller that nothing is known about."""

    taken_over: str
    connected_again: str
    offer: str
    offer_asked: str
    offer_refused: str
    offer_failed: str
    signed_out: str
    not_a_browser_of_ours: str
    trying_again: str

    # A DJ's phone.
    studio_only: str
    enter_pin: str
    wrong_pin: str
    no_pin: str
    locked: str

    def of_station(self, name: str, voice: Voice, own: Mapping[str, str]) -> SpokenWords:
        """The same in that voice, with the station's name, and with its own sentences by their names."""
        station = name.translate(_NO_BRACES)
        texts = {one: own.get(one, getattr(self, one)).replace("{station}", station) for one in SENTENCES}
        return replace(self, voice=voice, **texts)

    def waited(self, seconds: int) -> str:
        """How long a caller has waited."""
        minutes = max(0, seconds) // 60
        if minutes == 0:
            return self.waited_under_a_minute
        return self.waited_a_minute if minutes == 1 else filled(self.waited_minutes, minutes=minutes)

    def average_wait(self, seconds: int) -> str:
        """How long callers wait on average; a minute at least."""
        minutes = seconds // 60
        if minutes <= 1:
            return self.average_wait_a_minute
        return filled(self.average_wait_minutes, minutes=minutes)

    def estimated_wait(self, wait: WaitRange) -> str:
        """How much longer a caller waits. Past an hour nobody needs the figure."""
        if wait.least_minutes >= 60:
            return self.wait_over_an_hour
        if wait.most_minutes <= 1:
            return self.wait_up_to_a_minute
        if wait.least_minutes in (0, wait.most_minutes):
            return filled(self.wait_up_to, most=wait.most_minutes)
        return filled(self.wait_between, least=wait.least_minutes, most=wait.most_minutes)

    def denied(self, denial: Denial, listener_number: str) -> str:
        """Why a call is not let in. `listener_number` is the number to ring instead of calling from the web."""
        reasons = {
            Denial.NUMBER_BUSY: self.number_busy,
            Denial.BROWSER_BUSY: self.browser_busy,
            Denial.TOKEN_TOO_OLD: self.page_too_old,
        }
        digits = ", ".join(letter for letter in listener_number if letter.isdecimal())  # or it is read as an amount
        return f"{reasons.get(denial) or filled(self.web_is_off, number=digits)} {self.goodbye}"


SENTENCES = tuple(name for name in SpokenWords.__struct_fields__ if name != "voice")
"""The name of every sentence, in the order of `SpokenWords`."""


class Calendar(Struct, frozen=True, kw_only=True):
    """`{name}` in a text stands for a value, see `filled`. Texts with a time begin in the middle of a sentence."""

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    today: str
    tomorrow: str
    weekday: str
    date: str
    full_hour: str
    hour_and_minute: str
    has_twelve_hours: bool = False
    midnight: str = ""
    noon: str = ""
    time_at_one: tuple[str, str] = ("", "")
    """How texts have the time, and how they have it from one to two o'clock: Spanish has an article, which differs."""

    def time(self, at: datetime) -> str:
        """The time of day."""
        if at.minute == 0 and at.hour in (0, 12) and (word := (self.midnight, self.noon)[at.hour == 12]):
            return word
        hour = (at.hour % 12 or 12) if self.has_twelve_hours else at.hour
        text = self.hour_and_minute if at.minute else self.full_hour
        return filled(text, hour=hour, minute=f"{at.minute:02}", half=("AM", "PM")[at.hour >= 12])

    def with_time(self, text: str, at: datetime, **values: object) -> str:
        """The text with that time of day for `{time}`, and with other values."""
        if at.hour == 1:
            text = text.replace(*self.time_at_one)
        return filled(text, time=self.time(at), **values)

    def when(self, at: datetime, now: datetime) -> str:
        """A moment in the next months, as seen from now. Both are in the station's time zone."""
        days = (at.date() - now.date()).days
        texts = {0: self.today, 1: self.tomorrow}
        text = texts.get(days, self.weekday if days < 7 else self.date)
        names = {"weekday": self.weekdays[at.weekday()], "month": self.months[at.month - 1], "day": at.day}
        return self.with_time(text, at, **names)
