"""Deploys the app to App Engine: `make deploy`, and `make deploy-back` to return to the previous version.

A new version is uploaded without traffic and asked for its health. Only when it is well do callers and pages move to
it. The previous version is kept, so that one command returns to it. What is missing in the Google Cloud project
(services, application, database, rights) is created. Secrets go to Secret Manager; the upload has only their names.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from callin import config
from callin.config import NAMES, SETTINGS, ConfigError, secret_manager
from deploy.gcloud import Gcloud, GcloudError, current_project
from deploy.health import DeploymentError, wait_until_well
from deploy.steps import Step, run_steps

ROOT = Path(__file__).resolve().parent.parent
UPLOADED = ROOT / "app.station.yaml"
"""app.yaml with the station's settings, written by each deployment. It names secrets, and holds none."""

SERVICES = ("appengine", "cloudbuild", "cloudscheduler", "firestore", "secretmanager")
ROLES = ("roles/datastore.user", "roles/secretmanager.secretAccessor")
"""What the app's own account may do: read and write the database, and read secrets."""

SET_BY_APP_ENGINE = {"PORT", "GAE_ENV", "GAE_VERSION", "GOOGLE_CLOUD_PROJECT"}
FOR_REHEARSALS = {"REHEARSAL_PORT", "FIRESTORE_EMULATOR_HOST", "TWILIO_API_URL", "TWILIO_SIGNALING_HOST"}
SECONDS_UNTIL_WELL = 120.0
"""How long a new version may take until its first answer: App Engine starts an instance for it."""

NEEDED_FILES = (
    *("main.py", "requirements.txt", "app.yaml"),
    *("static/built/manifest.json", "static/twiml/fallback-studio.xml"),
)
FORBIDDEN = re.compile(
    r"(^|/)(station\.env|app\.station\.yaml|\.env|\.git|\.venv|node_modules|var)(/|$)|\.(db|sqlite)$"
)


def secret_name(setting: str) -> str:
    """The secret's name in Secret Manager. A project has one application, and so one station.

    >>> secret_name("TWILIO_AUTH_TOKEN")
    'callin-twilio-auth-token'
    """
    return f"callin-{setting.lower().replace('_', '-')}"


