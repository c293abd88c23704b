"""Calling in from a browser: the listeners' page and its token."""

from __future__ import annotations

from http import HTTPStatus

from callin.contracts import StoreError
from callin.model import caller_of
from callin.rules import admission
from callin.web.base import Handler, RefusedError
from callin.web.page import PageHandler
from callin.web.token import TokenHandler, identity_of

BROWSER_SECONDS = 2 * 86400
"""How long a listener's browser is recognised: longer than a day's block that is made at the end of a long call."""


def takes_browser_calls(handler: Handler) -> bool:
    """Whether listeners may call from a browser now. While the store fails they may."""
    try:
        return handler.services.board.show().browser_calls
    except StoreError:
        return True


class CallPage(PageHandler):
    """`/call`: a listener rings in with one button, or reads which number to ring instead."""

    is_limited = True

    def get(self) -> None:
        page = self.services.page
        self.render(
            "listener/call.html" if takes_browser_calls(self) else "listener/by_phone.html",
            is_rehearsal=page.is_rehearsal,
            signalling_host=page.signalling_host,
            station_name=page.station_name,
            listener_number=page.listener_number,
        )


class ListenerTokenHandler(TokenHandler):
    """`/call/token`: a listener's browser may begin one call, within ten minutes.

    The cookie remembers the browser; the token's identity has a date besides. While a call of the browser lives, the
    token is renewed for the identity of that call: that keeps the call up, and begins no other.
    """

    kind = "listener"
    is_limited = True
    remembered_seconds = BROWSER_SECONDS
    token_seconds = admission.START_SECONDS

    def _must_not_be_one_too_many(self) -> None:
        """No flood of strangers keeps a browser in a call from having its token renewed: it is counted for itself."""
        try:
            super()._must_not_be_one_too_many()
        except RefusedError:
            remembered = identity_of(self, self.kind)
            if not remembered or not self._is_in_line(f"client:{remembered}"):
                raise
            if self.services.visits.refusal("", remembered, self.services.clock()):
                raise

    def _is_in_line(self, caller: str) -> bool:
        """Whether the browser has a live call, as this instance remembers the line: a flood asks the store nothing."""
        try:
            return any(caller_of(call.number) == caller for call in self.services.board.live_calls())
        except StoreError:
            return False

    def identity(self, remembered: str) -> str:
        try:
            of_call = self.services.line.identity_in_call(remembered)
        except StoreError:
            of_call = ""  # the page keeps its call, and asks again, if it gets another identity
        if of_call:
            return of_call
        if self._is_blocked(remembered):
            raise RefusedError(HTTPStatus.FORBIDDEN, "The studio takes no calls from this browser today.")
        if not takes_browser_calls(self):
            number = self.services.page.listener_number
            raise RefusedError(
                HTTPStatus.FORBIDDEN, f"The studio takes no calls from the web now. Please ring {number}."
            )
        return admission.dated(remembered, self.services.clock())

    def _is_blocked(self, remembered: str) -> bool:
        try:
            return self.services.callers.browsers.is_blocked(f"client:{remembered}")
        except StoreError:
            return False
