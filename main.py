"""The program's table of contents: its addresses, the handler of each, and the roles that may ask.

What the handlers use, `callin.assembly` builds.
"""

from __future__ import annotations

import gc

gc.disable()  # until all is loaded: loading drops nothing, and looking for what is dropped took a sixth of the time

from typing import TYPE_CHECKING

from callin import assembly
from callin.accounts import ADMINS, DESKS, EVERYONE
from callin.web import (
    account,
    accounts,
    caller,
    callers,
    client,
    day,
    desk,
    health,
    help_page,
    known,
    listener,
    presses,
    screener,
    screening,
    status,
    waits,
    warmup,
    writing,
)
from callin.web.routing import OPEN, TWILIO, Route

gc.freeze()  # what is loaded stays: it is never looked through, now or in the middle of a show
gc.enable()

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from callin.front import Front

ROUTES = [
    # The studio
    Route("/", desk.IndexPage, EVERYONE),
    Route("/screener", screener.ScreenerPage, EVERYONE),
    Route("/queue-status", status.QueueStatusPage, OPEN),
    Route("/waits", waits.WaitsPage, EVERYONE),
    Route("/day", day.DayPage, EVERYONE),
    Route("/help", help_page.HelpPage, EVERYONE),
    Route("/sign-in", account.SignInPage, OPEN),
    Route("/sign-out", account.SignOutHandler, EVERYONE),
    Route("/invitation", account.InvitationPage, OPEN),
    Route("/account", account.AccountPage, EVERYONE),
    Route("/accounts", accounts.AccountsPage, ADMINS),
    Route("/callers", callers.CallersPage, EVERYONE),
    Route("/token", desk.DeskTokenHandler, DESKS),
    Route("/desk/next", presses.NextHandler, DESKS),
    Route("/desk/take", presses.TakeHandler, DESKS),
    Route("/desk/drop", presses.DropHandler, DESKS),
    Route("/desk/hold", presses.HoldHandler, DESKS),
    Route("/desk/move", presses.MoveHandler, DESKS),
    Route("/desk/opening", presses.OpeningHandler, DESKS),
    Route("/desk/limit", presses.LimitHandler, DESKS),
    Route("/desk/whisper", presses.WhisperHandler, DESKS),
    Route("/desk/ready-check", presses.ReadyCheckHandler, DESKS),
    Route("/desk/screened", presses.ScreenedHandler, DESKS),
    Route("/desk/browser-calls", presses.BrowserCallsHandler, DESKS),
    Route("/desk/hang-up", presses.HangUpHandler, DESKS),
    Route("/desk/automatic", presses.AutomaticHandler, DESKS),
    Route("/desk/take-over", presses.TakeOverHandler, DESKS),
    Route("/desk/card", writing.CardHandler, EVERYONE),
    Route("/desk/chat", writing.ChatHandler, EVERYONE),
    Route("/caller", known.CallerPage, EVERYONE),
    Route("/caller/standing", known.StandingHandler, EVERYONE),
    Route("/caller/notes", known.NotesHandler, EVERYONE),
    Route("/twiml/dequeue", desk.DequeueHandler, TWILIO),
    # The screeners
    Route("/screener/token", screening.ScreenerTokenHandler, EVERYONE),
    Route("/screen/take", screening.TakeHandler, EVERYONE),
    Route("/screen/verdict", screening.VerdictHandler, EVERYONE),
    Route("/twiml/screen", screening.ScreenHandler, TWILIO),
    # Listeners
    Route("/call", listener.CallPage, OPEN),
    Route("/call/token", listener.ListenerTokenHandler, OPEN),
    Route("/twiml/enqueue", caller.EnqueueHandler, TWILIO),
    Route("/twiml/wait", caller.WaitHandler, TWILIO),
    Route("/twiml/ready", caller.ReadyHandler, TWILIO),
    Route("/twiml/screened", screening.ScreenedHandler, TWILIO),
    Route("/twiml/on-air", caller.OnAirHandler, TWILIO),
    Route("/dequeue-logic", caller.DequeueLogicHandler, TWILIO),
    # Every call
    Route("/twiml/client", client.ClientHandler, TWILIO),
    Route("/twiml/status", caller.StatusHandler, TWILIO),
    # Who looks after it
    Route("/health", health.HealthHandler, OPEN),
    # App Engine
    Route("/_ah/warmup", warmup.WarmupHandler, OPEN),
]


def application() -> WSGIApplication:
    """The app for any WSGI server, with settings from the environment. It ends the process when they are unusable."""
    return assembly.from_environment(ROUTES).application


def front() -> Front:
    """The same behind the front that waits for dashboards and slow bodies: what app.yaml's server starts."""
    return assembly.from_environment(ROUTES).behind_front()
