"""The legs of a desk: its own, one that is offered to take over, and those that are over.

A leg takes over from another person's by consent: it asks, and silence is consent. See `may_take_over`.
"""

from __future__ import annotations

from msgspec.structs import replace

from callin.model import Call, Desk, InstructionKind, Stage, is_screen
from callin.rules.calls import WAITS
from callin.rules.desks import DeskRequest

LEGS_REMEMBERED = 8

CONSENT_SECONDS = 10.0
"""How long the person at the desk may refuse. Then silence is consent."""

ANSWER_TRAVELS_SECONDS = 0.5
"""A refusal pressed at the last moment may arrive this much later, and still counts."""

ASK_LASTS_SECONDS = 30.0
"""An unused consent expires after this, so that nobody is surprised long after being asked."""

REFUSAL_HOLDS_SECONDS = 30.0
"""How long a refused person may not ask again: a DJ on the air cannot keep answering."""

IDLE_SECONDS = 24 * 3600.0
"""A browser keeps its screener's identity for half of this, and a leg lives for 4 hours: nobody comes back later."""


def leg_joined(desk: Desk, leg: str, by: str, now: float) -> Desk:
    """The desk after a leg asked for a document. It becomes the leg of a desk without one, and the rival at any other.

    While a rival waits for an answer, no other leg becomes the rival.
    """
    if leg == desk.leg or leg in desk.ended_legs:
        return desk
    if not desk.leg:
        return taken_over(desk, leg, by)
    if leg == desk.rival or is_asked(desk, now):
        return desk
    return replace(desk, rival=leg, rival_by=by, asked_at=0.0)


def leg_replaced(desk: Desk, ended: str, leg: str, by: str) -> Desk:
    """The desk after its leg `ended` was ended for another. If it has a third one by now, the leg is its rival."""
    if leg in desk.ended_legs:
        return _without_rival(desk, leg)
    if desk.leg in ("", leg, ended):
        return taken_over(desk, leg, by)
    return replace(desk, rival=leg, rival_by=by, asked_at=0.0)


def is_leg_of(desk: Desk, leg: str) -> bool:
    """Whether the leg is or was this desk's, or asks to be."""
    return leg in (desk.leg, desk.rival, desk.instructed_leg, *desk.ended_legs)


def is_of_another_console(desk: Desk, first: Desk) -> bool:
    """Whether an extra desk's leg belongs to another browser than the leg of the first air desk."""
    return bool(desk.leg and first.leg) and desk.leg_by != first.leg_by


def account_of(by: str) -> str:
    """The account whose browser calls with this From; empty for a phone.

    >>> account_of("client:dj_ann_1f3a"), account_of("+447700900999")
    ('ann', '')
    """
    # An identity is its kind, the account's name and a random suffix, joined by underscores.
    return by.partition("_")[2].rpartition("_")[0].replace("_", "-") if by.startswith("client:") else ""


def is_same_person(one: str, other: str) -> bool:
    """Whether two legs, by their From, are of one person: of one account, or one phone."""
    return one == other or bool(account_of(one) and account_of(one) == account_of(other))


def is_asked(desk: Desk, now: float) -> bool:
    """Whether the rival has asked to take over and waits for an answer, or for the end of the silence."""
    return bool(desk.rival and desk.asked_at) and now - desk.asked_at < ASK_LASTS_SECONDS


def consent_at(desk: Desk) -> float:
    """When silence becomes consent; 0 if the rival has not asked."""
    return desk.asked_at + CONSENT_SECONDS if desk.rival and desk.asked_at else 0.0


def seconds_of_refusal(desk: Desk, by: str, now: float) -> float:
    """For how long this person may not ask again, because they were refused; 0 if they may."""
    if not desk.refused_at or not is_same_person(desk.refused_by, by):
        return 0.0
    return max(0.0, desk.refused_at + REFUSAL_HOLDS_SECONDS - now)


def asked(desk: Desk, leg: str, now: float) -> Desk:
    """The desk after that rival asked to take over. Asking twice does not restart the silence."""
    if desk.rival != leg or is_asked(desk, now) or seconds_of_refusal(desk, desk.rival_by, now):
        return desk
    return replace(desk, asked_at=now)


def may_take_over(desk: Desk, leg: str, now: float) -> bool:
    """Whether that rival may take over now that it asks: from its own person, or after the silence."""
    if desk.rival != leg:
        return False
    return is_same_person(desk.leg_by, desk.rival_by) or is_consent(desk, now)


def is_consent(desk: Desk, now: float) -> bool:
    """Whether the person at the desk was asked and has been silent for long enough."""
    return is_asked(desk, now) and now - desk.asked_at >= CONSENT_SECONDS + ANSWER_TRAVELS_SECONDS


