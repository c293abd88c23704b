"""A console with a second line: its leg asks, callers are added to the air there, and legs die."""

from __future__ import annotations

from callin.model import (
    CallState,
    Desk,
    DialCaller,
    Instruction,
)
from callin.rules.desks import DeskRequest
from tests.line.conftest import DJ, House

LINE, LEG = "air-2", "CAsecond"
BY = f"client:dj_{DJ}"
ME = "dj_me"


def ask(house: House, name: str = LINE, leg: str = LEG, by: str = BY, **how: bool) -> Instruction:
    """A leg of an extra line asks for a document, in its desk's present turn."""
    house.phone.calls.setdefault(leg, CallState("in-progress", by))
    desk = house.store.desk(name)
    turn = desk.turn if desk.instructed_leg == leg else None
    return house.air_desks.next_instruction(DeskRequest(leg, turn, house.clock.now, **how), by, name=name)


def second(house: House) -> Desk:
    return house.store.desk(LINE)


def join(house: House, call_sid: str, name: str = LINE, leg: str = LEG) -> int:
    """The DJ adds that caller to the air on an extra line, and Twilio connects them: the turn."""
    house.air_desks.take(house.store.desk(name).turn, house.store.desk(name).on_air, ME, call_sid, name)
    house.reach(call_sid)
    document = ask(house, name, leg)
    assert isinstance(document, DialCaller)
    house.desks.on_air(call_sid, leg, document.turn, name=name)
    return document.turn


def die(house: House, leg: str) -> None:
    """Twilio reports that the leg is over."""
    house.phone.calls[leg] = CallState("completed", BY)
    house.calls.call_status(leg, "completed", BY)


def put_two_on_the_air(house: House) -> House:
    """CA1 is on the air on the first line and CA2 on the second; CA3 and CA4 wait."""
    house.ring("CA1", "CA2", "CA3", "CA4")
    house.put_on_air("CA1")
    ask(house)
    join(house, "CA2")
    house.control.done.clear()
    return house
