"""The buttons of the desks. Each address takes a POST of JSON from our pages, and answers with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar

from callin.audit import Act
from callin.line import PhoneFailed, PressRejected
from callin.model import AIR_DESK, MOST_CALLERS, SCREEN_DESK, Opening, SettingsChange, Standing, Verdict
from callin.rules import is_listeners_browser, is_somebodys
from callin.web.application import FORMER_PATHS
from callin.web.base import ChangeHandler, air_desk_of
from callin.web.browser_calls import identity_of
from callin.web.caller_info import set_browser_blocked, set_standing
from callin.web.middleware import HTTPError


class PressHandler(ChangeHandler):
    """A press. It counts only from a browser that has a desk's identity."""

    kinds: ClassVar[tuple[str, ...]] = ("dj",)
    """The kinds of identity that may press. The browser's first identity of these kinds pressed."""

    def act(self) -> str:
        """Does it, and returns a sentence about what will happen. PressRejected or PhoneFailed if it cannot."""
        raise NotImplementedError

    def post(self) -> None:
        self._read()
        try:
            sentence = self.act()
        except PressRejected as refused:
            self.write_json({"error": str(refused), "code": refused.code}, HTTPStatus.CONFLICT)
        except PhoneFailed as failed:
            answer = {"error": str(failed), "code": "phone", "star": failed.star}
            self.write_json(answer, HTTPStatus.SERVICE_UNAVAILABLE)
        else:
            self.write_json({"ok": True, "sentence": sentence})

    def air_desk(self) -> str:
        """The air desk that the body names as its `line`; the first one if it names none."""
        return air_desk_of(self.body.get("line", AIR_DESK))

    def caller(self) -> str:
        """The CallSid of the caller that the press is about."""
        call_sid = self.call("call_sid")
        if not call_sid:
            raise HTTPError(HTTPStatus.BAD_REQUEST, "call_sid must name a caller.")
        return call_sid

    def _read(self) -> None:
        identities = [identity for kind in self.kinds if (identity := identity_of(self, kind))]
        if not identities:
            raise HTTPError(HTTPStatus.FORBIDDEN, "Only a desk can do this. Reload the page.")
        self.by = identities[0]
        self.read_body()


class NextHandler(PressHandler):
    """`/desk/next`: thanks the caller on the air, and brings the next."""

    def act(self) -> str:
        return self.services.air_desks.next(self.whole("turn"), self.call("on_air"), self.by, self.air_desk())


class TakeHandler(PressHandler):
    """`/desk/take`: thanks the caller on the air, and brings the chosen one."""

    def act(self) -> str:
        turn, shown, call_sid = self.whole("turn"), self.call("on_air"), self.caller()
        return self.services.air_desks.take(turn, shown, self.by, call_sid, self.air_desk())


class DropHandler(PressHandler):
    """`/desk/drop`: thanks the caller on the air; nobody follows."""

    def act(self) -> str:
        return self.services.air_desks.drop(self.whole("turn"), self.call("on_air"), self.by, self.air_desk())


class HoldHandler(PressHandler):
    """`/desk/hold`: puts the caller on the air on hold; nobody follows."""

    def act(self) -> str:
        return self.services.air_desks.hold(self.whole("turn"), self.call("on_air"), self.by, self.air_desk())


class MoveHandler(PressHandler):
    """`/desk/move`: gives a caller another place in line."""

    def act(self) -> str:
        return self.services.calls.move(self.caller(), self.call("before"))


class SettingsHandler(PressHandler):
    """`/desk/settings`: changes any of the show's settings, all that are named or none."""

    def act(self) -> str:
        former = FORMER_PATHS.get(self.request.path, "")
        asked = {former: self.body["on"]} if former and "on" in self.body else self.body
        if not asked or not asked.keys() <= READERS.keys():
            raise HTTPError(HTTPStatus.BAD_REQUEST, f"Send at least one of {', '.join(READERS)}, and nothing else.")
        self.body = asked
        values: dict[str, Any] = {name: READERS[name](self, name) for name in asked}
        lines = [line for name, value in values.items() for line in self.lines(*noted(name, value))]
        try:
            return self.services.show_settings.change(SettingsChange(**values), lines)
        except PhoneFailed:
            self.note(Act.SETTINGS, "was told that Twilio failed: the settings of the show are as before")
            raise

    def opening(self, name: str) -> Opening:
        value = self.body.get(name)
        if not isinstance(value, str) or value not in list(Opening):
            raise HTTPError(HTTPStatus.BAD_REQUEST, f"{name} must be open, last_calls or closed.")
        return Opening(value)

    def most_callers(self, name: str) -> int:
        value = self.whole(name)
        if value > MOST_CALLERS:
            raise HTTPError(HTTPStatus.BAD_REQUEST, f"{name} must be {MOST_CALLERS} at most.")
        return value

    def by_schedule(self, name: str) -> bool:
        if not self.flag(name) or len(self.body) > 1:
            raise HTTPError(HTTPStatus.BAD_REQUEST, f"{name} must be true, and come alone.")
        return True


