"""Fixtures for all tests: the real app alone, and the whole station; and the rule about skipping."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import firestore
from tests.support.files_at_a_time import FilesAtATime
from tests.support.presses import put_as_new
from tests.support.station import App, Station, running_app, running_station
from tests.support.stories import BEHAVIOURS, DOCUMENTED

LONGEST = [
    "test_store_dead.py",
    "test_press_stories.py",
    "test_screening_stories.py",
    "test_app_dead.py",
    "test_pin_stories.py",
    "test_soak_desks.py",
    "test_waiting_stories.py",
    "test_calls_not_reaching.py",
    "test_properties_firestore.py",
    "test_deploy.py",
    "test_faults.py",
    "test_languages.py",
    "test_told_stories.py",
    "test_soak.py",
    # With Chromium, which other workers begin with.
    "test_sound_cards.py",
    "test_whole_show.py",
    "test_take_over_consent.py",
    "test_waits.py",
    "test_waits_looks.py",
    "test_sounds_page.py",
    "test_screener_page.py",
    "test_desk_layout.py",
    "test_pages_looks.py",
    "test_sound_panel.py",
    "test_browser_calls.py",
    "test_app_engine.py",
    "test_desk_presses.py",
    "test_screener_looks.py",
    "test_recorder.py",
    "test_sign_in.py",
]


def pytest_configure() -> None:
    """SIGTERM ends a run as Ctrl-C does: fixtures end the programs that they started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files begin first, so that none is left to run alone at the end."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FilesAtATime | None:
    return FilesAtATime(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app alone, as a real server. Tests share it, so each speaks of calls of its own, which nobody ends."""
    with running_app(tmp_path_factory.mktemp("app")) as app:
        put_as_new(app)
        yield app


@pytest.fixture(scope="session")
def shared_station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    with running_station(tmp_path_factory.mktemp("station")) as station:
        yield station


@pytest.fixture(params=BEHAVIOURS)
def each_behaviour(request: pytest.FixtureRequest, station: Station) -> None:
    """The network behaves in one of the ways that Twilio's documentation leaves open."""
    station.control("PUT", "/behaviour", DOCUMENTED | BEHAVIOURS[request.param])


@pytest.fixture
def station(shared_station: Station) -> Station:
    """App and network, with nobody on the line and default settings. Tests that break a program start their own."""
    shared_station.reset()
    put_as_new(shared_station.app)
    return shared_station


@pytest.fixture(scope="session")
def emulator() -> Iterator[firestore.Emulator]:
    if not firestore.is_available():
        pytest.skip(firestore.WHY_NOT)
    with firestore.running_emulator() as emulator:
        yield emulator


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> object:
    """If the variable CI is set, every tool must be there: a test that would be skipped without it fails."""
    report = yield
    assert isinstance(report, pytest.TestReport)
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if "got empty parameter set" not in reason:
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} was skipped, which CI does not allow: {reason}"
    return report
