"""`station.env`: one private file with a station's settings, which the environment overrides."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from callin import config
from callin.config import ConfigError, file
from callin.config.secret_manager import SecretManager
from tests.support.processes import ROOT, free_port
from tests.support.station import App, new_environment

KEY = "0123456789abcdef" * 4


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "station.env"


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def loaded(path: Path, **environment: str) -> tuple[dict[str, str], list[str]]:
    problems: list[str] = []
    return config.load(problems, {"CALLIN_SETTINGS": str(path), **environment}), problems


def test_lines_comments_and_quotes(path: Path) -> None:
    text = """
# A station.
STATION_NAME='Rock \\'n\\' Roll # 1'  # as callers hear it
PUBLIC_URL=https://callin.example.org  # no slash
export DJ_PIN="0123"
DJ_PHONES=
"""
    values, problems = loaded(write(path, text))
    assert problems == []
    assert values["STATION_NAME"] == "Rock 'n' Roll # 1"
    assert values["PUBLIC_URL"] == "https://callin.example.org"
    assert values["DJ_PIN"] == "0123"
    assert values["DJ_PHONES"] == ""


def test_the_environment_wins_also_with_an_empty_value(path: Path) -> None:
    write(path, "DJ_PIN=0123\nSTATION_NAME=File\nDJ_PHONES=+447700900999\n")
    values, _ = loaded(path, STATION_NAME="Environment", DJ_PHONES="")
    assert (values["DJ_PIN"], values["STATION_NAME"], values["DJ_PHONES"]) == ("0123", "Environment", "")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused_with_the_command_that_helps(path: Path, mode: int) -> None:
    _, problems = loaded(write(path, "PORT=8080\n", mode))
    assert problems == [f"Other users can read the settings file (its mode is {mode:o}). Run: chmod 600 {path}"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("PORT 8080\n", "Line 1 of {} is not of the form NAME=value"),
        ("\nSESSION_KEY\n", "Line 2 of {} is not of the form NAME=value"),
        ("DJ_PIN='12\n", "Line 1 of {} is not of the form NAME=value"),
        ("PORT=1\nPORT=2\n", "Line 2 of {} sets PORT a second time."),
        (
            "TWILIO_ACOUNT_SID=AC1\n",
            "Line 1 of {} sets TWILIO_ACOUNT_SID, which is not a setting. Write TWILIO_ACCOUNT",
        ),
    ],
)
def test_a_wrong_line_is_named_by_its_number(path: Path, text: str, told: str) -> None:
    [problem] = loaded(write(path, text))[1]
    assert problem.startswith(told.format(path))


def test_a_broken_line_is_not_shown_because_it_may_hold_a_secret(path: Path) -> None:
    _, problems = loaded(write(path, "SESSION_KEY: s3cret\n"))
    assert "s3cret" not in "\n".join(problems)


def test_a_file_that_is_named_must_be_there_and_the_usual_one_need_not(path: Path) -> None:
    [problem] = loaded(path)[1]
    assert (
        problem == f"The settings file {path} cannot be read: No such file or directory. Run this as the file's owner."
    )
    assert config.path({}) == ROOT / "station.env"
    assert config.path({"CALLIN_SETTINGS": ""}) is None


def test_a_file_in_another_encoding_is_refused(path: Path) -> None:
    path.write_bytes("STATION_NAME=Café".encode("latin-1"))
    path.chmod(0o600)
    assert loaded(path)[1] == [f"The settings file {path} is not text in UTF-8. Save it as UTF-8."]


def test_written_values_are_read_again_and_other_lines_stay(path: Path) -> None:
    write(path, "# The station.\nPORT=8080 # behind Caddy\nSTATION_NAME=Old\nDJ_PIN=1234\n")
    odd = "A \"quoted\" 'name' \\ with # and $HOME"
    file.write(path, {"STATION_NAME": odd, "SESSION_KEY": KEY, "DJ_PIN": ""})
    values, problems = loaded(path)
    assert problems == []
    assert (values["STATION_NAME"], values["SESSION_KEY"]) == (odd, KEY)
    assert "DJ_PIN" not in values
    assert path.read_text().splitlines()[:2] == ["# The station.", "PORT=8080 # behind Caddy"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["station.env"]


def test_a_new_file_is_private(path: Path) -> None:
    file.write(path, {"PORT": "8080"})
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_app_and_the_admins_command_start_from_the_file_alone(tmp_path: Path, path: Path) -> None:
    environment = new_environment(tmp_path, free_port(), free_port())
    outside = {name: environment.pop(name) for name in ("PATH", "HOME", "LANG", "PORT")}
    del environment["CALLIN_SETTINGS"]
    file.write(path, environment)
    outside["CALLIN_SETTINGS"] = str(path)
    app = App(outside)
    try:
        app.start()
        assert app.status()["calls"] == []
    finally:
        app.end()
    command = [sys.executable, "-m", "callin.admin"]
    done = subprocess.run(command, check=True, env=outside, cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.stdout.startswith(environment["PUBLIC_URL"] + "/invitation#")


SECRETS = {"callin-token": "0123456789abcdef0123456789abcdef", "binary": ""}


class Vault(BaseHTTPRequestHandler):
    """Plays Secret Manager."""

    def do_GET(self) -> None:
        name = self.path.removeprefix("/v1/projects/station/secrets/").removesuffix("/versions/latest:access")
        status, data = 200, base64.b64encode(SECRETS.get(name, "").encode()).decode()
        if name == "binary":
            data = base64.b64encode(b"\xff\xfe").decode()
        elif name == "denied":
            status = 403
        elif name == "slow-down":
            status = 429
        elif name not in SECRETS:
            status = 404
        body = json.dumps({"payload": {"data": data}} if status == 200 else {"error": {"code": status}}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as inherited
        """Say nothing."""


@pytest.fixture(scope="module")
def manager() -> Iterator[SecretManager]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Vault)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    with requests.Session() as session:
        session.trust_env = False
        yield SecretManager(session, "station", f"http://127.0.0.1:{server.server_address[1]}/v1")
    server.shutdown()
    thread.join(5)
    server.server_close()


def test_a_value_may_be_in_secret_manager(manager: SecretManager) -> None:
    problems: list[str] = []
    assert manager.resolve({"TWILIO_AUTH_TOKEN": "secret:callin-token"}, problems) == {
        "TWILIO_AUTH_TOKEN": SECRETS["callin-token"]
    }
    assert problems == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("missing", "the project station has no such secret, or no version of it. Make it."),
        ("denied", "refused it (HTTP 403). Give the app's service account the role Secret Manager Secret Accessor"),
        ("slow-down", "Secret Manager answered HTTP 429. Try again in a minute."),
        ("binary", "it is not text. Store the value again."),
        ("a/b", "a secret's name has letters, digits, - and _ only. Correct the name."),
        ("", "a secret's name has letters, digits, - and _ only."),
    ],
)
def test_a_secret_that_cannot_be_had_is_told_with_the_cure(manager: SecretManager, name: str, told: str) -> None:
    problems: list[str] = []
    assert manager.resolve({"SESSION_KEY": f"secret:{name}"}, problems) == {}
    assert problems[0].startswith(f"SESSION_KEY is the secret {name!r}, and ")
    assert told in problems[0]


def test_the_start_says_that_secret_manager_does_not_answer() -> None:
    problems: list[str] = []
    with requests.Session() as session:
        session.trust_env = False
        SecretManager(session, "station", f"http://127.0.0.1:{free_port()}").resolve({"DJ_PIN": "secret:pin"}, problems)
    assert "Secret Manager did not answer (ConnectionError)." in problems[0]


def test_a_machine_without_a_google_account_says_so_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Google's library looks for an account in the environment, in the home directory and at the metadata server."""
    for name, value in {
        "HOME": str(tmp_path),
        "CLOUDSDK_CONFIG": str(tmp_path),
        "NO_GCE_CHECK": "true",
        "CALLIN_SETTINGS": "",
        "GOOGLE_APPLICATION_CREDENTIALS": "",
        **new_environment(tmp_path, 8080, 9100),
        "TWILIO_AUTH_TOKEN": "secret:token",
        "SESSION_KEY": "secret:key",
    }.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        config.read()
    [problem] = caught.value.problems
    assert problem.startswith("SESSION_KEY, TWILIO_AUTH_TOKEN: the value is in Secret Manager, but this machine has no")
