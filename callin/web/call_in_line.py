"""A listener's call from the queue to the goodbye, and the end of any call. A screener's talk: `desk_legs`."""

from __future__ import annotations

import contextlib
import logging
import re

from callin import twiml
from callin.contracts import StoreError
from callin.model import (
    AIR_DESK,
    ENDED_STATUSES,
    EXTRA_DESKS,
    WAITING_QUEUE,
    Follow,
    Place,
    ReadyCheckAnswer,
    Stage,
)
from callin.rules import shows
from callin.web.call_arriving import closed, queue_full
from callin.web.call_message import keys_count, record
from callin.web.webhook import TwimlHandler

MAX_TIMES_ASKED = 3

log = logging.getLogger(__name__)

_WORD = re.compile(r"[a-z-]{1,40}")


class WaitHandler(TwimlHandler):
    """`/twiml/wait`: what a caller in line hears; Twilio asks again after each document.

    It writes only that a caller has heard the notice (see `Place`), and wakes a desk that waits for them.
    """

    def answer(self) -> str:
        self.services.look_at_twilio()
        place = self.services.board.place(self.call_sid)
        if place.sent_home or place.is_astray:
            return twiml.leave()
        if place.hears_ready_check:
            again = place.is_passed_over
            waited = self.words.waited(place.wait_seconds) if again and self._is_second else ""
            return twiml.ready_check(self.services.links, self.words, self.music, again=again, waited=waited)
        has_just_heard = self._has_just_heard(place)
        if has_just_heard and not place.has_notice:
            with contextlib.suppress(StoreError):  # then they are told again
                self.services.calls.heard_notice(self.call_sid)
        knows = has_just_heard or place.has_notice
        if (place.is_coming or place.is_kept) and not knows:
            links, recorded = self.services.links, place.is_recorded
            return twiml.coming(links, self.words, self.music, is_kept=place.is_kept, recorded=recorded)
        if place.is_coming:
            return self._music_alone(takes_keys=False)
        if place.is_wanted:
            self.services.air_desks.caller_became_available()
        if place.is_kept or place.stage is Stage.HELD:
            return twiml.hold_music(self.services.links, self.words, self.music, second=self._is_second)
        if has_just_heard:
            return self._music_alone(takes_keys=keys_count(self))
        if place.position is None:
            return self.apology()
        waiting = twiml.Waiting(
            place.position,
            place.size,
            place.wait_seconds,
            awaits_screener=place.awaits_screener,
            needs_notice=place.needs_notice,
            heard=self._heard,
            wait_range=place.wait_range,
            recorded=place.is_recorded,
            takes_keys=keys_count(self),
        )
        return twiml.wait(self.services.links, self.words, waiting, self.music)

    def _has_just_heard(self, place: Place) -> bool:
        """Whether they have just heard the notice, and of the recording if it has begun by now."""
        return self.param("told") in twiml.NOTICES[place.is_recorded :]

    def apology(self) -> str:
        """The place and the wait from Twilio's own parameters about its queue, because the store has no answer."""
        waiting = twiml.Waiting(
            position=self.number("QueuePosition") or None,
            size=self.number("CurrentQueueSize") or 0,
            wait_seconds=self.number("QueueTime") or 0,
            average_wait_seconds=self.number("AvgQueueTime") or 0,
            heard=self._heard,
        )
        return twiml.wait(self.services.links, self.words, waiting, self.music)

    def _music_alone(self, *, takes_keys: bool) -> str:
        return twiml.music_alone(self.services.links, self._heard, self.music, takes_keys=takes_keys)

    @property
    def _is_second(self) -> bool:
        """Whether it is the turn of the second of two sentences, by our own address."""
        return self.param("second") == "1"

    @property
    def _heard(self) -> twiml.Heard:
        """What the document before has said, by our own address."""
        return twiml.Heard(self.number("place"), self.number("minutes"))


class ReadyHandler(TwimlHandler):
    """`/twiml/ready`: the next caller pressed 1, or another key, or nothing in time; then music again."""

    def answer(self) -> str:
        is_ready = self.param("Digits") == "1"
        answer = ReadyCheckAnswer.YES if is_ready else ReadyCheckAnswer.NO
        self.services.calls.answered_ready_check(self.call_sid, answer)
        if is_ready:
            self.services.air_desks.caller_became_available()
        links, recorded = self.services.links, self.services.board.place(self.call_sid).is_recorded
        return twiml.after_ready_check(links, self.words, self.music, is_ready=is_ready, recorded=recorded)

    def apology(self) -> str:
        """The answer could not be written, so the next document asks again."""
        return twiml.after_ready_check(self.services.links, self.words, self.music, is_ready=False)


