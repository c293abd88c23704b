"""Logs: each line is one JSON object with time, severity and the call, and without secrets or whole numbers."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from callin.logs import MOST_CHARACTERS, JsonFormatter, TextFormatter, call_sid
from tests.support.calls import call_fields, new_call_sid
from tests.support.processes import Program, free_port, wait_until
from tests.support.station import App, new_environment, running_app
from tests.support.visitors import signed_in
from tests.support.web import ask
from tests.test_health import without_tables

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
SEVERITIES = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}


def record(
    message: str, *values: object, level: int = logging.WARNING, exc_info: Any = None, extra: Any = None
) -> logging.LogRecord:
    logger = logging.getLogger("callin.test")
    return logger.makeRecord(logger.name, level, "x.py", 1, message, values, exc_info, extra=extra)


def line(made: logging.LogRecord, *secrets: str) -> dict[str, Any]:
    text = JsonFormatter(secrets).format(made)
    assert "\n" not in text
    found: dict[str, Any] = json.loads(text)
    return found


def failure(message: str) -> Any:
    try:
        raise ValueError(message)
    except ValueError:
        return sys.exc_info()


def test_a_line_has_time_severity_message_and_the_call() -> None:
    found = line(record("The %s\nstopped", "sweep", extra={"call_sid": "CA1"}))
    assert RFC_3339.fullmatch(found.pop("time"))
    assert found == {
        "severity": "WARNING",
        "message": "The sweep\nstopped",
        "logger": "callin.test",
        "call_sid": "CA1",
    }


def test_a_line_names_the_call_that_its_thread_answers_for() -> None:
    token = call_sid.set("CA2")
    try:
        assert line(record("No."))["call_sid"] == "CA2"
    finally:
        call_sid.reset(token)
    assert "call_sid" not in line(record("No."))


def test_an_exception_is_in_a_field_of_the_same_line_and_a_huge_one_is_cut() -> None:
    found = line(record("It failed.", level=logging.ERROR, exc_info=failure("why")))
    assert found["severity"] == "ERROR"
    assert found["stack_trace"].startswith("Traceback")
    assert found["stack_trace"].endswith("ValueError: why")
    huge = line(record("It failed.", exc_info=failure("x" * 3 * MOST_CHARACTERS)))["stack_trace"]
    assert len(huge) < MOST_CHARACTERS + 10


@pytest.mark.parametrize("formatter", [JsonFormatter, TextFormatter])
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("from +447700900123 to +15005550006", "from +•••123 to +•••006"),
        ("?From=%2B447700900123&x", "?From=%2B•••123&x"),
        ("GET /invitation?aB3-_x99 failed", "GET /invitation?[secret] failed"),
        ("Basic top-secret-token!", "Basic [secret]!"),
        ("CA" + "0" * 32 + " at 1764354199", "CA" + "0" * 32 + " at 1764354199"),
    ],
)
def test_no_line_holds_a_secret_a_whole_number_or_an_invitation(
    formatter: type[JsonFormatter | TextFormatter], text: str, shown: str
) -> None:
    made = formatter(["top-secret-token", "", "short"])
    for one in (record("%s", text), record("It failed.", exc_info=failure(text))):
        written = made.format(one)
        assert shown in written
        assert text == shown or text not in written


def lines_of(app: App) -> list[dict[str, Any]]:
    assert app.program is not None
    return [json.loads(one) for one in app.program.output.splitlines()]


@pytest.fixture
def own_app(tmp_path: Path) -> Iterator[App]:
    with running_app(tmp_path) as app:
        yield app


def test_everything_that_the_app_says_is_json_and_names_the_call(own_app: App) -> None:
    app, sid, refused = own_app, new_call_sid(), new_call_sid()
    app.signed("/twiml/enqueue", call_fields(refused), signed="x")
    invitation = "AbCdEfGhIjKlMnOpQrStUvWx"
    with without_tables(app.environment["STORE"]):
        assert app.signed("/twiml/enqueue", call_fields(sid)).xml().find("Enqueue") is not None
        assert ask(f"{app.url}/invitation?{invitation}").status == 503
    found = wait_until(lambda: [one for one in lines_of(app) if one.get("call_sid") == sid], why="nothing of the call")
    assert found[0]["message"] == "No document for /twiml/enqueue"
    assert (found[0]["severity"], "StoreError" in found[0]["stack_trace"]) == ("ERROR", True)
    assert [one["severity"] for one in lines_of(app) if one.get("call_sid") == refused] == ["WARNING"]
    for one in lines_of(app):
        assert RFC_3339.fullmatch(one["time"])
        assert one["severity"] in SEVERITIES
        assert one["message"]
    assert app.program is not None
    for name in ("TWILIO_AUTH_TOKEN", "TWILIO_API_KEY_SECRET", "SESSION_KEY"):
        assert app.environment[name] not in app.program.output
    assert "900001" not in app.program.output
    assert invitation not in app.program.output


def test_a_start_that_fails_is_one_line(tmp_path: Path) -> None:
    environment = new_environment(tmp_path, free_port(), free_port()) | {"DESK_SOUND": "loud"}
    program = Program("app", App(environment).command, environment)
    try:
        program.wait()
        first = json.loads(program.output.splitlines()[0])
    finally:
        program.end()
    assert first["severity"] == "CRITICAL"
    assert "DESK_SOUND must be headset or studio" in first["message"]


def test_a_person_at_a_terminal_reads_text(tmp_path: Path) -> None:
    with running_app(tmp_path, LOG_FORMAT="text") as app:
        app.signed("/twiml/enqueue", call_fields(), signed="x")
        program = app.program
        assert program is not None
        wait_until(lambda: "WARNING: Refused 1 request without Twilio's signature" in program.output)
        assert "{" not in program.output
        assert signed_in(app.url, "dj")