def split_secrets(values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The settings as App Engine gets them, and the secrets as Secret Manager gets them, by their names there."""
    public, hidden = {}, {}
    for setting in SETTINGS:
        value = values.get(setting.name, "").strip()
        if not value or setting.name in SET_BY_APP_ENGINE | FOR_REHEARSALS:
            continue
        if setting.is_secret and not secret_manager.is_secret(value):
            hidden[secret_name(setting.name)] = value
            value = secret_manager.MARK + secret_name(setting.name)
        public[setting.name] = value
    return public, hidden


def with_settings(app_yaml: str, values: Mapping[str, str]) -> str:
    """app.yaml with these `env_variables` in place of its own. A JSON string is also a YAML string.

    https://cloud.google.com/appengine/docs/standard/reference/app-yaml?tab=python#environment_variables
    """
    lines = "".join(f"  {name}: {json.dumps(value)}\n" for name, value in values.items())
    text, count = re.subn(r"^env_variables:\n(?:[ #].*\n)*", lambda _: "env_variables:\n" + lines, app_yaml, flags=re.M)
    if count != 1:
        raise DeploymentError("app.yaml must have one block env_variables. Restore the file as the project has it.")
    return text


@dataclass
class Deployment:
    """One deployment of the app in this folder. Each method is a step, and says what it changed."""

    gcloud: Gcloud
    values: Mapping[str, str]
    session_key: str = field(repr=False)
    region: str = ""
    seconds_until_well: float = SECONDS_UNTIL_WELL
    version: str = field(default_factory=lambda: time.strftime("v%Y%m%d-%H%M%S", time.gmtime()))
    before: str = ""
    """The version that has the traffic until this one gets it; empty at the first deployment."""

    def steps(self) -> list[Step]:
        return [
            ("Google Cloud services", self.enable_services),
            ("App Engine application", self.make_application),
            ("Firestore database", self.make_database),
            ("Rights of the app's account", self.grant_roles),
            ("Secrets in Secret Manager", self.keep_secrets),
            ("Compiled code and templates", self.compile),
            ("List of the files to upload", self.check_files),
            (f"Version {self.version}, without traffic", self.upload),
            ("Health of that version", self.wait_until_well),
            ("Traffic", self.move_traffic),
            ("Check of the app's health every minute", self.schedule),
            ("Versions older than the previous one", self.delete_old),
        ]

    def enable_services(self) -> str:
        have = {one["config"]["name"] for one in self.gcloud.json("services", "list", "--enabled") or []}
        wanted = [f"{name}.googleapis.com" for name in SERVICES]
        missing = [name for name in wanted if name not in have]
        if missing:
            self.gcloud.run("services", "enable", *missing)
        return f"enabled: {', '.join(missing)}" if missing else ""

    def make_application(self) -> str:
        change = ""
        if self._application() is None:
            if not self.region:
                raise DeploymentError(
                    "This project has no App Engine application yet. Its region can never be changed. Choose one near "
                    "the station from `gcloud app regions list`, and run: make deploy REGION=europe-west"
                )
            self.gcloud.run("app", "create", f"--region={self.region}")
            change = f"created in {self.region}"
        host = (self._application() or {}).get("defaultHostname", "")
        url = self.values.get("PUBLIC_URL", "")
        if url.endswith(".appspot.com") and url != f"https://{host}":
            raise DeploymentError(f"PUBLIC_URL is {url}, but this application is https://{host}. Correct station.env.")
        return change

    def make_database(self) -> str:
        """Creates the database where the application is."""
        if any(one["name"].endswith("/(default)") for one in self.gcloud.json("firestore", "databases", "list") or []):
            return ""
        where = (self._application() or {}).get("locationId", self.region)
        # App Engine's names of two regions lack the number: https://cloud.google.com/appengine/docs/standard/locations
        where = {"europe-west": "europe-west1", "us-central": "us-central1"}.get(where, where)
        self.gcloud.run("firestore", "databases", "create", f"--location={where}", "--type=firestore-native")
        return f"created in {where}"

    def grant_roles(self) -> str:
        member = f"serviceAccount:{self.gcloud.project}@appspot.gserviceaccount.com"
        policy = self.gcloud.json("projects", "get-iam-policy", self.gcloud.project) or {}
        have = {one["role"] for one in policy.get("bindings", []) if member in one.get("members", [])}
        missing = [role for role in ROLES if role not in have]
        for role in missing:
            self.gcloud.run(
                *("projects", "add-iam-policy-binding", self.gcloud.project),
                *(f"--role={role}", f"--member={member}", "--condition=None"),
            )
        return f"granted: {', '.join(missing)}" if missing else ""

    def keep_secrets(self) -> str:
        """Writes the secrets that differ, and destroys the versions that they replace: only six are free of charge."""
        public, hidden = split_secrets(self.values)
        changed = [name for name, value in hidden.items() if self._keep_secret(name, value)]
        UPLOADED.write_text(with_settings((ROOT / "app.yaml").read_text(encoding="utf-8"), public), encoding="utf-8")
        UPLOADED.chmod(0o600)
        return f"written: {', '.join(changed)}" if changed else ""

    def _keep_secret(self, name: str, value: str) -> bool:
        if self.gcloud.answers("secrets", "describe", name) is None:
            self.gcloud.run("secrets", "create", name, "--replication-policy=automatic")
        elif self.gcloud.answers("secrets", "versions", "access", "latest", f"--secret={name}") == value:
            return False
        former = self.gcloud.json("secrets", "versions", "list", name, "--filter=state=ENABLED") or []
        self.gcloud.run("secrets", "versions", "add", name, "--data-file=-", stdin=value)
        for one in former:
            self.gcloud.run("secrets", "versions", "destroy", one["name"].rpartition("/")[2], f"--secret={name}")
        return True

    def compile(self) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "callin.compile"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise DeploymentError(f"The code does not compile:\n{done.stdout}{done.stderr}")
        return done.stderr.strip()

    def check_files(self) -> str:
        files = self.gcloud.run("meta", "list-files-for-upload", str(ROOT)).splitlines()
        missing = [name for name in NEEDED_FILES if name not in files]
        if missing:
            raise DeploymentError(f"These files would not be uploaded: {', '.join(missing)}. Run `make demo` once.")
        secret = [name for name in files if FORBIDDEN.search(name)]
        if secret:
            raise DeploymentError(f"These files must not be uploaded: {', '.join(secret)}. Restore .gcloudignore.")
        return f"{len(files)} files"

    def upload(self) -> str:
        self.before = self._serving()
        self.gcloud.show("app", "deploy", str(UPLOADED), f"--version={self.version}", "--no-promote")
        return "uploaded" + ("" if self.before else "; as the first version it has the traffic at once")

    def wait_until_well(self) -> str:
        return wait_until_well(self._url_of(self.version), self.session_key, self.seconds_until_well)

    def move_traffic(self) -> str:
        if self._serving() == self.version:
            return ""
        self.gcloud.run("app", "services", "set-traffic", "default", f"--splits={self.version}=1")
        return f"moved from {self.before} to {self.version}"

    def schedule(self) -> str:
        """cron.yaml is deployed by itself, and belongs to no version."""
        self.gcloud.run("app", "deploy", str(ROOT / "cron.yaml"))
        return "scheduled"

    def delete_old(self) -> str:
        """Deletes all but this version and the one before. A kept version has no instances while it has no traffic."""
        old = [name for name in self._versions() if name not in (self.version, self.before)]
        if old:
            self.gcloud.run("app", "versions", "delete", "--service=default", *old)
        return f"deleted: {', '.join(old)}" if old else ""

    def back(self) -> list[Step]:
        """The steps of `make deploy-back`. DeploymentError if there is no version to return to."""
        self.before = self._serving()
        versions = self._versions()
        # Prefer an older one: a newer one without traffic was not well, or `make deploy-back` itself went back from it.
        older = versions[versions.index(self.before) + 1 :] if self.before in versions else versions
        others = older or [name for name in versions if name != self.before]
        if not others:
            raise DeploymentError("There is no other version to return to.")
        self.version = others[0]
        return [(f"Health of version {self.version}", self.wait_until_well), ("Traffic", self.move_traffic)]

    def _application(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.gcloud.json("app", "describe")
        return found

    def _serving(self) -> str:
        service = self.gcloud.json("app", "services", "describe", "default") or {}
        shares: dict[str, float] = service.get("split", {}).get("allocations", {})
        return max(shares, key=lambda name: shares[name], default="")

    def _versions(self) -> list[str]:
        """The names of all versions, the newest first."""
        found = self.gcloud.json("app", "versions", "list", "--service=default", "--sort-by=~version.createTime") or []
        return [one["id"] for one in found]

    def _url_of(self, version: str) -> str:
        found = self.gcloud.json("app", "versions", "describe", version, "--service=default") or {}
        return str(found.get("versionUrl", "")).rstrip("/")


def station_settings() -> tuple[dict[str, str], str]:
    """The file's values, and the session key. ConfigError if there is none, or if the app would not start with them."""
    path = config.path()
    if path is None or not path.exists():
        raise ConfigError([f"There is no settings file {path or ''}. Run: make setup"])
    problems: list[str] = []
    values = config.file.read(path, NAMES, problems)
    hosted = {"GAE_ENV": "standard", "GOOGLE_CLOUD_PROJECT": "of gcloud"}
    settings = config.check({**config.with_secrets(values, problems), **hosted}, problems)
    return values, settings.session_key


def main() -> int:
    """Runs the command. 0 if the version has the traffic; otherwise 1, with a sentence on stderr."""
    parser = argparse.ArgumentParser(prog="make deploy", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--back", action="store_true", help="return to the previous version")
    parser.add_argument("--region", default="", help="where to create the application, at the first deployment")
    parser.add_argument("--seconds-until-well", type=float, default=SECONDS_UNTIL_WELL, help="how long to wait for it")
    parser.add_argument("--project", default="", help="the Google Cloud project, unless gcloud's own is right")
    arguments = parser.parse_args()
    try:
        values, session_key = station_settings()
        project = arguments.project or values.get("GOOGLE_CLOUD_PROJECT", "") or current_project()
        if not project:
            raise DeploymentError("Which project? Run: gcloud config set project YOUR-PROJECT")
        deployment = Deployment(Gcloud(project), values, session_key, arguments.region, arguments.seconds_until_well)
        sys.stderr.write(f"Deploying to App Engine, project {project}.\n")
        run_steps(deployment.back() if arguments.back else deployment.steps(), sys.stderr)
    except ConfigError as error:
        return failed(f"These settings are missing or wrong:\n{error}")
    except (DeploymentError, GcloudError) as error:
        return failed(str(error))
    except KeyboardInterrupt:
        return failed("\nStopped. Run the command again: it does what is left.")
    return 0


def failed(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
