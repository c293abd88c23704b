"""The production bed: the app as a station runs it, except that Twilio has another address.

Https for a name of its own through Caddy, with the Caddyfile that a station uses. A read-only copy of the code, run by
an unprivileged user. No ready accounts: the first admin comes by the command's link, and others by invitation. The
rehearsal network plays Twilio: it uses https too, and browsers find it by Twilio's own host names.

    with running_bed(folder) as bed:
        bed.ring()                        # and all else that a `Station` can do
        bed.https.ask(bed.app.url + "/")  # a request as it comes from outside
        chromium(playwright, DJ_HZ, *bed.chromium_flags)
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.deployed import deployed, own_folder, unprivileged
from tests.support.https import Https, make_certificate
from tests.support.processes import ROOT, Program, free_port
from tests.support.set_up import run_setup
from tests.support.station import APPLICATION_SETTINGS, App, Station, new_environment, start_network
from tests.support.visitors import Visitor

HOST = "station.example"
DJ_PIN = "4711"
PASSWORD = "correct horse battery"
WHY_NOT = "Caddy is needed (on Debian: apt install caddy)"


def is_available() -> bool:
    return bool(shutil.which("caddy") and shutil.which("setpriv"))


@dataclass
class PublicApp(App):
    """The app behind its public address: every request goes there, and to the app itself only with `inside_url`."""

    @property
    def url(self) -> str:
        return self.environment["PUBLIC_URL"]

    @property
    def inside_url(self) -> str:
        """Where the app itself listens, for a request that no proxy has seen."""
        return f"http://127.0.0.1:{self.environment['PORT']}"

    @property
    def command(self) -> list[str]:
        return unprivileged(super().command)

    def admin_link(self) -> str:
        """What `python -m callin.admin` prints."""
        command = [sys.executable, "-m", "callin.admin"]
        kept = {name: self.environment[name] for name in ("PATH", "PUBLIC_URL", "SESSION_KEY")}
        done = subprocess.run(command, check=True, env=kept, cwd=ROOT, capture_output=True, text=True, timeout=30)
        return done.stdout.strip()

    def accept(self, link: str, name: str) -> Visitor:
        """Opens an invitation and makes the account: the browser that is signed in with it."""
        visitor, path = Visitor(self.url, send=self.send), link.removeprefix(self.url).replace("#", "?")
        assert visitor.get(path).status == 200
        answer = visitor.fill_in(path, name=name, password=PASSWORD, again=PASSWORD)
        assert answer.status == 303, answer.text
        self.passwords[name] = PASSWORD
        return visitor

    def invite(self, admin: Visitor, role: str) -> str:
        """The link that an admin makes on the page Accounts."""
        admin.get("/accounts")
        found = re.search(r'value="(\S+/invitation#[^"]+)"', admin.fill_in("/accounts", do="invite", role=role).text)
        assert found
        return found[1]

    def make_accounts(self) -> None:
        """An `admin` by the command's link, a `dj` and a `screener` by invitation."""
        admin = self.accept(self.admin_link(), "admin")
        for role in ("dj", "screener"):
            self.accept(self.invite(admin, role), role)


@dataclass(kw_only=True)
class Bed(Station):
    """A `Station` in production's shape."""

    https: Https
    http_port: int
    """The port for plain http, which is 80 at a station."""
    proxy: Program | None = None

    @property
    def chromium_flags(self) -> tuple[str, ...]:
        """With these Chromium finds the station and Twilio's hosts on this machine, and accepts their certificates."""
        return chromium_flags(self.https, self.network, self.app.environment["REHEARSAL_TLS_PORT"])

    def end(self) -> None:
        super().end()
        if self.proxy is not None:
            self.proxy.end()


@contextlib.contextmanager
def running_bed(folder: Path, **changes: str) -> Iterator[Bed]:
    """App, network and Caddy, set up as a station is; with accounts named `admin`, `dj` and `screener`."""
    https = Https(make_certificate(folder, HOST), free_port())
    environment = new_production_environment(own_folder(folder / "data"), https.url) | changes
    app = PublicApp(environment, code=deployed(folder / "code"), send=https.ask)
    bed = Bed(app, environment["TWILIO_API_URL"], https=https, http_port=free_port())
    try:
        bed.network = start_network(environment, *reach_of(https))
        environment |= run_setup(environment)
        bed.proxy = start_caddy(https, bed.http_port, app.code, environment["PORT"], own_folder(folder / "caddy"))
        app.start()
        app.make_accounts()
        yield bed
    finally:
        bed.end()


def new_production_environment(folder: Path, public_url: str) -> dict[str, str]:
    """A station's settings. Only the address of Twilio's REST API says that this is a test."""
    environment = new_environment(folder, free_port(), free_port()) | {
        "PUBLIC_URL": public_url,
        "TWILIO_SIGNALING_HOST": "",
        "TRUSTED_PROXIES": "127.0.0.1",
        "DJ_PIN": DJ_PIN,
        "DESK_SOUND": "studio",  # leaves the microphone as it is, so that levels can be compared
        "REHEARSAL_TLS_PORT": str(free_port()),
    }
    for name in APPLICATION_SETTINGS:
        del environment[name]
    return environment


def reach_of(https: Https) -> tuple[str, ...]:
    """The rehearsal's options by which it asks the app over https, and verifies its certificate."""
    return ("--connect-to", f"{HOST}=127.0.0.1:{https.port}", "--ca", str(https.certificate.authority))


def start_caddy(https: Https, http_port: int, code: Path, app_port: str, folder: Path, tls: str = "") -> Program:
    """Caddy with the project's Caddyfile, and what it keeps in `folder`.

    A station needs none of STATION_TLS, STATION_BIND, HTTP_PORT and HTTPS_PORT. A test does, because no authority on
    the internet gives it a certificate, and it may use neither port 443 nor any address but the loopback.
    """
    certificate = https.certificate
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "STATION_HOST": certificate.host,
        "STATION_CODE": str(code),
        "STATION_TLS": tls or f"tls {certificate.chain} {certificate.key}",
        "STATION_BIND": "127.0.0.1",
        "HTTP_PORT": str(http_port),
        "HTTPS_PORT": str(https.port),
        "PORT": app_port,
    }
    command = ["caddy", "run", "--config", str(ROOT / "deploy/Caddyfile"), "--adapter", "caddyfile"]
    proxy = Program("caddy", unprivileged(command), environment)
    try:
        proxy.wait_until_ready(lambda: https.ask(https.url + "/static/twiml/fallback.xml").status == 200)
    except BaseException:
        proxy.end()
        raise
    return proxy


def chromium_flags(https: Https, network: Program | None, twilios_tls_port: str, key_hash: str = "") -> tuple[str, ...]:
    """`key_hash` is that of the station's certificate, if `https` does not know it."""
    assert network is not None
    [twilios_hash] = re.findall(r"spki (\S+)", network.output)
    station = f"MAP {https.certificate.host} 127.0.0.1:{https.port}"
    return (
        f"--host-resolver-rules={station},MAP *.twilio.com 127.0.0.1:{twilios_tls_port}",
        f"--ignore-certificate-errors-spki-list={twilios_hash},{key_hash or https.certificate.key_hash}",
    )
