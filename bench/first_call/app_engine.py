"""The walk on App Engine: a stand-in for gcloud, Google's front as the tests play it, Google's Firestore emulator.

The instance is started by the uploaded files: the clone's code, and the settings and secrets that `make deploy` sent.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread

import yaml

from bench.first_call.walk import Walk
from bench.machine import done, lead_here
from callin.config import file, secret_manager
from deploy.app_engine import NEEDED_FILES
from tests.support import firestore
from tests.support.app_engine import Instance
from tests.support.app_yaml import read_app_yaml
from tests.support.deployed import deployed
from tests.support.gcloud_stand_in import StandIn
from tests.support.google_front import GoogleFront
from tests.support.https import Https, make_certificate
from tests.support.processes import ROOT, free_port
from tests.support.production import PublicApp, chromium_flags, new_production_environment
from tests.support.station import Station, start_network

HOST = "a-station.ew.r.appspot.com"
HEADING = "Deployment on App Engine"
LOOK_SECONDS = 0.2


class Google:
    """What runs in the project: an instance of each uploaded version, behind the front."""

    def __init__(self, folder: Path, clone: Path, world: dict[str, str], https: Https) -> None:
        self._folder, self._clone, self._world, self._https = folder, clone, world, https
        self.gcloud = StandIn.made(folder / "gcloud", next_url=https.url, files=NEEDED_FILES)
        self._front = GoogleFront(read_app_yaml(ROOT / "app.yaml"), clone, https, 80)
        self._instances: list[Instance] = []
        self._is_over = Event()

    def start(self) -> None:
        self._front.start()
        Thread(target=self._serve, daemon=True).start()

    def end(self) -> None:
        self._is_over.set()
        for instance in self._instances:
            instance.end()
        self._front.end()

    def _serve(self) -> None:
        while not self._is_over.wait(LOOK_SECONDS):
            uploads = self._uploads()
            if len(uploads) > len(self._instances):
                self._start_instance(uploads[len(self._instances)])

    def _uploads(self) -> list[str]:
        try:
            uploads: list[str] = self.gcloud.state()["uploads"]
        except ValueError:  # it is still being written
            return []
        return uploads

    def _start_instance(self, upload: str) -> None:
        code = deployed(self._folder / f"version-{len(self._instances)}", self._clone)
        secrets = self.gcloud.state()["secrets"]
        values: dict[str, str] = yaml.safe_load(upload)["env_variables"]
        for name, value in values.items():
            if secret_manager.is_secret(value):
                values[name] = secrets[value.removeprefix(secret_manager.MARK)][-1]
        port = str(free_port())
        own = {
            "PATH": f"{self._clone}/.venv/bin:/usr/local/bin:/usr/bin:/bin",
            "GAE_ENV": "standard",
            "GAE_RUNTIME": "python313",
            "GOOGLE_CLOUD_PROJECT": self._world["GOOGLE_CLOUD_PROJECT"],
            "FIRESTORE_EMULATOR_HOST": self._world["FIRESTORE_EMULATOR_HOST"],
            "TWILIO_API_URL": self._world["TWILIO_API_URL"],
            "PORT": port,
        }
        instance = Instance(values | own, code=code, entrypoint=read_app_yaml(code / "app.yaml").entrypoint)
        self._instances.append(instance)
        instance.start()
        self._front.add(int(port))


def walk(folder: Path, environment: dict[str, str]) -> None:
    lead_here(HOST)
    (folder / "home").mkdir()
    clone = folder / "home/radio-call-in"
    done(["git", "clone", "--quiet", str(ROOT), str(clone)])  # "In this folder", says the README
    https = Https(make_certificate(folder, HOST), 443)
    with ExitStack() as ends, firestore.running_emulator() as emulator:
        world = new_production_environment(folder / "home", https.url) | {
            "FIRESTORE_EMULATOR_HOST": emulator.host,
            "GOOGLE_CLOUD_PROJECT": firestore.new_project(),
        }
        network = start_network(world, "--ca", str(https.certificate.authority))
        ends.callback(network.end)
        google = Google(folder, clone, world, https)
        google.start()
        ends.callback(google.end)
        settings = clone / "station.env"
        file.write(settings, {"TWILIO_API_URL": world["TWILIO_API_URL"]})  # no station sets this
        path = f"{google.gcloud.folder}:{environment['PATH']}:{Path(sys.base_prefix) / 'bin'}"
        newcomer = Walk(
            HEADING,
            environment | {"PATH": path, "REQUESTS_CA_BUNDLE": str(https.certificate.authority)},
            clone,
            {"YOUR-PROJECT": "a-station", "YOUR-BILLING-ACCOUNT": "0X0X0X-0X0X0X-0X0X0X"},
            {
                "make setup PYTHON=python3.13": [
                    ("Account SID", world["TWILIO_ACCOUNT_SID"]),
                    ("Auth Token", world["TWILIO_AUTH_TOKEN"]),
                    ("The address at which the app is", https.url),
                    ("1 to 2", "1"),
                    ("1 to 1", "1"),
                    ("The station's name", "Radio One"),
                    ("Make these changes?", "y"),
                ],
                "make deploy": [("Make these changes?", "y")],
            },
            {},
        )
        newcomer.run()
        link = newcomer.shown[".venv/bin/python -m callin.admin"].strip().splitlines()[-1]
        values: dict[str, str] = file.read(settings, (), [])
        app = PublicApp(world | values, send=https.ask)
        flags = chromium_flags(https, network, world["REHEARSAL_TLS_PORT"])
        newcomer.first_call(link, Station(app, world["TWILIO_API_URL"], network), flags)
        newcomer.again("make setup PYTHON=python3.13", settings, world | values)
