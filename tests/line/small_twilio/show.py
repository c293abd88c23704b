"""A show: listeners and DJs who do what they like, on the network in miniature and the app with its store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from callin.contracts import Store, StoreError
from callin.line import PhoneFailed, PressRejected
from callin.model import AIR_DESK, AIR_DESKS, SCREEN_DESK, Opening, SettingsChange, Verdict
from callin.twilio.reconcile import SECONDS_BETWEEN_RUNS
from tests.line.conftest import HeldClock
from tests.line.small_twilio import voices
from tests.line.small_twilio.app import DJ_PHONE, Instances, SmallApp
from tests.line.small_twilio.legs import Leg
from tests.line.small_twilio.network import Network, StarBehaviour
from tests.line.small_twilio.promises import Promises
from tests.line.small_twilio.rest import SmallControl
from tests.line.small_twilio.weather import FAIR, Sky, TroubledStore, Weather

CALLERS_AT_MOST = 6
LEGS_AT_MOST = 3
EXTRA_LEGS_AT_MOST = 3
LINE_PRESSES = ("next", "take", "take", "drop", "hold", "hang up")
LETTING_GO = frozenset({"next", "take", "drop", "hang up"})
LIMITS = (0, 0, 3, 1)
SCREENERS = tuple([voices.identity("screener", name) for name in voices.SCREENERS])
ENDS_THE_CALL = (Verdict.LET_GO, Verdict.BLOCK)
STUDIOS = (
    *((f"client:{voices.identity('dj', name)}", "/twiml/client") for name in voices.DJS),
    (DJ_PHONE, "/twiml/dequeue"),
)


@dataclass(frozen=True)
class View:
    """What a page shows of the desk."""

    turn: int
    on_air: str


def _who(leg: Leg) -> int:
    """Which of the screeners that leg belongs to."""
    return SCREENERS.index(leg.number.removeprefix("client:"))


class Show:
    """Each public method is one thing that happens, in some weather. `which` counts round through those there are."""

    def __init__(self, store: Store, behaviour: StarBehaviour, instances: int = 1) -> None:
        self._sky = Sky()
        self._clock = HeldClock()
        self.network = Network(self._clock, self._sky, behaviour)
        self._phone = SmallControl(self.network)
        self.store = store
        voices.sign_in_all(store, self._clock)
        troubled = TroubledStore(store, self._sky)
        self.app = Instances([SmallApp(troubled, self.network, self._phone) for _ in range(instances)])
        self.network.app = self.app
        self.promises = Promises(store, self.network, self._phone)
        self.broken = False
        """Whether a step has failed, so that what follows proves nothing."""
        self._views = {name: [View(0, "")] for name in AIR_DESKS}
        self._rung = 0
        self._connected = 0
        self._reconcile_now_and_then()

    def _reconcile_now_and_then(self) -> None:
        self.app.reconcile()
        self.network.after(SECONDS_BETWEEN_RUNS, self._reconcile_now_and_then)

    def _step(self, act: Callable[[], object], weather: Weather) -> None:
        """Does one thing and its immediate consequences in that weather; afterwards every promise must hold."""
        self.broken = True
        self._sky.set(weather)
        self.network.do(act)
        self.network.pump()
        self._sky.set(FAIR)
        self.promises.check()
        for name, views in self._views.items():
            desk = self.store.desk(name)
            if views[-1] != (view := View(desk.turn, desk.on_air)):
                views.append(view)
        self.broken = False

    # Listeners

    def ring(self, weather: Weather) -> None:
        if len(self.promises.callers) < CALLERS_AT_MOST:
            self._rung += 1
            sid, number = f"CA{self._rung}", f"+44770090{self._rung:04}"
            self._step(lambda: self.network.ring(sid, number), weather)

    def hang_up(self, which: int, weather: Weather, *, told: bool = True) -> None:
        self._one(self.promises.callers, which, lambda leg: self.network.hang_up(leg, told=told), weather)

    def wait_document_is_asked(self, which: int, weather: Weather, key: str = "") -> None:
        callers = self.promises.callers
        self._one(callers, which, lambda leg: self.network.wait_document_is_asked(leg, key), weather)

    def wait_document_fails(self, which: int, weather: Weather) -> None:
        self._one(self.promises.callers, which, self.network.wait_document_fails, weather)

    def _one(self, legs: list[Leg], which: int, act: Callable[[Leg], object], weather: Weather) -> None:
        if legs:
            leg = legs[which % len(legs)]
            self._step(lambda: act(leg), weather)

    # The studio

    def connect(self, who: int, weather: Weather) -> None:
        """One of two browsers or a phone calls the studio's number; each may do so again and again."""
        if len(self.promises.legs) < LEGS_AT_MOST:
            self._connected += 1
            sid, (number, path) = f"CAdesk{self._connected}", STUDIOS[who]
            self._step(lambda: self.network.ring(sid, number, path=path, fallback=""), weather)

    def connect_line(self, who: int, line: str, weather: Weather) -> None:
        """A browser calls for an extra line of its console."""
        if len(self.promises.legs) < LEGS_AT_MOST + EXTRA_LEGS_AT_MOST:
            self._connected += 1
            number, path = STUDIOS[who % len(voices.DJS)]
            ring, sid = self.network.ring, f"CAdesk{self._connected}"
            self._step(lambda: ring(sid, number, path=path, fallback="fallback-screener.xml", line=line), weather)

    def leg_dies(self, which: int, weather: Weather, *, told: bool) -> None:
        self._one(self.promises.legs, which, lambda leg: self.network.hang_up(leg, told=told), weather)

    def star(self, which: int, weather: Weather) -> None:
        self._one(self.promises.legs, which, self.network.star, weather)

    def press(self, what: str, who: int, age: int, which: int, weather: Weather, line: str = AIR_DESK) -> None:
        """A press for a line on one of two pages, which shows the desk as it was `age` changes ago."""
        view = self._views[line][-1 - age % len(self._views[line])]
        by = voices.identity("dj", voices.DJS[who % 2])
        self.network.note(f"{by} presses {what} for {line}, seeing {view}")
        self._step(lambda: self._press(what, by, view, which, line), weather)

    def _press(self, what: str, by: str, view: View, which: int, line: str) -> None:
        let_go = self.promises.let_go
        meant = {view.on_air or self._heard_unknown(line)} - let_go if what in LETTING_GO else set()
        let_go |= meant
        try:
            self._act(what, by, view, which, line)
        except PressRejected as refused:
            self.network.note(f"refused: {refused.code}")
            let_go -= meant
        except PhoneFailed as failed:
            self.network.note(f"failed{', press *' if failed.star else ''}: {failed}")
            if not failed.star:
                let_go -= meant
            elif what in ("next", "drop"):
                self._star_of_the_page(by, line)
        except StoreError as error:
            self.network.note(f"failed: {error}")  # the press may have taken effect or not
        else:
            if what == "hang up":
                for leg in self._legs_of(by, line):
                    self.network.hang_up(leg)

    def _act(self, what: str, by: str, view: View, which: int, line: str) -> str:
        air_desks, change = self.app.air_desks, self.app.show_settings.change
        known = [*self.network.legs, "CA0"]
        one = known[which % len(known)]
        acts: dict[str, Callable[[], str]] = {
            "next": lambda: air_desks.next(view.turn, view.on_air, by, line),
            "take": lambda: air_desks.take(view.turn, view.on_air, by, one, line),
            "drop": lambda: air_desks.drop(view.turn, view.on_air, by, line),
            "hold": lambda: air_desks.hold(view.turn, view.on_air, by, line),
            "move": lambda: self.app.calls.move(one, known[0]),
            "hang up": lambda: air_desks.hang_up(view.on_air, line),
            "automatic": lambda: change(SettingsChange(automatic=bool(which % 2))),
            "take over": lambda: self.app.takeover.ask(self.promises.desk.rival),
            "take now": lambda: self.app.takeover.take_now(self.promises.desk.rival),
            "hand over": lambda: self.app.takeover.hand_over(self.promises.desk.rival, by, agrees=bool(which % 2)),
            "opening": lambda: change(SettingsChange(opening=list(Opening)[which % 3])),
            "ready check": lambda: change(SettingsChange(ready_check=bool(which % 2))),
            "screened": lambda: self._screen(on=bool(which % 2)),
            "limit": lambda: change(SettingsChange(most_callers=LIMITS[which % 4])),
        }
        return acts[what]()

    def _screen(self, *, on: bool) -> str:
        if not on:
            self.promises.screened = False
        sentence = self.app.show_settings.change(SettingsChange(screened=on))
        self.promises.screened = on
        return sentence

    def _heard_unknown(self, line: str) -> str:
        """A caller that the app was not told of: the page does not show them, but the DJ hears them."""
        leg = self.network.legs.get(self.store.desk(line).leg)
        heard = leg.bridge if leg else None
        return heard.caller.sid if heard and heard.joined and not heard.told else ""

    def _star_of_the_page(self, by: str, line: str) -> None:
        for leg in self._legs_of(by, line):
            if leg.sid == self.store.desk(line).leg:
                self.network.star(leg)

    def _legs_of(self, by: str, line: str) -> list[Leg]:
        return [leg for leg in self.promises.legs if leg.number == f"client:{by}" and leg.line == line]

    # The screeners

    def screener_connects(self, who: int, weather: Weather) -> None:
        """One of two screeners' browsers calls; each may do so again and again."""
        if len(self.promises.screeners) < LEGS_AT_MOST:
            self._connected += 1
            sid, number = f"CAscreener{self._connected}", f"client:{SCREENERS[who % 2]}"
            path, fallback = "/twiml/client", "fallback-screener.xml"
            self._step(lambda: self.network.ring(sid, number, path=path, fallback=fallback), weather)

    def screener_leg_dies(self, which: int, weather: Weather, *, told: bool) -> None:
        self._one(self.promises.screeners, which, lambda leg: self.network.hang_up(leg, told=told), weather)

    def screener_star(self, which: int, weather: Weather) -> None:
        self._one(self.promises.screeners, which, self.network.star, weather)

    def screener_takes(self, who: int, which: int | None, age: int, weather: Weather) -> None:
        """A screener takes a caller, or the one that waits longest, on a page that may be some turns old."""
        name = SCREEN_DESK + SCREENERS[who % 2]
        turn, known = max(0, self.store.desk(name).turn - age), [*self.network.legs, "CA0"]
        call_sid = "" if which is None else known[which % len(known)]
        self.network.note(f"{name} takes {call_sid or 'somebody'} in turn {turn}")
        self._step(lambda: self._tried(lambda: self.app.screener_desks.take(name, turn, call_sid)), weather)

    def free_screener_takes(self, which: int, weather: Weather) -> None:
        """A screener with a leg takes the caller that has waited longest."""
        legs = self.promises.screeners
        self.screener_takes(_who(legs[which % len(legs)]), None, 0, weather)

    def screener_with_a_caller_decides(self, which: int, verdict: Verdict, weather: Weather) -> None:
        legs = [leg for leg in self.promises.screeners if leg.bridge] or self.promises.screeners
        self.screener_decides(_who(legs[which % len(legs)]), verdict, None, weather)

    def screener_decides(self, who: int, verdict: Verdict, which: int | None, weather: Weather) -> None:
        """A screener decides about the caller they have, or about another."""
        name, known = SCREEN_DESK + SCREENERS[who % 2], [*self.network.legs, "CA0"]
        call_sid = known[which % len(known)] if which is not None else self.store.desk(name).on_air
        if call_sid:
            self.network.note(f"{name} decides about {call_sid}: {verdict}")
            self._step(lambda: self._decide(name, call_sid, verdict), weather)

    def _decide(self, name: str, call_sid: str, verdict: Verdict) -> None:
        let_go, ends = self.promises.let_go, verdict in ENDS_THE_CALL
        meant = {call_sid} - let_go if ends else set()
        let_go |= meant
        before = next(iter(self.network.legs), "")
        failed = self._tried(lambda: self.app.screener_desks.judge(name, call_sid, verdict, before))
        if isinstance(failed, PressRejected):
            let_go -= meant
        elif isinstance(failed, PhoneFailed) and failed.star:
            for leg in [leg for leg in self.promises.screeners if leg.sid == self.store.desk(name).leg]:
                self.network.star(leg)

    def _tried(self, act: Callable[[], str]) -> Exception | None:
        try:
            act()
        except (PressRejected, PhoneFailed, StoreError) as failed:
            self.network.note(f"{type(failed).__name__}: {failed}")
            return failed
        return None

    # Time, and what it brings

    def comes(self, which: int, weather: Weather) -> None:
        """Something that was held up comes before its time is up."""
        self._step(lambda: self.network.let_come(which), weather)

    def time_goes_by(self, seconds: float, weather: Weather) -> None:
        self._step(lambda: self.network.advance(seconds), weather)

    def restart(self, weather: Weather) -> None:
        self.network.note("the app starts again")
        self._step(self.app.restart, weather)
