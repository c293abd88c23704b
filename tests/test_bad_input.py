"""Malformed requests: they get a 4xx, but a request that Twilio really signed gets TwiML, never silence."""

from __future__ import annotations

import http.client
import random
import socket
from collections.abc import Iterable
from urllib.parse import urlencode, urlsplit

import pytest

import main
from callin.web.webhook import TwimlHandler
from tests.support.calls import call_fields
from tests.support.station import App
from tests.support.web import FORM, ask, signature

PATHS = [route.template for route in main.ROUTES]
TWIML_PATHS = [route.template for route in main.ROUTES if issubclass(route.load(), TwimlHandler)]
RUBBISH = random.Random(1206).randbytes(100_000)


def signed_body(app: App, path: str, body: bytes, fields: list[tuple[str, str]], content_type: str = FORM) -> int:
    given = signature(app.environment["TWILIO_AUTH_TOKEN"], app.url + path, fields)
    return ask(app.url + path, "POST", body, {"Content-Type": content_type, "X-Twilio-Signature": given}).status


def send_raw(app: App, request: bytes) -> bytes:
    """Sends bytes that no HTTP library would send. Returns the first line of the answer."""
    where = urlsplit(app.url)
    with socket.create_connection((where.hostname, where.port), timeout=10) as connection:
        connection.sendall(request)
        return connection.recv(4096).split(b"\r\n")[0]


