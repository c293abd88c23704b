"""What becomes of a desk: who sits at it, what its leg is to do, and which press counts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from callin.model import (
    Call,
    Desk,
    DeskDocument,
    Direct,
    Document,
    Idle,
    Press,
    PressKind,
    Stage,
    Take,
    is_screen,
    queue_of,
)
from callin.rules.calls import WAITS

LEGS_REMEMBERED = 8

CLAIM_SECONDS = 10.0
"""A claim that Twilio has not confirmed in this time is undone, and a press that nothing followed may be repeated."""

PRESS_SECONDS = 20.0
"""After this a press that nothing followed is forgotten: nobody is to come on the air by surprise."""


NOBODY_FOLLOWS = frozenset({PressKind.DROP, PressKind.HOLD})
"""After these the desk is idle until Next, whatever is set for callers who follow by themselves."""


def seated(desk: Desk, leg: str, by: str) -> Desk:
    """The desk after a leg asked for a document: it sits down where nobody sits, else it is the rival."""
    if leg == desk.leg or leg in desk.gone:
        return desk
    if not desk.leg:
        return taken_over(desk, leg, by)
    return desk if leg == desk.rival else replace(desk, rival=leg, rival_by=by)


def taken_over(desk: Desk, leg: str, by: str) -> Desk:
    """The desk with another leg: the one that it had is over, whatever its own reports say.

    A desk that is idle until Next stays so: to take over is not to ask for a caller.
    """
    if desk.leg == leg:
        return desk
    gone = (*desk.gone, desk.leg)[-LEGS_REMEMBERED:] if desk.leg and desk.leg not in desk.gone else desk.gone
    if desk.rival == leg:
        desk = replace(desk, rival="", rival_by="")
    return replace(desk, leg=leg, leg_by=by, gone=gone, press=None, displaced="")


def ousting(desk: Desk, leg: str, since: float) -> Desk:
    """The desk after we have ended a leg that lived then: whoever had parted with it before was let go by it."""
    return replace(desk, ousted=leg, ousted_at=since)


def leg_ended(desk: Desk, leg: str) -> Desk:
    """The desk after Twilio reported one of its legs ended."""
    gone = desk.gone if leg in desk.gone else (*desk.gone, leg)[-LEGS_REMEMBERED:]
    if desk.rival == leg:
        desk = replace(desk, rival="", rival_by="")
    if desk.leg == leg:
        desk = replace(desk, leg="", leg_by="", press=None, idle=False, displaced="")
    return replace(desk, gone=gone)


def at_rest(desk: Desk) -> Desk:
    """A screener's desk at which nobody sits any more: its turn is over with its leg."""
    if desk.leg or desk.document is Document.IDLE:
        return desk
    return replace(desk, turn=desk.turn + 1, document=Document.IDLE, told="")


def seated_at_rest(desk: Desk, question: Question) -> Desk:
    """A screener's desk whose new leg waits for a caller as the one before did: no turn begins, and pages need not
    hear of one."""
    return desk if desk.told == question.leg else replace(desk, told=question.leg, asked=question.token)


def press_in_force(desk: Desk, now: float) -> Press | None:
    """The press that the leg has still to follow. One that nothing followed for long is forgotten."""
    return desk.press if desk.press is not None and now - desk.press.at < PRESS_SECONDS else None


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


@dataclass(frozen=True, slots=True)
class Question:
    """The desk's leg asks what to do: with `*` while idle, or `woken` by a request of ours. `token` is Twilio's own."""

    leg: str
    turn: int | None
    at: float
    star: bool = False
    woken: bool = False
    token: str = ""


def is_current(desk: Desk, question: Question) -> bool:
    """Whether a question of the desk's leg begins a new turn: the first of a leg, and any that carries this turn.

    All others are doubled, or come from a document that is over.
    """
    return question.leg == desk.leg and (desk.told != question.leg or question.turn == desk.turn)


