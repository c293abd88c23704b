"""Fixtures for all tests: the real app alone, and the whole station; and the rule about skipping."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import firestore
from tests.support.files_at_a_time import FilesAtATime
from tests.support.presses import put_as_new
from tests.support.station import App, Station, running_app, running_station
from tests.support.stories import BEHAVIOURS, DOCUMENTED

TESTS = Path(__file__).parent
LONGEST = [
    "test_store_dead.py",
    "test_deploy.py",
    "line/test_properties.py",
    "test_press_stories.py",
    "accounts/test_lock_out.py",
    "line/test_properties_firestore.py",
    "test_waiting_stories.py",
    "test_app_dead.py",
    "test_faults.py",
    "test_soak_desks.py",
    "rehearsal/test_demo.py",
    "line/test_page_line.py",
    "test_screening_stories.py",
    "test_told_stories.py",
    "test_soak.py",
    "setup/test_setup.py",
    "test_calls_not_reaching.py",
    "test_pin_stories.py",
    "test_languages.py",
    "accounts/test_signing_in.py",
    "test_listener_stories.py",
    # With Chromium, which other workers begin with.
    "browser/test_sound_warnings.py",
    "production/test_call.py",
    "browser/test_sign_in.py",
    "browser/test_languages.py",
    "browser/test_desk_layout.py",
    "browser/test_pages_looks.py",
    "production/test_addresses.py",
    "browser/test_take_over_consent.py",
    "browser/test_sound_cards.py",
    "production/test_whole_show.py",
    "browser/test_browser_calls.py",
    "browser/test_pages_live.py",
    "browser/test_desk_presses.py",
    "browser/test_bring_back.py",
    "production/test_app_engine.py",
    "browser/test_sounds_page.py",
    "browser/test_shows.py",
    "browser/test_troubles.py",
    "browser/test_tutorial.py",
    "browser/test_waits_looks.py",
    "browser/test_recorder.py",
    "browser/test_desk_take_over.py",
    "browser/test_desk_order.py",
    "browser/test_waits.py",
    "browser/test_sound_panel.py",
    "browser/test_screener_page.py",
    "browser/test_desk_lock.py",
    "production/test_newer_pages.py",
    "browser/test_screener_looks.py",
    "browser/test_missed_calls.py",
]


def pytest_configure() -> None:
    """SIGTERM ends a run as Ctrl-C does: fixtures end the programs that they started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files begin first, so that none is left to run alone at the end."""
    order = {TESTS / name: index for index, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path, len(order)))


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
