"""The network: legs that play documents, queues in Twilio's order, bridges, and webhooks that may go astray.

What it does follows Twilio's documentation, and where that leaves something open, its two behaviours.
https://www.twilio.com/docs/voice/twiml/enqueue, /dial and /queue
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from callin.model import AIR_DESK, QUEUES
from tests.line.conftest import HeldClock
from tests.line.small_twilio.legs import Bridge, Leg, Params, Request
from tests.line.small_twilio.post import Post
from tests.line.small_twilio.verbs import (
    Address,
    Dial,
    Enqueue,
    Gather,
    Hangup,
    Leave,
    Redirect,
    Speak,
    Verb,
    ends_the_call,
    read,
)
from tests.line.small_twilio.weather import Sky

FALLBACKS = Path(__file__).parents[3] / "static" / "twiml"


@dataclass(frozen=True)
class StarBehaviour:
    """What Twilio's documentation leaves open."""

    star_ends_the_caller: bool = False
    star_before_bridge: bool = True


class Network(Post):
    """Every call of the account, and its queues."""

    def __init__(self, clock: HeldClock, sky: Sky, behaviour: StarBehaviour) -> None:
        super().__init__(clock, sky)
        self.behaviour = behaviour
        self.legs: dict[str, Leg] = {}
        self.queues: dict[str, dict[str, Leg]] = {name: {} for name in QUEUES}
        self.before_the_end: Callable[[Leg, str], None] = lambda _leg, _why: None
        """Called when a document of the app is about to end a live leg, with the reason."""
        self.studio_fallback = "fallback-studio.xml"
        """What the studio's legs get if the app does not answer."""
        self.bridged: Callable[[Bridge], None] = lambda _: None
        self.connecting: Callable[[Bridge], None] = lambda _: None
        """Called before the caller's document for the bridge is requested."""
        self.answered: Callable[[Request], None] = lambda _: None
        """Called with each webhook that the app has answered without a fault."""
        self.starred: Callable[[Bridge], None] = lambda _: None
        """Called with a bridge that a `*` ends."""
        self._diallers: dict[str, list[Leg]] = defaultdict(list)

    # What people do

    def ring(
        self,
        sid: str,
        number: str,
        *,
        path: str = "/twiml/enqueue",
        fallback: str = "fallback.xml",
        line: str = AIR_DESK,
    ) -> Leg:
        """A phone or a browser calls: `path` is the voice URL of what is called, `line` a parameter of the browser."""
        leg = self.legs[sid] = Leg(sid, number, fallback != "fallback.xml", fallback, line)
        self.note(f"{sid} rings at {path}{'' if line == AIR_DESK else f' for {line}'}")
        self._ask(leg, Address(path, ()), *([] if line == AIR_DESK else [("line", line)]))
        return leg

    def hang_up(self, leg: Leg, *, told: bool = True) -> None:
        """The person puts the phone down, or the leg dies. `told`: the status callback is sent."""
        self.note(f"{leg.sid} hangs up{'' if told else ', untold'}")
        self.end(leg, told=told)

    def star(self, leg: Leg) -> None:
        """The person presses `*`."""
        self.note(f"{leg.sid} presses *")
        if leg.gathers is not None:
            self._ask(leg, leg.gathers.action, ("Digits", "*"))
        elif leg.bridge is not None and (leg.bridge.joined or self.behaviour.star_before_bridge):
            self._part_by_star(leg.bridge)
        elif leg.bridge is None and self.behaviour.star_before_bridge:
            self._give_up(leg)

    def wait_document_fails(self, leg: Leg) -> None:
        """A waiting caller's document could not be fetched: they leave the queue for the fallback document."""
        if leg.queue:
            self.note(f"the wait document of {leg.sid} fails")
            self._leave(leg, "error")
            self._play(leg, self._fallback(leg))

    def wait_document_is_asked(self, leg: Leg, key: str = "") -> None:
        """A waiting caller's document has run out: they hear what is new, and press a key if asked; or they leave."""
        enqueued = leg.waits
        if not leg.queue or enqueued is None or enqueued.wait is None:
            return
        verbs = read(self.app.answer(self.request(leg, enqueued.wait, ())))
        for gather in [verb for verb in verbs if isinstance(verb, Gather) and key and leg.waits is enqueued]:
            self.app.answer(self.request(leg, gather.action, (("Digits", key),)))
        if Leave() in verbs and leg.waits is enqueued:
            self.note(f"{leg.sid} is told to leave {enqueued.queue}")
            del self.queues[enqueued.queue][leg.sid]
            self._ask(leg, enqueued.action, ("QueueResult", "leave"))

    # What the app asks by REST

    def move(self, leg: Leg, address: Address) -> None:
        """The leg goes to another document, whatever it does."""
        self._untie(leg, ended=False)
        self._ask(leg, address)

    def play_instead(self, leg: Leg, text: str) -> None:
        self._untie(leg, ended=False)
        self._play(leg, read(text))

    def end(self, leg: Leg, *, told: bool = True) -> None:
        if not leg.live:
            return
        leg.status = "completed"
        self._untie(leg, ended=True)
        self.note(f"{leg.sid} is over")
        if told:
            self._report(leg, "/twiml/status")

    def _ask(self, leg: Leg, where: Address, *more: tuple[str, str]) -> None:
        """The leg asks for a document and plays it."""
        self._begin(leg)
        request = self.request(leg, where, more)
        request.answered = lambda verbs: self._play(leg, verbs)
        request.failed = lambda: self._play(leg, self._fallback(leg))
        leg.asking = request
        self.send(request)

    def _report(self, leg: Leg, path: str, params: Params = (), *more: tuple[str, str]) -> None:
        self.send(self.request(leg, Address(path, params), more))

    # What legs do

    def _begin(self, leg: Leg) -> None:
        """The leg stops what it did, and does something else."""
        leg.epoch += 1
        leg.waits = leg.dials = leg.gathers = leg.asking = None

    def _later(self, leg: Leg, seconds: float, act: Callable[[Leg], None]) -> None:
        epoch = leg.epoch
        self.after(seconds, lambda: act(leg) if leg.live and leg.epoch == epoch else None)

    def _fallback(self, leg: Leg) -> tuple[Verb, ...]:
        return read((FALLBACKS / (leg.fallback or self.studio_fallback)).read_text(encoding="utf-8"))

    def _play(self, leg: Leg, verbs: tuple[Verb, ...]) -> None:
        if ends_the_call(verbs):
            self.before_the_end(leg, f"{leg.sid} is given a document that ends it: {verbs}")
        leg.verbs = list(verbs)
        self._next_verb(leg)

    def _next_verb(self, leg: Leg) -> None:
        self._begin(leg)
        verb = leg.verbs.pop(0) if leg.verbs else Hangup()
        self.note(leg.sid, verb)
        match verb:
            case Speak(seconds):
                self._later(leg, seconds, self._next_verb)
            case Redirect(where):
                self._ask(leg, where)
            case Gather(_, seconds):
                leg.gathers = verb
                self._later(leg, seconds, self._next_verb)
            case Enqueue(queue):
                leg.waits, leg.queued_at = verb, self.clock.now
                self.queues.setdefault(queue, {})[leg.sid] = leg
                self._match(queue)
            case Dial(queue) if queue not in self.queues:
                self._next_verb(leg)
            case Dial(queue, _, seconds):
                leg.dials = verb
                self._diallers[queue].append(leg)
                self._later(leg, seconds, self._give_up)
                self._match(queue)
            case Hangup() | Leave():
                self.end(leg)

    def _give_up(self, desk: Leg) -> None:
        if desk.dials is not None and desk.bridge is None:
            self._diallers[desk.dials.queue].remove(desk)
            self._next_verb(desk)

    def _match(self, queue: str) -> None:
        members, diallers = self.queues[queue], self._diallers[queue]
        while members and diallers:
            desk, caller = diallers.pop(0), members.pop(next(iter(members)))
            self._connect(Bridge(desk, caller))

    def _connect(self, bridge: Bridge) -> None:
        desk, caller = bridge.desk, bridge.caller
        desk.bridge = caller.bridge = bridge
        desk.epoch += 1
        caller.epoch += 1
        assert desk.dials is not None
        self.connecting(bridge)
        if desk.dials.address is None:
            bridge.joined = True
            self.note(f"{caller.sid} is bridged with {desk.sid}, and nobody is asked")
            self.bridged(bridge)
            return
        request = self.request(caller, desk.dials.address, (("DequeingCallSid", desk.sid),))

        def join(_: object = None) -> None:
            bridge.joined = True
            self.note(f"{caller.sid} is bridged with {desk.sid}")
            self.bridged(bridge)

        request.answered, request.failed = join, join
        caller.asking = request
        self.send(request)

    def _part_by_star(self, bridge: Bridge) -> None:
        if bridge.joined:
            self.starred(bridge)
        desk, caller = bridge.desk, bridge.caller
        desk.bridge = caller.bridge = None
        if self.behaviour.star_ends_the_caller:
            caller.status = "completed"
            self._go_to_action(caller, bridge)
            self._report(caller, "/twiml/status")
        else:
            self._go_to_action(caller, bridge)
        self._next_verb(desk)

    def _go_to_action(self, caller: Leg, bridge: Bridge) -> None:
        """The caller's leg asks what follows when the desk has left; a leg that is over only reports."""
        enqueued = caller.waits
        assert enqueued is not None
        result = ("QueueResult", "bridged" if bridge.joined else "bridging-in-process")
        self._begin(caller)
        if caller.live:
            self._ask(caller, enqueued.action, result)
        else:
            self._report(caller, enqueued.action.path, enqueued.action.params, result)

    def _leave(self, caller: Leg, result: str) -> None:
        """The caller is no longer in the queue or the bridge, and the action's answer is ignored."""
        enqueued = caller.waits
        assert enqueued is not None
        self.queues[enqueued.queue].pop(caller.sid, None)
        self._begin(caller)
        self._report(caller, enqueued.action.path, enqueued.action.params, ("QueueResult", result))

    def _untie(self, leg: Leg, *, ended: bool) -> None:
        """Releases the leg from its queue, bridge or document."""
        bridge = leg.bridge
        if bridge is not None:
            bridge.desk.bridge = bridge.caller.bridge = None
        if leg.waits is not None:
            joined = bridge is not None and bridge.joined
            moved = "redirected-from-bridged" if joined else "redirected"
            self._leave(leg, ("bridged" if joined else "hangup") if ended else moved)
            if bridge is not None:
                self._next_verb(bridge.desk)
        elif bridge is not None:
            self._go_to_action(bridge.caller, bridge)
        elif leg.dials is not None:
            self._diallers[leg.dials.queue].remove(leg)
        leg.verbs = []
        self._begin(leg)
