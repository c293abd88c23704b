"""`python -m rehearsal`: it says when it is ready, and in sentences why it is not."""

from __future__ import annotations

import os
import re
import signal
import socket
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.processes import Program, free_port, wait_until
from tests.support.station import new_environment
from tests.support.web import ask


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return new_environment(tmp_path, free_port(), free_port())


@contextmanager
def started(environment: dict[str, str], *arguments: str) -> Iterator[Program]:
    program = Program("rehearsal", [sys.executable, "-m", "rehearsal", *arguments], environment)
    try:
        yield program
    finally:
        program.end()


def test_it_says_when_it_is_ready_and_ends_cleanly_even_while_somebody_watches(environment: dict[str, str]) -> None:
    port = environment["REHEARSAL_PORT"]
    with started(environment) as program:
        program.wait_until_ready(lambda: "\n" in program.output)
        assert program.output == f"rehearsal: ready on http://127.0.0.1:{port}\n"
        with socket.create_connection(("127.0.0.1", int(port))) as watcher:
            watcher.sendall(b"GET /page/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert b"200 OK" in watcher.recv(100)
            os.kill(program.pid, signal.SIGINT)
            assert program.wait(5) == 0
        assert "Traceback" not in program.output


def test_every_problem_with_the_settings_is_told_at_once_and_no_secret(environment: dict[str, str]) -> None:
    environment |= {"TWILIO_ACCOUNT_SID": "AC123", "TWILIO_AUTH_TOKEN": "short", "TWILIO_LISTENER_NUMBER": "020 7946"}
    with started(environment) as program:
        assert program.wait(10) == 2
        for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_LISTENER_NUMBER"):
            assert f"rehearsal: {name} must be" in program.output
        assert len(program.output.splitlines()) == 3
        assert "'short'" not in program.output


@pytest.mark.parametrize(
    ("changes", "arguments", "says"),
    [
        ({"REHEARSAL_PORT": "many"}, (), "REHEARSAL_PORT must be a port number"),
        ({"REHEARSAL_PORT": "70000"}, (), "REHEARSAL_PORT must be a port number"),
        ({}, ("--static", "no/such/folder", "http://127.0.0.1:1"), "there is no folder no/such/folder"),
        ({}, ("--static", "static", "127.0.0.1:1"), "127.0.0.1:1 is not an http address"),
        ({"TWILIO_DJ_NUMBER": "+442079460100"}, (), "must differ"),
        ({}, ("--ca", "README.md"), "--ca: README.md holds no certificates"),
        ({}, ("--ca", "no/such/file"), "--ca: no/such/file holds no certificates"),
        ({}, ("--connect-to", "station.example=192.0.2.1:443"), "--connect-to must be NAME=127.0.0.1:PORT"),
        ({}, ("--connect-to", "station.example=127.0.0.1:99999"), "--connect-to must be NAME=127.0.0.1:PORT"),
    ],
)
def test_other_problems_are_told_too(
    environment: dict[str, str], changes: dict[str, str], arguments: tuple[str, ...], says: str
) -> None:
    with started(environment | changes, *arguments) as program:
        assert program.wait(10) == 2
        assert says in program.output
        assert "Traceback" not in program.output


def test_a_busy_port_is_told_and_not_shared(environment: dict[str, str]) -> None:
    with started(environment) as first:
        first.wait_until_ready(lambda: "ready" in first.output)
        with started(environment) as second:
            assert second.wait(10) == 1
            assert "cannot listen" in second.output
            assert "Traceback" not in second.output
        assert ask(environment["TWILIO_API_URL"] + "/rehearsal/requests").status == 200


def test_a_tls_port_serves_the_same_and_tells_the_hash_of_its_key(environment: dict[str, str]) -> None:
    tls_port = free_port()
    with started(environment | {"REHEARSAL_TLS_PORT": str(tls_port)}) as program:
        program.wait_until_ready(lambda: "ready" in program.output)
        found = re.search(rf"TLS on https://127\.0\.0\.1:{tls_port} spki ([A-Za-z0-9+/]{{43}}=)\n", program.output)
        assert found, program.output
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with (
            socket.create_connection(("127.0.0.1", tls_port)) as plain,
            context.wrap_socket(plain, server_hostname="voice-js.roaming.twilio.com") as secure,
        ):
            secure.sendall(b"GET /rehearsal/requests HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            answer = wait_until(lambda: secure.recv(2000))
        assert answer.startswith(b"HTTP/1.1 200 OK")
