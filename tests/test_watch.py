"""The watch reports a problem once and its end once, by mail, webhook and text, whatever fails meanwhile."""

from __future__ import annotations

import http.server
import json
import smtplib
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from callin.alerts import Alert, AlertError, Channel, Mail, Text, Webhook
from callin.contracts import StoreError
from callin.public_address import AddressError
from callin.stores.sqlite import SqliteStore
from callin.twilio.client import TwilioAccess
from callin.watch import HealthWatch, StateFile, StateInStore, Watched, WatchState, problem_of
from tests.support.clock import HeldClock
from tests.support.processes import ROOT, free_port
from tests.support.station import new_environment

URL = "https://callin.station.example"
WELL: dict[str, Any] = {
    "ok": True,
    "store": "ok",
    "twilio": {"ok": True, "problem": ""},
    "missed_calls": 0,
    "missed_cause": "",
}
SICK = WELL | {"ok": False, "missed_calls": 2, "missed_cause": "PUBLIC_URL is wrong. Correct it."}


class Post(http.server.ThreadingHTTPServer):
    """Takes POSTs. `bodies` has what came; `status` is what it answers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.bodies: list[str] = []
        self.status = 201

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Taking(http.server.BaseHTTPRequestHandler):
    server: Post

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.server.status < 400:
            self.server.bodies.append(body)
        self.send_response(self.server.status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as inherited
        """Say nothing."""


@pytest.fixture
def post() -> Iterator[Post]:
    server = Post()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


class Mailbox:
    """A mail server's handler. `mails` has what it took; it refuses while `refuses`."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        self.refuses = False

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: ARG002, N802 - aiosmtpd's
        if self.refuses:
            return "451 Try again later"
        self.mails.append(envelope.content.decode())
        return "250 Taken"


@contextmanager
def mail_server(box: Mailbox) -> Iterator[str]:
    """The address of a running mail server."""
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        controller.stop()


class Look:
    """A watch whose looks find what the test says."""

    def __init__(self, channels: Sequence[Channel], state: WatchState) -> None:
        self.clock = HeldClock(1_800_000_000.0)
        self.channels, self.state = channels, state
        self.found: dict[str, Any] | str = WELL

    def ask(self) -> dict[str, Any]:
        if isinstance(self.found, str):
            raise AddressError(self.found)
        return self.found

    def __call__(self, found: dict[str, Any] | str, after_seconds: float = 30.0) -> None:
        """A look by a new process, as the timer starts it."""
        self.found = found
        self.clock.advance(after_seconds)
        HealthWatch(URL, self.ask, self.channels, self.state, self.clock).check()


def test_a_problem_of_a_minute_is_reported_once_and_its_end_once_in_every_way(tmp_path: Path, post: Post) -> None:
    box = Mailbox()
    with mail_server(box) as host:
        mail = Mail("studio@station.example, chief@station.example", host)
        text = Text("+447700900123", "+442079460100", TwilioAccess("AC" + "0" * 32, "token", post.url))
        look = Look([mail, Webhook(post.url + "/hook?secret"), text], StateFile(tmp_path / "watch.json"))
        look(SICK)
        look(SICK)
        assert (box.mails, post.bodies) == ([], [])
        for _ in range(5):
            look(SICK)
        [first], [hook, sms] = box.mails, post.bodies
        assert "To: studio@station.example, chief@station.example" in first
        assert "Subject: The call-in line at callin.station.example needs help." in first
        assert "PUBLIC_URL is wrong. Correct it." in first
        assert json.loads(hook)["status"] == "alert"
        assert "PUBLIC_URL is wrong" in json.loads(hook)["text"]
        assert "To=%2B447700900123" in sms
        for _ in range(3):
            look(WELL)
        assert len(box.mails) == 2
        assert "is well again" in box.mails[1]
        assert [json.loads(body)["status"] for body in post.bodies[2:3]] == ["over"]
        assert len(post.bodies) == 4


def test_a_short_problem_is_not_reported(tmp_path: Path, post: Post) -> None:
    look = Look([Webhook(post.url)], StateFile(tmp_path / "watch.json"))
    for found in (SICK, WELL, SICK, WELL, "The app cannot be reached.", WELL):
        look(found)
    assert post.bodies == []


