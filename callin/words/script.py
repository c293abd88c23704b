"""The sentences of one language that the script of the page `/call` shows, in groups as it names them."""

from __future__ import annotations

from msgspec import Struct

StatusLine = tuple[str, str]
"""The two sentences of the status line: what has happened, and what to do. The second may be empty."""

Stage = tuple[str, str, str]
"""A word in large letters, what that means, and what to do."""


class CallButtonWords(Struct, frozen=True, kw_only=True):
    """What the button says that begins a call."""

    first: str
    again: str
    closed: str
    elsewhere: str


class MuteButtonWords(Struct, frozen=True, kw_only=True):
    off: str
    on: str


class TitleWords(Struct, frozen=True, kw_only=True):
    """What the browser's tab says first."""

    on_air: str
    next: str
    asked: str


class AboutWords(Struct, frozen=True, kw_only=True):
    sent: str
    failed: str


class CheckWords(Struct, frozen=True, kw_only=True):
    """The check of the microphone: two buttons, and what came of it."""

    start: str
    stop: str
    listening: str
    works: str
    refused: str
    failed: str


class RecordButtonWords(Struct, frozen=True, kw_only=True):
    start: str
    stop: str
    again: str


class MessageWords(Struct, frozen=True, kw_only=True):
    """What became of a message."""

    recording: str
    recorded: str
    discarded: str
    sending: str
    sent: str
    refused: str
    failed: str
    unsupported: str
    silent: str
    empty: str
    no_answer: str


class TroubleWords(Struct, frozen=True, kw_only=True):
    """By the kinds of trouble of static/shared/troubles.js; `other` for all that have no words of their own."""

    no_sdk: StatusLine
    unsupported: StatusLine
    insecure: StatusLine
    no_app: StatusLine
    no_token: StatusLine
    token_refused: StatusLine
    token_expired: StatusLine
    too_many: StatusLine
    microphone_refused: StatusLine
    microphone_missing: StatusLine
    microphone_busy: StatusLine
    microphone_failed: StatusLine
    network: StatusLine
    media: StatusLine
    no_answer: StatusLine
    other: StatusLine


class StageWords(Struct, frozen=True, kw_only=True):
    """Where a call stands."""

    arriving: Stage
    screening: Stage
    ready: Stage
    held: Stage
    asked: Stage
    next: Stage
    on_air: Stage
    muted_on_air: Stage
    message: Stage


class OutsideWords(Struct, frozen=True, kw_only=True):
    """The word in large letters while the page is in no call, or has no connection."""

    calling: str
    reconnecting: str
    ended: str
    left: str
    elsewhere: str
    closed: str
    last_calls: str
    full: str
    by_phone: str


class OutcomeWords(Struct, frozen=True, kw_only=True):
    """How a call ended, as the studio has it; `other` for all that have no words of their own."""

    aired: StatusLine
    dropped: StatusLine
    let_go: StatusLine
    blocked: StatusLine
    line_full: StatusLine
    line_closed: StatusLine
    lost: StatusLine
    hung_up_here: StatusLine
    other: StatusLine


class StatusWords(Struct, frozen=True, kw_only=True):
    """The status line, for all that no other group covers."""

    one_moment: StatusLine
    may_call: StatusLine
    may_try: StatusLine
    may_not_call: StatusLine
    ring_instead: StatusLine
    connecting: StatusLine
    through: StatusLine
    reconnecting: StatusLine
    elsewhere: StatusLine


class WaitingWords(Struct, frozen=True, kw_only=True):
    """A call in line. `{waited}` is a length of time, such as "3 minutes"."""

    number: str
    is_first: str
    one_before: str
    several_before: str
    waited: str
    stay: str


class LeftWords(Struct, frozen=True, kw_only=True):
    """The page was left or reloaded during a call. `{kept}` is a length of time."""

    title: str
    on_air_and_kept: str
    kept: str
    on_air: str
    join_again: str
    soon: str


class HintWords(Struct, frozen=True, kw_only=True):
    muted: str
    no_sound: str
    late: str
    slow: str
    listen: str
    """If the line is closed, and nobody knows when it opens."""


class ScriptWords(Struct, frozen=True, kw_only=True):
    """What the page's script says: each group by its name there."""

    time_of_day: str
    """A time of day as the browser writes it, in a sentence."""

    call: CallButtonWords
    mute: MuteButtonWords
    title: TitleWords
    about: AboutWords
    check: CheckWords
    record: RecordButtonWords
    message: MessageWords
    trouble: TroubleWords
    stage: StageWords
    outside: OutsideWords
    outcome: OutcomeWords
    status: StatusWords
    waiting: WaitingWords
    left: LeftWords
    hint: HintWords
