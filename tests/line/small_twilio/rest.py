"""Twilio's REST API in miniature: a `CallControl` over the network."""

from __future__ import annotations

from collections.abc import Callable

from callin.contracts import PhoneError
from callin.model import Call, CallState, Member
from callin.twilio.control import document_url, fallback_of, woken_url
from callin.twiml import Links, line_named, thanks
from callin.words import defaults
from tests.line.small_twilio.legs import Leg
from tests.line.small_twilio.network import Network
from tests.line.small_twilio.verbs import address
from tests.line.small_twilio.weather import Luck

LINKS = Links("https://radio.example.com")
WORDS = defaults("en")
LATER_SECONDS = 10.0
"""A request that failed for the app may still be carried out, up to this long afterwards."""


class SmallControl:
    """Call control that fails as the weather says."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self.ended: set[str] = set()
        """The legs of the studio that the app has asked to be ended."""
        self.thanks_are_due: Callable[[Leg], None] = lambda _: None
        """Called when the app asks to end a live listener's leg."""

    def members(self, queue: str) -> list[Member]:
        self._look("list the callers in line")
        if queue not in self._network.queues:
            raise PhoneError(f"Twilio has no queue {queue}.", permanent=True)
        now = self._network.clock.now
        return [
            # Twilio tells whole seconds
            Member(leg.sid, float(int(leg.queued_at)), int(now - leg.queued_at))
            for leg in self._network.queues[queue].values()
        ]

    def call_state(self, call_sid: str) -> CallState | None:
        self._look("look up a call")
        leg = self._network.legs.get(call_sid)
        return None if leg is None else CallState(leg.status, leg.number)

    def live_calls(self) -> dict[str, CallState]:
        self._look("list the calls")
        return {leg.sid: CallState(leg.status, leg.number) for leg in self._network.legs.values() if leg.live}

    def ended_calls(self, since: float) -> dict[str, CallState]:
        self._look(f"list the calls that ended since {since}")
        legs = self._network.legs.values()
        return {leg.sid: CallState(leg.status, leg.number) for leg in legs if leg.status == "completed"}

    def dequeue(self, call: Call, n: int) -> bool:
        def take() -> bool:
            leg = self._network.queues.get(call.queue, {}).get(call.call_sid)
            if leg is None:
                return False
            self._network.move(leg, address(document_url(LINKS, n)))
            return True

        return self._do(f"take {call.call_sid} from {call.queue} to document {n}", take)

    def redirect(self, call: Call, n: int) -> bool:
        return self._redirect(call.call_sid, document_url(LINKS, n), fallback_of(call))

    def wake(self, leg: str, turn: int, desk: str) -> bool:
        return self._redirect(leg, woken_url(LINKS, "/twiml/dequeue", turn, line_named(desk)))

    def wake_screener(self, leg: str, turn: int) -> bool:
        return self._redirect(leg, woken_url(LINKS, "/twiml/screen", turn))

    def thank(self, call_sid: str) -> bool:
        return self._end(call_sid, thanks(WORDS))

    def end_leg(self, leg: str) -> bool:
        return self._end(leg)

    def remove_queue(self, name: str) -> bool:
        raise NotImplementedError(f"nobody cleans up {name} in a show")

    def make_queue(self, name: str) -> None:
        def make() -> bool:
            self._network.queues.setdefault(name, {})
            return True

        self._do(f"make {name}", make)

    def _redirect(self, call_sid: str, url: str, fallback: str = "") -> bool:
        def redirect() -> bool:
            leg = self._network.legs[call_sid]
            if leg.live:
                if fallback:
                    leg.fallback = fallback.rpartition("/")[2]
                self._network.move(leg, address(url))
            return leg.live

        return self._do(f"send {call_sid} to {url}", redirect)

    def point_fallback(self, *, screened: bool) -> None:
        def point() -> bool:
            self._network.studio_fallback = f"fallback-studio{'-screened' if screened else ''}.xml"
            return True

        if self._network.studio_fallback.endswith("-screened.xml") != screened:
            self._do(f"point the studio's fallback at {'ready' if screened else 'all'} callers", point)

    def _end(self, call_sid: str, twiml: str | None = None) -> bool:
        leg = self._network.legs[call_sid]
        if leg.at_desk:
            self.ended.add(call_sid)
        elif leg.live:
            self.thanks_are_due(leg)

        def end() -> bool:
            was_live = leg.live
            if was_live and twiml is not None:
                self._network.play_instead(leg, twiml)
            else:
                self._network.end(leg)
            return was_live

        return self._do(f"end {call_sid}", end)

    def _look(self, task: str) -> None:
        self._network.sky.pass_a_point()
        if self._network.sky.luck() is not Luck.DONE:
            raise PhoneError(f"Twilio took too long to {task}.")

    def _do(self, task: str, act: Callable[[], bool]) -> bool:
        sky = self._network.sky
        sky.pass_a_point()
        luck = sky.luck()
        self._network.note(f"REST, {luck.value}: {task}")
        if luck in (Luck.DONE, Luck.DONE_UNTOLD):
            done = act()
            sky.pass_a_point()
            if luck is Luck.DONE:
                return done
        elif luck is Luck.DONE_LATER:
            self._network.postpone(f"REST: {task}", act, LATER_SECONDS)
        raise PhoneError(f"Twilio took too long to {task}.")