class OnAirHandler(TwimlHandler):
    """`/twiml/on-air`: asked for the caller's leg just before the bridge. From now on the call is on the air."""

    def answer(self) -> str:
        # Twilio's spelling: https://www.twilio.com/docs/voice/twiml/queue#attributes-url
        line = self.param("line")
        call = self.services.desks.on_air(
            self.call_sid,
            self.param("DequeingCallSid"),
            self.number("turn"),
            number=self.param("From"),
            name=line if line in EXTRA_DESKS else AIR_DESK,
        )
        since = self.services.board.recorded_since()
        has_notice = call is not None and shows.had_notice(call, since)
        return twiml.on_air(self.services.links, self.words, has_notice=has_notice, recorded=since > 0)

    def apology(self) -> str:
        return twiml.on_air(self.services.links, self.words, has_notice=False)


class DequeueLogicHandler(TwimlHandler):
    """`/dequeue-logic`: the call has left a queue, and the line decides what follows."""

    def answer(self) -> str:
        follow, call = self.services.calls.left_queue(
            self.call_sid,
            self.number("n"),
            self._result,
            call_over=self._call_is_over,
            times_asked=self._times_asked,
            asked_since=self._asked_since_ms / 1000,
            screening=self._was_a_screeners,
        )
        if follow is Follow.READY:
            self.services.air_desks.caller_became_available()
        if follow is Follow.CLOSED:
            return closed(self, call)
        if follow is Follow.QUEUE_FULL:
            return queue_full(self, call)
        return self._document(follow, call.queue if call else WAITING_QUEUE, call.document_seq if call else None)

    def apology(self) -> str:
        """Asks again a few times, then keeps the caller: it is unknown whether they were let go."""
        if self._call_is_over or self._result == "hangup":
            return twiml.empty()
        if self._times_asked < MAX_TIMES_ASKED:
            return self._document(Follow.ASK_AGAIN, WAITING_QUEUE, self.number("n"))
        if self._result != "bridged":
            return self._document(Follow.QUEUE_AGAIN, WAITING_QUEUE, None)
        if self._was_a_screeners:
            return self._document(Follow.BACK, WAITING_QUEUE, None)
        return twiml.cut_short(self.services.links, self.words)

    @property
    def _was_a_screeners(self) -> bool:
        """Whether the call has left a screener's queue, which the address of the request says."""
        return self.param("screening") == "1"

    @property
    def _result(self) -> str:
        """Twilio's QueueResult, or the one in our own address after `ask_again`."""
        result = self.param("QueueResult") or self.param("result")
        return result if _WORD.fullmatch(result) else ""

    @property
    def _call_is_over(self) -> bool:
        return self.param("CallStatus") == "completed"

    @property
    def _times_asked(self) -> int:
        return self.number("asked") or 0

    @property
    def _asked_since_ms(self) -> int:
        return self.number("since") or 0

    def _document(self, follow: Follow, queue: str, document_seq: int | None) -> str:
        links, words = self.services.links, self.words
        if follow is Follow.QUEUE_AGAIN:
            return twiml.queue_again(links, queue, document_seq)
        if follow is Follow.ONE_MOMENT:
            return twiml.one_moment(links, words, queue, document_seq)
        if follow is Follow.MESSAGE:
            return record(self)
        if follow is Follow.BACK:
            return twiml.back_in_line(links, words, queue, document_seq)
        if follow is Follow.READY:
            return twiml.ready(links, words, document_seq)
        if follow is Follow.HOLD:
            return twiml.hold(links, words, document_seq)
        if follow is Follow.HOLD_FROM_AIR:
            return twiml.hold_from_air(links, words, queue, document_seq)
        if follow is Follow.ASK_AGAIN:
            since = self._asked_since_ms or round(self.services.clock() * 1000)
            request = twiml.RepeatRequest(self._result, self._times_asked + 1, since, self._was_a_screeners)
            return twiml.ask_again(links, document_seq, request)
        if follow is Follow.THANK:
            return twiml.thanks(words)
        return twiml.empty()


class StatusHandler(TwimlHandler):
    """`/twiml/status`: Twilio's status callback for a listener's call or a desk's leg."""

    def answer(self) -> str:
        status = self.param("CallStatus")
        self.services.calls.call_status(self.call_sid, status, self.param("From"))
        if status in ENDED_STATUSES:
            self.services.phones.call_ended(self.param("From"), self.call_sid)
        return twiml.empty()
