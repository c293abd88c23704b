"""The Clients in a Dial: browsers ring, the first to answer is connected, the others stop ringing."""

from __future__ import annotations

from rehearsal.documents.grammar import CLIENT_URL
from rehearsal.documents.reports import StatusCallback
from rehearsal.documents.session import Script, Session
from rehearsal.documents.twiml import Element
from rehearsal.exchange.bridge import Bridge
from rehearsal.exchange.interruption import Step
from rehearsal.exchange.leg import Leg

MOST_CLIENTS = 10


class ClientsDial:
    """https://www.twilio.com/docs/voice/twiml/client"""

    rings = True

    def __init__(self, script: Script, nouns: list[Element], caller_id: str) -> None:
        self.bridge: Bridge | None = None
        self.status = "no-answer"
        """The DialCallStatus if nobody answers."""
        self._script = script
        self._nouns = nouns[:MOST_CLIENTS]
        self._caller_id = caller_id
        self._ringing: dict[str, Leg] = {}
        self._answered: Leg | None = None

    @property
    def hopeless(self) -> bool:
        """Whether no browser that could answer is left."""
        return not self._ringing and self._answered is None

    @property
    def talked(self) -> bool:
        return self.bridge is not None and self.bridge.joined_at is not None

    def begin(self) -> bool:
        """Let them all ring."""
        self._script.leg.tie = self
        for noun in self._nouns:
            self._call(noun)
        return True

    def answered(self, leg: Leg) -> None:
        """A browser picked up: the first one is the Dial's."""
        self._ringing.pop(leg.sid, None)
        self._answered = leg
        self.bridge = Bridge(self._script.leg, leg)
        self._stop_ringing()

    def ended(self, leg: Leg) -> None:
        """A browser refused, or never answered."""
        if self._ringing.pop(leg.sid, None) is not None:
            self.status = leg.status if leg.status in ("busy", "failed") else "no-answer"
            self._script.leg.stir()

    def untie(self, leg: Leg) -> None:  # noqa: ARG002 - it is the leg that dialled
        self.give_up()

    def give_up(self) -> None:
        """Stop all ringing; a leg that answered is hung up when its bridge ends."""
        self._stop_ringing()
        if self._script.leg.tie is self:
            self._script.leg.tie = None

    def params(self, status: str) -> dict[str, str]:
        """https://www.twilio.com/docs/voice/twiml/dial#action-url-parameters"""
        params = {"DialCallStatus": status}
        if self._answered is not None:
            params["DialCallSid"] = self._answered.sid
        if self.talked and self.bridge is not None:
            params |= {"DialCallDuration": str(int(self.bridge.seconds)), "DialBridged": "true"}
        return params

    def _call(self, noun: Element) -> None:
        network = self._script.network
        identities = [child.text for child in noun.children if child.name == "Identity"]
        identity = identities[0] if identities else noun.text
        leg = Leg(network, self._caller_id, f"client:{identity}", "outbound-dial", parent_sid=self._script.leg.sid)
        leg.ring = self
        session = Session(
            self._script.session.interpreter, network, leg, None, status_callback=self._status_callback(noun)
        )
        first = self._script.step(noun, "url", "method", {})
        self._ringing[leg.sid] = leg
        network.start(leg, session.run(lambda: self._live(session, first)))
        session.reports.status("initiated")
        leg.devices = list(network.registrations.get(identity, ()))
        if not leg.devices:
            network.end(leg, "no-answer")
            return
        session.reports.status("ringing")
        for device in list(leg.devices):
            device.invite(leg)

    async def _live(self, session: Session, first: Step | None) -> None:
        """What a ringing leg does: it answers, hears its document, talks, and is hung up."""
        leg = session.leg
        await leg.until(lambda: self._answered is leg)
        session.reports.status("answered")
        bridge = self.bridge
        assert bridge is not None  # noqa: S101 - made when it answered
        with leg.unless(lambda: bridge.over):
            if first is not None:
                await Script(session, CLIENT_URL).run(first)
            bridge.join()
            await leg.sleep(None)

    def _status_callback(self, noun: Element) -> StatusCallback | None:
        step = self._script.step(noun, "statusCallback", "statusCallbackMethod", {})
        if step is None:
            return None
        events = noun.attributes.get("statusCallbackEvent", "completed").split()
        return StatusCallback(step.url, step.method, frozenset(events))

    def _stop_ringing(self) -> None:
        ringing, self._ringing = self._ringing, {}
        for leg in ringing.values():
            self._script.network.end(leg, "canceled")
