"""The whole network as one JSON value, in words that the page shows as they are."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from rehearsal.behaviour import Behaviour
from rehearsal.callers import Callers
from rehearsal.control import faults_json
from rehearsal.exchange.hearing import Music, Playing, Ringing, Speaking
from rehearsal.exchange.leg import Bridged, Leg
from rehearsal.exchange.network import Network
from rehearsal.rest.counting import Requests

CALLS_SHOWN = 100
ENDED_SHOWN = 12
ALERTS_SHOWN = 20


@dataclass(frozen=True)
class Station:
    """What the page says about the app under rehearsal; empty where it is not known."""

    app_url: str = ""
    dj_phone: str = ""
    dj_pin: str = ""


class Snapshots:
    """Takes the network's picture."""

    def __init__(self, network: Network, callers: Callers, requests: Requests, station: Station) -> None:
        self._network = network
        self._callers = callers
        self._requests = requests
        self._station = station

    def take(self) -> dict[str, Any]:
        """The picture now. Times are the network's epoch seconds, to be read against `now`."""
        network = self._network
        places = self._places()
        live = sorted((leg for leg in network.legs.values() if leg.live), key=lambda leg: _order(leg, places))
        ended = [leg for leg in network.legs.values() if not leg.live][-ENDED_SHOWN:]
        return {
            "now": network.clock.now(),
            "station": {
                **asdict(self._station),
                "listener_number": network.account.listener_number,
                "dj_number": network.account.dj_number,
            },
            "counts": {
                "live": len(live),
                "waiting": len(places),
                "talking": sum(leg.bridged_to is not None for leg in live),
                "browsers": sum(leg.from_.startswith("client:") for leg in live),
            },
            "queues": [
                {
                    "name": queue.friendly_name,
                    "size": queue.current_size,
                    "max_size": queue.max_size,
                    "average_wait_seconds": queue.average_wait_seconds,
                }
                for queue in network.queues.values()
            ],
            "calls": [self._call(leg, places) for leg in live[:CALLS_SHOWN]],
            "more": max(0, len(live) - CALLS_SHOWN),
            "ended": [self._call(leg, places) for leg in reversed(ended)],
            "alerts": [dict(alert) for alert in reversed(network.alerts[-ALERTS_SHOWN:])],
            "alert_count": len(network.alerts),
            "faults": faults_json(network),
            "behaviour": asdict(network.behaviour),
            "default_behaviour": asdict(Behaviour()),
            "requests": self._requests.as_json(),
        }

    def _places(self) -> dict[str, tuple[str, int]]:
        """Everybody's queue and position in it, from 1."""
        return {
            call_sid: (queue.friendly_name, position)
            for queue in self._network.queues.values()
            for position, call_sid in enumerate(queue.members, start=1)
        }

    def _call(self, leg: Leg, places: dict[str, tuple[str, int]]) -> dict[str, Any]:
        persona = self._callers.persona(leg.sid)
        name = self._name(leg)
        state, words = self._state(leg, places)
        return {
            "call_sid": leg.sid,
            "name": name[0].upper() + name[1:],
            "number": leg.from_,
            "line": self._line(leg),
            "is_dj": leg.to == self._network.account.dj_number,
            "voice": f"{persona.pitch_hz:.0f} Hz" if persona else "",
            "state": state,
            "words": words,
            "hears": self._hears(leg) if leg.live else "",
            "live": leg.live,
            "began": leg.started_at,
            "ended": leg.ended_at,
        }

    def _name(self, leg: Leg) -> str:
        if leg.to == self._network.account.dj_number:
            return "the DJ’s phone"
        persona = self._callers.persona(leg.sid)
        if persona:
            return persona.name
        if leg.from_.startswith("client:"):
            return f"browser {leg.from_.removeprefix('client:')}"
        return leg.from_

    def _line(self, leg: Leg) -> str:
        account = self._network.account
        if leg.direction != "inbound":
            return f"rung by the app: {leg.to}"
        if leg.from_.startswith("client:"):
            return "from a browser"
        lines = {account.listener_number: "the listeners’ number", account.dj_number: "the DJ’s number"}
        return lines.get(leg.to, leg.to)

    def _state(self, leg: Leg, places: dict[str, tuple[str, int]]) -> tuple[str, str]:
        if not leg.live:
            return "ended", leg.status
        if leg.bridged_to is not None:
            return "talks", f"speaks with {self._name(leg.bridged_to)}"
        if leg.sid in places:
            queue, position = places[leg.sid]
            return "waits", f"waits in {queue}, place {position}"
        if leg.status != "in-progress":
            return "rings", "rings"
        return "listens", "listens"

    def _hears(self, leg: Leg) -> str:
        match leg.hearing:
            case Speaking(text):
                return f"“{text}”"
            case Playing(url, _):
                return f"the file {url.partition('?')[0].rpartition('/')[2]}"
            case Music():
                return "the network’s hold music"
            case Ringing():
                return "a phone that rings"
            case Bridged(other):
                last = leg.heard[-1] if leg.heard else None
                words = f": “{last.text}”" if last and last.verb == "Speech" else ""
                return f"the voice of {self._name(other)}{words}"
            case _:
                return "silence"


def _order(leg: Leg, places: dict[str, tuple[str, int]]) -> tuple[int, int, float]:
    """Sort key: bridged legs first, then those that listen or ring, then waiting legs by position."""
    if leg.bridged_to is not None:
        return 0, 0, leg.started_at
    if leg.sid in places:
        return 2, places[leg.sid][1], leg.started_at
    return 1, 0, leg.started_at
