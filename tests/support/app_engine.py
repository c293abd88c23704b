"""The production bed's second form: the app on App Engine, whose front the tests play, with Firestore as its store.

Instances are started by the very entry point of `app.yaml`, in a read-only folder, by an unprivileged user. The store
is Google's emulator: except for that and for Twilio's address, the app cannot tell that it is not on App Engine.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.support import firestore
from tests.support.app_yaml import AppYaml, read_app_yaml
from tests.support.deployed import deployed, unprivileged
from tests.support.google_front import GoogleFront
from tests.support.https import Https, make_certificate
from tests.support.processes import ROOT, Program, free_port
from tests.support.production import HOST, PublicApp, chromium_flags, new_production_environment, reach_of
from tests.support.set_up import set_up
from tests.support.station import Station, start_network
from tests.support.web import ask


@dataclass
class Instance(PublicApp):
    """One copy of the app. Requests from outside reach it only through the front."""

    entrypoint: str = ""

    @property
    def command(self) -> list[str]:
        return unprivileged(["sh", "-c", f"exec {self.entrypoint}"])

    def start(self) -> None:
        """With a warm-up, as App Engine sends it."""
        self.program = Program("instance", self.command, self.environment, self.code)
        self.program.wait_until_ready(lambda: ask(self.inside_url + "/_ah/warmup").status == 200)


@dataclass(kw_only=True)
class AppEngine(Station):
    """A `Station` on App Engine. `app` is what answers at its public address, whichever instance it is."""

    https: Https
    http_port: int
    front: GoogleFront
    app_yaml: AppYaml
    instances: list[Instance] = field(default_factory=list)

    @property
    def chromium_flags(self) -> tuple[str, ...]:
        """With these Chromium finds the station and Twilio's hosts on this machine, and accepts their certificates."""
        return chromium_flags(self.https, self.network, self.app.environment["REHEARSAL_TLS_PORT"])

    def start_instance(self) -> Instance:
        """One more instance takes requests from now on."""
        port = str(free_port())
        environment = self.app.environment | {"PORT": port, "GAE_INSTANCE": port}
        instance = Instance(environment, code=self.app.code, entrypoint=self.app_yaml.entrypoint)
        self.instances.append(instance)
        instance.start()
        self.front.add(int(port))
        return instance

    def end(self) -> None:
        super().end()
        for instance in self.instances:
            instance.end()
        self.front.end()


@contextlib.contextmanager
def running_app_engine(folder: Path, emulator: firestore.Emulator, **changes: str) -> Iterator[AppEngine]:
    """One instance, as `app.yaml` has it, and the network; with accounts named `admin`, `dj` and `screener`."""
    https, http_port = Https(make_certificate(folder, HOST), free_port()), free_port()
    environment = (
        new_production_environment(folder, https.url)
        | {
            "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
            "GAE_ENV": "standard",
            "TRUSTED_PROXIES": "",
            "GAE_RUNTIME": "python313",
            "STORE": "firestore:",
            "GOOGLE_CLOUD_PROJECT": firestore.new_project(),
            "FIRESTORE_EMULATOR_HOST": emulator.host,
        }
        | changes
    )
    app = PublicApp(environment, code=deployed(folder / "code"), send=https.ask)
    app_yaml = read_app_yaml(ROOT / "app.yaml")
    front = GoogleFront(app_yaml, app.code, https, http_port)
    front.start()
    station = AppEngine(
        app, environment["TWILIO_API_URL"], https=https, http_port=http_port, front=front, app_yaml=app_yaml
    )
    try:
        station.network = start_network(environment, *reach_of(https))
        environment |= set_up(environment)
        station.start_instance()
        app.make_accounts()
        yield station
    finally:
        station.end()
