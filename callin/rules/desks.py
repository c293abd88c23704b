"""A desk's turns and presses: which press counts, what it brings, and what the desk's leg does next."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from callin.model import (
    AIR_DESK,
    EXTRA_DESKS,
    Call,
    Desk,
    DialCaller,
    DialLine,
    Instruction,
    InstructionKind,
    Press,
    PressKind,
    Programme,
    WaitInSilence,
    is_screen,
)
from callin.rules.claims import CLAIM_SECONDS

PRESS_SECONDS = 20.0
"""After this a press that nothing followed is forgotten, so that nobody comes on the air by surprise."""

TOGETHER_SECONDS = 1.5
"""Two people that press within this time mean the same caller, though the second page may already show the next."""

FALLBACK_SECONDS = 3.0
"""How long Twilio waits for our answer to a request of the studio's fallback document (its `#rt=3000`). Then it runs
that document again."""

NOBODY_FOLLOWS = frozenset({PressKind.DROP, PressKind.HOLD})
"""After these the desk is paused until Next, also with auto-advance."""


def press_in_force(desk: Desk, now: float) -> Press | None:
    """The press that the leg has not followed yet, if it is not too old."""
    return desk.press if desk.press is not None and now - desk.press.at < PRESS_SECONDS else None


def why_rejected(desk: Desk, press: Press) -> str:
    """Why a press does not count, as a code for the page; empty if it counts."""
    if not desk.leg:
        return "not_connected"
    if desk.press not in (None, press) and not desk.press.failed and press.at - desk.press.at < CLAIM_SECONDS:
        return "already"
    if press.shown != desk.on_air or (press.shown and press.turn != desk.turn) or _is_meant_for_the_last(desk, press):
        return "already"
    if press.kind in NOBODY_FOLLOWS:
        return "" if press.shown else "nobody"
    # With a caller on the air, Next brings the claimed caller.
    return "busy" if desk.claimed and (press.kind is PressKind.TAKE or not press.shown) else ""


def _is_meant_for_the_last(desk: Desk, press: Press) -> bool:
    """Whether another person pressed just before, and this press would end the caller that their press brought."""
    last = desk.last_press
    if last is None or last.by == press.by or not press.shown:
        return False
    return last.shown != press.shown and press.at - last.at < TOGETHER_SECONDS


def is_too_soon(desk: Desk, now: float) -> bool:
    """Whether a press now, by a person that sees no page, would end the caller that the last press has just brought."""
    last = desk.last_press
    return last is not None and now - last.at < TOGETHER_SECONDS and desk.on_air not in ("", last.shown)


def mute_pressed(desk: Desk, state: str = "") -> Desk:
    """The desk after a press of mute from outside the tab, for the state "on" or "off" if it names one."""
    count = desk.mute_presses + 1
    if state:
        return replace(desk, mute_presses=count, mute_set=state, mute_set_at=count)
    return replace(desk, mute_presses=count)


def pressed(desk: Desk, press: Press) -> Desk:
    """The desk after a press, unless it is refused."""
    return desk if why_rejected(desk, press) else replace(desk, press=press)


def press_failed(desk: Desk, press: Press) -> Desk:
    """The desk after a press that Twilio could not act on: it may be repeated, and the leg may still follow it."""
    return replace(desk, press=replace(press, failed=True)) if desk.press == press else desk


def unpressed(desk: Desk, press: Press) -> Desk:
    """The desk without a press that had no effect, so that its leg does not follow it."""
    return replace(desk, press=None) if desk.press in (press, replace(press, failed=True)) else desk


def by_schedule(desk: Desk, programme: Programme) -> Desk:
    """The desk with auto-advance as the schedule has it, unless it was switched since the slot began."""
    slot, automatic = programme.slot, programme.automatic
    if desk.name != AIR_DESK or slot is None or automatic is None or desk.automatic_at >= slot.begins_at:
        return desk
    return replace(desk, automatic=automatic, automatic_at=slot.begins_at)


class DeskRequest(Struct, frozen=True):
    """The desk's leg asks what to do. `token` is Twilio's idempotency token.

    `star`: somebody pressed `*` while the leg waited in silence. `woken`: a REST request of ours moved the leg.
    `adrift`: the leg comes from a document that brought it callers without us: the studio's fallback, or the one for a
    failed store.
    """

    leg: str
    turn: int | None
    at: float
    star: bool = False
    woken: bool = False
    token: str = ""
    adrift: bool = False

    @property
    def asks_for_caller(self) -> bool:
        """Whether the leg asks for a caller even if the desk is paused.

        One that is adrift does: its document brought one caller after another.
        """
        return self.star or self.adrift


def _resumed_at_rest(desk: Desk, request: DeskRequest) -> Desk:
    """A screener's desk whose new leg waits as the one before did. No turn begins, so pages get no update."""
    if desk.instructed_leg == request.leg:
        return desk
    return replace(desk, instructed_leg=request.leg, request_token=request.token, began_at=request.at)


