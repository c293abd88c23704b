"""The sentences of one language that listeners read: on the page `/call`, in its refusals,
in the widget, and at addresses where there is no page.

`{name}` in a sentence stands for a value, see `callin.words.spoken.filled`. The station's own words are for what is
spoken, so these are the same at every station of a language.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct, to_builtins

from callin.words.script import ScriptWords
from callin.words.spoken import Calendar


class LineWords(Struct, frozen=True, kw_only=True):
    """The state of the line and the show, on the page and in the widget."""

    open: str
    nobody_waits: str
    one_waits: str
    several_wait: str
    full: str
    last_calls: str
    closed: str
    opens: str
    by_phone: str
    show: str
    show_with_topic: str


class WidgetWords(Struct, frozen=True, kw_only=True):
    """`look` is the link while the line takes no calls."""

    call: str
    look: str


class PageWords(Struct, frozen=True, kw_only=True):
    """The page's words, in its template's order. A number to ring follows `needs_javascript` and `browser_too_old`."""

    title: str
    rehearsal: str
    needs_javascript: str
    browser_too_old: str
    leave_a_message: str
    in_call_for: str
    """Only for screen readers: a clock follows."""

    may_be_broadcast: str
    consent: str
    ready: str
    hang_up: str
    microphone: str
    about: str
    name: str
    place: str
    topic: str
    about_help: str
    message: str
    message_may_be_broadcast: str
    message_consent: str
    note_length: str
    """Only for screen readers: a clock follows, then `note_of`, then the longest length."""

    note_of: str
    voice: str
    note: str
    send_note: str
    discard: str
    write: str
    send_text: str
    tips: str
    headphones: str
    music: str
    radio: str


class RefusalWords(Struct, frozen=True, kw_only=True):
    """Why the app does not do what the page asks."""

    too_often: str
    crowded: str
    blocked: str
    web_is_off: str
    no_call: str
    field_too_long: str
    messages_blocked: str
    messages_from_network: str
    messages_full: str
    messages_enough: str
    message_empty: str
    message_too_long: str
    note_too_long: str
    note_not_whole: str


class ErrorPageWords(Struct, frozen=True, kw_only=True):
    """The page instead of `/call`."""

    not_now: str
    went_wrong: str
    reload: str
    try_again: str


class ElsewhereWords(Struct, frozen=True, kw_only=True):
    """At another address than `/call`, whose title follows `invitation` as a link."""

    not_found: str
    no_page: str
    invitation: str


class WrittenWords(Struct, frozen=True, kw_only=True):
    """All that listeners read in one language."""

    line: LineWords
    widget: WidgetWords
    page: PageWords
    script: ScriptWords
    refusals: RefusalWords
    error_page: ErrorPageWords
    elsewhere: ElsewhereWords

    def for_script(self, calendar: Calendar) -> dict[str, Any]:
        """What the page hands to its script, as JSON has it: the script's own groups, the line and the days."""
        found: dict[str, Any] = to_builtins(self.script)
        return found | {"line": to_builtins(self.line), "calendar": to_builtins(calendar)}
