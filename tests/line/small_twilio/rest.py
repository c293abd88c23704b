"""Twilio's REST API in miniature: `callin.phone.Phone`, which `callin.moves.Moves` and the sweep are given."""

from __future__ import annotations

from collections.abc import Callable

from callin.contracts import PhoneError
from callin.model import CallState, Member
from tests.line.small_twilio.legs import Leg
from tests.line.small_twilio.network import Network
from tests.line.small_twilio.verbs import address
from tests.line.small_twilio.weather import Luck

LATER_SECONDS = 10.0
"""A request of which the app was told that it failed may be done all the same, so long after."""


class SmallPhone:
    """What may be asked, with the luck of the weather."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self.ended: set[str] = set()
        """The legs of the studio that the app has asked to be ended."""
        self.thanks_are_due: Callable[[Leg], None] = lambda _: None
        """Told when the app asks to end a live listener's leg."""

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

    def call(self, call_sid: str) -> CallState | None:
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

    def take_from_queue(self, queue_name: str, call_sid: str, url: str) -> bool:
        def take() -> bool:
            leg = self._network.queues.get(queue_name, {}).get(call_sid)
            if leg is None:
                return False
            self._network.move(leg, address(url))
            return True

        return self._do(f"take {call_sid} from {queue_name} to {url}", take)

    def make_queue(self, queue_name: str) -> None:
        def make() -> bool:
            self._network.queues.setdefault(queue_name, {})
            return True

        self._do(f"make {queue_name}", make)

    def redirect(self, call_sid: str, url: str, fallback_url: str = "") -> bool:
        def redirect() -> bool:
            leg = self._network.legs[call_sid]
            if leg.live:
                if fallback_url:
                    leg.fallback = address(fallback_url).path.rpartition("/")[2]
                self._network.move(leg, address(url))
            return leg.live

        return self._do(f"send {call_sid} to {url}", redirect)

    def point(self, *, screened: bool) -> None:
        def point() -> bool:
            self._network.studio_fallback = f"fallback-studio{'-screened' if screened else ''}.xml"
            return True

        if self._network.studio_fallback.endswith("-screened.xml") != screened:
            self._do(f"point the studio's fallback at {'ready' if screened else 'all'} callers", point)

    def end(self, call_sid: str, twiml: str | None = None) -> bool:
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
