"""Firestore itself: what is read and charged, what is done about conflicts, and when it cannot be reached."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from callin.contracts import StoreError
from callin.line.admission import Admission
from callin.model import Call, ChatMessage, Denial, Desk
from callin.stores.change_feed import Timing
from callin.stores.firestore import FirestoreStore
from tests.stores.cast import NUMBER, ended, waiting
from tests.support import firestore
from tests.support.processes import ROOT, free_port, wait_until
from tests.support.station import DJ_PHONE, running_app, running_station

Opener = Callable[..., FirestoreStore]

NEVER_TOLD = Timing(poll_seconds=3_600.0, check_seconds=3_600.0, may_watch=False)
"""An instance that sees nothing of what others do after its first look."""


@pytest.fixture
def opened(emulator: firestore.Emulator) -> Iterator[Opener]:
    project = firestore.new_project()
    stores: list[FirestoreStore] = []

    def open_another(timing: Timing | None = None, clock: Callable[[], float] = time.time) -> FirestoreStore:
        stores.append(FirestoreStore(project, clock=clock, timing=timing or Timing()))
        return stores[-1]

    yield open_another
    for store in stores:
        store.close()


def put(store: FirestoreStore, call: Call) -> None:
    store.change_call(call.call_sid, lambda _: call)


def test_its_library_is_not_loaded_before_it_is_used() -> None:
    code = "import sys, main; sys.exit(any(name.startswith(('google.', 'grpc')) for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


# What is charged


def test_a_call_that_rings_costs_one_write_and_no_read(opened: Opener) -> None:
    store = opened()
    put(store, waiting("CA1"))
    assert (store.reads, store.writes) == (0, 1)


def test_a_change_of_a_call_that_was_seen_costs_one_write_and_what_the_watch_tells(opened: Opener) -> None:
    store = opened()
    put(store, waiting("CA1"))
    store.live_calls()
    reads = store.reads
    put(store, ended(waiting("CA1")))
    wait_until(lambda: store.reads > reads, 10.0)
    assert (store.reads, store.writes) == (reads + 1, 2)


def test_looking_costs_nothing_while_nothing_changes(opened: Opener) -> None:
    store = opened()
    put(store, waiting("CA1"))
    mark = store.live_calls().mark
    reads = store.reads
    for _ in range(100):
        assert store.changes_since(mark).calls == ()
    store.wait_for_change(mark, 0.3)
    assert store.reads == reads


def test_a_change_that_changes_nothing_costs_a_read_and_no_write(opened: Opener) -> None:
    store = opened()
    put(store, waiting("CA1"))
    store.change_call("CA1", lambda call: call)
    assert (store.reads, store.writes) == (1, 1)


def test_threads_of_one_instance_that_change_one_record_cost_one_write_each_and_no_read(opened: Opener) -> None:
    store = opened()
    put(store, waiting("CA1"))
    store.live_calls()
    reads, writes = store.reads, store.writes
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: store.change_call("CA1", raise_move), range(24)))
    assert store.writes == writes + 24
    assert store.reads <= reads + 24, "and what the watch tells"


def raise_move(call: Call | None) -> Call | None:
    return replace(call, document_seq=call.document_seq + 1) if call else None


# Conflicts


def test_a_change_is_made_to_what_is_there_and_not_to_what_was_seen(opened: Opener) -> None:
    one, other = opened(), opened(NEVER_TOLD)
    one.change_desk("air", lambda desk: replace(desk, turn=1))
    assert other.live_calls().desks == (Desk("air", turn=1),)
    one.change_desk("air", lambda desk: replace(desk, turn=2))
    assert other.live_calls().desks == (Desk("air", turn=1),)
    assert other.change_desk("air", lambda desk: replace(desk, turn=desk.turn + 10)).turn == 12


def test_what_was_seen_alone_never_decides_that_nothing_changes(opened: Opener) -> None:
    one, other = opened(), opened(NEVER_TOLD)
    one.change_desk("air", lambda desk: replace(desk, turn=1))
    other.live_calls()
    one.change_desk("air", lambda desk: replace(desk, turn=2))
    assert other.change_desk("air", lambda desk: desk if desk.turn == 1 else replace(desk, turn=3)).turn == 3


def test_what_was_seen_alone_never_refuses_a_change(opened: Opener) -> None:
    one, other = opened(), opened(NEVER_TOLD)
    one.change_desk("air", lambda desk: replace(desk, turn=1))
    other.live_calls()
    one.change_desk("air", lambda desk: replace(desk, turn=2))

    def refuse_the_first(desk: Desk) -> Desk:
        if desk.turn == 1:
            raise LookupError
        return replace(desk, leg="CA1")

    assert other.change_desk("air", refuse_the_first) == Desk("air", turn=2, leg="CA1")


def test_a_change_is_tried_again_until_nobody_comes_between(opened: Opener) -> None:
    store, other = opened(), opened()
    put(store, waiting("CA1"))
    seen = []

    def meddle(call: Call | None) -> Call | None:
        assert call is not None
        seen.append(call.document_seq)
        if call.document_seq < 3:
            put(other, replace(call, document_seq=call.document_seq + 1))
        return replace(call, desk_turn=7)

    after = store.change_call("CA1", meddle)  # type: ignore[arg-type]
    assert after == replace(waiting("CA1"), document_seq=3, desk_turn=7)
    assert store.call("CA1") == after


# Following


def test_the_watch_stops_when_nobody_looks_and_nothing_is_missed_afterwards(opened: Opener) -> None:
    ahead = 0.0
    threads = threading.active_count()
    store, other = opened(Timing(idle_seconds=0.3), lambda: time.time() + ahead), opened()
    for call_sid in ("CA1", "CA2"):
        put(other, waiting(call_sid))
    mark = store.live_calls().mark
    wait_until(lambda: not store.is_following, 3.0)
    wait_until(lambda: threading.active_count() <= threads, 3.0)
    put(other, ended(waiting("CA1")))
    ahead = 1_000.0  # a quarter of an hour passes: the call is watched no more
    changes = store.changes_since(mark)
    assert changes.calls == (ended(waiting("CA1")),)
    assert store.changes_since(changes.mark).calls == ()
    assert store.live_calls().calls == (waiting("CA2"),)


@pytest.mark.alone
def test_what_another_instance_wrote_is_heard_in_a_fraction_of_a_second(opened: Opener) -> None:
    one, other = opened(), opened()
    mark = other.live_calls().mark
    put(one, waiting("CA1"))
    began = time.monotonic()
    other.wait_for_change(mark, 5.0)
    assert time.monotonic() - began < 1.0
    assert other.changes_since(mark).calls == (waiting("CA1"),)


def test_what_one_instance_deletes_another_forgets(opened: Opener) -> None:
    one, other = opened(), opened()
    one.change_desk("screen-ann", lambda desk: replace(desk, turn=1))
    assert other.live_calls().desks
    one.remove_desk("screen-ann", lambda _: True)
    wait_until(lambda: other.live_calls().desks == ())
    assert one.live_calls().desks == ()


def test_a_call_that_is_one_too_many_leaves_the_line_of_an_instance_that_polls(opened: Opener) -> None:
    """It was stored and denied at the same moment as calls that another instance took."""
    one, other = opened(), opened(Timing(poll_seconds=0.2, may_watch=False))
    for n in range(3):
        put(one, waiting(f"CA{n}"))
    assert len(other.live_calls().calls) == 3
    assert Admission(one, time.time).denial_afterwards(NUMBER, "CA2") is Denial.NUMBER_BUSY
    wait_until(lambda: looks(other) == ["CA0", "CA1"], 5.0, "the denied call stays in line")


def test_a_document_that_cannot_be_read_does_not_stop_the_line(opened: Opener) -> None:
    """As while a newer version of the app takes over, and writes words that this one does not know."""
    from google.cloud import firestore as library

    store = opened()
    put(store, waiting("CA1"))
    project = firestore.new_project()
    client = library.Client(project=project)
    odd = FirestoreStore(project)
    put(odd, waiting("CA1"))
    client.collection("line").document("call-CA2").set({"watched": 2**53, "document": '{"stage": "dancing"}'})
    client.collection("line").document("unknown").set({"watched": 2**53})
    assert odd.live_calls().calls == (waiting("CA1"),)
    with pytest.raises(StoreError, match="cannot read"):
        odd.call("CA2")
    odd.close()
    client.close()


def test_a_message_costs_one_write_and_from_then_on_one_removal(opened: Opener) -> None:
    store = opened()
    store.live_calls()
    writes = store.writes
    for number in range(4):
        store.add_chat_message(ChatMessage(number + 1, 5.0, "Sam", "word"), keep=2)
    assert store.writes - writes == 4 + 2


# A whole station


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


# Trouble


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
    assert float(look_again[0]) < 0.5, "whoever looks after that is told at once"


def test_without_credentials_a_sentence_says_so() -> None:
    """As on a machine where nobody signed in to Google Cloud."""
    answer = asked_elsewhere("for ask in (lambda: store.call('CA1'),):", NO_GCE_CHECK="true")
    assert "The app could not open Firestore" in answer


def asked_elsewhere(questions: str, **environment: str) -> str:
    """What a program with an environment of its own is told: for each question the seconds and the error."""
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


@pytest.mark.alone
def test_a_firestore_that_does_not_answer_is_given_up_and_used_again_when_it_does(
    opened: Opener, emulator: firestore.Emulator
) -> None:
    store = opened()
    put(store, waiting("CA1"))
    store.live_calls()
    with emulator.paused():
        # On a busy machine it may answer once more before it stands still.
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


def looks(store: FirestoreStore) -> list[str]:
    with contextlib.suppress(StoreError):
        return sorted(call.call_sid for call in store.live_calls().calls)
    return []
