"""Dial: connects the leg to the first in a queue, or to a browser, and goes on when they part."""

from __future__ import annotations

from rehearsal.documents.session import Script
from rehearsal.documents.twiml import Element
from rehearsal.documents.verbs.call_clients import ClientsDial
from rehearsal.documents.verbs.call_queue import QueueDial
from rehearsal.exchange.bridge import Bridge
from rehearsal.exchange.hearing import SILENCE, Ringing
from rehearsal.exchange.interruption import Ended, Step
from rehearsal.exchange.leg import Leg

SHORTEST_TIMEOUT_SECONDS, LONGEST_TIMEOUT_SECONDS = 5, 600
LONGEST_TALK_SECONDS = 14_400

NUMBER_REFUSED = 13224
"""Twilio does not support calling this number, or it is invalid (https://www.twilio.com/docs/api/errors/13224)."""


class Star:
    """Listens to the leg that dialled: ``*`` ends the Dial, if the document and the network's behaviour say so."""

    def __init__(self, leg: Leg, target: QueueDial | ClientsDial) -> None:
        self.pressed = False
        self._leg = leg
        self._target = target

    def digit(self, digit: str) -> None:
        bridge = self._target.bridge
        joined = bridge is not None and bridge.joined_at is not None
        if digit == "*" and not self.pressed and (joined or self._leg.network.behaviour.star_before_bridge):
            self.pressed = True
            if bridge is not None:
                bridge.part("star")
            self._leg.stir()

    def speech(self, text: str, confidence: float) -> None:
        """Ignored: only the other side hears it."""


async def dial(script: Script, element: Element) -> Step | None:
    """https://www.twilio.com/docs/voice/twiml/dial: with an action, the verbs after it are never reached."""
    target = _target(script, element)
    if target is None:
        refusal = "Dial: nobody outside can be called from a rehearsal; it needs a Queue or a Client."
        script.network.alert(NUMBER_REFUSED, refusal, script.leg, script.url)
        return script.step(element, "action", "method", {"DialCallStatus": "failed"})
    try:
        status = await _connect(script, element, target)
    except Ended:
        # Request the action, but ignore its answer: the leg is gone.
        step = script.step(element, "action", "method", target.params("completed" if target.talked else "canceled"))
        if step is not None:
            script.session.reports.action(step.url, step.method, step.params)
        raise
    return script.step(element, "action", "method", target.params(status))


def _target(script: Script, element: Element) -> QueueDial | ClientsDial | None:
    queues = [child for child in element.children if child.name == "Queue"]
    clients = [child for child in element.children if child.name == "Client"]
    if queues:
        return QueueDial(script, queues[0])
    if clients:
        return ClientsDial(script, clients, element.attributes.get("callerId") or script.leg.from_)
    return None


async def _connect(script: Script, element: Element, target: QueueDial | ClientsDial) -> str:
    """Wait for the other side, talk, and part; answers the DialCallStatus."""
    leg = script.leg
    star = Star(leg, target)
    if element.attributes.get("hangupOnStar") == "true":
        leg.input = star
    try:
        if not target.begin():
            return "failed"
        rings = target.rings or leg.network.behaviour.empty_queue == "ring"
        leg.hearing = Ringing() if rings else SILENCE
        leg.network.changed(leg)
        found = await leg.until(lambda: target.bridge is not None or target.hopeless or star.pressed, _timeout(element))
        bridge = target.bridge
        if bridge is None:
            leg.hush()
            return "canceled" if star.pressed else target.status if found else "no-answer"
        return await _talk(leg, element, bridge)
    finally:
        target.give_up()
        leg.input = None


async def _talk(leg: Leg, element: Element, bridge: Bridge) -> str:
    await leg.until(lambda: bridge.over or bridge.joined_at is not None)
    limit = min(int(element.attributes.get("timeLimit", LONGEST_TALK_SECONDS)), LONGEST_TALK_SECONDS)
    if not await leg.until(lambda: bridge.over, limit):
        bridge.part("time_limit")
    leg.hush()
    return "completed" if bridge.joined_at is not None else "canceled"


def _timeout(element: Element) -> int:
    seconds = int(element.attributes.get("timeout", "30"))
    return min(max(seconds, SHORTEST_TIMEOUT_SECONDS), LONGEST_TIMEOUT_SECONDS)
