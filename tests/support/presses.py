"""The desk's buttons as a page presses them: over HTTP, with a browser's cookie, and with what the page shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.support.station import App
from tests.support.web import Answer, ask


def press(app: App, path: str, body: object, headers: Mapping[str, str]) -> Answer:
    return ask(app.url + path, "POST", json.dumps(body).encode(), {"Content-Type": "application/json"} | dict(headers))


class DeskBrowser:
    """A browser of the studio, with an identity that no other page of the test has."""

    def __init__(self, app: App, name: str = "dj") -> None:
        self.app = app
        self.visitor = app.browser(name)
        self.identity: str = self.visitor.ask("POST", "/token").json()["identity"]

    @property
    def headers(self) -> dict[str, str]:
        """What its browser and its page's script send along."""
        return self.visitor.headers

    def press(self, path: str, body: object) -> Answer:
        return self.visitor.press(path, body)

    @property
    def desk(self) -> dict[str, Any]:
        """The air desk as `/queue-status` has it."""
        found: dict[str, Any] = self.app.status()["desks"][0]
        return found

    def sees(self) -> dict[str, Any]:
        """What a press carries: the turn and the caller on the air, as the page sees them now."""
        desk = self.desk
        return {"turn": desk["turn"], "on_air": desk["on_air"]}

    def next(self) -> Answer:
        return self.press("/desk/next", self.sees())

    def take(self, call_sid: str) -> Answer:
        return self.press("/desk/take", self.sees() | {"call_sid": call_sid})

    def drop(self) -> Answer:
        return self.press("/desk/drop", self.sees())

    def hold(self) -> Answer:
        return self.press("/desk/hold", self.sees())

    def move(self, call_sid: str, before: str) -> Answer:
        return self.press("/desk/move", {"call_sid": call_sid, "before": before})

    def set(self, **settings: object) -> Answer:
        """Changes these settings of the show."""
        return self.press("/desk/settings", settings)

    def record(self, leg: str, *, on: bool = True) -> Answer:
        """Says that the page with this leg records, or no longer does."""
        return self.press("/desk/recording", {"leg": leg, "on": on})

    def hang_up(self) -> Answer:
        return self.press("/desk/hang-up", self.sees())

    def bring_back(self, call_sid: str) -> Answer:
        return self.press("/desk/bring-back", {"call_sid": call_sid})

    def take_over(self, leg: str) -> Answer:
        """Asks for the desk, or takes it after the silence."""
        return self.press("/desk/take-over", {"leg": leg})

    def take_now(self, leg: str) -> Answer:
        """As an admin."""
        return self.press("/desk/take-now", {"leg": leg})

    def withdraw(self, leg: str) -> Answer:
        return self.press("/desk/withdraw", {"leg": leg})

    def hand_over(self, leg: str, *, agrees: bool) -> Answer:
        """Answers the page that asks for the desk."""
        return self.press("/desk/hand-over", {"leg": leg, "agrees": agrees})


def put_as_new(app: App, *, automatic: bool = True) -> None:
    """Default settings, open to all, but with auto-advance, which most tests need and a new station has off."""
    status = app.status()
    show = status["show"]
    as_new: dict[str, object] = {"opening": "open", "most_callers": 0, "browser_calls": True}
    as_new |= dict.fromkeys(("ready_check", "screened", "whisper", "ask_callers"), False)
    if any(show[name] != value for name, value in as_new.items()) or status["desks"][0]["automatic"] != automatic:
        answer = DeskBrowser(app).set(**as_new, automatic=automatic)
        assert answer.status == 200, answer.text
