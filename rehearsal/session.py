"""A session: the life of one leg, from its first document to its last report."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from math import ceil
from typing import TYPE_CHECKING

from rehearsal.grammar import CALL
from rehearsal.hearing import Speaking, speech_seconds
from rehearsal.interpreter import DocumentError, Script
from rehearsal.interruption import Ended, Moved
from rehearsal.origins import geography, introduction, vouched
from rehearsal.step import Step
from rehearsal.webhooks import WebhookError

if TYPE_CHECKING:
    from rehearsal.addresses import Address
    from rehearsal.leg import Leg
    from rehearsal.network import Network

API_VERSION = "2010-04-01"

APPLICATION_ERROR = "We're sorry, an application error has occurred. Goodbye."
"""What a caller hears when the app's documents fail (https://www.twilio.com/docs/api/errors/11200)."""

CALLBACK_WARNING = 15003
"""A status callback was not answered well (https://www.twilio.com/docs/api/errors/15003)."""

REPORTS_FIRST_SECONDS = 1.0
"""So long (in real time) the last status callback lets the leg's other reports go first."""


Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class StatusCallback:
    """Where a leg's progress is reported, and which events of it."""

    url: str
    method: str
    events: frozenset[str] = frozenset({"completed"})


class Session:
    """Runs a leg's documents one after the other, whatever happens to it, and reports its end."""

    def __init__(
        self,
        network: Network,
        leg: Leg,
        address: Address | None,
        params: Mapping[str, str] | None = None,
        *,
        status_callback: StatusCallback | None = None,
    ) -> None:
        self.network = network
        self.leg = leg
        self.address = address
        """What was rung; None for a leg that a Dial made."""
        if address is not None and address.status_callback:
            status_callback = StatusCallback(address.status_callback, address.status_callback_method)
        self._status_callback = status_callback
        self._params = params or {}
        self._reports: set[asyncio.Task[None]] = set()
        self._sequence = 0

    async def run(self, work: Work | None = None) -> None:
        """From the ring to the end: do ``work``, or run the first document, then what the leg is sent to."""
        try:
            next_work: Work | None = work or self._first_document
            while next_work is not None:
                next_work = await self._attempt(next_work)
            self.network.end(self.leg, "completed")
        except Ended:
            pass
        finally:
            self.network.end(self.leg, "failed")
        if self._reports:
            await asyncio.wait(self._reports, timeout=REPORTS_FIRST_SECONDS)
        self.report_status("completed")
        await asyncio.gather(*self._reports)

    def params(self, extra: Mapping[str, str]) -> dict[str, str]:
        """The parameters of every voice request, in Twilio's order, and ``extra`` ones that belong to this one.

        https://www.twilio.com/docs/voice/twiml#request-parameters
        """
        leg = self.leg
        standard = {
            "AccountSid": self.network.account.sid,
            "ApiVersion": API_VERSION,
            "CallSid": leg.sid,
            "CallStatus": leg.status,
            "Called": leg.to,
            "Caller": leg.from_,
            "Direction": leg.direction,
            "From": leg.from_,
            "To": leg.to,
        }
        if leg.parent_sid:
            standard["ParentCallSid"] = leg.parent_sid
        standard |= geography(leg.from_, leg.to)
        if self.address is not None:
            standard |= vouched(leg.from_, with_name=self.address.voice_caller_id_lookup)
        return {**extra, **standard}  # nobody may say for the network who calls

    def report(self, url: str, method: str, params: Mapping[str, str]) -> None:
        """Send a request whose answer decides nothing any more: the action of a verb that a call has left."""
        self._send(url, method, self.params(params), report=False)

    def report_status(self, event: str) -> None:
        """Send a status callback, if somebody wants this event.

        https://www.twilio.com/docs/voice/api/call-resource#statuscallback
        """
        callback, leg = self._status_callback, self.leg
        if callback is None or event not in callback.events:
            return
        params = {
            "Timestamp": format_datetime(datetime.fromtimestamp(int(self.network.clock.now()), UTC)),
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(self._sequence),
        }
        self._sequence += 1
        if not leg.live:
            seconds = int((leg.ended_at or 0.0) - leg.answered_at) if leg.answered_at is not None else 0
            params |= {"CallDuration": str(seconds), "Duration": str(ceil(seconds / 60))}
        told = self.params(params)
        if event == "initiated":  # before the leg rings, by Twilio's count
            told["CallStatus"] = event
        self._send(callback.url, callback.method, told, report=True)

    async def _first_document(self) -> None:
        address = self.address
        if address is None or not address.voice_url:
            raise DocumentError(11100, "Nothing says what to do with a call to this number: it has no voice URL.", "")
        params = {**self._params, **introduction(self.leg.from_)}
        await Script(self, CALL).run(Step(address.voice_url, address.voice_method, params))

    async def _attempt(self, work: Work) -> Work | None:
        """Do ``work``; answers what comes after it, if anything."""
        try:
            await work()
        except Moved:
            step, self.leg.next_step = self.leg.next_step, None
            assert step is not None  # noqa: S101 - that is what Moved says
            return lambda: Script(self, CALL).run(step)
        except DocumentError as error:
            self.network.alert(error.code, error.message, self.leg, error.url)
            return self._remedy(error)
        return None

    def _remedy(self, error: DocumentError) -> Work:
        """The fallback address, told what went wrong; without one, or when it is what failed, the error sentence.

        A call that was given one of its own by REST goes there.
        https://www.twilio.com/docs/usage/webhooks/voice-webhooks#voice-fallback-url
        https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource
        """
        fallback = self.leg.fallback
        if fallback is None and self.address is not None:
            fallback = Step(self.address.voice_fallback_url, self.address.voice_fallback_method)
        if fallback is None or not fallback.url or error.final or _bare(error.url) == _bare(fallback.url):
            return self._apologise
        told = {"ErrorCode": str(error.code), "ErrorUrl": error.url.partition("#")[0]}
        step = Step(fallback.url, fallback.method, told)
        return lambda: Script(self, CALL).run(step)

    async def _apologise(self) -> None:
        self.leg.pick_up()
        self.leg.hears("Say", APPLICATION_ERROR, Speaking(APPLICATION_ERROR))
        await self.leg.sleep(speech_seconds(APPLICATION_ERROR))

    def _send(self, url: str, method: str, params: Mapping[str, str], *, report: bool) -> None:
        async def send() -> None:
            try:
                await self.network.webhooks.ask(url, method, params, self.leg.cookies, report=report)
            except WebhookError as error:
                code = CALLBACK_WARNING if report else error.code
                self.network.alert(code, error.message, self.leg, error.url)

        task = self.network.background(send())
        self._reports.add(task)
        task.add_done_callback(self._reports.discard)


def _bare(url: str) -> str:
    """An address without query and fragment: what tells one document from another."""
    return url.partition("#")[0].partition("?")[0]
