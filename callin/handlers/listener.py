"""Calling in from a browser: the listeners' page and its token."""

from __future__ import annotations

from callin.handlers.page import PageHandler
from callin.handlers.token import TokenHandler


class CallPage(PageHandler):
    """`/call`: a listener rings in with one button."""

    needs = None
    is_limited = True

    def get(self) -> None:
        page = self.services.page
        self.render(
            "listener/call.html",
            is_rehearsal=page.is_rehearsal,
            signalling_host=page.signalling_host,
            station_name=page.station_name,
        )


class ListenerTokenHandler(TokenHandler):
    """`/call/token`: a listener's browser may ring in, and nothing else."""

    kind = "listener"
    needs = None
    is_limited = True
