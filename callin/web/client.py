"""Calls from browsers: who they are decides where they go, and Twilio's signature over From is all that is believed."""

from __future__ import annotations

from callin import twiml
from callin.web.base import TwimlHandler
from callin.web.caller import greet, greet_without_store
from callin.web.desk import connect, go_on, is_desk
from callin.web.screening import connect_screener


class ClientHandler(TwimlHandler):
    """`/twiml/client`: the application's address. No parameter that a page sends changes what happens here."""

    def answer(self) -> str:
        if self._is("dj"):
            return connect(self) if is_desk(self) else twiml.signed_out()
        if self._is("screener"):
            return connect_screener(self)
        if self._is("listener"):
            return greet(self)
        return twiml.unknown_browser()

    def apology(self) -> str:
        if self._is("dj"):
            return go_on(self)
        if self._is("screener"):
            return twiml.screener_apology(self.services.links)
        return greet_without_store(self)

    def _is(self, kind: str) -> bool:
        return self.fact("From").startswith(f"client:{kind}_")
