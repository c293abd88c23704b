"""Calls and desks that the tests of the stores keep."""

from __future__ import annotations

from dataclasses import replace

from callin.model import Call, Moment, Outcome, Stage

NUMBER = "+447700900001"

ON_AIR = Call(
    "CA1",
    NUMBER,
    Stage.ON_AIR,
    (Moment(Stage.WAITING, 1.5), Moment(Stage.ON_AIR, 2.5)),
    document_seq=3,
    queue="radio-callin-air",
    desk_leg="CAdj",
    desk_turn=4,
    bridged=True,
)


def waiting(call_sid: str, joined_at: float = 1_000.0, number: str = NUMBER) -> Call:
    return Call(call_sid, number, Stage.WAITING, (Moment(Stage.WAITING, joined_at),))


def ended(call: Call, outcome: Outcome = Outcome.AIRED) -> Call:
    moments = (*call.moments, Moment(Stage.DONE, call.changed_at + 60))
    return replace(call, stage=Stage.DONE, outcome=outcome, moments=moments)
