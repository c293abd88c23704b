"""The table of routes: each address, its handler, and the roles that may ask. `callin.app` builds the rest."""

from __future__ import annotations

import gc

gc.disable()  # while modules load: garbage collection took a sixth of the start and freed nothing

from typing import TYPE_CHECKING

from callin import app
from callin.accounts import ADMINS, DJS, EVERYONE
from callin.web.application import OPEN, TWILIO, Route

gc.freeze()  # excludes what is loaded now from collection, which would pause a show for a moment
gc.enable()

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from callin.front import Front

ROUTES = [
    # The studio
    Route("/", "pages.IndexPage", EVERYONE),
    Route("/screener", "pages.ScreenerPage", EVERYONE),
    Route("/queue-status", "status.QueueStatusPage", OPEN),  # strangers get two figures, accounts the line
    Route("/waits", "pages.WaitsPage", EVERYONE),
    Route("/day", "status.DayPage", EVERYONE),
    Route("/help", "pages.HelpPage", EVERYONE),
    Route("/sign-in", "sign_in.SignInPage", OPEN),
    Route("/second-factor", "sign_in.SecondFactorPage", OPEN),
    Route("/sign-out", "sign_in.SignOutHandler", EVERYONE),
    Route("/invitation", "accounts.InvitationPage", OPEN),
    Route("/reset", "accounts.ResetPage", OPEN),
    Route("/account", "account.AccountPage", EVERYONE),
    Route("/accounts", "accounts.AccountsPage", ADMINS),
    Route("/check", "station.CheckPage", ADMINS),
    Route("/audit", "station.AuditPage", ADMINS),
    Route("/audit.csv", "station.AuditFile", ADMINS),
    Route("/shows", "shows.ShowsPage", DJS),
    Route("/shows/edit", "shows.EditShowPage", ADMINS),
    Route("/station", "station.StationPage", ADMINS),
    Route("/station/logo", "station.LogoUploadHandler", ADMINS),
    Route("/words", "words.WordsPage", ADMINS),
    Route("/words/draft", "words.WordsDraftHandler", ADMINS),
    Route("/logo", "station.LogoHandler", OPEN),
    Route("/sounds", "sounds.SoundsPage", ADMINS),
    Route("/sounds/begin", "sounds.SoundBeginHandler", ADMINS),
    Route("/sounds/piece", "sounds.SoundPieceHandler", ADMINS),
    Route("/sounds/finish", "sounds.SoundFinishHandler", ADMINS),
    Route("/sound", "sounds.SoundHandler", OPEN),  # Twilio's Play fetches it; its address is a secret
    Route("/callers", "callers.CallersPage", EVERYONE),  # only admins delete, and find by a part of a number
    Route("/messages", "messages.MessagesPage", EVERYONE),  # only admins change how messages are taken
    Route("/messages/list", "messages.MessageListHandler", EVERYONE),
    Route("/messages/sound", "messages.MessageSoundHandler", EVERYONE),
    Route("/messages/heard", "messages.MessageHeardHandler", EVERYONE),
    Route("/messages/card", "messages.MessageCardHandler", EVERYONE),
    Route("/messages/delete", "messages.MessageDeleteHandler", DJS),
    Route("/token", "browser_calls.DeskTokenHandler", DJS),
    Route("/desk/next", "presses.NextHandler", DJS),
    Route("/desk/take", "presses.TakeHandler", DJS),
    Route("/desk/drop", "presses.DropHandler", DJS),
    Route("/desk/hold", "presses.HoldHandler", DJS),
    Route("/desk/move", "presses.MoveHandler", DJS),
    Route("/desk/settings", "presses.SettingsHandler", DJS),
    Route("/desk/recording", "presses.RecordingHandler", DJS),
    Route("/desk/hang-up", "presses.HangUpHandler", DJS),
    Route("/desk/bring-back", "presses.BringBackHandler", DJS),
    Route("/desk/take-over", "presses.TakeOverHandler", DJS),
    Route("/desk/take-now", "presses.TakeNowHandler", ADMINS),
    Route("/desk/withdraw", "presses.WithdrawHandler", DJS),
    Route("/desk/hand-over", "presses.HandOverHandler", DJS),
    # Buttons outside the tab: a key of an account counts, and its role
    Route("/button/next", "buttons.NextButton", OPEN),
    Route("/button/drop", "buttons.DropButton", OPEN),
    Route("/button/hold", "buttons.HoldButton", OPEN),
    Route("/button/mute", "buttons.MuteButton", OPEN),
    Route("/caller", "caller_info.CallerHandler", EVERYONE),
    Route("/caller/standing", "caller_info.StandingHandler", EVERYONE),
    Route("/caller/notes", "caller_info.NotesHandler", EVERYONE),
    Route("/desk/card", "caller_info.CardHandler", EVERYONE),
    Route("/desk/chat", "caller_info.ChatHandler", EVERYONE),
    Route("/twiml/dequeue", "dequeue.DequeueHandler", TWILIO),
    # The screeners
    Route("/screener/token", "browser_calls.ScreenerTokenHandler", EVERYONE),
    Route("/screen/take", "presses.ScreenTakeHandler", EVERYONE),
    Route("/screen/verdict", "presses.VerdictHandler", EVERYONE),
    Route("/twiml/screen", "dequeue.ScreenHandler", TWILIO),
    # Listeners
    Route("/call", "pages.CallPage", OPEN),
    Route("/call/token", "browser_calls.ListenerTokenHandler", OPEN),
    Route("/call/state", "listener.CallStateHandler", OPEN),
    Route("/call/card", "listener.CallCardHandler", OPEN),
    Route("/call/message", "listener.CallMessageHandler", OPEN),
    Route("/call/note", "listener.CallNoteHandler", OPEN),
    Route("/call/note-piece", "listener.CallNotePieceHandler", OPEN),
    Route("/call/place", "listener.CallPlaceHandler", OPEN),
    Route("/call/hung-up", "listener.CallHungUpHandler", OPEN),
    Route("/widget.js", "widget.WidgetScript", OPEN),  # for the station's own site
    Route("/widget.json", "widget.WidgetState", OPEN),
    Route("/twiml/enqueue", "call_arriving.EnqueueHandler", TWILIO),
    Route("/twiml/asked", "call_arriving.AskedHandler", TWILIO),
    Route("/twiml/wait", "call_in_line.WaitHandler", TWILIO),
    Route("/twiml/wait-key", "call_in_line.WaitKeyHandler", TWILIO),
    Route("/twiml/message", "call_in_line.MessageHandler", TWILIO),
    Route("/twiml/message-left", "call_in_line.MessageLeftHandler", TWILIO),
    Route("/twiml/message-recorded", "call_in_line.MessageRecordedHandler", TWILIO),
    Route("/twiml/message-words", "call_in_line.MessageWordsHandler", TWILIO),
    Route("/twiml/ready", "call_in_line.ReadyHandler", TWILIO),
    Route("/twiml/screened", "dequeue.ScreenedHandler", TWILIO),
    Route("/twiml/on-air", "dequeue.OnAirHandler", TWILIO),
    Route("/dequeue-logic", "dequeue.DequeueLogicHandler", TWILIO),
    # Every call
    Route("/twiml/client", "browser_calls.ClientHandler", TWILIO),
    Route("/twiml/status", "call_in_line.StatusHandler", TWILIO),
    # Monitoring
    Route("/health", "status.HealthHandler", OPEN),
    Route("/.well-known/security.txt", "status.SecurityTxtHandler", OPEN),
    # App Engine
    Route("/_ah/warmup", "status.WarmupHandler", OPEN),
    Route("/_ah/watch", "status.WatchHandler", OPEN),  # only App Engine's cron
]


def application() -> WSGIApplication:
    """The app for any WSGI server, with settings from the environment. It exits if they cannot be used."""
    return app.from_environment(ROUTES).application


def front() -> Front:
    """The app behind the front that holds polls and reads bodies: app.yaml's server starts this."""
    return app.from_environment(ROUTES).behind_front()