def may_answer(desk: Desk, by: str) -> bool:
    """Whether this person's page may refuse the rival, or hand over to it.

    A phone cannot see that it is asked, and pages are its buttons: any page may answer for it, except the rival's own.
    """
    is_by_phone = not desk.leg_by.startswith("client:")
    return not is_same_person(desk.rival_by, by) and (is_by_phone or is_same_person(desk.leg_by, by))


def refused(desk: Desk, leg: str, now: float) -> Desk:
    """The desk after that rival was refused."""
    if desk.rival != leg or not is_asked(desk, now):
        return desk
    return replace(desk, asked_at=0.0, refused_by=desk.rival_by, refused_at=now)


def withdrawn(desk: Desk, leg: str) -> Desk:
    """The desk after that rival no longer asks."""
    return replace(desk, asked_at=0.0) if desk.rival == leg else desk


def is_same_phone(desk: Desk, by: str) -> bool:
    """Whether the desk's phone has called again: its old leg is over, and Twilio has not noticed yet.

    A browser may have the page in two tabs, so it is offered to take over like any other.
    """
    return by == desk.leg_by and not by.startswith("client:")


def taken_over(desk: Desk, leg: str, by: str) -> Desk:
    """The desk with another leg. The leg that it had counts as ended, whatever Twilio reports of it.

    A desk that is paused until Next stays paused: taking over does not ask for a caller. Earlier refusals no longer
    count.
    """
    if desk.leg == leg:
        return desk
    ended_legs = _with_ended(desk, desk.leg)
    desk = _without_rival(desk if is_same_person(desk.leg_by, by) else _without_refusal(desk), leg)
    return replace(desk, leg=leg, leg_by=by, ended_legs=ended_legs, press=None, displaced="")


def with_replaced_leg(desk: Desk, leg: str, since: float) -> Desk:
    """The desk after we ended its live leg. A caller that was separated from that leg before was let go by it."""
    return replace(desk, replaced_leg=leg, replaced_at=since)


def leg_ended(desk: Desk, leg: str) -> Desk:
    """The desk after Twilio reported that one of its legs ended."""
    ended_legs = _with_ended(desk, leg)
    desk = _without_rival(desk, leg)
    if desk.leg == leg:
        desk = replace(_without_refusal(desk), leg="", leg_by="", press=None, paused=False, displaced="")
    return replace(desk, ended_legs=ended_legs)


def at_rest(desk: Desk) -> Desk:
    """A screener's desk without a leg: its turn ends with the leg."""
    if desk.leg or desk.instruction is InstructionKind.WAIT:
        return desk
    return replace(desk, turn=desk.turn + 1, instruction=InstructionKind.WAIT, instructed_leg="")


def with_start_noted(desk: Desk, now: float) -> Desk:
    """A desk whose turn began in a version that did not store when: it counts as begun now."""
    return desk if desk.began_at else replace(desk, began_at=now)


def is_idle(desk: Desk, now: float) -> bool:
    """Whether it is a screener's desk that nobody will use again: no leg, no caller, for a day."""
    is_empty = not (desk.leg or desk.rival or desk.claimed or desk.on_air)
    return is_screen(desk.name) and is_empty and now - desk.began_at >= IDLE_SECONDS


def has_let_go(desk: Desk, call: Call, request: DeskRequest) -> bool:
    """Whether a late request of a leg that is over shows that the leg had let this caller go.

    Until then the caller counts as left alone, and comes back to the desk's new leg.
    """
    is_of_their_turn = (call.desk_leg, call.desk_turn) == (request.leg, request.turn)
    if not is_of_their_turn or request.woken or desk.woken_turn == request.turn or call.intent:
        return False
    came_from_the_air = [moment.stage for moment in call.moments[-2:-1]] == [Stage.ON_AIR]
    is_on_the_way_back = call.stage in WAITS and call.returned and call.bridged and came_from_the_air
    return call.stage is Stage.ON_AIR or is_on_the_way_back


def _without_rival(desk: Desk, leg: str) -> Desk:
    return replace(desk, rival="", rival_by="", asked_at=0.0) if desk.rival == leg else desk


def _without_refusal(desk: Desk) -> Desk:
    return replace(desk, refused_by="", refused_at=0.0)


def _with_ended(desk: Desk, leg: str) -> tuple[str, ...]:
    """The desk's last few ended legs, this one among them."""
    if not leg or leg in desk.ended_legs:
        return desk.ended_legs
    return (*desk.ended_legs, leg)[-LEGS_REMEMBERED:]
