"""Every route of the app, from its own table: none forgets the signature, and none fails on a plain request."""

from __future__ import annotations

import pytest

import main
from callin.web.base import JsonHandler
from callin.web.pages import PageHandler
from callin.web.webhook import TwimlHandler
from tests.support.calls import call_fields, listener
from tests.support.station import App
from tests.support.web import Answer, ask, signature

PATHS = [route.template for route in main.ROUTES]
TWIML_PATHS = [route.template for route in main.ROUTES if issubclass(route.load(), TwimlHandler)]
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW")


def is_told_of_trouble(path: str, answer: Answer) -> bool:
    """Whether this is /health, which must say that Twilio cannot be read, because nobody plays Twilio for this app."""
    return path == "/health" and answer.status == 503 and (not answer.body or not answer.json()["ok"])


def test_the_table_has_the_tutorials_addresses() -> None:
    assert set(PATHS) >= {"/", "/queue-status", "/twiml/enqueue", "/twiml/wait", "/twiml/dequeue", "/dequeue-logic"}


def test_every_address_for_twilio_checks_the_signature_in_its_base_class() -> None:
    for route in main.ROUTES:
        for_twilio = route.template.startswith("/twiml/") or route.template == "/dequeue-logic"
        assert issubclass(route.load(), TwimlHandler) is for_twilio
        assert for_twilio or issubclass(route.load(), JsonHandler | PageHandler)
        assert "dispatch" not in vars(route.load()), "dispatch is where the check is: no handler replaces it"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("signed", ["", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "=" * 5000, "sch\u00f6n", '"', "%00"])
def test_without_the_right_signature_nothing_is_answered(app: App, method: str, signed: str) -> None:
    statuses = {path: app.signed(path, call_fields(), method, signed).status for path in TWIML_PATHS}
    assert {path: status for path, status in statuses.items() if status != 403} == {}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_request_without_any_signature_is_refused(app: App, method: str) -> None:
    statuses = {path: ask(app.url + path, method).status for path in TWIML_PATHS}
    assert {path: status for path, status in statuses.items() if status != 403} == {}


@pytest.mark.parametrize("path", TWIML_PATHS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_get_and_post_are_answered_alike_with_twiml(app: App, path: str, method: str) -> None:
    app.signed(path, call_fields(From=listener()), method).xml()


@pytest.mark.parametrize("path", TWIML_PATHS)
def test_what_is_signed_for_one_address_does_not_open_another(app: App, path: str) -> None:
    fields = call_fields()
    for_another = signature(app.environment["TWILIO_AUTH_TOKEN"], app.url + path + "x", fields.items())
    assert app.signed(path, fields, signed=for_another).status == 403


@pytest.mark.parametrize("path", PATHS)
def test_no_method_is_a_server_error(app: App, path: str) -> None:
    for method in METHODS:
        answer = ask(app.url + path, method)
        assert answer.status < 500 or is_told_of_trouble(path, answer), method
        if method not in ("GET", "HEAD", "POST"):
            assert answer.status == 405, method
            assert "Allow" in answer.headers, method


@pytest.mark.parametrize(
    "path", ["/", "/screener", "/waits", "/call", "/queue-status", "/day", "/_ah/warmup", "/health"]
)
def test_head_is_answered_like_get_without_a_body(app: App, path: str) -> None:
    head, get = (app.visitor().ask(method, path) for method in ("HEAD", "GET"))
    assert head.status == get.status
    assert get.status == 200 or is_told_of_trouble(path, get)
    assert head.body == b""
    assert head.headers["Content-Type"] == get.headers["Content-Type"]


@pytest.mark.parametrize(
    "path", ["/nothing", "/twiml", "/twiml/enqueue/", "/static/../main.py", "//", "/%00", "/%2e%2e/"]
)
def test_an_address_that_is_not_in_the_table_is_not_found(app: App, path: str) -> None:
    assert app.get(path).status == 404


MAY_BE_KEPT = ("/widget.js", "/widget.json")


@pytest.mark.parametrize("path", [*PATHS, "/nothing"])
def test_every_answer_tells_browsers_to_be_careful(app: App, path: str) -> None:
    headers = app.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "no-" in headers["Cache-Control"] or path in MAY_BE_KEPT