def wants_caller(desk: Desk, now: float, *, star: bool) -> bool:
    """Whether the desk's next turn is to bring a caller: always, unless the desk is paused until Next.

    It is paused after Drop, Hold, or a caller that hung up (see `claims.after_hang_up`). An extra desk always is.
    """
    if press := press_in_force(desk, now):
        return press.kind is PressKind.NEXT  # the chosen caller is claimed, or about to be
    return star or not (desk.paused or desk.name in EXTRA_DESKS)


def may_have_lost_caller(desk: Desk, request: DeskRequest) -> bool:
    """Whether a leg with a caller on the air asks without a press: either `*` was pressed, or the caller hung up.

    With auto-advance both bring the next caller, so it does not matter. Without it the caller's call decides. Twilio's
    documentation leaves open whether `*` ends that call: if it does, the reports are those of a hang-up (bridged,
    completed, and the leg's next request), so that `*` counts as one, and has to be pressed twice. Nobody goes on the
    air by surprise. https://www.twilio.com/docs/voice/twiml/dial#hanguponstar
    """
    if desk.automatic or request.woken or request.leg != desk.leg or desk.instructed_leg != desk.leg:
        return False
    return bool(desk.on_air) and desk.on_air != desk.displaced and press_in_force(desk, request.at) is None


def waits_in_silence(desk: Desk, now: float) -> bool:
    """Whether the leg waits in silence only because no caller is available yet."""
    is_free = bool(desk.leg) and desk.instruction is InstructionKind.WAIT and not (desk.on_air or desk.claimed)
    return is_free and wants_caller(desk, now, star=False)


def waits_for(desk: Desk, first: Call | None, now: float) -> bool:
    """Whether the desk has nobody although a caller is there: `first` is the one that Next would bring.

    It waits in silence, or dials a queue of the line while that caller is in the other one.
    """
    is_dialling = bool(desk.leg) and desk.instruction is InstructionKind.DIAL_LINE and desk.instructed_leg == desk.leg
    is_in_vain = is_dialling and not (desk.on_air or desk.claimed) and first is not None and first.queue != desk.dials
    return waits_in_silence(desk, now) or is_in_vain


def is_displacing(desk: Desk, now: float) -> bool:
    """Whether moving the leg now would separate it from a caller whose call nobody wanted to end."""
    press = press_in_force(desk, now)
    return bool(desk.on_air) and (press is None or press.shown != desk.on_air)


def is_current(desk: Desk, request: DeskRequest) -> bool:
    """Whether a request of the desk's leg begins a new turn: the first of a leg does, and any that carries this turn.

    So does a leg that was adrift, which knows no turn. All other requests are doubled, or come from an old document.
    """
    if request.leg != desk.leg:
        return False
    if request.adrift:
        return not (_is_overtaken(desk, request) or _is_doubled(desk, request))
    return desk.instructed_leg != request.leg or request.turn == desk.turn


def _is_doubled(desk: Desk, request: DeskRequest) -> bool:
    """Whether it is the request that began the present turn, sent again."""
    return bool(request.token) and request.token == desk.request_token


def _is_overtaken(desk: Desk, request: DeskRequest) -> bool:
    """Whether a wake has moved the leg into its present turn while this request of a leg adrift was on the way."""
    was_woken = desk.instructed_leg == request.leg and desk.woken_turn == desk.turn - 1
    return was_woken and request.at - desk.began_at < FALLBACK_SECONDS


