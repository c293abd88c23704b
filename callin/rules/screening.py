"""Calls that a screener speaks with or decides about."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from callin.model import (
    AIR_DESK,
    AIR_DESKS,
    HELD_QUEUE,
    READY_QUEUE,
    SCREEN_DESK,
    WAITING_QUEUE,
    Call,
    Desk,
    Follow,
    Show,
    Stage,
    Verdict,
    desk_of_air_queue,
    is_screen,
    is_screen_queue,
    queue_of,
)
from callin.rules.calls import WAITS, enter

FOLLOWS = {
    Verdict.READY: Follow.READY,
    Verdict.HOLD: Follow.HOLD,
    Verdict.BACK: Follow.BACK,
    Verdict.LET_GO: Follow.THANK,
    Verdict.BLOCK: Follow.THANK,
}
"""What the caller hears after each verdict."""

PARTED = frozenset({"bridged", "bridging-in-process"})
"""Results of a screener's queue after which a live caller hears what follows: parting does not end the call."""


class TalkBegan(Struct, frozen=True):
    """Twilio asked for the document that comes just before a caller speaks with a screener."""

    at: float
    desk: str
    leg: str
    turn: int


class Judgement(Struct, frozen=True):
    """A screener's verdict. `desk` is the screener's; `ready_at` gives the place among ready callers, 0 for last."""

    desk: str
    verdict: Verdict
    ready_at: float = 0.0


def in_talk(call: Call | None, talk: TalkBegan) -> Call | None:
    """The call once a screener speaks with it. If it is not in that screener's queue the report is late."""
    if call is None or not call.live or call.queue != queue_of(talk.desk):
        return call
    if call.screener == talk.desk and call.screener_leg and talk.turn <= call.screener_turn:
        return call
    there = replace(
        call, screener=talk.desk, screener_leg=talk.leg, screener_turn=talk.turn, claimed_by="", claimed_at=0.0
    )
    return enter(there, Stage.SCREENING, talk.at)


def owning_desk(call: Call) -> str:
    """The desk that speaks with the call or claims it; empty for none."""
    if call.stage is Stage.ON_AIR:
        return call.air_desk
    return call.screener if call.stage is Stage.SCREENING else call.claimed_by


def why_may_not_decide(call: Call | None, desk: str) -> str:
    """Why that desk may not decide about the call, as a code for the page; empty if it may."""
    if call is None or not call.live or call.stage is Stage.MESSAGE:
        return "gone"
    if call.stage is Stage.ON_AIR:
        return "on_air"
    return "" if owning_desk(call) in ("", desk) else "taken"


def judged(call: Call | None, judgement: Judgement) -> Call | None:
    """The call with the verdict, and with a document issued that announces it and has not reached the call yet."""
    if call is None or why_may_not_decide(call, judgement.desk):
        return call
    ready_at = judgement.ready_at if judgement.verdict is Verdict.READY else call.ready_at
    return replace(call, verdict=judgement.verdict, ready_at=ready_at, documents_issued=call.documents_issued + 1)


def is_or_will_be_ready(call: Call) -> bool:
    """Whether a screener has marked the caller ready, even if the caller has not been told yet."""
    return call.verdict is Verdict.READY or (call.verdict is None and call.cleared and call.ready_at > 0)


def placed(call: Call | None, ready_at: float) -> Call | None:
    """The call with another place among ready callers."""
    return replace(call, ready_at=ready_at) if call is not None and call.stage is Stage.READY else call


def recalled(call: Call | None) -> Call | None:
    """The call without a claim, and with a document issued that takes it to where it belongs."""
    if call is None or call.stage not in WAITS:
        return call
    return replace(call, claimed_by="", claimed_at=0.0, documents_issued=call.documents_issued + 1)


def is_to_be_sent_on(call: Call) -> bool:
    """Whether a caller waits where they hear nothing new, or in the wrong queue.

    The fallback document puts all callers into one queue. Callers that are ready belong in another one.
    """
    is_free = call.stage in WAITS and not call.claimed_by and call.verdict is None
    return is_free and call.queue in (WAITING_QUEUE, READY_QUEUE) and (call.adrift or call.queue != queue_for(call))


def sent_on(call: Call | None) -> Call | None:
    """The call with a document issued that takes it to where it belongs."""
    return (
        replace(call, documents_issued=call.documents_issued + 1)
        if call is not None and is_to_be_sent_on(call)
        else call
    )


def obeyed(call: Call, at: float) -> Call:
    """The call after the caller has heard the verdict. Its queue is still the former one."""
    if call.verdict is Verdict.READY:
        call = replace(call, cleared=True, ready_at=call.ready_at or at)
    if call.verdict is Verdict.BACK:
        call = replace(call, cleared=False, returned=False)
    return replace(call, verdict=None, claimed_by="", claimed_at=0.0)


def queue_for(call: Call, *, held: bool = False) -> str:
    """The queue where the call belongs while no desk claims it."""
    return HELD_QUEUE if held else READY_QUEUE if call.cleared else WAITING_QUEUE


def is_in_wrong_queue(call: Call, desk: Desk, show: Show) -> bool:
    """Whether a caller is in the wrong queue and leaves it. `desk` is the desk whose queue it is.

    It is wrong if a verdict has not reached them, if the desk does not come for them, or if they would go on the
    air unscreened.
    """
    if call.stage not in WAITS:
        return False
    if call.verdict is not None:
        return not call.claimed_by
    if is_screen_queue(call.queue):
        return not desk.leg or call.call_sid not in (desk.claimed, desk.on_air)
    of_air = desk_of_air_queue(call.queue)
    if of_air not in ("", AIR_DESK) and call.claimed_by != of_air:
        return True
    return bool(of_air) and show.screened and not call.cleared


def queue_desk(call: Call) -> str:
    """The name of the desk that the call concerns: the screener's in whose queue it is or will be, or an air desk."""
    is_screeners = is_screen(call.claimed_by) or is_screen_queue(call.queue)
    return call.screener if is_screeners and call.screener else air_desk_of(call)


def air_desk_of(call: Call) -> str:
    """The air desk that has the call on the air, claims it, or in whose queue it is; the first one if none does."""
    if call.stage is Stage.ON_AIR:
        return call.air_desk
    return call.claimed_by if call.claimed_by in AIR_DESKS else desk_of_air_queue(call.queue) or AIR_DESK


def desk_of_from(number: str) -> str:
    """The name of the desk to which a leg of the studio belongs, by its From: of the air desks, the first."""
    return SCREEN_DESK + number.removeprefix("client:") if number.startswith("client:screener_") else AIR_DESK


def unjudged(call: Call | None, verdict: Verdict) -> Call | None:
    """The call after a verdict that had no effect."""
    return replace(call, verdict=None) if call is not None and call.verdict is verdict else call
