"""What people set and write: the show's settings, the schedule of shows, cards of callers, messages between desks."""

from __future__ import annotations

import contextlib
import functools
import secrets
from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from callin.contracts import CallControl, Clock, PhoneError, Record, Store
from callin.line.desks import Desks, PressRejected
from callin.live import Board, Lineup
from callin.model import (
    AIR_DESK,
    AIR_DESKS,
    READY_QUEUE,
    SCHEDULE,
    Card,
    ChatMessage,
    FieldText,
    InstructionKind,
    Opening,
    SavedText,
    Schedule,
    ScheduledShow,
    SettingsChange,
    Show,
    desk_of_air_queue,
    plain,
)
from callin.rules import calls, cards, screening, show_form, shows
from callin.rules import desks as desk_rules

OPENINGS = {
    Opening.OPEN: "The line is open.",
    Opening.LAST_CALLS: "Last calls: no new callers are let in. Callers already waiting can still go on the air.",
    Opening.CLOSED: "The line is closed. Everyone waiting is thanked within a minute.",
}
SWITCHES = {
    "ready_check": ("Nobody is asked to press 1.", "The next caller is asked to press 1."),
    "screened": (
        "Screening is off: the first in line goes on the air.",
        "Screening is on: only callers marked ready by a screener go on the air.",
    ),
    "whisper": ("The whisper is off.", "You hear who is next just before they go on the air."),
    "browser_calls": ("Web calls are off: listeners ring by phone.", "Listeners can call from the web."),
    "ask_callers": (
        "New callers are not asked anything.",
        "New callers are asked for their name, place and topic, unless screening is on.",
    ),
    "automatic": (
        "Auto-advance is off: after a caller hangs up, press Next.",
        "Auto-advance is on: when a caller hangs up, the next one goes on the air.",
    ),
}
"""What is answered when a switch is turned off, and on."""

RECORDING = ("Recording is off.", "Recording: callers are told before they go on the air.")
NOT_YOUR_DESK = "Only the browser that has the desk can record. Connect to the queue first."


