"""The commands `callin.backup` and `callin.restore` beside a running app, after a clean stop, and after a lost disk."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.processes import ROOT
from tests.support.station import Station, running_station

NUMBER = "+447700900001"


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """A station with a caller in line, shared by this file's tests."""
    with running_station(tmp_path_factory.mktemp("station")) as station:
        station.wait_until_queued(station.ring(NUMBER))
        yield station


def command(name: str, environment: Mapping[str, str], *arguments: Path | str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", f"callin.{name}", *map(str, arguments)],
        check=False,
        env=dict(environment),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def store_file(station: Station) -> Path:
    return Path(station.app.environment["STORE"].removeprefix("sqlite:///"))


@pytest.mark.parametrize("name", ["station.sqlite", "station.jsonl"])
def test_a_lost_disk_is_restored_and_the_app_goes_on(station: Station, tmp_path: Path, name: str) -> None:
    environment = station.app.environment
    path = tmp_path / name
    [row] = station.app.status()["calls"]
    answer = station.app.visitor().press(
        "/desk/card", {"call_sid": row["call_sid"], "field": "name", "value": "Zoë", "base": 0}
    )
    assert answer.status == 200, answer.text
    made = command("backup", environment, path)
    assert (made.returncode, made.stderr) == (0, ""), made.stderr
    assert made.stdout.startswith("Backed up ")
    assert not [
        value for key, value in environment.items() if key.endswith(("TOKEN", "SECRET", "KEY")) and value in made.stdout
    ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    running = command("restore", environment, path)
    assert running.returncode == 1
    assert "Stop the app first" in running.stderr

    assert station.app.program
    station.app.program.kill()
    for lost in store_file(station).parent.glob("line.sqlite*"):
        lost.unlink()
    done = command("restore", environment, path)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert stat.S_IMODE(store_file(station).stat().st_mode) == 0o600
    again = command("restore", environment, path)
    assert again.returncode == 1
    assert "The store is not empty" in again.stderr
    station.app.visitors.clear()
    station.app.start()
    [after] = station.app.status()["calls"]
    assert (after["call_sid"], after["stage"], after["card"]["name"]) == (row["call_sid"], "waiting", "Zoë")


def test_a_clean_stop_leaves_one_file_that_holds_everything(station: Station) -> None:
    path = store_file(station)
    assert station.app.program
    station.app.program.end()
    try:
        assert [file.name for file in path.parent.glob("line.sqlite*")] == ["line.sqlite"]
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("SELECT count(*) FROM call").fetchone() == (1,)
    finally:
        station.app.start()


def test_what_is_wrong_is_said_in_a_sentence(station: Station, tmp_path: Path) -> None:
    environment = {**station.app.environment, "STORE": f"sqlite:///{tmp_path}/none.sqlite"}
    missing = command("backup", environment, tmp_path / "new.sqlite")
    assert missing.returncode == 1
    assert missing.stderr == f"There is no new backup. There is no file {tmp_path}/none.sqlite.\n"
    unset = command("backup", {**environment, "STORE": ""}, tmp_path / "new.sqlite")
    assert "STORE is not set" in unset.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_nightly_backups_are_named_by_the_time_and_the_last_are_kept(station: Station, tmp_path: Path) -> None:
    for day in range(3):
        (tmp_path / f"radio-call-in-2026-01-0{day}.sqlite").touch()
    (tmp_path / "before-20260101.sqlite").touch()
    made = command("backup", station.app.environment, "--keep", "2", tmp_path)
    assert made.returncode == 0, made.stderr
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names[:2] == ["before-20260101.sqlite", "radio-call-in-2026-01-02.sqlite"]
    assert len(names) == 3
    assert names[2].endswith("Z.sqlite")
