"""Calls and desks that the tests of the stores keep, and helpers to put and name them."""

from __future__ import annotations

from msgspec.structs import replace

from callin.contracts import Store
from callin.model import Call, Desk, Moment, Outcome, Stage
from tests.support.processes import wait_until

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


def put(store: Store, *calls: Call) -> None:
    for call in calls:
        store.change_call(call.call_sid, lambda _, call=call: call)


def name_of(desk: Desk) -> str:
    return desk.name


def sid_of(call: Call) -> str:
    return call.call_sid


def settled(store: Store) -> int:
    """The mark once the feed has reported everything that was written here: nothing is reported again after it."""
    mark = store.live_calls().mark

    def quiet() -> bool:
        nonlocal mark
        changes = store.changes_since(mark)
        mark = changes.mark
        return not changes.calls and not changes.desks

    wait_until(quiet, 2.0)
    return mark
