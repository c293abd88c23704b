"""`make deploy` and `make deploy-back`, against a stand-in for gcloud and the app as it would run there.

Google's own gcloud answers only two questions: whether it knows the recorded commands, and which files it would upload.
"""

from __future__ import annotations

import re
import secrets
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from deploy.app_engine import NEEDED_FILES, split_secrets, with_settings
from tests.support.gcloud_stand_in import REAL, StandIn, unknown_to_gcloud
from tests.support.processes import ROOT
from tests.support.station import App, running_app

HAVE_ALL = {
    "files": NEEDED_FILES,
    "services": [
        f"{name}.googleapis.com" for name in ("appengine", "cloudbuild", "cloudscheduler", "firestore", "secretmanager")
    ],
    "region": "europe-west",
    "database": "projects/a-station/databases/(default)",
    "roles": ["roles/datastore.user", "roles/secretmanager.secretAccessor"],
}

needs_gcloud = pytest.mark.skipif(REAL is None, reason="gcloud is not installed: it lists the files to upload")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(tmp_path_factory.mktemp("deploy")) as app:
        yield app


@pytest.fixture
def settings(app: App) -> dict[str, str]:
    """A station's settings for App Engine. The session key is that of the app that plays the new version."""
    return {
        "TWILIO_ACCOUNT_SID": "AC" + secrets.token_hex(16),
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "TWILIO_API_KEY_SID": "SK" + secrets.token_hex(16),
        "TWILIO_API_KEY_SECRET": secrets.token_hex(16),
        **{f"TWILIO_{kind}APP_SID": "AP" + secrets.token_hex(16) for kind in ("", "LISTENER_", "SCREENER_")},
        "TWILIO_LISTENER_NUMBER": "+441632960001",
        "TWILIO_DJ_NUMBER": "+441632960002",
        "DJ_PHONES": "+447700900999",
        "DJ_PIN": "0258",
        "PUBLIC_URL": "https://a-station.ew.r.appspot.com",
        "STORE": "firestore:",
        "SESSION_KEY": app.environment["SESSION_KEY"],
        "STATION_NAME": 'Radio "Sommer" & Söhne',
    }


def secrets_of(settings: Mapping[str, str]) -> list[str]:
    return [settings[name] for name in ("TWILIO_AUTH_TOKEN", "TWILIO_API_KEY_SECRET", "SESSION_KEY", "DJ_PIN")]


def run(
    folder: Path, stand_in: StandIn, settings: Mapping[str, str], *options: str
) -> subprocess.CompletedProcess[str]:
    file = folder / "station.env"
    file.write_text("".join(f"{name}='{value}'\n" for name, value in settings.items()), encoding="utf-8")
    file.chmod(0o600)
    return subprocess.run(
        [sys.executable, "-m", "deploy.app_engine", *options],
        cwd=ROOT,
        env={"PATH": stand_in.path, "HOME": str(folder), "CALLIN_SETTINGS": str(file), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_first_deployment_makes_what_is_missing_and_uploads_no_secret(
    app: App, settings: dict[str, str], tmp_path: Path
) -> None:
    google = StandIn.made(tmp_path / "bin", next_url=app.url, files=NEEDED_FILES)
    refused = run(tmp_path, google, settings)
    assert (refused.returncode, "make deploy REGION=" in refused.stderr) == (1, True)
    done = run(tmp_path, google, settings, "--region=europe-west")
    assert done.returncode == 0, done.stderr
    [upload] = google.state()["uploads"]
    variables = yaml.safe_load(upload)["env_variables"]
    assert variables["STATION_NAME"] == settings["STATION_NAME"]
    assert variables["DJ_PIN"] == "secret:callin-dj-pin"
    assert google.state()["secrets"]["callin-dj-pin"] == ["0258"]
    assert google.state()["is_scheduled"]
    assert google.state()["traffic"] in google.state()["versions"]
    said = done.stdout + done.stderr + upload + "".join(map(str, google.commands()))
    assert not [secret for secret in secrets_of(settings) if secret in said]
    assert REAL is None or not unknown_to_gcloud(google.commands(), tmp_path)


def test_a_new_version_gets_the_traffic_once_it_is_well_and_one_command_returns_to_the_one_before(
    app: App, settings: dict[str, str], tmp_path: Path
) -> None:
    google = StandIn.made(
        tmp_path / "bin", next_url=app.url, versions={"v2": app.url, "v1": app.url}, traffic="v2", **HAVE_ALL
    )
    done = run(tmp_path, google, settings)
    assert done.returncode == 0, done.stderr
    new = google.state()["traffic"]
    assert list(google.state()["versions"]) == [new, "v2"]  # only one version to return to
    order = [command.split(" --")[0] for command in google.changes() if command.startswith("app")]
    assert [order[0].split()[1], *order[1:]] == [
        "deploy",
        "app services set-traffic default",
        f"app deploy {ROOT / 'cron.yaml'}",
        "app versions delete",
    ]
    back = run(tmp_path, google, settings, "--back")
    assert (back.returncode, google.state()["traffic"]) == (0, "v2"), back.stderr
    assert REAL is None or not unknown_to_gcloud(google.commands(), tmp_path)


def test_a_second_deployment_writes_the_secrets_that_differ_and_destroys_the_replaced_ones(
    app: App, settings: dict[str, str], tmp_path: Path
) -> None:
    google = StandIn.made(tmp_path / "bin", next_url=app.url, **HAVE_ALL)
    assert run(tmp_path, google, settings).returncode == 0
    before = len(google.changes())
    assert run(tmp_path, google, {**settings, "DJ_PIN": "1111"}).returncode == 0
    assert google.state()["secrets"]["callin-dj-pin"] == [None, "1111"]
    changed = [command for command in google.changes()[before:] if command.startswith("secrets")]
    assert len(changed) == 2, changed


@pytest.mark.parametrize("trouble", ["another key", "nobody there"])
def test_a_version_that_is_not_well_gets_no_traffic(
    app: App, settings: dict[str, str], tmp_path: Path, trouble: str
) -> None:
    url = app.url if trouble == "another key" else "http://127.0.0.1:9"
    google = StandIn.made(tmp_path / "bin", next_url=url, versions={"v1": app.url}, traffic="v1", **HAVE_ALL)
    done = run(tmp_path, google, {**settings, "SESSION_KEY": secrets.token_hex(32)}, "--seconds-until-well=1")
    assert done.returncode == 1
    assert "The previous version still has the traffic" in done.stderr
    assert google.state()["traffic"] == "v1"


def test_gclouds_refusal_is_shown_in_its_own_words(settings: dict[str, str], tmp_path: Path) -> None:
    google = StandIn.made(tmp_path / "bin", failing="secrets create", **HAVE_ALL)
    done = run(tmp_path, google, settings)
    assert done.returncode == 1
    assert "This command failed: gcloud secrets create callin-twilio-auth-token" in done.stderr
    assert "PERMISSION_DENIED" in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("STORE", "sqlite:////tmp/line.sqlite", "STORE must not be sqlite: on App Engine"),
        (
            "PUBLIC_URL",
            "https://another.ew.r.appspot.com",
            "but this application is https://a-station.ew.r.appspot.com",
        ),
        ("TWILIO_DJ_NUMBER", "", "TWILIO_DJ_NUMBER is not set"),
    ],
)
def test_wrong_settings_stop_before_anything_is_uploaded(
    settings: dict[str, str], tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    google = StandIn.made(tmp_path / "bin", **HAVE_ALL)
    done = run(tmp_path, google, {**settings, name: value})
    assert done.returncode == 1
    assert sentence in done.stderr
    assert google.changes() == []


def test_returning_needs_a_version_to_return_to(settings: dict[str, str], tmp_path: Path) -> None:
    google = StandIn.made(tmp_path / "bin", versions={"v1": "http://127.0.0.1:9"}, traffic="v1", **HAVE_ALL)
    done = run(tmp_path, google, settings, "--back")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "There is no other version to return to.")