def begun(desk: Desk, question: Question, promised: str, dials: str = "") -> Desk:
    """The desk in its next turn, for `promised` where a caller is kept for it: the one rule of its three documents.

    `dials` is the queue of the line that the desk may dial itself, for whoever Twilio has first there; empty for none.

    A leg that was idle and is idle again has begun nothing: its turn stays, and with it what the pages know. A press
    whose caller is yet to be promised is not followed before they are.
    """
    press = press_in_force(desk, question.at)
    wants = wants_somebody(desk, question.at, star=question.star)
    document = Document.TAKE if promised else Document.DIRECT if wants and dials else Document.IDLE
    follows = promised or press is None or press.kind is not PressKind.TAKE
    if document is Document.IDLE is desk.document and desk.told == question.leg and not (desk.press and follows):
        return desk
    stops = press is not None and press.kind in NOBODY_FOLLOWS
    unasked = is_displacing(desk, question.at)
    return replace(
        desk,
        turn=desk.turn + 1,
        document=document,
        dials=dials or desk.dials,
        told=question.leg,
        asked=question.token,
        on_air="",
        displaced=desk.on_air if unasked and question.woken else "",
        let_go=desk.on_air if unasked and _goes_on_by_itself(desk, question) else desk.let_go,
        claimed=promised,
        claimed_at=desk.claimed_at if promised else 0.0,
        idle=stops or (desk.idle and not wants),
        press=None if follows else press,
        last_press=press if follows else desk.last_press,
    )


def _goes_on_by_itself(desk: Desk, question: Question) -> bool:
    """Whether the leg which had the caller asks for the next one, and no request of ours made it."""
    return desk.told == question.leg and not question.woken and desk.displaced != desk.on_air


def is_as_decided(desk: Desk, seen: Desk, promised: str) -> bool:
    """Whether what was decided of the desk as `seen`, with `promised` for it, holds for the desk as it is now."""
    same = (desk.press, desk.automatic) == (seen.press, seen.automatic)
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
    return replace(desk, woken_turn=turn) if desk.turn == turn and desk.told == desk.leg else desk


def asked_late(desk: Desk, question: Question) -> Desk:
    """The desk after its leg asked with an older turn: with a caller on the air, it was moved from under them.

    The same question twice, which carries the same token, is no more than that.
    """
    if question.leg != desk.leg or (question.token and question.token == desk.asked):
        return desk
    return replace(desk, displaced=desk.on_air) if desk.on_air else desk


def has_let_go(desk: Desk, call: Call, question: Question) -> bool:
    """Whether a leg that is over tells, with a question that was long on its way, that it had let this caller go.

    Until that came they were taken for left alone, and to come back to the desk that has another leg now.
    """
    is_of_their_turn = (call.desk_leg, call.desk_turn) == (question.leg, question.turn)
    if not is_of_their_turn or question.woken or desk.woken_turn == question.turn or call.intent:
        return False
    came_from_the_air = [moment.stage for moment in call.moments[-2:-1]] == [Stage.ON_AIR]
    is_on_the_way_back = call.stage in WAITS and call.returned and call.bridged and came_from_the_air
    return call.stage is Stage.ON_AIR or is_on_the_way_back


def letting_go(desk: Desk, call_sid: str) -> Desk:
    """The desk when it is known that this caller was let go: it waits for them no more."""
    return replace(given_up(parted(desk, call_sid), call_sid), let_go=call_sid)


def claimed(desk: Desk, call_sid: str, now: float) -> Desk:
    """The desk with a caller promised to it, if it has been promised no other."""
    if desk.claimed not in ("", call_sid):
        return desk
    return replace(desk, claimed=call_sid, claimed_at=now, displaced=_without(desk.displaced, call_sid))


def _without(somebody: str, call_sid: str) -> str:
    return "" if somebody == call_sid else somebody


def claim_holds(desk: Desk, call: Call | None, now: float) -> bool:
    """Whether the caller who is promised to the desk is still to come: in its queue, or on the way there."""
    if not is_screen(desk.name) and is_to_come_back(desk, call):
        return True
    if call is None or call.stage not in WAITS or call.claimed_by not in ("", desk.name):
        return False
    if is_screen(desk.name) and not desk.leg:
        return False  # nobody is there to speak with them
    # A claim is written on the desk first: one that is new may be about to be written on the call.
    return (bool(call.claimed_by) and call.queue == queue_of(desk.name)) or now - desk.claimed_at < CLAIM_SECONDS


def is_to_come_back(desk: Desk, call: Call | None) -> bool:
    """Whether a caller is on the air with a leg that is the desk's no more: they come back to the one that is."""
    if call is None or call.call_sid == desk.let_go:
        return False
    return call.stage is Stage.ON_AIR and call.desk_leg not in ("", desk.leg)


