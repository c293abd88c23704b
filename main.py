"""The program's table of contents: its addresses, and who answers each. What they need, `callin.assembly` builds."""

from __future__ import annotations

import gc

gc.disable()  # until all is loaded: loading drops nothing, and looking for what is dropped took a sixth of the time

from typing import TYPE_CHECKING

import webapp2

from callin import assembly
from callin.handlers import (
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

gc.freeze()  # what is loaded stays: it is never looked through, now or in the middle of a show
gc.enable()

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from callin.front import Front

ROUTES = [
    # The studio
    webapp2.Route("/", desk.IndexPage),
    webapp2.Route("/screener", screener.ScreenerPage),
    webapp2.Route("/queue-status", status.QueueStatusPage),
    webapp2.Route("/waits", waits.WaitsPage),
    webapp2.Route("/day", day.DayPage),
    webapp2.Route("/help", help_page.HelpPage),
    webapp2.Route("/sign-in", account.SignInPage),
    webapp2.Route("/sign-out", account.SignOutHandler),
    webapp2.Route("/invitation", account.InvitationPage),
    webapp2.Route("/account", account.AccountPage),
    webapp2.Route("/accounts", accounts.AccountsPage),
    webapp2.Route("/callers", callers.CallersPage),
    webapp2.Route("/token", desk.DeskTokenHandler),
    webapp2.Route("/desk/next", presses.NextHandler),
    webapp2.Route("/desk/take", presses.TakeHandler),
    webapp2.Route("/desk/drop", presses.DropHandler),
    webapp2.Route("/desk/hold", presses.HoldHandler),
    webapp2.Route("/desk/move", presses.MoveHandler),
    webapp2.Route("/desk/opening", presses.OpeningHandler),
    webapp2.Route("/desk/limit", presses.LimitHandler),
    webapp2.Route("/desk/whisper", presses.WhisperHandler),
    webapp2.Route("/desk/ready-check", presses.ReadyCheckHandler),
    webapp2.Route("/desk/screened", presses.ScreenedHandler),
    webapp2.Route("/desk/browser-calls", presses.BrowserCallsHandler),
    webapp2.Route("/desk/hang-up", presses.HangUpHandler),
    webapp2.Route("/desk/automatic", presses.AutomaticHandler),
    webapp2.Route("/desk/take-over", presses.TakeOverHandler),
    webapp2.Route("/desk/card", writing.CardHandler),
    webapp2.Route("/desk/chat", writing.ChatHandler),
    webapp2.Route("/caller", known.CallerPage),
    webapp2.Route("/caller/standing", known.StandingHandler),
    webapp2.Route("/caller/notes", known.NotesHandler),
    webapp2.Route("/twiml/dequeue", desk.DequeueHandler),
    # The screeners
    webapp2.Route("/screener/token", screening.ScreenerTokenHandler),
    webapp2.Route("/screen/take", screening.TakeHandler),
    webapp2.Route("/screen/verdict", screening.VerdictHandler),
    webapp2.Route("/twiml/screen", screening.ScreenHandler),
    # Listeners
    webapp2.Route("/call", listener.CallPage),
    webapp2.Route("/call/token", listener.ListenerTokenHandler),
    webapp2.Route("/twiml/enqueue", caller.EnqueueHandler),
    webapp2.Route("/twiml/wait", caller.WaitHandler),
    webapp2.Route("/twiml/ready", caller.ReadyHandler),
    webapp2.Route("/twiml/screened", screening.ScreenedHandler),
    webapp2.Route("/twiml/on-air", caller.OnAirHandler),
    webapp2.Route("/dequeue-logic", caller.DequeueLogicHandler),
    # Every call
    webapp2.Route("/twiml/client", client.ClientHandler),
    webapp2.Route("/twiml/status", caller.StatusHandler),
    # Who looks after it
    webapp2.Route("/health", health.HealthHandler),
    # App Engine
    webapp2.Route("/_ah/warmup", warmup.WarmupHandler),
]


def application() -> WSGIApplication:
    """The app for any WSGI server, with settings from the environment. It ends the process when they are unusable."""
    return assembly.from_environment(ROUTES).application


def front() -> Front:
    """The same behind the front that waits for dashboards and slow bodies: what app.yaml's server starts."""
    return assembly.from_environment(ROUTES).behind_front()
