"""The tutorial's app, as literally as today's libraries allow, on the rehearsal network."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.processes import wait_until
from tests.support.station import DJ_PHONE, Station
from tests.support.tutorial import running_tutorial
from tests.support.web import ask

CALLERS = 50


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    with running_tutorial(tmp_path_factory.mktemp("tutorial")) as station:
        yield station


@pytest.mark.parametrize("star", ["action", "hangup"])
def test_fifty_callers_in_a_row_are_put_through_to_the_djs_phone(tutorial: Station, star: str) -> None:
    tutorial.control("POST", "/reset")
    tutorial.control("PUT", "/behaviour", {"star": star})
    callers = [tutorial.ring(f"+1212555{100 + n:04}" if n % 2 else f"+447700900{n:03}") for n in range(CALLERS)]
    tutorial.until(lambda: all(map(tutorial.is_waiting, callers)), "somebody does not wait")
    assert ask(tutorial.app.url + "/queue-status").json()["current_size"] == CALLERS
    tutorial.until(lambda: plays(tutorial, callers[0]), "there is no music")

    dj = tutorial.ring(DJ_PHONE, "dj")
    for caller in in_order(tutorial, callers):
        tutorial.wait_until_bridged(dj, caller)
        assert "You are on the air." in tutorial.heard(caller)
        tutorial.press(dj, "*")
    tutorial.until(lambda: all(tutorial.caller(one)["status"] == "completed" for one in callers), "not all are done")
    wait_until(lambda: ask(tutorial.app.url + "/queue-status").json()["current_size"] == 0)
    assert tutorial.caller(dj)["status"] == "in-progress"


def plays(tutorial: Station, caller: str) -> bool:
    """Whether a caller has heard the tutorial's MP3."""
    heard = tutorial.caller(caller)["heard"]
    return {"verb": "Play", "text": f"{tutorial.app.url}/music.mp3"}.items() <= heard[-1].items()


def in_order(tutorial: Station, callers: list[str]) -> list[str]:
    """In the order of Twilio's queue, which is the order of arrival."""
    told = {caller: tutorial.heard(caller) for caller in callers}
    places = {caller: int(text.partition("You are number ")[2].split()[0]) for caller, text in told.items()}
    assert sorted(places.values()) == list(range(1, CALLERS + 1))
    return sorted(callers, key=places.__getitem__)
