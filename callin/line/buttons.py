"""Presses from outside the tab: they act on the desk that the account holds now, by the rules of its page."""

from __future__ import annotations

from callin.contracts import Clock, Store
from callin.line.air_desks import AirDesks
from callin.line.desks import PressRejected
from callin.model import AIR_DESK, AIR_DESKS, Desk
from callin.rules import desks as desk_rules
from callin.rules import takeover

NOT_HELD = "Your browser does not hold the desk. Connect to the queue on your page first."
NOT_THIS_LINE = "Your browser does not hold this line."
MUTES = {
    "": "Your page switches the microphone.",
    "on": "Your page mutes the microphone.",
    "off": "Your page opens the microphone.",
}


class Buttons:
    """A device does not show who is on the air, so a press is about the caller that the desk has now."""

    def __init__(self, air_desks: AirDesks, store: Store, clock: Clock) -> None:
        self._air_desks = air_desks
        self._store = store
        self._clock = clock

    def next(self, account_key: str, name: str) -> str:
        turn, shown, by = self._held(account_key, name)
        return self._air_desks.next(turn, shown, by, name)

    def drop(self, account_key: str, name: str) -> str:
        turn, shown, by = self._held(account_key, name)
        return self._air_desks.drop(turn, shown, by, name)

    def hold(self, account_key: str, name: str) -> str:
        turn, shown, by = self._held(account_key, name)
        return self._air_desks.hold(turn, shown, by, name)

    def mute(self, account_key: str, state: str = "") -> str:
        """Counts the press: the page that holds the desk sees the count, and switches its one microphone.

        With `state`, "on" or "off", the page is muted or not after the press, whatever it was before. Any line of the
        console will do: the others go on while the first is cut off.
        """
        if not any(self._holds(self._store.desk(name), account_key) for name in AIR_DESKS):
            raise PressRejected("not_connected", NOT_HELD)
        self._store.change_desk(AIR_DESK, lambda desk: desk_rules.mute_pressed(desk, state))
        return MUTES[state]

    def _held(self, account_key: str, name: str) -> tuple[int, str, str]:
        """The turn and the caller of a desk that the account holds, and the voice identity of its browser.

        A pedal that bounces must not end the caller that its first press has just brought.
        """
        desk = self._desk_of(account_key, name)
        if desk_rules.is_too_soon(desk, self._clock()):
            raise PressRejected("already")
        return desk.turn, desk.on_air, desk.leg_by.removeprefix("client:")

    def _desk_of(self, account_key: str, name: str) -> Desk:
        """The desk, which a browser of the account holds."""
        desk = self._store.desk(name)
        if not self._holds(desk, account_key):
            raise PressRejected("not_connected", NOT_HELD if name == AIR_DESK else NOT_THIS_LINE)
        return desk

    def _holds(self, desk: Desk, account_key: str) -> bool:
        return bool(desk.leg) and takeover.account_of(desk.leg_by) == account_key
