"""Installs the single server as a station would and checks the README's section: `python -m bench.single_server`.

As root on Debian, with pebble (a local ACME server), Caddy and systemd-analyze. It runs deploy/install.sh in a mount
and a network namespace of its own, so nothing on the machine changes, and then the commands of systemd's units, each as
its unit's user: systemd itself need not run. The phone network is the rehearsal, which asks the app over https.
"""

from __future__ import annotations

import os
import secrets
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.machine import Unit, done, lead_here, run_sealed
from tests.support.acme import running_acme
from tests.support.https import Certificate, Https
from tests.support.processes import ROOT, Program, wait_until
from tests.support.production import PublicApp
from tests.support.station import App, Station, new_environment, start_network
from tests.support.web import ask

HOST = "callin.station.example"
CODE, DATA = Path("/opt/radio-call-in/current"), Path("/var/lib/radio-call-in")
SETTINGS = Path("/etc/radio-call-in/station.env")
UNITS = Path("/etc/systemd/system")
RADIO_UNITS = (
    "radio-call-in.service",
    *(f"radio-call-in-{job}.{kind}" for job in ("backup", "watch") for kind in ("service", "timer")),
)
PROGRAMS = ("pebble", "caddy", "systemd-analyze", "setpriv")


@dataclass
class UnitApp(PublicApp):
    """The app as its unit starts it: settings come from the file alone."""

    def start(self) -> None:
        unit = Unit("app", UNITS / "radio-call-in.service")
        self.program = Program("app", unit.command, unit.environment, CODE)
        self.program.wait_until_ready(lambda: self.send(self.url + "/queue-status").status == 200)


def promise(sentence: str, holds: Callable[[], object]) -> None:
    """Checks that the sentence holds, and prints it."""
    wait_until(holds, 30, sentence)
    print(f"  yes  {sentence}", flush=True)


def main(folder: Path) -> None:
    """Runs inside the namespaces."""
    lead_here(HOST)
    programs: list[Program] = []
    try:
        prove(folder, programs)
    finally:
        for program in programs:
            program.end()


def prove(folder: Path, programs: list[Program]) -> None:
    print("The installation:", flush=True)
    installer = str(ROOT / "deploy/install.sh")
    assert "Next: radio-call-in setup" in done([installer, HOST]).stdout
    installed()
    with running_acme(folder, 80, 443) as acme:
        os.environ["STATION_TLS"] = acme.station_tls  # a station needs none: Caddy asks Let's Encrypt
        prove_show(acme.certificate(HOST), installer, programs)


def prove_show(certificate: Certificate, installer: str, programs: list[Program]) -> None:
    environment = settings()
    programs.append(start_network(environment, "--ca", str(certificate.authority)))
    first = ["radio-call-in", "setup", "--yes", "--wait", "0"]  # only this program starts the app here
    numbers_left = subprocess.run(first, check=False, stdin=subprocess.DEVNULL)
    assert numbers_left.returncode == 3  # the app that the numbers are to be pointed at is not running yet
    https = Https(certificate, 443)
    app = UnitApp(environment, send=https.ask)
    caddy(programs)
    station = Station(app, environment["TWILIO_API_URL"], programs[-2])
    app.start()
    done(["radio-call-in", "setup", "--yes"], os.environ | {"REQUESTS_CA_BUNDLE": str(certificate.authority)})
    try:
        show(station, https)
        upgrade(station, installer)
    finally:
        app.end()


def installed() -> None:
    as_app = ["setpriv", "--reuid=callin", "--regid=callin", "--clear-groups"]
    promise("systemd finds no fault in the units", verified)
    promise(
        "the app's user can write neither code nor units", lambda: not writable(as_app, str(CODE.resolve()), str(UNITS))
    )
    promise("others can read neither settings nor store", lambda: {mode_of(SETTINGS), mode_of(DATA)} == {0o600, 0o700})
    gone = [CODE / "rehearsal", CODE / "tests", CODE / "static/rehearsal"]
    promise("the rehearsal is not there", lambda: not any(path.exists() for path in gone))
    python = str(CODE / ".venv/bin/python")
    promise(
        "its packages are not there",
        lambda: subprocess.run([python, "-c", "import aiortc"], check=False, stderr=-3).returncode,
    )


