"""Calls and desks as JSON documents and back: the one place that knows how a value is written down."""

from __future__ import annotations

import json
from typing import Any

from callin.model import Call, Desk, Moment, Outcome, Stage


def dump_call(call: Call) -> str:
    """A call as a JSON object. `call_sid` is its key and stands beside it."""
    return json.dumps(
        {
            "number": call.number,
            "stage": call.stage,
            "moments": [(moment.stage, moment.at) for moment in call.moments],
            "move": call.move,
            "queue": call.queue,
            "desk_leg": call.desk_leg,
            "desk_turn": call.desk_turn,
            "bridged": call.bridged,
            "outcome": call.outcome,
        }
    )


def load_call(call_sid: str, document: str) -> Call:
    """The call that `dump_call` wrote."""
    fields: dict[str, Any] = json.loads(document)
    moments = tuple(Moment(Stage(stage), at) for stage, at in fields.pop("moments"))
    outcome = fields.pop("outcome")
    return Call(
        call_sid=call_sid,
        moments=moments,
        stage=Stage(fields.pop("stage")),
        outcome=Outcome(outcome) if outcome else None,
        **fields,
    )


def dump_desk(desk: Desk) -> str:
    """A desk as a JSON object. `name` is its key and stands beside it."""
    return json.dumps({"turn": desk.turn, "leg": desk.leg, "call_sid": desk.call_sid, "gone": desk.gone})


def load_desk(name: str, document: str) -> Desk:
    """The desk that `dump_desk` wrote."""
    fields: dict[str, Any] = json.loads(document)
    return Desk(name=name, gone=tuple(fields.pop("gone")), **fields)
