"""Starting the real server: unusable settings end it with every reason, and a secret is in none of them."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

from tests.support.processes import Program, free_port
from tests.support.station import App, new_environment


def output_of_a_failed_start(environment: dict[str, str]) -> str:
    program = Program("app", App(environment).command, environment)
    try:
        assert program.wait() != 0
        return program.output
    finally:
        program.end()


def test_a_station_with_unusable_settings_is_told_why_the_app_does_not_start(tmp_path: Path) -> None:
    environment = new_environment(tmp_path, free_port(), free_port())
    environment |= {"PUBLIC_URL": "https://station.example.org", "TWILIO_API_URL": "", "DESK_SOUND": "loud"}
    output = output_of_a_failed_start(environment)
    assert "The app does not start" in output
    assert "DESK_SOUND must be" in output
    assert "Traceback" not in output
    for name in ("TWILIO_AUTH_TOKEN", "TWILIO_API_KEY_SECRET", "SESSION_KEY"):
        assert environment[name] not in output


def test_a_store_that_cannot_be_opened_is_told_in_a_sentence(tmp_path: Path) -> None:
    environment = new_environment(tmp_path, free_port(), free_port())
    file = tmp_path / "no-database"
    file.write_text("this is a letter and no database, and long enough to show it" * 20)
    file.chmod(stat.S_IRUSR)
    output = output_of_a_failed_start(environment | {"STORE": f"sqlite:///{file}"})
    assert "The app does not start" in output
    assert "Traceback" not in output


def test_an_http2_connection_is_refused(app: App) -> None:
    """Each HTTP/2 stream that a client leaves unfinished would keep a thread of the server for good."""
    with socket.create_connection(("127.0.0.1", int(app.environment["PORT"])), timeout=10) as connection:
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04" + bytes(5))
        answer = connection.recv(1000)
    assert answer[:5] in (b"", b"HTTP/"), "the server does not speak HTTP/2"