def verified() -> bool:
    ran = done(["systemd-analyze", "verify", *(str(UNITS / name) for name in RADIO_UNITS)])
    faults = [line for line in ran.stderr.splitlines() if "radio-call-in" in line]
    assert not faults, faults
    return True


def writable(as_app: list[str], *folders: str) -> str:
    """What that user could write to in these folders, except for its own settings."""
    found = done([*as_app, "find", *folders, "-writable", "-not", "-type", "l", "-not", "-path", f"{SETTINGS.parent}*"])
    return found.stdout


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def settings() -> dict[str, str]:
    """What an admin writes: the account is the rehearsal's."""
    environment = new_environment(DATA, 8080, 9100) | {"PUBLIC_URL": f"https://{HOST}", "DJ_PIN": "4711"}
    names = ("ACCOUNT_SID", "AUTH_TOKEN", "API_KEY_SID", "API_KEY_SECRET", "LISTENER_NUMBER", "DJ_NUMBER", "API_URL")
    wanted = [f"TWILIO_{name}" for name in names] + ["DJ_PHONES", "DJ_PIN", "SESSION_KEY"]
    environment["SESSION_KEY"] = secrets.token_hex(32)
    with SETTINGS.open("a") as file:
        file.writelines(f"{name}='{environment[name]}'\n" for name in wanted)
    return environment


def caddy(programs: list[Program]) -> None:
    unit = Unit("caddy", Path("/lib/systemd/system/caddy.service"))
    station = Unit("station", UNITS / "caddy.service.d/radio-call-in.conf").environment
    environment = {"HOME": "/var/lib/caddy", "STATION_TLS": os.environ["STATION_TLS"]} | station
    programs.append(Program("caddy", unit.command, environment, Path("/")))


def show(station: Station, https: Https) -> None:
    app = station.app
    print("A show:", flush=True)
    promise(
        "https with a certificate that Caddy has got by ACME", lambda: https.ask(app.url + "/sign-in").status == 200
    )
    promise("the app listens on 127.0.0.1 only", lambda: listening() == {"127.0.0.1:8080"})
    promise("/health is well", lambda: https.ask(app.url + "/health").json()["ok"])
    before = station.ring("+447700900001")
    promise(
        "a caller waits in line", lambda: station.until(lambda: "radio-callin" in str(station.caller(before)["queue"]))
    )
    assert app.program
    app.program.kill()
    promise("the app is killed: Caddy says so", lambda: https.ask(app.url + "/sign-in").status == 502)
    during = station.ring("+447700900002")
    promise("the fallback file queues the next caller", lambda: station.until(lambda: station.is_waiting(during)))
    app.start()
    promise("the app is back and has both in line", lambda: station.until(lambda: in_line(app) == 2))


def in_line(app: App) -> int:
    return int(app.send(app.url + "/queue-status").json()["current_size"])


def listening() -> set[str]:
    """The addresses where anything listens on port 8080."""
    lines = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
    rows = [line.split() for line in lines.splitlines()]
    local = [row[1] for row in rows if len(row) > 3 and row[3] == "0A" and row[1].endswith(f":{8080:04X}")]
    return {"127.0.0.1:8080" if address.startswith("0100007F:") else address for address in local}


def upgrade(station: Station, installer: str) -> None:
    print("Upkeep:", flush=True)
    nightly = Unit("backup", UNITS / "radio-call-in-backup.service")
    promise("the nightly backup is made", lambda: "Backed up" in nightly.run().stdout)
    [made] = (DATA / "backups").glob("radio-call-in-*")
    watch = Unit("watch", UNITS / "radio-call-in-watch.service")
    promise("the watch looks", watch.run)
    promise("only the app's user can read it", lambda: mode_of(made) == 0o600 and made.owner() == "callin")
    before = CODE.resolve()
    assert "Upgraded" in done([installer]).stdout
    promise("an upgrade backs up the store first", lambda: list((DATA / "backups").glob("before-*")))
    promise("the previous version is kept", lambda: CODE.resolve() != before and before.exists())
    station.app.end()
    promise("a clean stop leaves one file", lambda: [path.name for path in DATA.glob("line.*")] == ["line.sqlite"])
    station.app.start()
    promise("the new version has both callers in line", lambda: station.until(lambda: in_line(station.app) == 2))
    assert ask(station.network_url + "/rehearsal/callers").status == 200


if __name__ == "__main__":
    run_sealed("bench.single_server", PROGRAMS, main)
