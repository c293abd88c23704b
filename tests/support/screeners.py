"""A screener without a browser: an identity, and a call that the network's control interface makes."""

from __future__ import annotations

from typing import Any

from tests.support.station import Station
from tests.support.web import Answer


class ScreenerBrowser:
    """A browser of a screener, signed in by that account, with its own desk."""

    def __init__(self, station: Station, account: str = "screener") -> None:
        self.station = station
        self.account = account
        self.visitor = station.app.browser(account)
        self.identity: str = self.visitor.ask("POST", "/screener/token").json()["identity"]
        self.name = f"screen-{self.identity}"
        station.until(lambda: not self.desk.get("leg"), "the call of the test before has not ended")

    def connect(self) -> str:
        """The page's call: its SID, once the desk has it."""
        application = self.station.app.environment["TWILIO_SCREENER_APP_SID"]
        leg = self.station.ring(f"client:{self.identity}", application)
        self.station.until(lambda: self.desk.get("leg") == leg, "the screener is not connected")
        return leg

    @property
    def desk(self) -> dict[str, Any]:
        """The screener's desk as `/queue-status` has it, empty while nobody sits there."""
        desks: list[dict[str, Any]] = self.station.app.status()["desks"]
        return next((desk for desk in desks if desk["name"] == self.name), {})

    def take(self, call_sid: str = "") -> Answer:
        """Take this caller, or the one that has waited longest."""
        return self.visitor.press("/screen/take", {"turn": self.desk.get("turn", 0), "call_sid": call_sid})

    def decide(self, call_sid: str, verdict: str, before: str = "") -> Answer:
        return self.visitor.press("/screen/verdict", {"call_sid": call_sid, "verdict": verdict, "before": before})

    def talk(self, call_sid: str = "") -> None:
        """Takes them, and waits until they speak with each other and the line knows."""
        answer = self.take(call_sid)
        assert answer.status == 200, answer.text
        self.station.until(lambda: self.desk.get("on_air"), "the line does not know of the talk")
        self.station.wait_until_bridged(self.desk["leg"], call_sid or self.desk["on_air"])
