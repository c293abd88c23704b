"""Starts a rehearsal and an app beside it, rings in a few callers, and ends both on Ctrl-C.

    python -m rehearsal.demo --setup "python -m callin.setup --yes --without-health" --app "granian … main:front"

It knows the app by its commands and its settings, and by the page on which an admin switches messages on.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shlex
import signal
import socket
import string
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from rehearsal.account import Account
from rehearsal.children import Child, end_all
from rehearsal.demo_messages import DemoMessages

START_SECONDS = 60.0
DEMO_CALLERS = 4
# Most callers still wait if the first press comes a few minutes after the start; one or two will have hung up.
PATIENCE_SECONDS = [240, 1200]
STATIC_FOLDER = "static"
DJ_PIN = "2580"  # straight down the keypad; the phone network's page shows it

# Settings of a real station must not leak into a rehearsal: none of these is handed on.
NOT_HANDED_ON = ("TWILIO_", "GAE_", "GOOGLE_", "PUBLIC_URL", "STORE", "SESSION_KEY", "DJ_", "REHEARSAL_TLS_PORT")


class CannotStart(Exception):
    """Why the demo does not start, in a sentence for the person at the terminal."""


class Stopped(Exception):
    """Somebody asked the demo to end."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until a signal comes (exit status 0) or one of the children ends by itself (1)."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal.demo", description="A rehearsal with an app beside it.")
    parser.add_argument("--setup", required=True, help="the command that prepares the account; prints NAME=VALUE lines")
    parser.add_argument("--app", required=True, help="the command that serves the app; $PORT is replaced")
    parser.add_argument("--callers", type=int, default=DEMO_CALLERS, help="how many ring in at the start")
    options = parser.parse_args(arguments)

    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask_to_stop)

    children: list[Child] = []
    with tempfile.TemporaryDirectory(prefix="radio-call-in-") as folder:
        try:
            run(options, Path(folder), children, stop)
        except Stopped:
            print("\nThe rehearsal ends.", flush=True)
            return 0
        except CannotStart as problem:
            print(f"demo: {problem}", file=sys.stderr, flush=True)
            return 1
        finally:
            end_all(children)
    return 0


def run(options: argparse.Namespace, folder: Path, children: list[Child], stop: threading.Event) -> None:
    """Start everything, say where it is, and watch. Leaves by Stopped or CannotStart only."""
    port = free_port("PORT", 8080, "the app")
    rehearsal_port = free_port("REHEARSAL_PORT", 9100, "the rehearsal")
    if port == rehearsal_port:
        raise CannotStart(f"PORT and REHEARSAL_PORT are both {port}. Give them different numbers.")
    app_url, network_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{rehearsal_port}"
    environ = settings(os.environ, Account.random(), app_url, network_url, folder)

    with step("Starting the phone network"):
        words = [sys.executable, "-m", "rehearsal", "--static", STATIC_FOLDER, app_url]
        network = start("rehearsal", words, environ, children)
        wait_for(network_url + "/", network, stop)
    with step("Setting up its account"):
        environ |= prepare(command(options.setup, environ), environ, children, stop)
    with step("Starting the app"):
        app = start("app", command(options.app, environ), environ, children)
        wait_for(app_url + "/queue-status", app, stop)

    if options.callers:
        ring_in(network_url, options.callers)
        DemoMessages(app_url, network_url, stop).start()
    print(welcome(app_url, network_url), flush=True)
    watch(children=[network, app], stop=stop)


@contextmanager
def step(words: str) -> Iterator[None]:
    """Print the words, and after the block how long it took."""
    print(f"{words} … ", end="", flush=True)
    began = time.monotonic()
    try:
        yield
    except CannotStart:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - began:.1f} s", flush=True)


def start(
    name: str, words: Sequence[str], environ: Mapping[str, str], children: list[Child], *, quiet: bool = False
) -> Child:
    """Start a program and note it among those to end. Raises CannotStart when there is no such program."""
    try:
        child = Child(name, words, environ, quiet=quiet)
    except OSError as problem:
        raise CannotStart(f"The {name} cannot be started: {problem}.") from None
    children.append(child)
    return child


def free_port(setting: str, default: int, who: str) -> int:
    """The port that the environment names, if it is free.

    Granian would start on a busy port without a word and share its requests with the program that is already there, so
    this asks first. Raises CannotStart with what to do.
    """
    text = os.environ.get(setting) or str(default)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise CannotStart(f"{setting} must be a port number from 1 to 65535, not {text!r}.")
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CannotStart(
                f"Port {port}, for {who}, is in use. Stop the program that uses it (another demo, perhaps), "
                f"or choose another port: make demo {setting}={port + 1}"
            ) from None
    return port


