"""Verbs that lead a call elsewhere or end it: Redirect, Reject, Hangup, Leave."""

from __future__ import annotations

from rehearsal.documents.session import Script
from rehearsal.documents.twiml import Element, resolve
from rehearsal.exchange.interruption import Ended, Step


class LeftQueue(Exception):
    """A waiting caller's document said Leave."""


async def redirect(script: Script, element: Element) -> Step:
    """https://www.twilio.com/docs/voice/twiml/redirect: by POST; an empty one is the same document again."""
    return Step(resolve(script.url, element.text), element.attributes.get("method", "POST").upper())


async def reject(script: Script, element: Element) -> None:
    """https://www.twilio.com/docs/voice/twiml/reject: the call is never answered; one that was is hung up."""
    busy = element.attributes.get("reason") == "busy"
    if script.leg.status == "ringing":
        script.network.end(script.leg, "busy" if busy else "no-answer")
    await hangup(script, element)


async def hangup(script: Script, _: Element) -> None:
    """https://www.twilio.com/docs/voice/twiml/hangup"""
    script.network.end(script.leg)
    raise Ended


async def leave(script: Script, _: Element) -> None:
    """https://www.twilio.com/docs/voice/twiml/leave: nothing happens to a call that does not wait in a queue."""
    if script.leg.queue is not None:
        raise LeftQueue
