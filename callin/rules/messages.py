"""A call whose caller leaves a message: on the way to the tone, and afterwards."""

from __future__ import annotations

from msgspec.structs import replace

from callin.model import Call, Outcome, Stage, Standing
from callin.rules.calls import WAITS, Ended, end, enter

WITHOUT_TALK = frozenset({Outcome.HUNG_UP, Outcome.LINE_FULL, Outcome.LINE_CLOSED, Outcome.LOST})
"""Outcomes of callers that nobody spoke with. A message is a better one."""


def may_leave_message(call: Call) -> bool:
    """Whether the caller has keys to press for it, and is not blocked.

    A browser shows no keys: its page takes voice notes.
    """
    is_blocked = call.known is not None and call.known.standing is Standing.BLOCKED
    return not (call.number.startswith("client:") or is_blocked or call.outcome is Outcome.BLOCKED)


def begun(call: Call | None, at: float) -> Call | None:
    """The call of a waiting caller that leaves the line to record a message; any other call as it is."""
    if call is None or call.stage not in WAITS or call.claimed_by or not may_leave_message(call):
        return call
    return enter(call, Stage.MESSAGE, at)


def ended(call: Call | None, at: float) -> Call | None:
    """The call after its caller has said nothing, or was not recorded."""
    return end(call, Ended(at)) if call is not None and call.stage is Stage.MESSAGE else call


def left(call: Call | None, at: float) -> Call | None:
    """The call after Twilio has recorded a message. It is over: the caller hears thanks, or has hung up."""
    over = ended(call, at)
    if over is None or over.outcome not in WITHOUT_TALK:
        return over
    return replace(over, outcome=Outcome.LEFT_MESSAGE, hung_up=False)
