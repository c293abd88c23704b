"""Starts the rehearsal network: `python -m rehearsal`, with the account's settings in the environment."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import os
import signal
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from rehearsal.account import Account, BadAccount
from rehearsal.behaviour import Behaviour
from rehearsal.clock import Clock
from rehearsal.documents.session import TwimlInterpreter
from rehearsal.documents.verbs import VERBS
from rehearsal.exchange.network import Network
from rehearsal.faults import Faults
from rehearsal.page.snapshot import Station
from rehearsal.server import make_app
from rehearsal.webhooks.client import Webhooks
from rehearsal.webhooks.reach import BadReach, Reach
from rehearsal.webhooks.static_folder import StaticFolder

HOST = "127.0.0.1"
DEFAULT_PORT = 9100
SHUTDOWN_SECONDS = 2.0


class BadSettings(Exception):
    """The environment or the arguments are wrong: one line for each problem."""


def main() -> int:
    """Serve until SIGINT, SIGTERM or SIGHUP. Exit status 2: the settings are wrong; 1: a port is busy."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal", description="A phone network that speaks Twilio.")
    parser.add_argument(
        "--static",
        nargs="+",
        metavar=("DIR", "PUBLIC_URL"),
        help="answer PUBLIC_URL/<name of DIR>/… from DIR while the app is down, as a static host would; likewise for "
        "further addresses",
    )
    parser.add_argument(
        "--connect-to",
        action="append",
        default=[],
        metavar="NAME=127.0.0.1:PORT",
        help="where the app's host name leads, for an app whose PUBLIC_URL has the station's own host name",
    )
    parser.add_argument("--ca", metavar="FILE", help="the one authority (PEM) whose certificates are trusted")
    parser.add_argument("--seed", type=int, default=0, help="picks the cast of callers")
    options = parser.parse_args()
    try:
        account = Account.from_environment(os.environ)
        port, tls_port = _port(os.environ, "REHEARSAL_PORT", DEFAULT_PORT), _port(os.environ, "REHEARSAL_TLS_PORT", 0)
        static, app_url = _static(options.static)
        reach = Reach.of_options(options.connect_to, options.ca)
        asyncio.run(serve(account, port, tls_port, static, reach, _station(os.environ, app_url), options.seed))
    except (BadAccount, BadSettings, BadReach) as problem:
        for line in str(problem).splitlines():
            print(f"rehearsal: {line}", file=sys.stderr)
        return 2
    except OSError as problem:
        print(f"rehearsal: cannot listen: {problem}", file=sys.stderr)
        return 1
    return 0


async def serve(
    account: Account,
    port: int,
    tls_port: int,
    static: StaticFolder | None,
    reach: Reach,
    station: Station,
    seed: int,
) -> None:
    """Listen, say so in one line, and end cleanly. A TLS port of 0 means none. Raises OSError for a busy port."""
    clock, faults, behaviour = Clock(), Faults(), Behaviour()
    webhooks = Webhooks(account, clock, faults, behaviour, static, reach)
    network = Network(account, clock, behaviour, faults, TwimlInterpreter(webhooks, VERBS))
    runner = web.AppRunner(make_app(network, station, seed), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
        if tls_port:
            context, key_hash = _certificate()
            await web.TCPSite(runner, HOST, tls_port, ssl_context=context).start()
            print(f"rehearsal: TLS on https://{HOST}:{tls_port} spki {key_hash}", flush=True)
        print(f"rehearsal: ready on http://{HOST}:{port}", flush=True)
        # What start-up made stays: the garbage collector need not look at it again while thousands call.
        gc.freeze()
        await _until_told_to_end()
    finally:
        await runner.cleanup()


async def _until_told_to_end() -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, told.set)
    await told.wait()


def _certificate() -> tuple[ssl.SSLContext, str]:
    from rehearsal.signalling.certificate import self_signed

    return self_signed()


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise BadSettings(f"{name} must be a port number, at most 65535, not {text!r}.")
    return int(text)


def _static(arguments: list[str] | None) -> tuple[StaticFolder | None, str]:
    """The folder with its address, and the app's own address."""
    if arguments is None:
        return None, ""
    if len(arguments) == 1:
        raise BadSettings("--static: name the folder, and then the address of the app.")
    folder, (app_url, *others) = Path(arguments[0]), [url.rstrip("/") for url in arguments[1:]]
    if not folder.is_dir():
        raise BadSettings(f"--static: there is no folder {folder}.")
    for url in (app_url, *others):
        if not url.startswith(("http://", "https://")):
            raise BadSettings(f"--static: {url} is not an http address.")
    hosts = tuple(urlsplit(url).netloc for url in others)
    return StaticFolder(folder.resolve(), f"{app_url}/{folder.name}", hosts), app_url


def _station(environ: Mapping[str, str], app_url: str) -> Station:
    """What the page offers: the app's address, and the first phone that may run the show, with its PIN."""
    phones = [phone.strip() for phone in environ.get("DJ_PHONES", "").split(",") if phone.strip()]
    return Station(
        app_url=app_url or environ.get("PUBLIC_URL", "").rstrip("/"),
        dj_phone=phones[0] if phones else "",
        dj_pin=environ.get("DJ_PIN", "").strip() if phones else "",
    )


if __name__ == "__main__":
    sys.exit(main())