def test_a_mail_server_that_fails_is_tried_again_and_nobody_else_hears_twice(tmp_path: Path, post: Post) -> None:
    box = Mailbox()
    box.refuses = True
    with mail_server(box) as host:
        look = Look([Mail("studio@station.example", host), Webhook(post.url)], StateFile(tmp_path / "watch.json"))
        for _ in range(4):
            look(SICK)
        assert (box.mails, len(post.bodies)) == ([], 1)
        box.refuses = False
        look(SICK)
        look(SICK)
        assert (len(box.mails), len(post.bodies)) == (1, 1)


def test_an_end_that_could_not_be_reported_is_reported_later(tmp_path: Path, post: Post) -> None:
    look = Look([Webhook(post.url)], StateFile(tmp_path / "watch.json"))
    for _ in range(3):
        look(SICK)
    post.status = 500
    look(WELL)
    look(WELL)
    post.status = 200
    look(WELL)
    look(WELL)
    assert [json.loads(body)["status"] for body in post.bodies] == ["alert", "over"]


def test_an_app_that_does_not_answer_is_told_in_its_words(tmp_path: Path, post: Post) -> None:
    look = Look([Webhook(post.url)], StateFile(tmp_path / "watch.json"))
    for _ in range(3):
        look("It cannot be reached (connection refused). Start the app.")
    [body] = post.bodies
    assert "connection refused" in body
    assert "Callers wait with Twilio's music meanwhile." in body


def test_the_store_remembers_on_app_engine_also_while_it_fails(tmp_path: Path, post: Post) -> None:
    class Failing(SqliteStore):
        fails = False

        def change_record(self, *arguments: Any) -> Any:
            if self.fails:
                raise StoreError("No store.")
            return super().change_record(*arguments)

        def record(self, *arguments: Any) -> Any:
            if self.fails:
                raise StoreError("No store.")
            return super().record(*arguments)

    store = Failing(str(tmp_path / "line.sqlite"))
    look = Look([Webhook(post.url)], StateInStore(store))
    look(SICK)
    store.fails = True
    for _ in range(4):
        look(SICK)
    assert len(post.bodies) == 1
    store.fails = False
    look(SICK)
    assert store.record(Watched, "health").is_told
    look.state = StateInStore(store)  # another instance
    look(SICK)
    look(WELL)
    look(WELL)
    assert [json.loads(body)["status"] for body in post.bodies] == ["alert", "over"]
    store.close()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"store": "The store could not write its file: disk full."}, "disk full"),
        ({"twilio": {"ok": False, "problem": "Twilio refused the auth token."}}, "Twilio refused the auth token."),
        ({"twilio": {"ok": False, "problem": ""}}, "has not answered for a minute and a half"),
        ({"missed_calls": 3, "missed_cause": "Set PUBLIC_URL."}, "(3 now). Set PUBLIC_URL."),
    ],
)
def test_each_trouble_has_its_sentence(change: dict[str, Any], sentence: str) -> None:
    assert sentence in problem_of(WELL | {"ok": False} | change)
    assert problem_of(WELL) == ""


def test_a_password_goes_to_no_server_without_tls() -> None:
    with pytest.raises(AlertError) as raised:
        Mail("studio@station.example", "mail.invalid:587", "user", "secret-password").send(Alert("k", "s", "t", False))
    assert "secret-password" not in str(raised.value)
    assert "secret" not in repr(Webhook("https://hooks.example/secret"))
    assert isinstance(raised.value.__cause__, smtplib.SMTPException | OSError)


def watch(environment: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "callin.watch", *options],
        check=False,
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_command_asks_public_url_and_remembers_in_its_file(tmp_path: Path, post: Post) -> None:
    state = tmp_path / "state" / "watch.json"
    environment = new_environment(tmp_path, free_port(), free_port())
    quiet = watch(environment, "--state", str(state))
    assert (quiet.returncode, quiet.stderr, state.exists()) == (0, "", False)
    environment["ALERT_WEBHOOK"] = post.url
    first = watch(environment, "--state", str(state))
    assert (first.returncode, post.bodies) == (1, [])
    assert "cannot be reached (connection refused)" in first.stderr
    known = StateFile(state).load()
    StateFile(state).save(Watched(failing_since=known.failing_since - 60, problem=known.problem))
    watch(environment, "--state", str(state))
    watch(environment, "--state", str(state))
    assert len(post.bodies) == 1
    assert state.stat().st_mode & 0o777 == 0o600
    tested = watch(environment, "--test")
    assert tested.stdout == "webhook: sent. See whether it arrives.\n"
