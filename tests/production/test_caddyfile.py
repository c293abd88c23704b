"""What the project's Caddyfile promises: static files without the app, whole requests, and true headers."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.calls import call_fields
from tests.support.deployed import own_folder
from tests.support.echo import Echo, running_echo
from tests.support.https import Https
from tests.support.processes import ROOT, free_port
from tests.support.production import Bed, start_caddy
from tests.support.web import ask
from util import asset

SECURITY = {
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


def test_with_what_a_station_must_set_it_is_valid_and_listens_for_everybody(bed: Bed, tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "STATION_HOST": "callin.station.example",
        "STATION_CODE": str(bed.app.code),
    }

    def caddy(*arguments: str) -> str:
        done = subprocess.run(
            ["caddy", *arguments, "deploy/Caddyfile"],
            check=True,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=30,
        )
        return done.stdout

    assert "Valid configuration" in caddy("validate", "--adapter", "caddyfile", "--config")
    assert caddy("fmt") == (ROOT / "deploy/Caddyfile").read_text()
    adapted = json.loads(caddy("adapt", "--config"))
    assert adapted["admin"] == {"disabled": True}
    assert [server["listen"] for server in adapted["apps"]["http"]["servers"].values()] == [[":443"]]


@pytest.mark.parametrize(
    ("path", "kind", "cached"),
    [
        ("/static/sound/music.wav", "audio/wav", "max-age=600"),
        ("/static/sound/sdk/incoming.wav", "audio/wav", "max-age=600"),
        ("/static/twiml/fallback.xml", "text/xml", "max-age=60"),
        ("/static/shared/sdk.js", "text/javascript", "max-age=600"),
        (asset("desk.js"), "text/javascript", "max-age=31536000, immutable"),
        ("/static/shared/base.css", "text/css", "max-age=600"),
        ("/static/shared/icon.svg", "image/svg+xml", "max-age=600"),
    ],
)
def test_static_files_have_the_right_types_and_headers(bed: Bed, path: str, kind: str, cached: str) -> None:
    answer = bed.https.ask(bed.app.url + path)
    assert answer.status == 200
    assert answer.headers.get_content_type() == kind
    assert answer.headers["Cache-Control"] == cached
    assert {name: answer.headers[name] for name in SECURITY} == SECURITY
    assert answer.headers["Server"] is None
    assert bed.https.ask(bed.app.url + path, "POST", b"").status == 405


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/sound/make_sounds.py",
        "/static/rehearsal/signalling-shim.js",
        "/static/built/.hidden",
        "/static/../main.py",
        "/static/%2e%2e/main.py",
    ],
)
def test_nothing_else_of_the_folder_is_served(bed: Bed, path: str) -> None:
    answer = bed.https.ask(bed.app.url + path)
    assert answer.status == 404
    assert b"import" not in answer.body


def test_each_answer_of_the_app_has_each_header_once_and_the_servers_name_nowhere(bed: Bed) -> None:
    headers = bed.https.ask(bed.app.url + "/sign-in").headers
    for name in SECURITY:
        assert len(headers.get_all(name) or []) == 1, name
    assert headers["Server"] is None


def test_a_signature_holds_for_an_address_with_signs_that_proxies_like_to_change(bed: Bed) -> None:
    sid = call_fields()["CallSid"]
    for query in ("n=1&x=a%2Fb", "n=1&x=%7E~&y=", "n=1&x=%C3%BC+%20"):
        answer = bed.app.signed(f"/twiml/status?{query}", call_fields(sid, CallStatus="completed", To="+442079460100"))
        assert answer.status == 200, query
    forged = bed.app.signed("/twiml/status", call_fields(sid), signed="bm8gc2lnbmF0dXJl")
    assert forged.status == 403


def test_plain_http_is_sent_to_https(bed: Bed) -> None:
    answer = ask(f"http://127.0.0.1:{bed.http_port}/call?x=1", headers={"Host": bed.https.certificate.host})
    assert answer.status == 308
    assert answer.headers["Location"] == bed.app.url + "/call?x=1"


def test_a_large_body_is_refused_before_the_app_and_a_smaller_one_by_it(bed: Bed) -> None:
    assert bed.https.ask(bed.app.url + "/sign-in", "POST", b"x" * 150_000).json() == {
        "error": "The request is too large."
    }
    large = bed.https.ask(bed.app.url + "/sign-in", "POST", b"x" * 1_500_000)
    assert large.status == 413
    assert "call-in desk" in large.text


@pytest.fixture(scope="module")
def echo() -> Iterator[Echo]:
    with running_echo() as echo:
        yield echo


@pytest.fixture(scope="module")
def https(shared_bed: Bed, echo: Echo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Https]:
    """Another Caddy with the same file, before that server."""
    https = Https(shared_bed.https.certificate, free_port())
    folder = own_folder(tmp_path_factory.mktemp("echo") / "caddy")
    caddy = start_caddy(https, free_port(), shared_bed.app.code, str(echo.port), folder)
    yield https
    caddy.end()


def test_what_a_client_says_of_itself_does_not_reach_the_app_and_what_twilio_says_does(https: Https) -> None:
    lies = {
        "X-Forwarded-For": "192.0.2.1",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Port": "80",
        "X-Real-IP": "192.0.2.1",
        "Forwarded": "for=192.0.2.1",
        "X-Appengine-User-IP": "192.0.2.1",
        "X_Forwarded_For": "192.0.2.1",
        "X_Appengine_User_IP": "192.0.2.1",
        "Proxy": "http://evil.example",
    }
    twilios = {"X-Twilio-Signature": "c2lnbmVk", "I-Twilio-Idempotency-Token": "1234", "X-Form-Token": "form.abc"}
    told = https.ask(https.url + "/twiml/wait?a=%2F", "POST", b"a=%2F&b=+", lies | twilios).json()
    assert told["body"] == "a=%2F&b=+"
    headers = told["headers"]
    assert {name: headers[name] for name in twilios} == twilios
    assert headers["Host"] == https.certificate.host
    sent = {name: headers.get(name) for name in lies}
    true = {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": https.certificate.host, "X-Forwarded-Proto": "https"}
    assert sent == dict.fromkeys(lies) | true


def test_a_body_that_is_not_whole_does_not_reach_the_app(https: Https, echo: Echo) -> None:
    half = b"x" * 40_000  # longer than Caddy waits before it sends a request on, without the buffer that the file sets
    fields = (f"Host: {https.certificate.host}", f"Content-Length: {2 * len(half)}", "Connection: close")
    head = "\r\n".join(("POST /half HTTP/1.1", *fields, "", "")).encode()
    context = ssl.create_default_context(cafile=https.certificate.authority)
    with (
        socket.create_connection(("127.0.0.1", https.port), 10) as plain,
        context.wrap_socket(plain, server_hostname=https.certificate.host) as secure,
    ):
        secure.sendall(head + half)
        for number in range(5):
            assert https.ask(f"{https.url}/whole-{number}", "POST", b"a=1").status == 200
        assert "/whole-4" in echo.asked
        assert "/half" not in echo.asked
        secure.sendall(half)
        assert secure.recv(100).startswith(b"HTTP/1.1 200")
    assert "/half" in echo.asked