class ShowSettings:
    """Changes the settings. A change that Twilio refuses leaves all of them as they were."""

    def __init__(self, desks: Desks, store: Store, board: Board, control: CallControl, clock: Clock) -> None:
        self._desks = desks
        self._store = store
        self._board = board
        self._control = control
        self._clock = clock
        self.schedule = ScheduleEditor(store, board)

    def change(self, change: SettingsChange, also: Sequence[Record] = ()) -> str:
        """Changes all that `change` names, and returns sentences that say what holds now. PhoneFailed if Twilio fails.

        `also` are the audit's lines about it, see `Store.change_record`.
        """
        now = self._clock()
        self._board.stored_programme()  # the schedule is known from now on
        if change.by_schedule:
            self._follow_schedule(change, now, also)
        if change.of_show():
            before = self._change_show(change, now, also)
            if change.screened is not None:
                self._follow_screening(change, before, now)
        if change.automatic is not None:
            self._set_automatic(on=change.automatic, also=() if change.of_show() else also)
        return " ".join(_sentences(change))

    def _change_show(self, change: SettingsChange, now: float, also: Sequence[Record]) -> Show:
        """Stores the change, and returns the show before it."""
        before: Show | None = None

        def changed(show: Show) -> Show:
            nonlocal before
            if show.screened_at != now:  # otherwise the store repeats a change that it has already written
                before = show
            return shows.changed(self._board.programme_of(show), change, now)

        self._store.change_show(changed, also)
        self._board.show_changed()
        return before or self._board.stored_show()

    def _follow_screening(self, change: SettingsChange, before: Show, at: float) -> None:
        """Has Twilio follow the switch of screening: the fallback document, and callers that are on their way."""
        if not change.screened:
            # Reconciling repeats it: until then too few callers come, never too many.
            with contextlib.suppress(PhoneError):
                self._control.point_fallback(screened=False)
            return
        try:
            self._control.point_fallback(screened=True)
            self._keep_the_unscreened_off()
        except PhoneError as error:
            self._store.change_show(lambda show: shows.change_undone(show, before, change, at))
            self._board.show_changed()
            raise self._desks.phone_failed(error, star=False) from error

    def _keep_the_unscreened_off(self) -> None:
        """Sends unscreened callers that are on their way to the air back into line."""
        for one in map(self._store.desk, AIR_DESKS):
            call = self._store.call(one.claimed) if one.claimed else None
            if call is not None and not call.cleared:
                self._desks.give_up(one.name, one.claimed)
        for there in self._board.read(Lineup.live):
            if desk_of_air_queue(there.queue) and there.stage in calls.WAITS and not there.cleared:
                self._send_back(there.call_sid)
        desk = self._store.desk(AIR_DESK)
        if desk.leg and not desk.on_air and desk.instruction is InstructionKind.DIAL_LINE and desk.dials != READY_QUEUE:
            self._desks.wake(desk.leg, desk.turn)

    def _send_back(self, call_sid: str) -> None:
        call = self._store.change_call(call_sid, screening.recalled)
        if call is not None and call.stage in calls.WAITS and not self._control.dequeue(call, call.documents_issued):
            self._control.redirect(call, call.documents_issued)  # the call is just entering the queue, or leaving it

    def _follow_schedule(self, change: SettingsChange, now: float, also: Sequence[Record]) -> None:
        """Has the settings follow the schedule again, also those that were pressed since the show began."""
        was = self._board.stored_programme()
        before = self._change_show(change, now, also)
        programme = self._board.stored_programme()
        if programme.show.screened != was.show.screened:
            self._follow_screening(replace(change, screened=programme.show.screened), before, now)
        self._store.change_desk(
            AIR_DESK, lambda desk: desk_rules.by_schedule(replace(desk, automatic_at=0.0), programme)
        )

    def set_recording(self, leg: str, by: str, *, on: bool, also: Sequence[Record] = ()) -> str:
        """Stores whether the page that has the desk's leg records. Callers are then told before they go on the air."""
        desk = self._store.desk(AIR_DESK)
        if not leg or desk.leg != leg or desk.leg_by != f"client:{by}":
            raise PressRejected("not_connected", NOT_YOUR_DESK if on else RECORDING[0])
        now = self._clock()
        self._store.change_desk(AIR_DESK, lambda before: shows.recording_set(before, leg, on=on, now=now), also)
        return RECORDING[on]

    def _set_automatic(self, *, on: bool, also: Sequence[Record]) -> None:
        """Switches auto-advance: whether the next caller comes when one hangs up."""
        self._desks.mend_desk(AIR_DESK)
        automatic_at = self._clock() if self._board.programme().slot else 0.0
        switched = functools.partial(replace, automatic=on, automatic_at=automatic_at)
        self._store.change_desk(AIR_DESK, switched, also)


def _sentences(change: SettingsChange) -> list[str]:
    found = ["The settings follow the schedule again."] if change.by_schedule else []
    if change.opening is not None:
        found.append(OPENINGS[change.opening])
    if change.most_callers is not None:
        most = change.most_callers
        callers = "caller" if most == 1 else "callers"
        found.append(f"At most {most} {callers} can wait at a time." if most else "Any number of callers can wait.")
    chosen = [(words, getattr(change, name)) for name, words in SWITCHES.items()]
    return found + [words[is_on] for words, is_on in chosen if is_on is not None]


