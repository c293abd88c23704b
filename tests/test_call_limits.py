"""How many calls one number or one browser may have on the line at a time, on either store and under a flood."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support import firestore
from tests.support.calls import call_fields, listener, new_call_sid
from tests.support.processes import wait_until
from tests.support.station import App, running_app
from tests.support.web import Answer

FLOOD = 300
BUSY = "Two calls from your number are on the line already."


@pytest.fixture(params=["sqlite", "firestore"], scope="module")
def line(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, App]]:
    """Two apps that share one store; with SQLite, whose file is one server's, the same one twice."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "sqlite":
        with running_app(folder) as app:
            yield app, app
        return
    emulator: firestore.Emulator = request.getfixturevalue("emulator")
    changes = {
        "STORE": "firestore:",
        "GOOGLE_CLOUD_PROJECT": firestore.new_project(),
        "FIRESTORE_EMULATOR_HOST": emulator.host,
    }
    with running_app(folder, **changes) as one, running_app(folder, **changes) as other:
        yield one, other


def at_once(ask: Callable[[int], Answer], count: int = FLOOD) -> list[Answer]:
    """The answers to these simultaneous requests."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(ask, range(count)))


def is_queued(answer: Answer) -> bool:
    return answer.xml().find("Enqueue") is not None


def rings(app: App, number: str, call_sid: str = "") -> Answer:
    return app.signed("/twiml/enqueue", call_fields(call_sid, From=number))


def hangs_up(app: App, number: str, call_sid: str) -> None:
    app.signed("/twiml/status", call_fields(call_sid, From=number, CallStatus="completed")).xml()


def in_line(app: App, ending: str) -> list[str]:
    return [row["call_sid"] for row in app.status()["calls"] if row["number"].endswith(ending)]


def test_two_of_three_hundred_simultaneous_calls_of_one_number_are_let_in(line: tuple[App, App]) -> None:
    answers = at_once(lambda number: rings(line[number % 2], "+447700900611"))
    queued = [answer for answer in answers if is_queued(answer)]
    assert len(queued) == 2
    refused = next(answer for answer in answers if answer not in queued).xml()
    assert [verb.tag for verb in refused] == ["Say", "Hangup"]
    assert BUSY in (refused[0].text or "")
    for app in line:
        wait_until(lambda app=app: len(in_line(app, "611")) == 2)


def test_one_of_three_hundred_simultaneous_calls_of_one_browser_is_let_in(line: tuple[App, App]) -> None:
    identity = listener()
    answers = at_once(lambda number: line[number % 2].signed("/twiml/client", call_fields(From=identity, To="")))
    queued = [answer for answer in answers if is_queued(answer)]
    assert len(queued) == 1
    refused = next(answer for answer in answers if answer not in queued).xml()
    assert "Your browser has a call on the line already." in (refused[0].text or "")


def test_a_third_call_changes_nothing_of_the_two_in_line(line: tuple[App, App]) -> None:
    app = line[0]
    sids = [new_call_sid(), new_call_sid()]
    assert all(is_queued(rings(app, "+447700900612", sid)) for sid in sids)
    steady = ("position", "joined_at", "stage", "moments")
    before = [[(app.row(sid) or {})[name] for name in steady] for sid in sids]
    third = new_call_sid()
    assert not is_queued(rings(app, "+447700900612", third))
    assert app.row(third) is None
    assert [[(app.row(sid) or {})[name] for name in steady] for sid in sids] == before


def test_the_end_of_a_denied_call_writes_nothing_to_the_desk(line: tuple[App, App]) -> None:
    app = line[0]
    assert all(is_queued(rings(app, "+447700900615")) for _ in range(2))
    sid = new_call_sid()
    assert not is_queued(rings(app, "+447700900615", sid))
    before = app.status()["mark"]
    hangs_up(app, "+447700900615", sid)
    hangs_up(app, listener(), new_call_sid())
    assert app.status()["mark"] == before


def test_a_webhook_that_comes_again_keeps_its_place(line: tuple[App, App]) -> None:
    sids = [new_call_sid(), new_call_sid()]
    for sid in (*sids, *sids):
        for app in line:
            assert is_queued(rings(app, "+447700900613", sid))


def test_a_call_that_ended_makes_room_for_another(line: tuple[App, App]) -> None:
    one, other = line
    sids = [new_call_sid(), new_call_sid()]
    assert all(is_queued(rings(one, "+447700900614", sid)) for sid in sids)
    assert not is_queued(rings(other, "+447700900614"))
    hangs_up(one, "+447700900614", sids[0])
    assert is_queued(rings(one, "+447700900614"))
    hangs_up(one, "+447700900614", sids[1])
    # An instance that found no room looks again after 2 seconds.
    wait_until(lambda: is_queued(rings(other, "+447700900614")))
    assert not is_queued(rings(other, "+447700900614"))


@pytest.mark.parametrize("number", ["anonymous", "+266696687", ""])
def test_callers_who_withhold_their_number_are_not_one_caller(line: tuple[App, App], number: str) -> None:
    assert all(is_queued(rings(line[0], number)) for _ in range(3))
