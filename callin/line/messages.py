"""Calls whose callers leave a message: out of the line, and over once it is recorded."""

from __future__ import annotations

from callin.contracts import Clock, Store
from callin.line.admission import Admission
from callin.model import Call, Stage
from callin.rules import messages


class MessageCalls:
    """Every method answers the call as it is then, None for an unknown one, and raises StoreError as the store does."""

    def __init__(self, store: Store, admission: Admission, clock: Clock) -> None:
        self._store = store
        self._admission = admission
        self._clock = clock

    def begin(self, call_sid: str) -> bool:
        """A waiting caller asks to leave a message. True if they may, and have left the line for it."""
        at = self._clock()
        call = self._store.change_call(call_sid, lambda call: messages.begun(call, at))
        return call is not None and call.stage is Stage.MESSAGE

    def not_left(self, call_sid: str) -> Call | None:
        """The caller said nothing."""
        at = self._clock()
        return self._over(self._store.change_call(call_sid, lambda call: messages.ended(call, at)))

    def left(self, call_sid: str) -> Call | None:
        """Twilio has recorded a message of the caller."""
        at = self._clock()
        return self._over(self._store.change_call(call_sid, lambda call: messages.left(call, at)))

    def _over(self, call: Call | None) -> Call | None:
        if call is not None and not call.live:
            self._admission.ended(call.number)
        return call