READERS: dict[str, Callable[[SettingsHandler, str], object]] = {
    "opening": SettingsHandler.opening,
    "most_callers": SettingsHandler.most_callers,
    "ready_check": SettingsHandler.flag,
    "screened": SettingsHandler.flag,
    "whisper": SettingsHandler.flag,
    "browser_calls": SettingsHandler.flag,
    "ask_callers": SettingsHandler.flag,
    "automatic": SettingsHandler.flag,
    "by_schedule": SettingsHandler.by_schedule,
}
"""The settings, and how each is read from the body."""


OPENINGS = {
    Opening.OPEN: "opened the line",
    Opening.LAST_CALLS: "switched the line to last calls",
    Opening.CLOSED: "closed the line",
}


def noted(name: str, value: object) -> tuple[Act, str]:
    """What the audit says of a setting that was changed."""
    if isinstance(value, Opening):
        return Act.OPENING, OPENINGS[value]
    if name == "by_schedule":
        return Act.SETTINGS, "had the settings follow the schedule again"
    shown = ("off", "on")[value] if isinstance(value, bool) else value
    return Act.SETTINGS, f"set {name} to {shown}"


class RecordingHandler(PressHandler):
    """`/desk/recording`: the page that has the desk records from now on, or no longer."""

    def act(self) -> str:
        leg, on = self.call("leg"), self.flag("on")
        line = self.lines(Act.SETTINGS, "began to record" if on else "stopped recording")
        return self.services.show_settings.set_recording(leg, self.by, on=on, also=line)


class HangUpHandler(PressHandler):
    """`/desk/hang-up`: the page is about to end the desk's call, and so the caller's."""

    def act(self) -> str:
        self.whole("turn")  # every press sends one, but here no turn is too late
        return self.services.air_desks.hang_up(self.call("on_air"), self.air_desk())


class BringBackHandler(PressHandler):
    """`/desk/bring-back`: a caller that Drop or Next has just let go is first in line again."""

    def act(self) -> str:
        return self.services.calls.bring_back(self.call("call_sid"))


class TakeOverHandler(PressHandler):
    """`/desk/take-over`: this page's leg asks to become the desk's, or becomes it after 10 s of silence."""

    def act(self) -> str:
        return self.services.takeover.ask(self.call("leg"))


class TakeNowHandler(PressHandler):
    """`/desk/take-now`: an admin's leg becomes the desk's at once."""

    def act(self) -> str:
        return self.services.takeover.take_now(self.call("leg"), self.lines(Act.DESK, "took the desk at once"))


class WithdrawHandler(PressHandler):
    """`/desk/withdraw`: this page's leg no longer asks to become the desk's."""

    def act(self) -> str:
        return self.services.takeover.withdraw(self.call("leg"))


class HandOverHandler(PressHandler):
    """`/desk/hand-over`: the DJ at the desk lets the leg that asks take over, or refuses."""

    def act(self) -> str:
        return self.services.takeover.hand_over(self.call("leg"), self.by, agrees=self.flag("agrees"))


class ScreenTakeHandler(PressHandler):
    """`/screen/take`: connects the screener to this caller, or to the one that has waited longest."""

    kinds = ("screener",)

    def act(self) -> str:
        return self.services.screener_desks.take(SCREEN_DESK + self.by, self.whole("turn"), self.call("call_sid"))


class VerdictHandler(PressHandler):
    """`/screen/verdict`: decides about a caller. If no screener talks to them, any desk may."""

    kinds = ("screener", "dj")

    def act(self) -> str:
        call_sid, verdict = self.caller(), self.body.get("verdict")
        if not isinstance(verdict, str) or verdict not in list(Verdict):
            raise HTTPError(HTTPStatus.BAD_REQUEST, "verdict must be ready, hold, back, let_go or block.")
        before = self.call("before") if "before" in self.body else ""
        name = SCREEN_DESK + self.by if identity_of(self, "screener") == self.by else ""
        try:
            sentence = self.services.screener_desks.judge(name, call_sid, Verdict(verdict), before)
        except PhoneFailed:
            self._block(call_sid, Verdict(verdict))  # the caller is told later, but the number is blocked now
            raise
        return sentence + self._block(call_sid, Verdict(verdict))

    def _block(self, call_sid: str, verdict: Verdict) -> str:
        """On that verdict, blocks the caller's number, or their browser for a day. Returns a sentence."""
        call = self.services.calls.get_call(call_sid)
        if verdict is not Verdict.BLOCK or call is None:
            return ""
        if is_listeners_browser(call.number):
            set_browser_blocked(self, call.number, blocked=True)
            return " This browser is blocked for the day."
        if not is_somebodys(call.number):
            return " Their number is withheld, so it cannot be blocked."
        set_standing(self, call.number, Standing.BLOCKED)
        return " Their number is blocked."