def next_turn(desk: Desk, request: DeskRequest, promised: str, dials: str = "") -> Desk:
    """The desk in its next turn. This is the one rule that chooses the instruction.

    `promised` is the caller that the desk takes, `dials` the queue of the line that it may dial itself, both empty for
    none. A leg that goes on waiting in silence begins no turn, so that pages get no update. A press of
    Take is not followed before its caller is claimed.
    """
    if is_screen(desk.name) and not promised and desk.instruction is InstructionKind.WAIT:
        return _resumed_at_rest(desk, request)
    press = press_in_force(desk, request.at)
    wants = wants_caller(desk, request.at, star=request.asks_for_caller)
    unpromised = InstructionKind.DIAL_LINE if wants and dials else InstructionKind.WAIT
    kind = InstructionKind.DIAL_CALLER if promised else unpromised
    follows = promised or press is None or press.kind is not PressKind.TAKE
    if (
        kind is InstructionKind.WAIT is desk.instruction
        and desk.instructed_leg == request.leg
        and not (desk.press and follows)
    ):
        return desk
    brings_nobody = kind is InstructionKind.WAIT and not desk.automatic
    stops = press is not None and (press.kind in NOBODY_FOLLOWS or (press.kind is PressKind.NEXT and brings_nobody))
    # The leg that had the caller has left them, and no press asked for that.
    is_unexplained = is_displacing(desk, request.at) and desk.instructed_leg == request.leg
    return replace(
        desk,
        turn=desk.turn + 1,
        began_at=request.at,
        instruction=kind,
        dials=dials or desk.dials,
        instructed_leg=request.leg,
        request_token=request.token,
        on_air="",
        displaced=desk.on_air if is_unexplained and request.woken else "",
        let_go=desk.on_air if is_unexplained and _goes_on_by_itself(desk, request) else desk.let_go,
        claimed=promised,
        claimed_at=desk.claimed_at if promised else 0.0,
        paused=stops or (desk.paused and not wants),
        press=None if follows else press,
        last_press=press if follows else desk.last_press,
    )


def _goes_on_by_itself(desk: Desk, request: DeskRequest) -> bool:
    """Whether the leg asks for the next caller by itself, not moved by a request of ours."""
    return not request.woken and desk.on_air not in (desk.displaced, desk.claimed)


class Decision(Struct, frozen=True):
    """What a desk's next turn is to bring, decided for the desk as it was read.

    `promised` is a caller, `dials` a queue of the line, both empty for none.
    """

    desk: Desk
    promised: str
    dials: str = ""


def decision_holds(desk: Desk, decision: Decision) -> bool:
    """Whether a decision, made for the desk as it was then, holds for the desk as it is now."""
    then = decision.desk
    same = (desk.press, desk.paused, desk.let_go) == (then.press, then.paused, then.let_go)
    return same and desk.claimed in ("", decision.promised)


def instruction(desk: Desk) -> Instruction:
    """What the desk's leg does in its present turn. It waits for a caller that was displaced in this turn."""
    if desk.instruction is InstructionKind.DIAL_CALLER or (desk.displaced and desk.displaced == desk.on_air):
        return DialCaller(desk.turn, desk.claimed or desk.on_air)
    if desk.instruction is InstructionKind.DIAL_LINE:
        return DialLine(desk.turn, desk.dials)
    return WaitInSilence(desk.turn)


def dialling(desk: Desk, turn: int, queue: str) -> Desk:
    """The desk with another queue to dial in that turn."""
    return replace(desk, dials=queue) if desk.turn == turn and desk.instruction is InstructionKind.DIAL_LINE else desk


def woken(desk: Desk, turn: int) -> Desk:
    """The desk before a REST request moves its leg on from this turn: the request is not meant to end a caller.

    A leg that has just taken over is in no turn yet: the present turn was that of the leg before.
    """
    return replace(desk, woken_turn=turn) if desk.turn == turn and desk.instructed_leg == desk.leg else desk


def asked_late(desk: Desk, request: DeskRequest) -> Desk:
    """The desk after its leg asked with an older turn. If a caller is on the air, a late request has separated the two.

    The same request twice, with the same token, changes nothing. Nor does a late request of a screener's leg, or of a
    leg adrift, which has left that document.
    """
    if is_screen(desk.name) or request.adrift or request.leg != desk.leg or _is_doubled(desk, request):
        return desk
    return replace(desk, displaced=desk.on_air, woken_turn=desk.turn) if desk.on_air else desk
