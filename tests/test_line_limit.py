"""How many callers may be in line by default, and when somebody has removed the limit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from callin.model import Show
from callin.stores.codec import load
from tests.support.calls import call_fields
from tests.support.presses import DeskBrowser
from tests.support.station import App, running_app
from tests.support.web import Answer


@pytest.fixture
def new_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app whose settings of the line nobody has touched."""
    with running_app(tmp_path_factory.mktemp("new")) as app:
        yield app


def rings(app: App) -> Answer:
    return app.signed("/twiml/enqueue", call_fields())


def is_queued(answer: Answer) -> bool:
    return answer.xml().find("Enqueue") is not None


def test_a_new_line_takes_a_hundred_and_as_many_as_call_once_a_desk_says_so(new_app: App) -> None:
    assert new_app.status()["show"]["most_callers"] == 100
    assert all(is_queued(rings(new_app)) for _ in range(100))
    full = rings(new_app).xml()
    assert [verb.tag for verb in full] == ["Say", "Hangup"]
    assert "All our lines are busy." in (full[0].text or "")
    assert new_app.status()["current_size"] == 100
    assert DeskBrowser(new_app).set(most_callers=0).status == 200
    assert is_queued(rings(new_app))
    assert new_app.status()["show"]["most_callers"] == 0


def test_a_show_that_an_earlier_version_stored_keeps_its_limit() -> None:
    stored = '{"opening":"open","opening_since":0.0,"most_callers":0,"ready_check":true}'
    assert load(Show, "show", stored) == Show(most_callers=0, ready_check=True)