def not_among(allowed: set[int], answers: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The paths whose answers have another status."""
    return {path: status for path, status in answers if status not in allowed}


@pytest.mark.parametrize("query", ["%ff", "a=%ff", "%C3%28=1", "a=%ED%A0%80"])
def test_a_query_that_is_not_utf8_is_a_bad_request(app: App, query: str) -> None:
    assert not_among({400}, ((path, app.get(f"{path}?{query}").status) for path in PATHS)) == {}


@pytest.mark.parametrize("path", ["/%ff", "/twiml/%ff", "/twiml/enqueue%ff", "/%ED%A0%80"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_path_that_is_not_utf8_is_a_bad_request(app: App, path: str, method: str) -> None:
    assert ask(app.url + path, method).status == 400


@pytest.mark.parametrize(
    "body", [b"CallSid=CA1&From=%ff", b"CallSid=\xff\xfe", b"\x00\x01", b"%", b"&&&", b"===", b"a" * 9]
)
def test_a_malformed_form_is_refused_even_if_it_is_signed(app: App, body: bytes) -> None:
    assert not_among({400, 403}, ((path, signed_body(app, path, body, [])) for path in TWIML_PATHS)) == {}


@pytest.mark.parametrize("content_type", [FORM, "application/json", "text/plain", "", "x", "a/b; charset=nonsense"])
def test_a_hundred_kilobytes_of_rubbish_are_refused(app: App, content_type: str) -> None:
    def sent(path: str) -> tuple[str, int]:
        return path, ask(app.url + path, "POST", RUBBISH, {"Content-Type": content_type}).status

    allowed = {303, 400, 401, 403, 405, 413, 415}
    tokens = {"/token", "/screener/token", "/call/token"}  # nothing is read from the body there
    assert not_among(allowed, map(sent, (path for path in PATHS if path not in tokens))) == {}
    assert not_among(allowed | {200}, map(sent, tokens)) == {}


@pytest.mark.parametrize("body", [RUBBISH + b"x", RUBBISH * 10], ids=["a little", "ten times"])
def test_more_than_a_hundred_kilobytes_are_too_much(app: App, body: bytes) -> None:
    answers = ((path, ask(app.url + path, "POST", body, {"Content-Type": FORM}).status) for path in PATHS)
    assert not_among({413}, answers) == {}


@pytest.mark.parametrize("size", [10, 200_000, 900_000])
def test_a_body_in_chunks_is_measured_too(app: App, size: int) -> None:
    where = urlsplit(app.url)
    connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=10)
    chunks = (b"x" * 1000 for _ in range(size // 1000 + 1))
    try:
        connection.request("POST", "/twiml/enqueue", body=chunks, headers={"Content-Type": FORM}, encode_chunked=True)
        assert connection.getresponse().status == (403 if size < 1000 else 413)
    finally:
        connection.close()


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", "multipart/form-data; boundary=x", "Multipart/Form-Data; boundary=", "multipart/"],
)
def test_broken_multipart_is_a_bad_request(app: App, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    answers = ((path, ask(app.url + path, "POST", b"--x\r\nContent-Disp", headers).status) for path in PATHS)
    assert not_among({400}, answers) == {}


@pytest.mark.parametrize("name", ["CallSid", "From", "To"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_signed_request_that_names_its_call_twice_is_refused(app: App, name: str, method: str) -> None:
    fields = [*call_fields().items(), (name, "client:dj_somebody")]
    assert not_among({400}, ((path, app.signed(path, fields, method).status) for path in TWIML_PATHS)) == {}


def test_a_name_in_both_query_and_form_is_refused_too(app: App) -> None:
    query = "?From=client%3Adj_somebody"
    assert not_among({400}, ((path, app.signed(path + query, call_fields()).status) for path in TWIML_PATHS)) == {}


@pytest.mark.parametrize("call_sid", ["", " ", "../..", "CA\u00e9", "CA1\x00", "x" * 65])
def test_a_request_about_no_call_is_refused(app: App, call_sid: str) -> None:
    fields = call_fields() | {"CallSid": call_sid}
    assert not_among({400}, ((path, app.signed(path, fields).status) for path in TWIML_PATHS)) == {}


@pytest.mark.parametrize("path", TWIML_PATHS)
def test_unknown_parameters_and_strange_values_still_get_twiml(app: App, path: str) -> None:
    strange = {
        "From": "a<b>&\u0007\u202e\U0001f4fb" + "x" * 2000,
        "To": "",
        "CallStatus": "never-heard-of",
        "QueueResult": "<&>\x00",
        "QueueTime": "-1",
        "QueuePosition": "9" * 40,
        "AvgQueueTime": "NaN",
        "CurrentQueueSize": "\u0663",
        "DequeingCallSid": "'; DROP TABLE call; --",
        "Something-New": "\u00fc",
        "n": "1e9",
        "turn": "-7",
        "asked": "x",
    }
    app.signed(path, call_fields() | strange).xml()


@pytest.mark.parametrize("path", TWIML_PATHS)
def test_a_request_with_only_a_call_sid_still_gets_twiml(app: App, path: str) -> None:
    app.signed(path, {"CallSid": call_fields()["CallSid"]}).xml()


@pytest.mark.parametrize(
    "query", ["n=", "n=1&n=2", "n=-1", "n=%20", "turn=99999999999999999999", "x=~%7E%2F+%2B", "a;b"]
)
def test_any_query_is_covered_by_the_signature_as_it_was_sent(app: App, query: str) -> None:
    answers = {path: app.signed(f"{path}?{query}", call_fields()) for path in TWIML_PATHS}
    assert not_among({200}, ((path, answer.status) for path, answer in answers.items())) == {}
    assert {path for path, answer in answers.items() if answer.xml().tag != "Response"} == set()


def test_values_that_are_awkward_to_sign_are_understood(app: App) -> None:
    fields = call_fields(FromCity="S\u00e3o Paulo + ~ / %2F", CallerName="", Emoji="\U0001f4fb", From="+266696687")
    app.signed("/twiml/enqueue", fields).xml()
    app.signed("/twiml/enqueue", fields, "GET").xml()


def test_repeated_parameters_other_than_the_call_are_as_twilio_signs_them(app: App) -> None:
    app.signed("/twiml/enqueue", [*call_fields().items(), ("Tag", "b"), ("Tag", "a"), ("Tag", "b")]).xml()


def test_thousands_of_parameters_are_refused(app: App) -> None:
    fields = [(f"p{number}", "") for number in range(5000)]
    assert signed_body(app, "/twiml/enqueue", urlencode(fields).encode(), fields) == 400


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /\xff?a=\xff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"POST /twiml/enqueue HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
        b"POST /token HTTP/1.1\r\nHost: \xff\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        b"POST /token HTTP/1.1\r\nHost: x\r\nCookie: dj_identity=\xff; =; ;;=\x80\r\nContent-Length: 0\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ],
)
def test_bytes_that_are_hardly_http_do_no_harm(app: App, request_: bytes) -> None:
    assert b" 5" not in send_raw(app, request_)[8:12]
    assert app.get("/queue-status").status == 200
