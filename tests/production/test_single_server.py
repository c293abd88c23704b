"""What a single server is installed with: systemd's units, and a certificate that Caddy gets by itself.

`python -m bench.single_server` runs the whole installation.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.production.conftest import Bed
from tests.support import acme
from tests.support.deployed import own_folder
from tests.support.https import Https
from tests.support.processes import ROOT, free_port
from tests.support.production import start_caddy

HOST = "callin.station.example"
UNITS = sorted((ROOT / "deploy/systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
CURRENT = "/opt/radio-call-in/current"


def test_caddy_gets_a_certificate_by_itself(shared_bed: Bed, tmp_path_factory: pytest.TempPathFactory) -> None:
    if not acme.is_available():
        pytest.skip(acme.WHY_NOT)
    folder = tmp_path_factory.mktemp("acme")
    http_port, https_port = free_port(), free_port()
    with acme.running_acme(folder, http_port, https_port) as authority:
        https = Https(authority.certificate(HOST), https_port)
        caddy = start_caddy(
            https, http_port, shared_bed.app.code, "9", own_folder(folder / "caddy"), tls=authority.station_tls
        )
        try:
            said = https.ask(f"https://{HOST}/static/twiml/fallback.xml").xml().findtext("Say")
            assert said
            assert https.ask(f"https://{HOST}/sign-in").status == 502
        finally:
            caddy.end()


def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is needed")
    programs = tmp_path / "current/.venv/bin"
    programs.mkdir(parents=True)
    for name in ("granian", "python"):
        (programs / name).symlink_to("/bin/true")
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace(CURRENT, str(tmp_path / "current")))
    command = ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in UNITS)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert [line for line in done.stderr.splitlines() if "radio-call-in" in line] == []
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_a_service_has_a_user_of_its_own_and_may_write_to_its_folder_alone(unit: Path) -> None:
    says = dict(line.split("=", 1) for line in unit.read_text().splitlines() if "=" in line and line[0] != "#")
    wanted = {
        "User": "callin",
        "NoNewPrivileges": "yes",
        "CapabilityBoundingSet": "",
        "ProtectSystem": "strict",
        "StateDirectory": "radio-call-in",
        "StateDirectoryMode": "0700",
        "UMask": "0077",
    }
    assert {name: says.get(name) for name in wanted} == wanted
    assert says["ExecStart"].startswith(f"{CURRENT}/.venv/bin/")


def test_the_app_listens_on_the_loopback_alone_and_has_time_to_stop() -> None:
    text = (ROOT / "deploy/systemd/radio-call-in.service").read_text()
    words = text.split()
    assert words[words.index("--host") + 1] == "127.0.0.1"
    assert int(words[words.index("--workers-kill-timeout") + 1]) < 30
    assert "TimeoutStopSec=30" in text


@pytest.mark.parametrize("script", ["deploy/install.sh", "deploy/radio-call-in"])
def test_the_scripts_can_be_read_and_refuse_a_user_without_rights(script: str) -> None:
    assert subprocess.run(["bash", "-n", script], check=False, cwd=ROOT, timeout=30).returncode == 0
    asked = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "bash", "-s", "backup"]
    done = subprocess.run(
        asked, check=False, cwd="/", input=(ROOT / script).read_text(), capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 1
    assert "Run this as root" in done.stderr


def test_a_release_keeps_the_scripts_of_the_version_before_and_of_none_older(tmp_path: Path) -> None:
    code = tmp_path / "code"
    built = code / "1/static/built"
    built.mkdir(parents=True)
    (code / "current").symlink_to(code / "1")
    (built / "manifest.json").write_text(
        json.dumps({"desk.js": "desk-BEFORE.js", "desk.css": "desk-BEFORE.css"}, indent=1)
    )
    for name in ("desk-BEFORE.js", "desk-BEFORE.css", "desk-OLDER.js"):
        (built / name).write_text("")
    text = (ROOT / "deploy/install.sh").read_text()
    copy_code = text[text.index("copy_code() {") : text.index("\n}\n", text.index("copy_code() {")) + 3]
    release = code / "2"
    script = f"set -e; code={code} release={release}; {copy_code} copy_code"
    subprocess.run(["bash", "-c", script], check=True, cwd=ROOT, timeout=60)
    new = {path.name for path in (ROOT / "static/built").iterdir()}
    kept = {path.name for path in (release / "static/built").iterdir()}
    assert kept - new == {"desk-BEFORE.js", "desk-BEFORE.css"}
    assert new <= kept
    assert (release / "static/built/manifest.json").read_text() == (ROOT / "static/built/manifest.json").read_text()