def settings(
    environ: Mapping[str, str], account: Account, app_url: str, network_url: str, folder: Path
) -> dict[str, str]:
    """The children's environment: ours without a real station's settings, and with those of this rehearsal."""
    kept = {name: value for name, value in environ.items() if not name.startswith(NOT_HANDED_ON)}
    store = {"STORE": f"sqlite:///{folder / 'line.sqlite'}"}
    if kept.get("FIRESTORE_EMULATOR_HOST"):
        # A project of its own, because the emulator still has the calls of the previous demo.
        store = {"STORE": "firestore:", "GOOGLE_CLOUD_PROJECT": f"demo-{secrets.token_hex(4)}"}
    return (
        kept
        | account.as_environment()
        | {
            "PORT": app_url.rpartition(":")[2],
            "REHEARSAL_PORT": network_url.rpartition(":")[2],
            "PUBLIC_URL": app_url,
            "TWILIO_API_URL": network_url,
            "TWILIO_SIGNALING_HOST": network_url.partition("://")[2],
            "SESSION_KEY": secrets.token_hex(32),
            "DJ_PHONES": "+447700900999",
            "DJ_PIN": DJ_PIN,
            "LOG_FORMAT": "text",
            "CALLIN_SETTINGS": "",  # a station's settings file is not read
        }
        | store
    )


def command(text: str, environ: Mapping[str, str]) -> list[str]:
    """The words of a command line, with each $NAME replaced from the environment of the children."""
    words = [string.Template(word).safe_substitute(environ) for word in shlex.split(text)]
    if not words:
        raise CannotStart("A command is empty.")
    if words[0] == "python":
        words[0] = sys.executable
    return words


def prepare(
    words: list[str], environ: Mapping[str, str], children: list[Child], stop: threading.Event
) -> dict[str, str]:
    """Run the setup command and return the NAME=VALUE lines that it printed."""
    setup = start("setup", words, environ, children, quiet=True)
    deadline = time.monotonic() + START_SECONDS
    while setup.exit_status() is None:
        pause(0.03, stop)
        if time.monotonic() > deadline:
            raise CannotStart(f"The setup did not finish within {START_SECONDS:.0f} seconds.")
    setup.finish_reading()
    if setup.exit_status() != 0:
        raise CannotStart("The setup failed:" + last_words(setup))
    pairs = (line.partition("=") for line in setup.lines)
    return {name.strip(): value.strip() for name, equals, value in pairs if equals and name.strip().isidentifier()}


def wait_for(url: str, child: Child, stop: threading.Event) -> None:
    """Return when `url` answers. Raises CannotStart when the child ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if child.exit_status() is not None:
            child.finish_reading()
            raise CannotStart(
                f"The {child.name} ended while it started, with status {child.exit_status()}." + last_words(child)
            )
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - one of our own two addresses
                return
        except urllib.error.HTTPError as answer:
            answer.close()
            if answer.code < 500:
                return
        except OSError:
            pass
        pause(0.05, stop)
    raise CannotStart(f"The {child.name} did not answer at {url} within {START_SECONDS:.0f} seconds.")


def last_words(child: Child) -> str:
    """The last lines that a program printed, each on a line of its own."""
    return "".join(f"\n  {line}" for line in [*child.lines, *child.complaints][-20:])


def ring_in(network_url: str, callers: int) -> None:
    """Ask the rehearsal for the first few callers."""
    body = json.dumps({"callers": callers, "per_second": 2, "patience_seconds": PATIENCE_SECONDS}).encode()
    request = urllib.request.Request(  # noqa: S310 - our own address
        network_url + "/rehearsal/crowd", data=body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310 - our own address
        pass


def watch(children: Sequence[Child], stop: threading.Event) -> None:
    """Wait for the end. Raises Stopped when somebody asks for it, CannotStart when a child ends by itself."""
    while True:
        pause(0.2, stop)
        for child in children:
            if child.exit_status() is not None:
                raise CannotStart(f"The {child.name} has ended by itself, with status {child.exit_status()}.")


def pause(seconds: float, stop: threading.Event) -> None:
    """Wait a little. Raises Stopped as soon as somebody asks for the end."""
    if stop.wait(seconds):
        raise Stopped


def welcome(app_url: str, network_url: str) -> str:
    """What the person at the terminal may do now."""
    return f"""
Radio Call-In is rehearsing. Nobody here is real, and nothing leaves this machine.

  The desk           {app_url}/
  The screener's     {app_url}/screener
  Call in yourself   {app_url}/call
  The phone network  {network_url}/

Open the desk, sign in as its page says, and press "Connect to Queue": you hear the first caller. "Next Caller" brings
the next one. Or call as the DJ's phone on the phone network's page, with the PIN {DJ_PIN} and the hash key.
The buttons on the phone network's page send more callers.

Ctrl-C ends everything.
"""


if __name__ == "__main__":
    sys.exit(main())
