"""An app with a clock that the test moves, on a Monday at noon, and no shows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from callin.model import SCHEDULE, Schedule
from tests.support.held_app import HeldApp, held_app
from tests.support.shows import MONDAY, TOKEN, at, edit
from tests.support.visitors import Visitor


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HeldApp]:
    changes = {"STATION_TIME_ZONE": "Europe/London", "TWILIO_AUTH_TOKEN": TOKEN}
    with held_app(tmp_path_factory.mktemp("shows"), **changes) as app:
        app.clock.now = MONDAY
        yield app


@pytest.fixture
def app(shared: HeldApp) -> HeldApp:
    at(shared, "12:00")
    schedule = shared.store.record(Schedule, SCHEDULE) or Schedule()
    for show in schedule.shows:
        edit(shared.visitor("admin"), "delete", show.key)
    return shared


@pytest.fixture
def admin(app: HeldApp) -> Visitor:
    return app.visitor("admin")
