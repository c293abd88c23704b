"""Requests about one leg whose answers decide nothing: status callbacks, and actions of verbs that the leg has left."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from math import ceil
from typing import Any, Protocol

from rehearsal.exchange.leg import Leg
from rehearsal.exchange.network import Network
from rehearsal.webhooks.client import Answer, WebhookError

CALLBACK_WARNING = 15003
"""A status callback was not answered well (https://www.twilio.com/docs/api/errors/15003)."""

REPORTS_FIRST_SECONDS = 1.0
"""How long (in real time) the last status callback waits for the leg's other reports."""


@dataclass(frozen=True, slots=True)
class StatusCallback:
    """Where a leg's progress is reported, and which events of it."""

    url: str
    method: str
    events: frozenset[str] = frozenset({"completed"})


class Ask(Protocol):
    """Sends the app a request of the leg, with the leg's parameters as they are now."""

    def __call__(
        self, url: str, method: str, params: Mapping[str, str], *, status: str = "", report: bool = False
    ) -> Coroutine[Any, Any, Answer]: ...


class Reports:
    """The reports of one leg; each is sent in a task of its own."""

    def __init__(self, network: Network, leg: Leg, ask: Ask, callback: StatusCallback | None) -> None:
        self._network = network
        self._leg = leg
        self._ask = ask
        self._callback = callback
        self._sequence = 0
        self._under_way: set[asyncio.Task[None]] = set()

    def action(self, url: str, method: str, params: Mapping[str, str]) -> None:
        """Request the action of a verb that the leg has left."""
        self._send(self._ask(url, method, params), warning=None)

    def status(self, event: str) -> None:
        """Send a status callback, if the app asked for this event.

        https://www.twilio.com/docs/voice/api/call-resource#statuscallback
        """
        callback, leg = self._callback, self._leg
        if callback is None or event not in callback.events:
            return
        params = {
            "Timestamp": format_datetime(datetime.fromtimestamp(int(self._network.clock.now()), UTC)),
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(self._sequence),
        }
        self._sequence += 1
        if not leg.live:
            seconds = int((leg.ended_at or 0.0) - leg.answered_at) if leg.answered_at is not None else 0
            params |= {"CallDuration": str(seconds), "Duration": str(ceil(seconds / 60))}
        status = event if event == "initiated" else ""  # before the leg rings, by Twilio's count
        request = self._ask(callback.url, callback.method, params, status=status, report=True)
        self._send(request, warning=CALLBACK_WARNING)

    async def finish(self) -> None:
        """Send the last status callback after the other reports, and wait for all of them."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=REPORTS_FIRST_SECONDS)
        self.status("completed")
        await asyncio.gather(*self._under_way)

    def _send(self, request: Coroutine[Any, Any, Answer], warning: int | None) -> None:
        """Wait for the answer in a task. A failure is an alert: ``warning``, or the failure's own code."""

        async def send() -> None:
            try:
                await request
            except WebhookError as error:
                self._network.alert(warning or error.code, error.message, self._leg, error.url)

        task = self._network.background(send())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
