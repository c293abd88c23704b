"""A whole station on Firestore, and what happens when Firestore cannot be reached."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from callin.contracts import StoreError
from callin.stores.firestore import FirestoreStore
from tests.stores.cast import waiting
from tests.stores.conftest import FirestoreOpener, looks, put
from tests.support import firestore
from tests.support.processes import ROOT, free_port, wait_until
from tests.support.station import DJ_PHONE, running_app, running_station


def test_a_station_keeps_its_line_in_firestore_and_two_instances_share_it(
    emulator: firestore.Emulator, tmp_path: Path
) -> None:
    changes = {
        "STORE": "firestore:",
        "GOOGLE_CLOUD_PROJECT": firestore.new_project(),
        "FIRESTORE_EMULATOR_HOST": emulator.host,
    }
    with running_station(tmp_path, **changes) as station, running_app(tmp_path, **changes) as other:
        first = station.ring()
        station.wait_until_queued(first)  # so that there is no doubt who comes first
        second = station.ring("+447700900002")
        station.wait_until_queued(second)
        wait_until(lambda: other.row(first) and other.row(second), 10.0)
        dj = station.ring(DJ_PHONE, "dj")
        station.wait_until_bridged(dj, first)
        wait_until(lambda: (other.row(first) or {}).get("stage") == "on_air", 10.0)
        station.press(dj, "*")
        station.wait_until_bridged(dj, second)
        wait_until(lambda: other.row(first) is None, 10.0)
        station.hang_up(second)
        wait_until(lambda: other.status()["calls"] == [], 10.0)


@pytest.mark.alone
def test_a_firestore_that_is_not_there_is_told_in_a_sentence_and_soon() -> None:
    answer = asked_elsewhere(
        "for ask in (lambda: store.change_call('CA1', lambda call: call), store.live_calls, store.live_calls):",
        FIRESTORE_EMULATOR_HOST=f"127.0.0.1:{free_port()}",
    )
    read, look, look_again = (line.split(" ", 1) for line in answer.splitlines())
    for seconds, sentence in (read, look):
        assert "The app could not read from Firestore: " in sentence
        assert float(seconds) < 7.0
    assert float(look_again[0]) < 0.5, "the next look fails at once"


def test_without_credentials_a_sentence_says_so() -> None:
    """As on a machine where nobody signed in to Google Cloud."""
    answer = asked_elsewhere("for ask in (lambda: store.call('CA1'),):", NO_GCE_CHECK="true")
    assert "The app could not open Firestore" in answer


def asked_elsewhere(questions: str, **environment: str) -> str:
    """What a program with this environment gets: for each request the seconds and the error."""
    code = f"""
import logging, time
from callin.contracts import StoreError
from callin.stores.firestore import FirestoreStore
logging.disable()
store = FirestoreStore("demo-callin")
{questions}
    began = time.monotonic()
    try: ask()
    except StoreError as error: print(time.monotonic() - began, error)
store.close()
"""
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"} | environment
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True, text=True).stdout


def fails_within(seconds: float, words: str, ask: Callable[[], object]) -> None:
    began = time.monotonic()
    with pytest.raises(StoreError, match=words + r".*\.$"):
        ask()
    assert time.monotonic() - began < seconds


def test_a_firestore_that_does_not_answer_is_given_up_and_used_again_when_it_does(
    opened: FirestoreOpener, emulator: firestore.Emulator
) -> None:
    store = opened()
    put(store, waiting("CA1"))
    store.live_calls()
    with emulator.paused():
        # On a busy machine it may answer once more before it stops.
        wait_until(lambda: does_not_answer(store), 10.0)
        fails_within(5.0, "could not read from Firestore", lambda: store.call("CA1"))
    assert store.call("CA1") == waiting("CA1")
    put(store, waiting("CA2"))
    wait_until(lambda: looks(store) == ["CA1", "CA2"], 10.0)


def does_not_answer(store: FirestoreStore) -> bool:
    try:
        store.call("CA1")
    except StoreError:
        return True
    return False
