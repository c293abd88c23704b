"""A staging copy in the live station's Twilio account, with a prefix: it does not affect the live station's calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from callin.model import StationNames
from callin.twilio.pointing import fallback_documents
from rehearsal.cast import pitch_hz_of
from tests.support.processes import ROOT, free_port, wait_until
from tests.support.station import App, Station, new_environment, start_network
from tests.support.twilio_account import SettingsFile, client_of, snapshot
from tests.support.web import ask

LISTENER, DJ = "+442079460110", "+442079460111"
CALLERS = [f"+44770090000{n}" for n in range(1, 6)]
APPLY = ("--yes", "--without-health")


@dataclass
class Two:
    live: Station
    copy: Station
    file: SettingsFile

    def copied_caller(self, number: str) -> str:
        return self.live.ring(number, LISTENER)

    def queue_of(self, call_sid: str) -> str | None:
        queue: str | None = self.live.caller(call_sid)["queue"]
        return queue

    def hear_each_other(self, one: str, other: str) -> None:
        for listening, speaking in ((one, other), (other, one)):
            wanted = pitch_hz_of(self.live.caller(speaking)["from"])

            def is_heard(sid: str = listening, hertz: float = wanted) -> bool:
                heard = self.live.control("GET", f"/sound/{sid}")["heard"]["frequency_hz"]
                return heard is not None and abs(heard - hertz) < 3

            wait_until(is_heard, 30, f"{listening} does not hear {speaking}")


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    """Both set up in one account. The network plays the web server for both: it serves static files for dead apps."""
    live_port, copy_port = free_port(), free_port()
    environment = new_environment(tmp_path, live_port, free_port())
    copy_url = f"http://127.0.0.1:{copy_port}"
    program = start_network(environment, "--static", str(ROOT / "static"), environment["PUBLIC_URL"], copy_url)
    for number in (LISTENER, DJ):
        answer = ask(environment["TWILIO_API_URL"] + "/rehearsal/numbers", "POST", f'{{"number": "{number}"}}'.encode())
        assert answer.status == 201
    made = ("TWILIO_APP_SID", "TWILIO_LISTENER_APP_SID", "TWILIO_SCREENER_APP_SID", "TWILIO_API_KEY_SID")
    secret = "TWILIO_API_KEY_SECRET"
    first = SettingsFile.of(tmp_path / "live.env", environment, *made, secret)
    assert first.setup(*APPLY).returncode == 0
    copied = first.values | {
        "STATION_PREFIX": "staging",
        "STATION_NAME": "Staging",
        "TWILIO_LISTENER_NUMBER": LISTENER,
        "TWILIO_DJ_NUMBER": DJ,
        "PUBLIC_URL": copy_url,
        "PORT": str(copy_port),
        "STORE": f"sqlite:///{tmp_path / 'staging.sqlite'}",
    }
    second = SettingsFile.of(tmp_path / "staging.env", environment | copied, *made, secret)
    live, copy = App(first.environment), App(second.environment)
    try:
        assert second.setup(*APPLY).returncode == 0
        copy.environment = second.environment
        live.start()
        copy.start()
        yield Two(Station(live, environment["TWILIO_API_URL"]), Station(copy, environment["TWILIO_API_URL"]), second)
    finally:
        live.end()
        copy.end()
        program.end()
        for path in fallback_documents(StationNames("staging")):
            path.unlink(missing_ok=True)


def shows_its_own(station: Station, leg: str) -> bool:
    """Whether the app shows the caller on the air that the network has with the leg."""
    on_air = station.caller(leg)["bridged_to"]
    shown = station.app.status()["desks"][0]["on_air"]
    assert (shown, bool(shown)) == (on_air, True), station.app.status()["calls"]
    return True


def test_a_show_with_sound_goes_on_while_a_copy_has_its_own_and_with_both_apps_dead(two: Two) -> None:
    live, copy = two.live, two.copy
    dj = live.ring("client:" + live.app.visitor().ask("POST", "/token").json()["identity"], sid_of(live))
    first = live.ring(CALLERS[0])
    live.wait_until_bridged(first, dj)
    second = live.ring(CALLERS[1])
    live.until(lambda: two.queue_of(second) == "radio-callin-queue")
    two.hear_each_other(first, dj)

    # The copy has callers and a DJ of its own, with the same identity as the live one's.
    other_dj = live.ring("client:staging_" + copy.app.visitor().ask("POST", "/token").json()["identity"], sid_of(copy))
    mine = two.copied_caller(CALLERS[2])
    live.wait_until_bridged(mine, other_dj)
    waiting = two.copied_caller(CALLERS[3])
    live.until(lambda: two.queue_of(waiting) == "staging-queue")
    two.hear_each_other(mine, other_dj)
    for station, expected in ((live, {first, second}), (copy, {mine, waiting})):
        wait_until(lambda s=station, e=expected: {row["call_sid"] for row in s.app.status()["calls"]} == e, 40)
    assert live.are_bridged(first, dj), "the live show goes on"

    # A comparison with Twilio's lists by an app that has just started adopts nobody of the other station.
    for station in (copy, live):
        assert station.app.program is not None
        station.app.program.kill()
    third = live.ring(CALLERS[4])
    live.until(lambda: two.queue_of(third) == "radio-callin-queue", "the live station's fallback does not queue")
    assert live.are_bridged(first, dj)
    assert live.are_bridged(mine, other_dj)
    live.press(other_dj, "*")
    live.until(lambda: live.are_bridged(waiting, other_dj), "the copy's fallback brings nobody")
    live.press(dj, "*")
    live.until(lambda: live.caller(dj)["bridged_to"] in (second, third), "the live fallback brings nobody")
    two.hear_each_other(live.caller(dj)["bridged_to"], dj)
    assert live.are_bridged(waiting, other_dj), "the copy's next caller is not the live station's"

    copy.app.start()
    copy.app.status()
    live.app.start()
    wait_until(lambda: shows_its_own(live, dj), 60, "the live app does not find its show")
    wait_until(lambda: shows_its_own(copy, other_dj), 60, "the copy does not find its show")
    assert live.are_bridged(waiting, other_dj)
    ours = {row["call_sid"] for row in live.app.status()["calls"]}
    assert not ours & {mine, waiting}


def test_the_copys_undo_leaves_the_live_station_as_it_was(two: Two) -> None:
    with client_of(two.live.app.environment) as twilio:
        both = snapshot(twilio)
        assert two.file.setup("--undo", "--yes").returncode == 0
        left = snapshot(twilio)
    assert left["queues"] == {name: size for name, size in both["queues"].items() if not name.startswith("staging-")}
    assert {title for title, _ in left["applications"].values()} == {
        "Radio Call-In",
        "Radio Call-In listeners",
        "Radio Call-In screeners",
    }
    assert not left["numbers"][LISTENER]["voice_url"]
    assert left["numbers"]["+442079460100"] == both["numbers"]["+442079460100"]
    assert not (ROOT / "static/twiml/staging-fallback.xml").exists()


def test_a_copy_without_a_prefix_of_its_own_takes_nothing(two: Two) -> None:
    """A copied settings file, in which only the address differs."""
    values = two.file.values | {"STATION_PREFIX": "", "TWILIO_LISTENER_NUMBER": "+442079460100"}
    two.file.set(**values)
    two.file.set(TWILIO_APP_SID="", TWILIO_LISTENER_APP_SID="", TWILIO_SCREENER_APP_SID="")
    with client_of(two.live.app.environment) as twilio:
        before = snapshot(twilio)
        done = two.file.setup(*APPLY)
        assert done.returncode == 1
        assert "give this one a STATION_PREFIX" in done.stderr
        assert snapshot(twilio) == before


def sid_of(station: Station) -> str:
    return station.app.environment["TWILIO_APP_SID"]