class Writing:
    """Saves cards and chat messages. Neither changes a call or a desk."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def write(self, call_sid: str, edit: cards.CardEdit) -> SavedText:
        """Writes a field of the card. ValueError, with a sentence, for what a card cannot hold."""
        if problem := cards.why_not(edit):
            raise ValueError(problem)
        replaced: FieldText | None = None

        def change(card: Card) -> Card:
            nonlocal replaced
            replaced = cards.replaced_unseen(cards.text_of(card, edit.field), edit.text, edit.base, edit.by)
            return cards.written(card, edit)

        after = self._store.change_card(call_sid, change)
        return SavedText(cards.text_of(after, edit.field), replaced)

    def write_of_caller(self, call_sid: str, texts: Mapping[str, str]) -> None:
        """Writes what the caller typed onto their card. ValueError, with a sentence, for what a card cannot hold."""
        texts, now = {field: plain(text) for field, text in texts.items()}, self._clock()
        for field, text in texts.items():
            if problem := cards.why_not(cards.CardEdit(field, text, 0, cards.CALLER, now)):
                raise ValueError(problem)
        self._store.change_card(call_sid, lambda card: cards.written_by_caller(card, texts, now))

    def card(self, call_sid: str) -> Card:
        """The card of a call; an empty one if nobody has written on it. StoreError."""
        return self._store.card(call_sid)

    def write_speech(self, call_sid: str, field: str, said: str, confidence: float) -> None:
        """Writes what the caller said onto their card, as Twilio understood it. StoreError."""
        heard, now = plain(said)[: cards.LONGEST[field]], self._clock()
        self._store.change_card(call_sid, lambda card: cards.spoken_by_caller(card, field, heard, confidence, now))

    def add_to_note(self, call_sid: str, text: str, by: str) -> None:
        """Adds a line to the note of a card. If the note gets too long, the end of the new line goes."""
        now = self._clock()
        self._store.change_card(call_sid, lambda card: cards.with_line_in_note(card, text, by, now))

    def say(self, name: str, text: str) -> ChatMessage:
        """Sends a message to the other desks. ValueError, with a sentence, if it is empty or too long."""
        text = text.strip()
        if not text:
            raise ValueError("The message is empty.")
        if len(text) > cards.LONGEST_MESSAGE:
            raise ValueError(f"A message has at most {cards.LONGEST_MESSAGE} characters.")
        return self._store.add_chat_message(cards.said(name, text, self._clock()), keep=cards.MESSAGES_KEPT)


class ChangedMeanwhileError(Exception):
    """Somebody else has changed or deleted the show since it was read."""


class ScheduleEditor:
    """Saves and deletes shows. `also` are the audit's lines about it, see `Store.change_record`."""

    def __init__(self, store: Store, board: Board) -> None:
        self._store = store
        self._board = board

    def read(self) -> Schedule:
        """The schedule as it is stored now. StoreError."""
        return self._store.record(Schedule, SCHEDULE) or Schedule()

    def save(self, show: ScheduledShow, before: ScheduledShow | None, also: Sequence[Record]) -> ScheduledShow:
        """Saves a show; a new one gets its key. `before` is the show as the admin saw it, None for a new one.

        ShowFormError if there are too many shows.
        """
        kept = show if before else replace(show, key=secrets.token_hex(4))
        self._change(lambda schedule: show_form.with_show(schedule, kept), before, also)
        return kept

    def delete(self, before: ScheduledShow, also: Sequence[Record]) -> None:
        """Deletes a show. What a desk has pressed last holds when no show is left."""
        self._change(lambda schedule: show_form.without_show(schedule, before.key), before, also)

    def _change(
        self, change: Callable[[Schedule], Schedule], before: ScheduledShow | None, also: Sequence[Record]
    ) -> None:
        def work(stored: Schedule | None) -> Schedule:
            schedule = stored or Schedule()
            after = change(schedule)
            # The store may repeat a change that it has made already: then it changes nothing.
            if after != schedule and before is not None and before not in schedule.shows:
                raise ChangedMeanwhileError
            return after

        held = self._board.stored_show()
        after = self._store.change_record(Schedule, SCHEDULE, work, also) or Schedule()
        is_last = not after.shows
        # Without a schedule the stored show holds: the line stays as it is, and no old press comes back.
        self._store.change_show(lambda show: replace(held if is_last else show, schedule_revision=after.revision))
        self._board.show_changed()