def went_on_air(desk: Desk, call_sid: str, leg: str, turn: int | None) -> Desk:
    """The desk after Twilio connected a caller to one of its legs."""
    desk = given_up(desk, call_sid)
    desk = replace(desk, displaced=_without(desk.displaced, call_sid), let_go=_without(desk.let_go, call_sid))
    if leg not in ("", desk.leg) or turn not in (None, desk.turn):
        return desk
    return replace(desk, on_air=call_sid)


def may_have(desk: Desk, call: Call) -> bool:
    """Whether a call that waits for somebody, and is in no queue any more, may speak with the desk: its leg dials the
    queue of this call, and is not known to have anybody."""
    if (
        not desk.leg
        or desk.told != desk.leg
        or desk.document is Document.IDLE
        or desk.on_air
        or call.stage not in WAITS
    ):
        return False
    return call.queue == (desk.dials if desk.document is Document.DIRECT else queue_of(desk.name))


def has_unawares(desk: Desk, call: Call) -> bool:
    """Whether a call speaks with the desk's leg, in its present turn, and the desk does not know it."""
    return _speaks_with(desk, call) == (desk.leg, desk.turn) and not desk.on_air


def aware(desk: Desk, call: Call) -> Desk:
    """The desk with the caller who speaks with it."""
    return went_on_air(desk, call.call_sid, desk.leg, desk.turn) if has_unawares(desk, call) else desk


def _speaks_with(desk: Desk, call: Call) -> tuple[str, int] | None:
    """The leg and the turn of the desk with which the call speaks, None where it does not."""
    if is_screen(desk.name):
        there = call.stage is Stage.SCREENING and call.screener == desk.name
        return (call.screener_leg, call.screener_turn) if there else None
    return (call.desk_leg, call.desk_turn) if call.stage is Stage.ON_AIR else None


def has_no_more(desk: Desk, call: Call | None) -> bool:
    """Whether the caller whom a desk has is over, or speaks with no such desk any more: back in line, or on hold."""
    return call is None or not call.live or _speaks_with(desk, call) is None


def parted(desk: Desk, call_sid: str) -> Desk:
    """The desk without a caller who lives on, and whom it may be promised again by now."""
    return replace(desk, on_air="") if desk.on_air == call_sid else desk


def given_up(desk: Desk, call_sid: str) -> Desk:
    """The desk after a claim is given up. Whoever went on the air in the meantime stays there."""
    if desk.claimed != call_sid:
        return desk
    # Who was chosen does not come: there is nobody for that press to wait for.
    is_over = desk.press is not None and desk.press.kind is PressKind.TAKE
    return replace(desk, claimed="", claimed_at=0.0, press=None if is_over else desk.press)


def released(desk: Desk, call_sid: str) -> Desk:
    """The desk after a call ended: it has that caller no more."""
    desk = replace(desk, displaced=_without(desk.displaced, call_sid))
    return given_up(replace(desk, on_air="") if desk.on_air == call_sid else desk, call_sid)


def refusal(desk: Desk, press: Press) -> str:
    """Why a press does not count, as a code for the page; empty when it does."""
    if not desk.leg:
        return "not_connected"
    if desk.press not in (None, press) and not desk.press.failed and press.at - desk.press.at < CLAIM_SECONDS:
        return "already"
    if press.seen != desk.on_air or (press.seen and press.turn != desk.turn):
        return "already"
    if press.kind in NOBODY_FOLLOWS:
        return "" if press.seen else "nobody"
    # With somebody on the air, Next brings the one who is promised already.
    return "busy" if desk.claimed and (press.kind is PressKind.TAKE or not press.seen) else ""


def pressed(desk: Desk, press: Press) -> Desk:
    """The desk after a press, unless it is refused."""
    return desk if refusal(desk, press) else replace(desk, press=press)


def press_failed(desk: Desk, press: Press) -> Desk:
    """The desk after Twilio could not be asked to act on its press: it may be repeated, and its leg may follow it."""
    return replace(desk, press=replace(press, failed=True)) if desk.press == press else desk


def unpressed(desk: Desk, press: Press) -> Desk:
    """The desk after a press that came to nothing: its leg is not to follow it."""
    return replace(desk, press=None) if desk.press in (press, replace(press, failed=True)) else desk


def with_automatic(desk: Desk, *, on: bool) -> Desk:
    """The desk with callers following by themselves, or not. Switched on, nobody comes before the next Next."""
    waits = desk.document is Document.IDLE and bool(desk.leg)
    return replace(desk, automatic=on, idle=desk.idle or (on and waits))
