"""Calls of a line as the store keeps them, made without ringing."""

from __future__ import annotations

from zlib import crc32

from msgspec.structs import replace

from callin.model import WAITING_QUEUE, Call, Moment, Stage


def call_at(call_sid: str, at: float, stage: Stage = Stage.WAITING) -> Call:
    """A call that reached that stage at that time, with a number of its own."""
    number = f"+4477009{crc32(call_sid.encode()) % 10**5:05}"
    return Call(call_sid, number, stage, (Moment(stage, at),), queue=WAITING_QUEUE)


def staged(call: Call, stage: Stage, at: float) -> Call:
    """The call after it has reached one more stage."""
    return replace(call, stage=stage, moments=(*call.moments, Moment(stage, at)))
