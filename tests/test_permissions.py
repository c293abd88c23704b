"""Permissions: every route of the app for each role and a stranger, with the status of the answer. None is left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

import main
from callin.web.application import OPEN, TWILIO
from callin.web.buttons import ButtonHandler
from callin.web.pages import PageHandler
from callin.web.webhook import TwimlHandler
from tests.support.calls import call_fields, new_call_sid
from tests.support.station import App
from tests.support.visitors import TOKEN_HEADER, Visitor, signed_in
from tests.support.web import FORM, Answer

TO_SIGN_IN = 303
REFUSED = 403
NOT_SIGNED_IN = 401
TAKEN = 400
"""Permitted: only the empty body is refused."""


class Row(NamedTuple):
    """A route, how it is asked, and what each gets."""

    method: str
    path: str
    stranger: int
    screener: int
    dj: int
    admin: int


PRESS = (NOT_SIGNED_IN, REFUSED, TAKEN, TAKEN)
ALL_DESKS = (NOT_SIGNED_IN, TAKEN, TAKEN, TAKEN)
TWILIOS = (REFUSED, REFUSED, REFUSED, REFUSED)
WITH_KEY = (NOT_SIGNED_IN,) * 4
"""Only a key counts there, no session: see test_buttons.py."""
FOR_ALL = (200, 200, 200, 200)

TABLE = [
    Row("GET", "/", TO_SIGN_IN, 200, 200, 200),
    Row("GET", "/screener", TO_SIGN_IN, 200, 200, 200),
    Row("GET", "/queue-status", *FOR_ALL),  # and how much of it: see below
    Row("GET", "/waits", TO_SIGN_IN, 200, 200, 200),
    Row("GET", "/help", TO_SIGN_IN, 200, 200, 200),
    Row("GET", "/day", NOT_SIGNED_IN, 200, 200, 200),
    Row("GET", "/sign-in", 200, 303, 303, 303),  # signed-in people go to the desk
    Row("POST", "/sign-in", REFUSED, REFUSED, REFUSED, REFUSED),  # no name and no password
    Row("GET", "/second-factor", TO_SIGN_IN, TO_SIGN_IN, TO_SIGN_IN, TO_SIGN_IN),
    Row("POST", "/second-factor", REFUSED, REFUSED, REFUSED, REFUSED),  # nothing of a first step
    Row("GET", "/invitation", *FOR_ALL),  # without its secret: a field to paste the link
    Row("GET", "/reset", *FOR_ALL),
    Row("POST", "/reset", 404, 404, 404, 404),
    Row("POST", "/invitation", 404, 404, 404, 404),
    Row("GET", "/account", TO_SIGN_IN, 200, 200, 200),
    Row("POST", "/account", TO_SIGN_IN, REFUSED, REFUSED, REFUSED),  # nothing was chosen
    Row("GET", "/accounts", TO_SIGN_IN, REFUSED, REFUSED, 200),
    Row("POST", "/accounts", TO_SIGN_IN, REFUSED, REFUSED, REFUSED),  # an admin who chose nothing
    Row("GET", "/shows", TO_SIGN_IN, REFUSED, 200, 200),
    Row("GET", "/shows/edit", TO_SIGN_IN, REFUSED, REFUSED, 200),
    Row("POST", "/shows/edit", TO_SIGN_IN, REFUSED, REFUSED, TAKEN),  # an empty form
    Row("GET", "/station", TO_SIGN_IN, REFUSED, REFUSED, 200),
    Row("POST", "/station", TO_SIGN_IN, REFUSED, REFUSED, TAKEN),  # an empty form
    Row("GET", "/words", TO_SIGN_IN, REFUSED, REFUSED, 200),
    Row("POST", "/words", TO_SIGN_IN, REFUSED, REFUSED, TAKEN),  # an empty form
    Row("POST", "/words/draft", NOT_SIGNED_IN, REFUSED, REFUSED, TAKEN),
    Row("POST", "/station/logo", NOT_SIGNED_IN, REFUSED, REFUSED, TAKEN),
    Row("GET", "/logo", 404, 404, 404, 404),  # no logo is set
    Row("GET", "/sounds", TO_SIGN_IN, REFUSED, REFUSED, 200),
    Row("POST", "/sounds", TO_SIGN_IN, REFUSED, REFUSED, 404),  # no sound was named
    Row("POST", "/sounds/begin", NOT_SIGNED_IN, REFUSED, REFUSED, TAKEN),
    Row("POST", "/sounds/piece", NOT_SIGNED_IN, REFUSED, REFUSED, TAKEN),
    Row("POST", "/sounds/finish", NOT_SIGNED_IN, REFUSED, REFUSED, TAKEN),
    Row("GET", "/sound", 404, 404, 404, 404),  # no sound was named
    Row("GET", "/check", TO_SIGN_IN, REFUSED, REFUSED, 200),
    Row("GET", "/audit", TO_SIGN_IN, REFUSED, REFUSED, 200),
    Row("GET", "/audit.csv", TO_SIGN_IN, REFUSED, REFUSED, 200),
    Row("GET", "/callers", TO_SIGN_IN, 200, 200, 200),
    Row("POST", "/callers", TO_SIGN_IN, REFUSED, REFUSED, REFUSED),  # nothing was chosen
    Row("GET", "/messages", TO_SIGN_IN, 200, 200, 200),
    Row("POST", "/messages", TO_SIGN_IN, REFUSED, REFUSED, TAKEN),  # an empty form
    Row("GET", "/messages/list", NOT_SIGNED_IN, 200, 200, 200),
    Row("GET", "/messages/sound", NOT_SIGNED_IN, 404, 404, 404),  # of no message
    Row("POST", "/messages/heard", *ALL_DESKS),
    Row("POST", "/messages/card", *ALL_DESKS),
    Row("POST", "/messages/delete", *PRESS),
    Row("POST", "/token", NOT_SIGNED_IN, REFUSED, 200, 200),
    Row("POST", "/desk/next", *PRESS),
    Row("POST", "/desk/take", *PRESS),
    Row("POST", "/desk/drop", *PRESS),
    Row("POST", "/desk/hold", *PRESS),
    Row("POST", "/desk/move", *PRESS),
    Row("POST", "/desk/settings", *PRESS),
    Row("POST", "/desk/recording", *PRESS),
    Row("POST", "/desk/hang-up", *PRESS),
    Row("POST", "/desk/bring-back", *PRESS),
    Row("POST", "/desk/take-over", *PRESS),
    Row("POST", "/desk/take-now", NOT_SIGNED_IN, REFUSED, REFUSED, TAKEN),
    Row("POST", "/desk/withdraw", *PRESS),
    Row("POST", "/desk/hand-over", *PRESS),
    Row("POST", "/button/next", *WITH_KEY),
    Row("POST", "/button/drop", *WITH_KEY),
    Row("POST", "/button/hold", *WITH_KEY),
    Row("POST", "/button/mute", *WITH_KEY),
    Row("POST", "/desk/card", *ALL_DESKS),
    Row("POST", "/desk/chat", *ALL_DESKS),
    Row("POST", "/screener/token", NOT_SIGNED_IN, 200, 200, 200),
    Row("POST", "/screen/take", *ALL_DESKS),
    Row("POST", "/screen/verdict", *ALL_DESKS),
    Row("POST", "/twiml/screen", *TWILIOS),
    Row("GET", "/caller", *ALL_DESKS),
    Row("POST", "/caller/standing", *ALL_DESKS),
    Row("POST", "/caller/notes", *ALL_DESKS),
    Row("GET", "/call", *FOR_ALL),
    Row("POST", "/call/token", *FOR_ALL),
    Row("GET", "/call/state", *FOR_ALL),
    Row("POST", "/call/card", TAKEN, TAKEN, TAKEN, TAKEN),
    Row("POST", "/call/place", TAKEN, TAKEN, TAKEN, TAKEN),
    Row("POST", "/call/hung-up", TAKEN, TAKEN, TAKEN, TAKEN),
    Row("POST", "/call/message", TAKEN, TAKEN, TAKEN, TAKEN),
    Row("POST", "/call/note", TAKEN, TAKEN, TAKEN, TAKEN),
    Row("POST", "/call/note-piece", 415, 415, 415, 415),  # no bytes
    Row("GET", "/widget.js", *FOR_ALL),
    Row("GET", "/widget.json", *FOR_ALL),
    Row("POST", "/twiml/dequeue", *TWILIOS),
    Row("POST", "/twiml/enqueue", *TWILIOS),
    Row("POST", "/twiml/asked", *TWILIOS),
    Row("POST", "/twiml/wait", *TWILIOS),
    Row("POST", "/twiml/wait-key", *TWILIOS),
    Row("POST", "/twiml/message", *TWILIOS),
    Row("POST", "/twiml/message-left", *TWILIOS),
    Row("POST", "/twiml/message-recorded", *TWILIOS),
    Row("POST", "/twiml/message-words", *TWILIOS),
    Row("POST", "/twiml/on-air", *TWILIOS),
    Row("POST", "/twiml/screened", *TWILIOS),
    Row("POST", "/twiml/ready", *TWILIOS),
    Row("POST", "/dequeue-logic", *TWILIOS),
    Row("POST", "/twiml/client", *TWILIOS),
    Row("POST", "/twiml/status", *TWILIOS),
    Row("GET", "/_ah/warmup", *FOR_ALL),
    Row("GET", "/_ah/watch", 403, 403, 403, 403),
    Row("GET", "/health", *FOR_ALL),
    Row("GET", "/.well-known/security.txt", 404, 404, 404, 404),  # no contact is set
    # Last: it ends the session that the others need.
    Row("POST", "/sign-out", TO_SIGN_IN, 303, 303, 303),
]
HANDLERS = {route.template: route.load() for route in main.ROUTES}
ACCESS = {route.template: route.roles for route in main.ROUTES}
ROLES = ("stranger", "screener", "dj", "admin")


def ask(visitor: Visitor, method: str, path: str) -> Answer:
    """Asks as one of our pages would: a form with its token, a press as JSON."""
    if method == "GET":
        return visitor.get(path)
    if issubclass(HANDLERS[path], PageHandler):
        return visitor.fill_in(path)
    return visitor.press(path, {})


def visitor_as(app: App, role: str) -> Visitor:
    if role == "stranger":
        visitor = Visitor(app.url)
        visitor.get("/sign-in")  # for a form's token, which strangers may have too
        return visitor
    visitor = signed_in(app.url, role)
    visitor.ask("POST", "/token")
    visitor.ask("POST", "/screener/token")
    return visitor


def test_every_address_is_in_the_table() -> None:
    assert {row.path for row in TABLE} == set(HANDLERS)
    for path, handler in HANDLERS.items():
        told = {row.method for row in TABLE if row.path == path}
        assert told == ({"POST"} if issubclass(handler, TwimlHandler) else set(handler.methods)), path


def test_a_route_is_twilios_in_the_table_where_its_handler_checks_twilios_signature() -> None:
    for path, handler in HANDLERS.items():
        assert (ACCESS[path] is TWILIO) == issubclass(handler, TwimlHandler), path


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_each_role_as_the_table_says(app: App, role: str) -> None:
    visitor = visitor_as(app, role)
    told = {}
    for row in TABLE:
        status = ask(visitor, row.method, row.path).status
        if row.path == "/health" and status == 503:
            status = 200  # it is answered, after a while, with the problem that nobody plays Twilio for this app
        told[f"{row.method} {row.path}"] = status
        if role != "stranger" and "/sign" not in row.path:
            visitor.get("/")  # back to the visitor's own page, whose token counts
    assert told == {f"{row.method} {row.path}": getattr(row, role) for row in TABLE}


@pytest.mark.parametrize("role", ["screener", "dj", "admin"])
def test_after_signing_out_everybody_is_a_stranger_again(app: App, role: str) -> None:
    visitor = visitor_as(app, role)
    before = dict(visitor.cookies)
    assert visitor.fill_in("/sign-out").status == 303
    visitor.cookies = before  # a browser that does not forget
    for row in TABLE:
        status = ask(visitor, row.method, row.path).status
        if row.stranger == NOT_SIGNED_IN or row.path == "/queue-status":
            assert status == NOT_SIGNED_IN, row
        elif ACCESS[row.path] not in (OPEN, TWILIO):
            assert status == TO_SIGN_IN, row


@pytest.mark.parametrize("row", [row for row in TABLE if row.method == "POST"], ids=lambda row: row.path)
def test_no_change_is_taken_without_the_token_of_our_own_page(app: App, row: Row) -> None:
    if issubclass(HANDLERS[row.path], TwimlHandler | ButtonHandler) or row.path in (
        "/call/token",
        "/call/card",
        "/call/message",
        "/call/note",
        "/call/note-piece",
        "/call/place",
        "/call/hung-up",
    ):
        return  # Twilio's signature; a key, which no page sends; a listener's cookie, which names their own call alone
    visitor = visitor_as(app, "admin")
    other = visitor_as(app, "admin")
    for token in ("", "form.0000", other.token):
        visitor.token = token
        answer = ask(visitor, "POST", row.path)
        assert answer.status == REFUSED, (row.path, token)
        assert "reload" in answer.text
    visitor.token = ""
    assert visitor.get("/").status == 200, "and nobody was signed out"


def test_another_sites_form_does_not_count_as_a_press_nor_a_press_as_a_form(app: App) -> None:
    visitor = visitor_as(app, "dj")
    body = f"turn=1&on_air=&token={visitor.token}".encode()
    headers = {"Content-Type": FORM, TOKEN_HEADER: ""}
    assert visitor.ask("POST", "/desk/next", body, headers).status == REFUSED
    assert visitor.press("/sign-out", {"token": visitor.token}).status == REFUSED


# What each sees of the line


def test_strangers_get_two_numbers_and_are_never_held(app: App) -> None:
    sid = new_call_sid()
    app.signed("/twiml/enqueue", call_fields(sid))
    mark = app.status()["mark"]
    stranger = Visitor(app.url)
    for path in ("/queue-status", f"/queue-status?since={mark}", "/queue-status?since=x"):
        status = stranger.get(path).json()
        assert status.keys() == {"queue", "current_size", "average_wait_time"}
        assert status["current_size"] >= 1
    app.signed("/twiml/status", call_fields(sid, CallStatus="completed"))


@pytest.mark.parametrize(("role", "number"), [("screener", "•••321"), ("dj", "•••321"), ("admin", "+447700900321")])
def test_numbers_are_masked_for_all_but_admins(app: App, role: str, number: str) -> None:
    sid = new_call_sid()
    app.signed("/twiml/enqueue", call_fields(sid, From="+447700900321"))
    visitor = signed_in(app.url, role)
    mark = app.status()["mark"]
    answers: list[Callable[[], str]] = [
        lambda: visitor.get("/queue-status").text,
        lambda: visitor.get("/queue-status?since=0.ok").text,
        lambda: visitor.get("/").text.replace("\\u2022", "•"),
        lambda: visitor.get("/waits").text.replace("\\u2022", "•"),
        lambda: visitor.get("/screener").text.replace("\\u2022", "•"),
    ]
    for answer in answers:
        text = answer().replace("\\u2022", "•").replace("\\u002b", "+")
        assert number in text
        assert ("+447700900321" in text) == (role == "admin")
    app.signed("/twiml/status", call_fields(sid, CallStatus="completed"))
    assert visitor.get(f"/queue-status?since={mark}").status == 200


def test_a_held_question_of_a_session_that_ends_is_not_answered(app: App) -> None:
    from concurrent.futures import ThreadPoolExecutor

    visitor, other = signed_in(app.url, "screener"), signed_in(app.url, "screener")
    mark = visitor.get("/queue-status").json()["mark"]
    with ThreadPoolExecutor(1) as thread:
        held = thread.submit(visitor.get, f"/queue-status?since={mark}")
        assert other.fill_in("/account", do="end").status == 200
        sid = new_call_sid()
        app.signed("/twiml/enqueue", call_fields(sid))
        assert held.result(timeout=12).status == NOT_SIGNED_IN
    app.signed("/twiml/status", call_fields(sid, CallStatus="completed"))