def test_returning_passes_over_a_newer_version_that_never_got_the_traffic(
    app: App, settings: dict[str, str], tmp_path: Path
) -> None:
    versions = {"v3": "http://127.0.0.1:9", "v2": app.url, "v1": app.url}
    google = StandIn.made(tmp_path / "bin", versions=versions, traffic="v2", **HAVE_ALL)
    back = run(tmp_path, google, settings, "--back", "--seconds-until-well=1")
    assert (back.returncode, google.state()["traffic"]) == (0, "v1"), back.stderr


def test_the_uploaded_settings_are_the_stations_and_everything_else_stays(settings: dict[str, str]) -> None:
    public, hidden = split_secrets({**settings, "PORT": "8080", "TWILIO_API_URL": "http://127.0.0.1:9100"})
    text = (ROOT / "app.yaml").read_text(encoding="utf-8")
    written = yaml.safe_load(with_settings(text, public))
    assert written.pop("env_variables") == public
    original = yaml.safe_load(text)
    del original["env_variables"]
    assert written == original
    assert set(hidden.values()) == set(secrets_of(settings))
    assert {"PORT", "TWILIO_API_URL"} & public.keys() == set()


@needs_gcloud
def test_only_the_apps_own_files_are_uploaded(tmp_path: Path) -> None:
    """A copy of the code with a station's private files and temporary files in it."""
    for name in ("callin", "templates", "static"):
        (tmp_path / name).symlink_to(ROOT / name)
    for name in (".gcloudignore", ".gitignore", "main.py", "util.py", "app.yaml", "requirements.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    private = ["station.env", "station.env.bak", ".station.env.swp", "station.env~", "app.station.yaml", ".env"]
    left = ["var/line.db", "line.sqlite", "line.db-wal", "x.log", "tests/test_x.py", "rehearsal/x.py", "deploy/x.py"]
    for name in private + left:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("PLANTED")
    listed = subprocess.run(
        [str(REAL), "meta", "list-files-for-upload", str(tmp_path)], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    kinds = {re.sub(r"^(callin|templates|static)/.*", r"\1", name) for name in listed}
    assert kinds == {"callin", "templates", "static", "main.py", "util.py", "app.yaml", "requirements.txt"}


@needs_gcloud
def test_googles_own_parser_knows_the_commands_of_the_readme(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8").replace("\\\n", " ")
    written = re.findall(r"^ {4,}gcloud (.+)$", text, re.MULTILINE) + re.findall(r"`gcloud ([^`]+)`", text)
    commands = [shlex.split(re.sub(r"YOUR-\w+(-\w+)?", "your-own", one)) for one in written]
    commands = [one for one in commands if one[0] != "beta"]  # a component that is not installed everywhere
    assert len(commands) > 8
    assert unknown_to_gcloud(commands, tmp_path) == []
