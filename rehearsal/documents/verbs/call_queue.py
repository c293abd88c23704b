"""The Queue in a Dial: takes the first waiting leg, or the next to join."""

from __future__ import annotations

from rehearsal.documents.session import Script
from rehearsal.documents.twiml import Element
from rehearsal.exchange.bridge import Bridge
from rehearsal.exchange.leg import Leg
from rehearsal.exchange.queue import Membership, Queue

NO_SUCH_QUEUE = 0
"""Twilio publishes no code for this; 0 marks the rehearsal's own notes."""


class QueueDial:
    """https://www.twilio.com/docs/voice/twiml/queue"""

    rings = False
    hopeless = False
    status = "no-answer"

    def __init__(self, script: Script, noun: Element) -> None:
        self.bridge: Bridge | None = None
        self._script = script
        self._name = noun.text
        self._queue: Queue | None = script.network.queue_named(noun.text)
        self._first = script.step(noun, "url", "method", {})
        self._member: Membership | None = None

    @property
    def talked(self) -> bool:
        return self.bridge is not None and self.bridge.joined_at is not None

    def begin(self) -> bool:
        """Line up; False when there is no such queue, and then the Dial is over at once."""
        leg = self._script.leg
        if self._queue is None:
            self._script.network.alert(
                NO_SUCH_QUEUE, f"Dial: there is no queue called {self._name!r}.", leg, self._script.url
            )
            return False
        leg.tie = self
        self._queue.dial(self)
        return True

    def serve(self, member: Membership) -> None:
        self._member = member
        if self._first is not None:
            member.url, member.method = self._first.url, self._first.method
        member.bridge = self.bridge = Bridge(self._script.leg, member.leg)

    def untie(self, leg: Leg) -> None:  # noqa: ARG002 - it is the leg that dialled
        self.give_up()

    def give_up(self) -> None:
        """Stop waiting, if it still waits."""
        if self._queue is not None:
            self._queue.give_up(self)
        if self._script.leg.tie is self:
            self._script.leg.tie = None

    def params(self, status: str) -> dict[str, str]:
        """https://www.twilio.com/docs/voice/twiml/dial#action-url-parameters, and the queue's.

        Twilio's pages do not list the queue's (Dequeue…); public programs read them.
        """
        params = {"DialCallStatus": status, "DequeueResult": self._result(), "DequeingCallSid": self._script.leg.sid}
        if self._queue is not None:
            params["QueueSid"] = self._queue.sid
        if self._member is not None:
            waited = str(self._member.wait_seconds)
            params |= {"DialCallSid": self._member.leg.sid, "QueueTime": waited}
            params |= {"DequeuedCallSid": self._member.leg.sid, "DequeuedCallQueueTime": waited}
        if self.talked and self.bridge is not None:
            seconds = str(int(self.bridge.seconds))
            params |= {"DialCallDuration": seconds, "DequeuedCallDuration": seconds, "DialBridged": "true"}
        return params

    def _result(self) -> str:
        if self._queue is None:
            return "queue-not-found"
        if self._member is None:
            return "queue-empty"
        return "bridged" if self.talked else "hangup"
