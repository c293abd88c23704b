"""Places in line: how calls are sorted, what puts one between two others, and the place of a call that was cut off."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from callin.model import AIR_DESKS, Call, Outcome, Stage, caller_of, desk_of_air_queue
from callin.rules.numbers import is_listeners_browser

Key = tuple[int, float, str]
"""The sort key of a call: its rank, a time, its CallSid."""

CLAIMED, RETURNED, READY, WAITING = range(4)
"""The ranks, first to last: claimed for the air, returned from the air, made ready, all others."""


def key_of(call: Call) -> Key:
    """The sort key: rank, then the time of being made ready for ready calls, of joining for others.

    A call that was moved by hand stands as if that time were its `ready_at` or `placed_at`.
    """
    is_ready = call.stage is Stage.READY
    is_claimed = call.claimed_by in AIR_DESKS or desk_of_air_queue(call.queue) != ""
    rank = CLAIMED if is_claimed else RETURNED if call.returned else READY if is_ready else WAITING
    at = call.ready_at or call.changed_at if rank == READY else call.placed_at or call.joined_at
    return rank, at, call.call_sid


def place_before(order: list[Key], call: Call, other_sid: str) -> tuple[float, bool] | None:
    """The moment, and whether among returned calls, that puts a call just before another; last if `other_sid` is empty.

    None if that is impossible: the other is not in line, the two neighbours leave no moment between them, or only one
    of the two was made ready.
    """
    own = READY if call.stage is Stage.READY else WAITING
    places = [key for key in order if key[2] != call.call_sid]
    if not other_sid:
        alike = [at for rank, at, _ in places if rank == own]
        return (alike[-1] + 1.0, False) if alike else (key_of(call)[1], False)
    index = next((index for index, key in enumerate(places) if key[2] == other_sid), None)
    if index is None or places[index][0] not in (own, RETURNED):
        return None
    at = _just_before(places, index)
    return None if at is None else (at, places[index][0] == RETURNED)


def ready_before(order: list[Key], other_sid: str) -> float:
    """The moment that puts a call just before another among ready calls.

    It is first if the other one is no longer ready, and last (0) if none is ready or no moment is left.
    """
    places = [key for key in order if key[0] == READY]
    index = next((index for index, key in enumerate(places) if key[2] == other_sid), 0)
    return _just_before(places, index) or 0.0 if places else 0.0


def _just_before(places: list[Key], index: int) -> float | None:
    """A moment between a place and the one before it; None if there is none."""
    rank, at, _ = places[index]
    before = places[index - 1] if index else None
    if before is None or before[0] != rank:
        return at - 1.0
    between = (before[1] + at) / 2
    return between if before[1] < between < at else None


KEPT_SECONDS = 60.0
"""How long a browser's place is kept after its call has ended."""

WAITED = (Stage.ARRIVING, Stage.WAITING, Stage.READY)


class KeptPlace(NamedTuple):
    """The place of a browser's new call: as if it had joined then, among returned callers or the others."""

    placed_at: float
    returned: bool


def kept_until(former: Call) -> float:
    """Until when the browser of this ended call can have its place again; 0 if no place is kept.

    The connection of a caller in line or on the air may have broken. A caller that the studio let go, that pressed Hang
    up, or that was on hold or with a screener, has no place to come back to.
    """
    if not is_listeners_browser(former.number) or not former.hung_up or former.hung_up_on_page:
        return 0.0
    last = former.moments[-2].stage if len(former.moments) > 1 else Stage.DONE
    was_in_line = former.outcome is Outcome.HUNG_UP and last in WAITED and former.first_aired_at is None
    was_on_air = former.outcome is Outcome.AIRED and last is Stage.ON_AIR
    return former.changed_at + KEPT_SECONDS if was_in_line or was_on_air else 0.0


def without_place(call: Call | None, caller: str) -> Call | None:
    """The call of this caller, live or just over, after its listener has pressed Hang up: no place will be kept."""
    if call is None or caller_of(call.number) != caller or not (call.live or kept_until(call)):
        return call
    return replace(call, hung_up_on_page=True)


def place_kept_for(former: Call, call: Call) -> KeptPlace | None:
    """The place for `call` if `former`, the same browser's call, ended shortly before; None if no place is kept.

    A caller that was on the air comes first. Whether a screener had made the former call ready does not count: somebody
    else may sit at the browser now.
    """
    is_soon = former.changed_at <= call.joined_at <= kept_until(former)
    stands = call.stage is Stage.WAITING and not call.placed_at and not call.returned
    if not is_soon or not stands:
        return None
    return KeptPlace(former.placed_at or former.joined_at, former.outcome is Outcome.AIRED)
