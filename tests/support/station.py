"""A whole station on this machine, as tests want to use it: the real app and the real rehearsal network beside it."""

from __future__ import annotations

import contextlib
import functools
import json
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from tests.support.processes import ROOT, Program, free_port, wait_until
from tests.support.set_up import set_up
from tests.support.visitors import REHEARSAL_PASSWORD, Visitor, signed_in
from tests.support.web import Answer, Ask, Fields, ask, ask_signed

LISTENER_NUMBER = "+442079460100"
DJ_NUMBER = "+442079460101"
DJ_PHONE = "+447700900999"
OTHER_DJ_PHONE = "+447700900997"
APPLICATION_SETTINGS = ("TWILIO_APP_SID", "TWILIO_LISTENER_APP_SID", "TWILIO_SCREENER_APP_SID")
"""What a set-up makes."""

T = TypeVar("T")


def new_environment(folder: Path, port: int, rehearsal_port: int) -> dict[str, str]:
    """Settings of a rehearsal with credentials of its own, and nothing from the machine's own environment but PATH."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "CALLIN_SETTINGS": "",
        "TWILIO_ACCOUNT_SID": "AC" + secrets.token_hex(16),
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "TWILIO_API_KEY_SID": "SK" + secrets.token_hex(16),
        "TWILIO_API_KEY_SECRET": secrets.token_hex(16),
        **{name: "AP" + secrets.token_hex(16) for name in APPLICATION_SETTINGS},
        "TWILIO_LISTENER_NUMBER": LISTENER_NUMBER,
        "TWILIO_DJ_NUMBER": DJ_NUMBER,
        "DJ_PHONES": f"{DJ_PHONE},{OTHER_DJ_PHONE}",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "STORE": f"sqlite:///{folder / 'line.sqlite'}",
        "SESSION_KEY": secrets.token_hex(32),
        "TWILIO_API_URL": f"http://127.0.0.1:{rehearsal_port}",
        "TWILIO_SIGNALING_HOST": f"127.0.0.1:{rehearsal_port}",
        "PORT": str(port),
        "REHEARSAL_PORT": str(rehearsal_port),
    }


@dataclass
class App:
    """The app as a real server. Its environment can be changed before `start`.

    Its requests are those of a browser in which a dj is signed in, but for the `signed` ones, which are Twilio's.
    """

    environment: dict[str, str]
    program: Program | None = None
    visitors: dict[str, Visitor] = field(default_factory=dict, repr=False)
    voices: dict[str, str] = field(default_factory=dict, repr=False)
    taken: list[tuple[str, Visitor]] = field(default_factory=list, repr=False)
    left: list[tuple[str, Visitor]] = field(default_factory=list, repr=False)
    code: Path = ROOT
    send: Ask = ask
    passwords: dict[str, str] = field(default_factory=dict, repr=False)
    """Of accounts that were made; a rehearsal has some from the start."""

    @property
    def url(self) -> str:
        """Where it listens: what a rehearsal's PUBLIC_URL says."""
        return f"http://127.0.0.1:{self.environment['PORT']}"

    @property
    def command(self) -> list[str]:
        return [
            *(sys.executable, "-m", "granian", "--interface", "rsgi", "--loop", "uvloop", "--http", "1", "--no-ws"),
            *("--factory", "--host", "127.0.0.1", "--port", self.environment["PORT"], "--workers", "1"),
            *("--backlog", "1024", "--backpressure", "2000", "--workers-kill-timeout", "2", "--log-level", "warning"),
            *("--static-path-route", "/static", "--static-path-mount", "static", "main:front"),
        ]

    def start(self) -> None:
        self.program = Program("app", self.command, self.environment, self.code)
        self.program.wait_until_ready(lambda: self.send(self.url + "/queue-status").status == 200)

    def end(self) -> None:
        if self.program is not None:
            self.program.end()

    def visitor(self, name: str = "dj") -> Visitor:
        """A browser in which one of the accounts is signed in: the same each time."""
        if name not in self.visitors:
            self.visitors[name] = self.new_visitor(name)
        return self.visitors[name]

    def new_visitor(self, name: str = "dj") -> Visitor:
        """Another browser in which that account is signed in."""
        return signed_in(self.url, name, self.passwords.get(name, REHEARSAL_PASSWORD), self.send)

    def browser(self, name: str = "dj") -> Visitor:
        """A browser in which that account is signed in, and that this test has not asked for yet.

        Each sign-in hashes a password, so a browser that an earlier test has left is given again.
        """
        for one in [one for one in self.left if one[0] == name]:
            self.left.remove(one)
            if one[1].get("/").status == 200:
                break
        else:
            one = (name, self.new_visitor(name))
        self.taken.append(one)
        return one[1]

    def leave_browsers(self) -> None:
        """The test is over: the next one may have its browsers."""
        self.left += self.taken
        self.taken.clear()

    def dj(self) -> str:
        """The From of a dj's browser that calls the studio: the same while that dj's session lasts."""
        identity = self.post("/token").json()["identity"]
        return "client:" + self.voices.setdefault(self.visitor().cookie, identity)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self._ask("POST", path, headers)

    def _ask(self, method: str, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """The cookies that an answer sets are the test's own affair: they are not kept."""
        for _ in range(2):
            visitor = replace(self.visitor(), cookies=dict(self.visitor().cookies))
            answer = visitor.ask(method, path, headers=headers)
            if answer.status != 401 and "/sign-in" not in answer.headers.get("Location", ""):
                break
            self.visitors.clear()  # the session is over, as after a hundred other sign-ins
        return answer

    def signed(self, path: str, fields: Fields, method: str = "POST", signed: str | None = None) -> Answer:
        """A request as Twilio makes it. `signed` replaces the right signature by another text."""
        return ask_signed(self.url, self.environment["TWILIO_AUTH_TOKEN"], path, fields, method, signed, self.send)

    def status(self) -> dict[str, Any]:
        """What `/queue-status` says."""
        answer = self.get("/queue-status")
        assert answer.status == 200, answer.text
        status: dict[str, Any] = answer.json()
        return status

    def row(self, call_sid: str) -> dict[str, Any] | None:
        """One call as `/queue-status` has it."""
        return next((row for row in self.status()["calls"] if row["call_sid"] == call_sid), None)


@dataclass
class Station:
    """The app, the phone network it is set up on, and the network's control interface."""

    app: App
    network_url: str
    network: Program | None = None

    def control(self, method: str, path: str, value: object = None) -> Any:
        """Asks the rehearsal's control interface, and answers its JSON (None for an empty answer)."""
        body = b"" if value is None else json.dumps(value).encode()
        answer = ask(self.network_url + "/rehearsal" + path, method, body, {"Content-Type": "application/json"})
        assert answer.status < 300, f"{method} {path}: {answer.status} {answer.text}"
        return answer.json() if answer.body else None

    def ring(self, number: str = "+447700900001", to: str = "listener", line: str = "") -> str:
        """Somebody rings the listeners' number, or the DJs': the call's SID. `line` is a parameter of a browser's."""
        call = {"from": number, "to": to} | ({"line": line} if line else {})
        sid: str = self.control("POST", "/callers", call)["call_sid"]
        return sid

    def caller(self, call_sid: str) -> dict[str, Any]:
        """The call as the network has it: where it is, who it is bridged to, and what it has heard."""
        found: dict[str, Any] = self.control("GET", "/callers/" + quote(call_sid))
        return found

    def heard(self, call_sid: str) -> str:
        """Everything that was said to the caller, in one text."""
        return " ".join(one["text"] for one in self.caller(call_sid)["heard"] if one["verb"] == "Say")

    def press(self, call_sid: str, digits: str) -> None:
        self.control("POST", f"/callers/{call_sid}/digits", {"digits": digits})

    def hang_up(self, call_sid: str) -> None:
        self.control("DELETE", "/callers/" + call_sid)

    def is_waiting(self, call_sid: str) -> bool:
        return self.caller(call_sid)["queue"] is not None

    def are_bridged(self, one: str, other: str) -> bool:
        return bool(self.caller(one)["bridged_to"] == other)

    def until(self, condition: Callable[[], T], why: str = "", seconds: float = 30.0) -> T:
        """What `condition` answers as soon as it is true. Meanwhile the network's clock runs, a second at each look.

        This skips greetings and music, and nothing else.
        """

        def look() -> T:
            answer = condition()
            if not answer:
                self.advance(1)
            return answer

        return wait_until(look, seconds, why, longest_pause_seconds=0.02)

    def advance(self, seconds: float) -> None:
        self.control("PUT", "/clock", {"advance_seconds": seconds})

    def wait_until_queued(self, *call_sids: str) -> None:
        """Until the network has them in a queue and the app has them in line."""
        for sid in call_sids:
            self.until(functools.partial(self.is_waiting, sid), f"{sid} does not wait")
            self.until(functools.partial(self.app.row, sid), f"{sid} is not in line")

    def browser_call(self) -> str:
        """The SID of the one call from a listener's browser, once it is in line.

        The network's clock runs only once the call is there, so that it does not run far ahead of the app's.
        """

        def call_sid() -> str:
            found = [row["call_sid"] for row in self.app.status()["calls"] if row["number"] == "browser"]
            return str(found[0]) if len(found) == 1 else ""

        sid = wait_until(call_sid, why="no listener's browser calls")
        self.wait_until_queued(sid)
        return sid

    def wait_until_bridged(self, one: str, other: str) -> None:
        self.until(lambda: self.are_bridged(one, other), f"{one} does not speak with {other}")

    def reset(self) -> None:
        """Empty the network and the line for another test."""
        self.control("POST", "/reset")
        self.app.leave_browsers()
        wait_until(self._is_empty, why="the line is not empty after a reset")

    def _is_empty(self) -> bool:
        """Whether the app knows of no call. A leg whose end it does not know yet would keep the desk paused."""
        status = self.app.status()
        return not status["calls"] and not any(desk["leg"] for desk in status["desks"])

    def end(self) -> None:
        self.app.end()
        if self.network is not None:
            self.network.end()


@contextlib.contextmanager
def running_app(folder: Path, **changes: str) -> Iterator[App]:
    """The app alone. Nothing listens where it expects Twilio's REST API."""
    app = App(new_environment(folder, free_port(), free_port()) | changes)
    try:
        app.start()
        yield app
    finally:
        app.end()


@contextlib.contextmanager
def running_station(folder: Path, **changes: str) -> Iterator[Station]:
    """App and network, set up as a station would be on its account."""
    environment = new_environment(folder, free_port(), free_port()) | changes
    for name in APPLICATION_SETTINGS:
        del environment[name]
    station = Station(App(environment), environment["TWILIO_API_URL"])
    try:
        station.network = start_network(environment)
        environment |= set_up(environment)
        station.app.start()
        yield station
    finally:
        station.end()


def start_network(environment: Mapping[str, str], *options: str) -> Program:
    """The phone network of that environment, ready. By default it serves static files while the app is down."""
    options = options or ("--static", str(ROOT / "static"), environment["PUBLIC_URL"])
    network = Program("rehearsal", [sys.executable, "-m", "rehearsal", *options], environment)
    try:
        network.wait_until_ready(lambda: ask(environment["TWILIO_API_URL"] + "/rehearsal/callers").status == 200)
    except BaseException:
        network.end()
        raise
    return network
