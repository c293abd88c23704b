"""Since when the line is open: what the show's clock counts from."""

from __future__ import annotations

import pytest

from callin.model import Opening
from tests.line.conftest import House


def open_since(house: House) -> float:
    since: float = house.dashboards.status()["show"]["open_since"]
    return since


def test_last_calls_and_other_settings_do_not_set_the_clock_back(house: House) -> None:
    house.set(opening=Opening.CLOSED)
    assert open_since(house) == 0
    house.clock.advance(60)
    house.set(opening=Opening.OPEN)
    opened_at = house.clock.now
    for settings in ({"whisper": True}, {"opening": Opening.LAST_CALLS}, {"opening": Opening.OPEN}, {"screened": True}):
        house.clock.advance(60)
        house.set(**settings)
        assert open_since(house) == pytest.approx(opened_at, abs=0.001)
    house.set(opening=Opening.CLOSED)
    assert open_since(house) == 0


def test_a_show_that_an_earlier_version_opened_keeps_its_clock_through_the_last_calls(house: House) -> None:
    opened_at = house.store.show().opening_since
    house.clock.advance(60)
    house.set(opening=Opening.LAST_CALLS)
    assert open_since(house) == opened_at
