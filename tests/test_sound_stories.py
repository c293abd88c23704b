"""Callers hear the station's own greeting and music: each file, in order, with the right tone."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.support.sounds import stored
from tests.support.station import Station, running_station
from tests.support.visitors import Visitor
from tests.support.wav import hertz_of, samples_of, tone
from tests.support.web import ask

GREETING_HZ = 660.0
TUNES = {31.0: 500.0, 12.4: 800.0, 3.0: 1100.0}
"""Lengths and tones."""

NOTICE = "Your call may be broadcast and recorded."


@pytest.fixture(scope="module")
def own_station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    with running_station(tmp_path_factory.mktemp("station")) as station:
        yield station


@pytest.fixture
def station(own_station: Station) -> Iterator[Station]:
    own_station.reset()
    yield own_station
    admin = own_station.app.visitor("admin")
    page = admin.get("/sounds").text
    for part in page.split('data-sound="')[1:]:
        admin.fill_in("/sounds", do="delete", key=part.partition('"')[0])


@pytest.fixture
def admin(station: Station) -> Visitor:
    visitor = station.app.visitor("admin")
    visitor.get("/sounds")
    return visitor


def plays(station: Station, call_sid: str) -> list[str]:
    return [one["text"] for one in station.caller(call_sid)["heard"] if one["verb"] == "Play"]


def heard_hertz(address: str) -> float:
    """The tone of a file that a caller has heard."""
    samples = samples_of(ask(address).body)
    return hertz_of(samples[2000:-2000] or samples)


def asked(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def test_a_caller_hears_the_recorded_greeting_then_the_notice_then_the_tunes_in_turn(
    station: Station, admin: Visitor
) -> None:
    greeting = stored(admin, tone(2, GREETING_HZ), "greeting", "Hello")
    keys = {stored(admin, tone(seconds, hertz)): hertz for seconds, hertz in TUNES.items()}
    waiting = [station.ring(f"+44770090000{n}") for n in range(4)]
    station.wait_until_queued(*waiting)
    last = waiting[-1]
    station.until(lambda: len(plays(station, last)) > 9, "they hear too little music")

    heard = [one for one in station.caller(last)["heard"] if one["verb"] in ("Play", "Say")]
    assert asked(heard[0]["text"]) == {"v": greeting}
    assert abs(heard_hertz(heard[0]["text"]) - GREETING_HZ) < 10
    assert NOTICE in heard[1]["text"]
    assert all(later["at"] - earlier["at"] < 31 for earlier, later in itertools.pairwise(heard))

    music = plays(station, last)[1:]
    assert {asked(address)["v"] for address in music} == set(keys)
    for address in music[:6]:
        assert abs(heard_hertz(address) - keys[asked(address)["v"]]) < 15
    for before, after in itertools.pairwise(map(asked, music)):
        if after["v"] == before["v"]:
            assert after["from"] == before["to"], "they go on where they were"
        else:
            assert "to" not in before
            assert "from" not in after


def test_a_recording_that_says_the_notice_is_followed_by_the_line_at_once_and_the_call_tells_so(
    station: Station, admin: Visitor
) -> None:
    stored(admin, tone(2, GREETING_HZ), "greeting", "Hello <b>", notice=True)
    caller = station.ring("+447700900011")
    station.wait_until_queued(caller)
    assert NOTICE not in station.heard(caller)
    station.hang_up(caller)
    station.until(lambda: "which says that" in caller_page(admin, caller), "it is not told")
    assert "Recording “Hello &lt;b&gt;”, which says that calls may be broadcast" in caller_page(admin, caller)
    admin.fill_in("/sounds", do="speech")
    other = station.ring("+447700900012")
    station.wait_until_queued(other)
    assert NOTICE in station.heard(other)
    station.hang_up(other)
    station.until(lambda: NOTICE in caller_page(admin, other), "it is not told")


def caller_page(admin: Visitor, call_sid: str) -> str:
    return admin.get(f"/callers?call_sid={call_sid}").text


def test_the_next_few_go_on_where_their_music_was_interrupted(station: Station, admin: Visitor) -> None:
    stored(admin, tone(31, 500), name="One")
    stored(admin, tone(31, 800), name="Two")
    caller = station.ring("+447700900021")
    station.wait_until_queued(caller)
    station.until(lambda: len(plays(station, caller)) > 8, "they hear too little music")
    music = [asked(address) for address in plays(station, caller)]
    lengths = [int(one.get("to", 31)) - int(one.get("from", 0)) for one in music]
    assert max(lengths) <= 5
    assert all(before.get("to") == after.get("from") for before, after in itertools.pairwise(music)), music


def test_when_all_files_are_left_out_the_apps_own_music_plays_again(station: Station, admin: Visitor) -> None:
    key = stored(admin, tone(20, 500))
    caller = station.ring("+447700900031")
    station.wait_until_queued(caller)
    station.until(lambda: any(key in address for address in plays(station, caller)), "they do not hear it")
    admin.fill_in("/sounds", do="delete", key=key)
    station.until(lambda: "/static/sound/" in plays(station, caller)[-1], "they do not hear the app's own")
    assert station.caller(caller)["status"] == "in-progress"


def test_the_app_greets_and_plays_the_same_after_a_restart(tmp_path: Path) -> None:
    with running_station(tmp_path) as station:
        admin = station.app.visitor("admin")
        admin.get("/sounds")
        greeting, tune = stored(admin, tone(2), "greeting"), stored(admin, tone(20))
        station.app.end()
        station.app.start()
        caller = station.ring("+447700900041")
        station.wait_until_queued(caller)
        station.until(lambda: len(plays(station, caller)) > 1, "they hear no music")
        assert [asked(address)["v"] for address in plays(station, caller)[:2]] == [greeting, tune]
