"""`make demo`: it serves within seconds, prints the addresses, and leaves nothing behind, however it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rehearsal.account import Account
from rehearsal.demo import settings
from tests.support.processes import Program, free_port, wait_until
from tests.support.visitors import signed_in
from tests.support.web import ask

SETUP = f"{sys.executable} -m callin.setup --yes --without-health"
APP = (
    f"{sys.executable} -m granian --interface rsgi --loop uvloop --http 1 --no-ws --factory --host 127.0.0.1"
    " --port $PORT --workers 1 --backlog 1024 --backpressure 2000 --workers-kill-timeout 2 --log-level warning"
    " --static-path-route /static --static-path-mount static main:front"
)
SECOND_START_SECONDS = 4.0


class Demo:
    """A running demo, with its two ports."""

    def __init__(
        self, folder: Path, setup: str = SETUP, app: str = APP, port: int = 0, rehearsal_port: int = 0
    ) -> None:
        """`folder` is where it may keep temporary files."""
        self.folder = folder
        self.port, self.rehearsal_port = port or free_port(), rehearsal_port or free_port()
        # A station's own settings in the terminal must not reach it.
        environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {
            "PORT": str(self.port),
            "REHEARSAL_PORT": str(self.rehearsal_port),
            "TMPDIR": str(folder),
            "TWILIO_ACCOUNT_SID": "AC" + "f" * 32,
            "TWILIO_AUTH_TOKEN": "a-real-stations-token",
            "STORE": "sqlite:////nowhere/at/all.sqlite",
        }
        command = [sys.executable, "-m", "rehearsal.demo", "--setup", setup, "--app", app]
        self.program = Program("demo", command, environment)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def network_url(self) -> str:
        return f"http://127.0.0.1:{self.rehearsal_port}"

    def wait_until_serving(self) -> None:
        self.program.wait_until_ready(lambda: "Ctrl-C" in self.program.output)

    def family(self) -> set[int]:
        """The demo and all its descendants."""
        parents = {}
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                except (OSError, ValueError):
                    continue
        family = {self.program.pid}
        while grown := {child for child, parent in parents.items() if parent in family} - family:
            family |= grown
        return family

    def signal(self, number: int) -> None:
        os.kill(self.program.pid, number)


@contextmanager
def running(demo: Demo) -> Iterator[Demo]:
    family: set[int] = set()
    try:
        demo.wait_until_serving()
        family = demo.family()
        yield demo
    finally:
        demo.program.end()
        for pid in family:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_gone(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def assert_nothing_is_left(demo: Demo, family: set[int]) -> None:
    wait_until(lambda: all(is_gone(pid) for pid in family), why=f"of {family} some run on:\n{demo.program.output}")
    assert not is_open(demo.port)
    assert not is_open(demo.rehearsal_port)
    assert list(demo.folder.iterdir()) == [], "no temporary file is left"


@pytest.mark.alone
def test_it_serves_both_within_seconds_rings_callers_in_and_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    started = time.monotonic()
    with running(Demo(tmp_path)) as demo:
        seconds = time.monotonic() - started
        output = demo.program.output
        assert "the PIN 2580" in output
        for step in ("Starting the phone network", "Setting up its account", "Starting the app"):
            assert re.search(rf"^{step} … \d+\.\d s$", output, re.MULTILINE), output
        for address in (f"{demo.url}/", f"{demo.url}/call", f"{demo.network_url}/"):
            assert address in output
            assert ask(address).status in (200, 303), "the desk asks who is there"
        wait_until(lambda: ask(demo.url + "/queue-status").json()["current_size"] >= 3, why="nobody rings in")
        family = demo.family()
        assert len(family) >= 4  # the demo, the network, the server and its worker
        demo.signal(signal.SIGINT)
        assert demo.program.wait() == 0
        assert_nothing_is_left(demo, family)
        assert "Traceback" not in demo.program.output
    assert seconds < SECOND_START_SECONDS * patience()


def test_a_caller_leaves_a_message_and_those_in_line_wait_on(tmp_path: Path) -> None:
    with running(Demo(tmp_path)) as demo:
        dj = signed_in(demo.url)

        def is_there() -> bool:
            sooner = json.dumps({"advance_seconds": 0.1}).encode()
            ask(demo.network_url + "/rehearsal/clock", "PUT", sooner, {"Content-Type": "application/json"})
            return bool(dj.get("/messages/list").json()["messages"])

        wait_until(is_there, seconds=60, why="nobody leaves a message", longest_pause_seconds=0.02)
        assert dj.get("/queue-status").json()["current_size"] >= 3
        assert "Traceback" not in demo.program.output


def patience() -> float:
    """On idle cores a start takes well below four seconds; on a busy machine it may take longer."""
    return 4.0 if os.getloadavg()[0] > 1.5 else 1.0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_closed_terminal_and_a_polite_kill_leave_nothing(tmp_path: Path, number: signal.Signals) -> None:
    with running(Demo(tmp_path)) as demo:
        family = demo.family()
        demo.signal(number)
        assert demo.program.wait() == 0
        assert_nothing_is_left(demo, family)


@pytest.mark.parametrize("victim", ["the network", "the app"])
def test_when_one_of_the_two_dies_the_other_is_ended_and_the_reason_told(tmp_path: Path, victim: str) -> None:
    with running(Demo(tmp_path)) as demo:
        family = demo.family()
        needle = "-m\0rehearsal\0" if victim == "the network" else "granian"
        pid = min(pid for pid in family if needle in command_line(pid) and "rehearsal.demo" not in command_line(pid))
        os.kill(pid, signal.SIGKILL)
        assert demo.program.wait() == 1
        assert_nothing_is_left(demo, family)
        name = "rehearsal" if victim == "the network" else "app"
        assert f"demo: The {name} has ended by itself" in demo.program.output


def command_line(pid: int) -> str:
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_text()
    except OSError:
        return ""


@pytest.mark.parametrize("busy", ["PORT", "REHEARSAL_PORT"])
def test_a_port_in_use_is_told_in_a_sentence_and_nothing_is_started(tmp_path: Path, busy: str) -> None:
    ports = {"PORT": free_port(), "REHEARSAL_PORT": free_port()}
    with socket.socket() as somebody:
        somebody.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as granian does
        somebody.bind(("127.0.0.1", ports[busy]))
        somebody.listen()
        demo = Demo(tmp_path, port=ports["PORT"], rehearsal_port=ports["REHEARSAL_PORT"])
        try:
            assert demo.program.wait() == 1
            assert f"Port {ports[busy]}," in demo.program.output
            assert f"make demo {busy}=" in demo.program.output
            assert "Traceback" not in demo.program.output
        finally:
            demo.program.end()


@pytest.mark.parametrize(
    ("setup", "app", "says"),
    [
        ("python -c 'import sys; sys.exit(\"no such account\")'", APP, "no such account"),
        (SETUP, "python -c 'import sys; sys.exit(\"bad settings\")'", "bad settings"),
        (SETUP, "no-such-program", "no-such-program"),
    ],
    ids=["setup fails", "app fails", "no app"],
)
def test_a_start_that_fails_says_why_and_leaves_nothing(tmp_path: Path, setup: str, app: str, says: str) -> None:
    demo = Demo(tmp_path, setup, app)
    try:
        assert demo.program.wait() == 1
        assert says in demo.program.output
        assert re.search("(^| … )failed$", demo.program.output, re.MULTILINE)
        assert "Traceback" not in demo.program.output
        assert not is_open(demo.rehearsal_port)
        assert list(tmp_path.iterdir()) == []
    finally:
        demo.program.end()


def test_a_real_stations_settings_never_reach_a_rehearsal(tmp_path: Path) -> None:
    real = {
        "TWILIO_AUTH_TOKEN": "real",
        "TWILIO_REGION": "ie1",
        "TWILIO_EDGE": "dublin",
        "GAE_ENV": "standard",
        "GOOGLE_CLOUD_PROJECT": "station",
        "STORE": "firestore:",
        "SESSION_KEY": "real",
        "DJ_PIN": "real",
        "PATH": "/bin",
    }
    account = Account.random()
    made = settings(real, account, "http://127.0.0.1:1", "http://127.0.0.1:2", tmp_path)
    assert made["TWILIO_AUTH_TOKEN"] == account.auth_token
    assert made["PATH"] == "/bin"
    assert made["LOG_FORMAT"] == "text", "a person reads it"
    assert "real" not in made.values()
    assert not {"TWILIO_REGION", "TWILIO_EDGE", "GAE_ENV", "GOOGLE_CLOUD_PROJECT"} & made.keys()


def test_a_demo_beside_googles_emulator_keeps_its_calls_there_in_a_project_of_its_own(tmp_path: Path) -> None:
    environ = {"FIRESTORE_EMULATOR_HOST": "127.0.0.1:3", "GOOGLE_CLOUD_PROJECT": "station"}
    one, other = (
        settings(environ, Account.random(), "http://127.0.0.1:1", "http://127.0.0.1:2", tmp_path) for _ in range(2)
    )
    assert one["STORE"] == "firestore:"
    assert "station" not in one.values()
    assert one["GOOGLE_CLOUD_PROJECT"] != other["GOOGLE_CLOUD_PROJECT"]


def test_every_start_has_credentials_of_its_own() -> None:
    one, other = Account.random().as_environment(), Account.random().as_environment()
    same = {name for name in one if one[name] == other[name]}
    assert same == {"TWILIO_LISTENER_NUMBER", "TWILIO_DJ_NUMBER"}


def test_credentials_are_never_printed() -> None:
    account = Account.random()
    for shown in (repr(account), str(account)):
        assert account.auth_token not in shown
        assert account.api_key_secret not in shown
