"""What a desk's leg is to do, turn by turn."""

from __future__ import annotations

from dataclasses import dataclass, replace

from callin.model import Call, Desk, DeskDocument, Direct, Document, Idle, PressKind, Stage, Take
from callin.rules.calls import WAITS
from callin.rules.presses import NOBODY_FOLLOWS, press_in_force


@dataclass(frozen=True, slots=True)
class DeskRequest:
    """The desk's leg asks what to do: with `*` while idle, or `woken` by a request of ours. `token` is Twilio's own.

    `adrift` says that it comes from a document that brought callers while we could not: the studio's fallback, or what
    the leg was given when the store had failed.
    """

    leg: str
    turn: int | None
    at: float
    star: bool = False
    woken: bool = False
    token: str = ""
    adrift: bool = False


def seated_at_rest(desk: Desk, question: DeskRequest) -> Desk:
    """A screener's desk whose new leg waits for a caller as the one before did: no turn begins, and pages need not
    hear of one."""
    if desk.instructed_leg == question.leg:
        return desk
    return replace(desk, instructed_leg=question.leg, request_token=question.token, began_at=question.at)


def wants_somebody(desk: Desk, now: float, *, star: bool) -> bool:
    """Whether the desk's next turn is to bring a caller: it was asked for, or callers follow by themselves."""
    if press := press_in_force(desk, now):
        return press.kind is PressKind.NEXT  # who was chosen is promised to the desk, or about to be
    return star or (desk.automatic and not desk.idle)


def waits_in_silence(desk: Desk, now: float) -> bool:
    """Whether the leg is idle, though somebody is to come as soon as there is anybody."""
    is_free = bool(desk.leg) and desk.document is Document.IDLE and not (desk.on_air or desk.claimed)
    return is_free and wants_somebody(desk, now, star=False)


def is_displacing(desk: Desk, now: float) -> bool:
    """Whether to move the leg now takes it from under a caller whom nobody wanted gone."""
    press = press_in_force(desk, now)
    return bool(desk.on_air) and (press is None or press.seen != desk.on_air)


def is_current(desk: Desk, question: DeskRequest) -> bool:
    """Whether a question of the desk's leg begins a new turn: the first of a leg, and any that carries this turn.

    A leg that was adrift knows of no turn, and still begins one. All others are doubled, or come from a document
    that is over.
    """
    if question.leg != desk.leg:
        return False
    if question.adrift:
        return not (question.token and question.token == desk.request_token)
    return desk.instructed_leg != question.leg or question.turn == desk.turn


def begun(desk: Desk, question: DeskRequest, promised: str, dials: str = "") -> Desk:
    """The desk in its next turn, for `promised` where a caller is kept for it: the one rule of its three documents.

    `dials` is the queue of the line that the desk may dial itself, for whoever Twilio has first there; empty for none.

    A leg that was idle and is idle again has begun nothing: its turn stays, and with it what the pages know. A press
    whose caller is yet to be promised is not followed before they are.
    """
    press = press_in_force(desk, question.at)
    wants = wants_somebody(desk, question.at, star=question.star)
    document = Document.TAKE if promised else Document.DIRECT if wants and dials else Document.IDLE
    follows = promised or press is None or press.kind is not PressKind.TAKE
    if (
        document is Document.IDLE is desk.document
        and desk.instructed_leg == question.leg
        and not (desk.press and follows)
    ):
        return desk
    stops = press is not None and press.kind in NOBODY_FOLLOWS
    unasked, had_them = is_displacing(desk, question.at), desk.instructed_leg == question.leg
    return replace(
        desk,
        turn=desk.turn + 1,
        began_at=question.at,
        document=document,
        dials=dials or desk.dials,
        instructed_leg=question.leg,
        request_token=question.token,
        on_air="",
        displaced=desk.on_air if unasked and had_them and question.woken else "",
        let_go=desk.on_air if unasked and had_them and _goes_on_by_itself(desk, question) else desk.let_go,
        claimed=promised,
        claimed_at=desk.claimed_at if promised else 0.0,
        idle=stops or (desk.idle and not wants),
        press=None if follows else press,
        last_press=press if follows else desk.last_press,
    )


def _goes_on_by_itself(desk: Desk, question: DeskRequest) -> bool:
    """Whether a leg asks for the next caller, and no request of ours made it."""
    return not question.woken and desk.on_air not in (desk.displaced, desk.claimed)


def is_as_decided(desk: Desk, seen: Desk, promised: str) -> bool:
    """Whether what was decided of the desk as `seen`, with `promised` for it, holds for the desk as it is now."""
    same = (desk.press, desk.automatic, desk.let_go) == (seen.press, seen.automatic, seen.let_go)
    return same and desk.claimed in ("", promised)


def document(desk: Desk) -> DeskDocument:
    """What the desk's leg is to do in its present turn. A caller who was displaced in it is waited for."""
    if desk.document is Document.TAKE or (desk.displaced and desk.displaced == desk.on_air):
        return Take(desk.turn, desk.claimed or desk.on_air)
    return Direct(desk.turn, desk.dials) if desk.document is Document.DIRECT else Idle(desk.turn)


def dialling(desk: Desk, turn: int, queue: str) -> Desk:
    """The desk with another queue to dial in that turn."""
    return replace(desk, dials=queue) if desk.turn == turn and desk.document is Document.DIRECT else desk


def woken(desk: Desk, turn: int) -> Desk:
    """The desk whose leg we are about to move on from this turn: whoever was with it then was not meant to go.

    A leg that has just taken over is in no turn yet: the present one was that of the leg before.
    """
    return replace(desk, woken_turn=turn) if desk.turn == turn and desk.instructed_leg == desk.leg else desk


def asked_late(desk: Desk, question: DeskRequest) -> Desk:
    """The desk after its leg asked with an older turn: with a caller on the air, it was moved from under them.

    The same question twice, which carries the same token, is no more than that.
    """
    if question.leg != desk.leg or (question.token and question.token == desk.request_token):
        return desk
    return replace(desk, displaced=desk.on_air, woken_turn=desk.turn) if desk.on_air else desk


def has_let_go(desk: Desk, call: Call, question: DeskRequest) -> bool:
    """Whether a leg that is over tells, with a question that was long on its way, that it had let this caller go.

    Until that came they were taken for left alone, and to come back to the desk that has another leg now.
    """
    is_of_their_turn = (call.desk_leg, call.desk_turn) == (question.leg, question.turn)
    if not is_of_their_turn or question.woken or desk.woken_turn == question.turn or call.intent:
        return False
    came_from_the_air = [moment.stage for moment in call.moments[-2:-1]] == [Stage.ON_AIR]
    is_on_the_way_back = call.stage in WAITS and call.returned and call.bridged and came_from_the_air
    return call.stage is Stage.ON_AIR or is_on_the_way_back
