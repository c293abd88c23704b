"""`python -m callin.setup --undo`: the account is as before, and what stays is named."""

from __future__ import annotations

import json
from typing import Any

from callin.twiml import RETRIES
from tests.setup.conftest import APPLY, ELSEWHERE, number_of, point
from tests.support.processes import wait_until
from tests.support.twilio_account import SettingsFile, snapshot
from tests.support.web import ask


def test_undo_leaves_the_account_as_it_was(station: SettingsFile, twilio: Any) -> None:
    listener, dj = (station.values[name] for name in ("TWILIO_LISTENER_NUMBER", "TWILIO_DJ_NUMBER"))
    other = twilio.applications.create(friendly_name="Somebody's", voice_url="https://other.example.org/")
    twilio.queues.create(friendly_name="radio-callin-held", max_size=12)
    point(twilio, listener)
    twilio.incoming_phone_numbers(number_of(twilio, dj).sid).update(voice_application_sid=other.sid)
    before, settings = snapshot(twilio), station.values
    assert station.setup(*APPLY, "--take-over").returncode == 0
    # The show goes on for a while: a screened one, with a screener, whose queue the app made.
    screened = station.values["PUBLIC_URL"] + "/static/twiml/fallback-studio-screened.xml" + RETRIES
    twilio.incoming_phone_numbers(number_of(twilio, dj).sid).update(voice_fallback_url=screened)
    twilio.queues.create(friendly_name="radio-callin-screen-screener_ann_1")
    twilio.queues.create(friendly_name="radio-callin-air-2")
    assert station.setup(*APPLY).returncode == 0
    assert snapshot(twilio) != before
    assert station.setup("--undo", "--dry-run").returncode == 0

    done = station.setup("--undo", "--yes")
    assert done.returncode == 0, done.stderr
    assert done.stderr.endswith("The account is as it was before.\n")
    assert snapshot(twilio) == before
    assert station.values == settings | {"SESSION_KEY": station.values["SESSION_KEY"]}
    assert not station.path.with_name("station.env.set-up").exists()
    assert "nothing to undo" in station.setup("--undo", "--yes").stderr
    assert station.setup(*APPLY, "--take-over").returncode == 0, "it can be set up again"


def test_undo_leaves_what_somebody_else_has_changed_since(station: SettingsFile, twilio: Any) -> None:
    station.setup(*APPLY)
    number = station.values["TWILIO_DJ_NUMBER"]
    point(twilio, number)
    done = station.setup("--undo", "--yes")
    assert "as before, except for one property that somebody else has changed" in done.stderr
    assert number_of(twilio, number).voice_url == ELSEWHERE


def test_undo_says_which_queue_stays_because_somebody_waits_in_it(
    station: SettingsFile, twilio: Any, network: dict[str, str]
) -> None:
    """The app is down: the fallback has queued them."""
    station.setup(*APPLY)
    ring = {"from": "+447700900001", "to": "listener"}
    control = network["TWILIO_API_URL"] + "/rehearsal"
    sid = ask(control + "/callers", "POST", json.dumps(ring).encode()).json()["call_sid"]
    for _ in range(40):
        ask(control + "/clock", "PUT", json.dumps({"advance_seconds": 1}).encode())
        if ask(f"{control}/callers/{sid}").json()["queue"]:
            break
    done = station.setup("--undo", "--yes")
    assert done.returncode == 1
    assert "Queue radio-callin-queue, where callers wait: stays, because somebody waits in it." in done.stderr
    assert [queue.friendly_name for queue in twilio.queues.list()] == ["radio-callin-queue"]
    ask(f"{control}/callers/{sid}", "DELETE")
    assert station.setup("--undo", "--yes").returncode == 0
    assert twilio.queues.list() == []


def test_undo_takes_nothing_back_while_a_caller_is_with_a_screener(
    station: SettingsFile, twilio: Any, network: dict[str, str]
) -> None:
    station.setup(*APPLY)
    queue = twilio.queues.create(friendly_name="radio-callin-screen-screener_ann_1")
    before = snapshot(twilio)
    control = network["TWILIO_API_URL"] + "/rehearsal"
    ring = {"from": "+447700900001", "to": "listener"}
    sid = ask(control + "/callers", "POST", json.dumps(ring).encode()).json()["call_sid"]
    twilio.calls(sid).update(twiml=f"<Response><Enqueue>{queue.friendly_name}</Enqueue></Response>")
    wait_until(lambda: ask(f"{control}/callers/{sid}").json()["queue"] == queue.friendly_name)
    done = station.setup("--undo", "--yes")
    assert done.returncode == 1
    assert "A caller is with a desk, in the queue radio-callin-screen-screener_ann_1." in done.stderr
    assert snapshot(twilio) == before
    ask(f"{control}/callers/{sid}", "DELETE")
    assert station.setup("--undo", "--yes").returncode == 0
    assert twilio.queues.list() == []


def test_a_set_up_that_fails_half_way_can_be_undone(
    station: SettingsFile, twilio: Any, network: dict[str, str]
) -> None:
    before = snapshot(twilio)
    assert station.setup("--yes").returncode == 3, "the app does not answer"
    assert station.setup("--undo", "--yes").returncode == 0
    assert snapshot(twilio) == before


def test_a_record_about_another_account_is_refused(station: SettingsFile) -> None:
    record = station.path.with_name("station.env.set-up")
    record.write_text(json.dumps({"account": "AC" + "0" * 32, "done": []}))
    done = station.setup("--undo", "--yes")
    assert done.returncode == 1
    assert "is about the Twilio account AC000" in done.stderr
