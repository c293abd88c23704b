"""The walk on a server of one's own: Debian, Caddy with a certificate that it gets by itself, systemd's units."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

from bench.first_call.walk import Walk
from bench.machine import KeptUp, Unit, lead_here
from callin.config import file
from tests.support.acme import Acme, running_acme
from tests.support.https import Https, key_hash_of_server
from tests.support.processes import ROOT, wait_until
from tests.support.production import PublicApp, chromium_flags, new_production_environment
from tests.support.station import Station, start_network

HOST = "callin.station.example"
HEADING = "Deployment on a server of your own"
SETTINGS = Path("/etc/radio-call-in/station.env")
UNITS = Path("/etc/systemd/system")
CODE = Path("/opt/radio-call-in/current")


def walk(folder: Path, environment: dict[str, str]) -> None:
    lead_here(HOST)
    (folder / "home").mkdir()
    world = new_production_environment(folder / "home", f"https://{HOST}")
    with ExitStack() as ends, running_acme(folder, 80, 443) as acme:
        network = start_network(world, "--ca", str(acme.authority))
        ends.callback(network.end)
        units: list[KeptUp] = []
        ends.callback(end_all, units)
        newcomer = Walk(
            HEADING,
            environment | {"REQUESTS_CA_BUNDLE": str(acme.authority)},
            folder / "home",
            {"ADDRESS-OF-THIS-CODE": str(ROOT), HOST: HOST},
            {
                "radio-call-in setup": [
                    ("Account SID", world["TWILIO_ACCOUNT_SID"]),
                    ("Auth Token", world["TWILIO_AUTH_TOKEN"]),
                    ("1 to 2", "1"),
                    ("1 to 1", "1"),
                    ("The station's name", "Radio One"),
                    ("Make these changes?", "y"),
                ]
            },
            {f"deploy/install.sh {HOST}": lambda: units.extend(as_systemd(acme, world))},
        )
        newcomer.run()
        link = newcomer.shown["radio-call-in admin"].strip().splitlines()[-1]
        https = Https(acme.certificate(HOST), 443)
        settings: dict[str, str] = file.read(SETTINGS, (), [])
        app = PublicApp(world | settings, send=https.ask)
        key_hash = key_hash_of_server(HOST, 443, acme.authority)
        flags = chromium_flags(https, network, world["REHEARSAL_TLS_PORT"], key_hash)
        newcomer.first_call(link, Station(app, world["TWILIO_API_URL"], network), flags)
        newcomer.again("radio-call-in setup", SETTINGS, world | settings)
        check = newcomer.talk("radio-call-in check", [])
        assert check.status == 0, check.shown


def as_systemd(acme: Acme, world: dict[str, str]) -> list[KeptUp]:
    """Starts what install.sh has enabled. The settings name this machine's Twilio, which no station sets."""
    file.write(SETTINGS, {"TWILIO_API_URL": world["TWILIO_API_URL"]})
    caddy = Unit("caddy", Path("/lib/systemd/system/caddy.service"))
    station = Unit("station", UNITS / "caddy.service.d/radio-call-in.conf").environment
    own = {"HOME": "/var/lib/caddy", "STATION_TLS": acme.station_tls}  # a station needs none: it asks Let's Encrypt
    app = Unit("app", UNITS / "radio-call-in.service")
    units = [
        KeptUp(caddy, {"PATH": os.environ["PATH"]} | own | station, Path("/")),
        KeptUp(app, app.environment, CODE),
    ]
    for unit in units:
        unit.start()
    wait_until(lambda: key_hash_of_server(HOST, 443, acme.authority), why="Caddy has no certificate")
    return units


def end_all(units: list[KeptUp]) -> None:
    for unit in units:
        unit.end()
