"""The sentences of one language that the script of the page `/call` shows, in groups as it names them."""

from __future__ import annotations

from msgspec import Struct

Told = tuple[str, str]
"""What is so, and what to do about it. The second may be empty."""

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

    no_sdk: Told
    unsupported: Told
    insecure: Told
    no_app: Told
    no_token: Told
    token_refused: Told
    token_expired: Told
    too_many: Told
    microphone_refused: Told
    microphone_missing: Told
    microphone_busy: Told
    microphone_failed: Told
    network: Told
    media: Told
    no_answer: Told
    other: Told


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

    aired: Told
    dropped: Told
    let_go: Told
    blocked: Told
    line_full: Told
    line_closed: Told
    lost: Told
    hung_up_here: Told
    other: Told


class StatusWords(Struct, frozen=True, kw_only=True):
    """The status line where no other group has it."""

    one_moment: Told
    may_call: Told
    may_try: Told
    may_not_call: Told
    ring_instead: Told
    connecting: Told
    through: Told
    reconnecting: Told
    elsewhere: Told


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
    """Where the line is closed, and nobody knows when it opens."""


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
