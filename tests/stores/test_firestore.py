"""Firestore itself: what is read and charged, how conflicts are handled, and how changes are followed."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from callin.contracts import StoreError
from callin.line.admission import Admission
from callin.model import Call, ChatMessage, Denial, Desk
from callin.stores.change_feed import Timing
from callin.stores.firestore import FirestoreStore
from tests.stores.cast import NUMBER, ended, waiting
from tests.stores.conftest import FirestoreOpener, looks, put
from tests.support import firestore
from tests.support.processes import ROOT, wait_until

NEVER_TOLD = Timing(poll_seconds=3_600.0, check_seconds=3_600.0, may_watch=False)
"""An instance that sees no changes of others after its first look."""


def test_its_library_is_not_loaded_before_it_is_used() -> None:
    code = "import sys, main; sys.exit(any(name.startswith(('google.', 'grpc')) for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


# What is charged


def test_a_call_that_rings_costs_one_write_and_no_read(opened: FirestoreOpener) -> None:
    store = opened()
    put(store, waiting("CA1"))
    assert (store.reads, store.writes) == (0, 1)


def test_a_change_of_a_call_that_was_seen_costs_one_write_and_what_the_watch_tells(opened: FirestoreOpener) -> None:
    store = opened()
    put(store, waiting("CA1"))
    store.live_calls()
    reads = store.reads
    put(store, ended(waiting("CA1")))
    wait_until(lambda: store.reads > reads, 10.0)
    assert (store.reads, store.writes) == (reads + 1, 2)


def test_looking_costs_nothing_while_nothing_changes(opened: FirestoreOpener) -> None:
    store = opened()
    put(store, waiting("CA1"))
    mark = store.live_calls().mark
    reads = store.reads
    for _ in range(100):
        assert store.changes_since(mark).calls == ()
    store.wait_for_change(mark, 0.3)
    assert store.reads == reads


def test_a_change_that_changes_nothing_costs_a_read_and_no_write(opened: FirestoreOpener) -> None:
    store = opened()
    put(store, waiting("CA1"))
    store.change_call("CA1", lambda call: call)
    assert (store.reads, store.writes) == (1, 1)


def test_threads_of_one_instance_that_change_one_record_cost_one_write_each_and_no_read(
    opened: FirestoreOpener,
) -> None:
    store = opened()
    put(store, waiting("CA1"))
    store.live_calls()
    reads, writes = store.reads, store.writes
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: store.change_call("CA1", raise_move), range(24)))
    assert store.writes == writes + 24
    assert store.reads <= reads + 24, "plus what the watch reads"


def raise_move(call: Call | None) -> Call | None:
    return replace(call, document_seq=call.document_seq + 1) if call else None


# Conflicts


def test_a_change_is_made_to_what_is_there_and_not_to_what_was_seen(opened: FirestoreOpener) -> None:
    one, other = opened(), opened(NEVER_TOLD)
    one.change_desk("air", lambda desk: replace(desk, turn=1))
    assert other.live_calls().desks == (Desk("air", turn=1),)
    one.change_desk("air", lambda desk: replace(desk, turn=2))
    assert other.live_calls().desks == (Desk("air", turn=1),)
    assert other.change_desk("air", lambda desk: replace(desk, turn=desk.turn + 10)).turn == 12


def test_what_was_seen_alone_never_decides_that_nothing_changes(opened: FirestoreOpener) -> None:
    one, other = opened(), opened(NEVER_TOLD)
    one.change_desk("air", lambda desk: replace(desk, turn=1))
    other.live_calls()
    one.change_desk("air", lambda desk: replace(desk, turn=2))
    assert other.change_desk("air", lambda desk: desk if desk.turn == 1 else replace(desk, turn=3)).turn == 3


def test_what_was_seen_alone_never_refuses_a_change(opened: FirestoreOpener) -> None:
    one, other = opened(), opened(NEVER_TOLD)
    one.change_desk("air", lambda desk: replace(desk, turn=1))
    other.live_calls()
    one.change_desk("air", lambda desk: replace(desk, turn=2))

    def refuse_the_first(desk: Desk) -> Desk:
        if desk.turn == 1:
            raise LookupError
        return replace(desk, leg="CA1")

    assert other.change_desk("air", refuse_the_first) == Desk("air", turn=2, leg="CA1")


def test_a_change_is_tried_again_until_nobody_comes_between(opened: FirestoreOpener) -> None:
    store, other = opened(), opened()
    put(store, waiting("CA1"))
    seen = []

    def meddle(call: Call | None) -> Call | None:
        assert call is not None
        seen.append(call.document_seq)
        if call.document_seq < 3:
            put(other, replace(call, document_seq=call.document_seq + 1))
        return replace(call, desk_turn=7)

    after = store.change_call("CA1", meddle)
    assert after == replace(waiting("CA1"), document_seq=3, desk_turn=7)
    assert store.call("CA1") == after


# Following


def test_the_watch_stops_when_nobody_looks_and_nothing_is_missed_afterwards(opened: FirestoreOpener) -> None:
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


def test_what_another_instance_wrote_is_heard_in_a_fraction_of_a_second(opened: FirestoreOpener) -> None:
    one, other = opened(), opened()
    mark = other.live_calls().mark
    put(one, waiting("CA1"))
    began = time.monotonic()
    other.wait_for_change(mark, 5.0)
    assert time.monotonic() - began < 1.0
    assert other.changes_since(mark).calls == (waiting("CA1"),)


def test_what_one_instance_deletes_another_forgets(opened: FirestoreOpener) -> None:
    one, other = opened(), opened()
    one.change_desk("screen-ann", lambda desk: replace(desk, turn=1))
    assert other.live_calls().desks
    one.remove_desk("screen-ann", lambda _: True)
    wait_until(lambda: other.live_calls().desks == ())
    assert one.live_calls().desks == ()


def test_a_call_that_is_one_too_many_leaves_the_line_of_an_instance_that_polls(opened: FirestoreOpener) -> None:
    """It was stored and denied at the same moment as another instance accepted calls."""
    one, other = opened(), opened(Timing(poll_seconds=0.2, may_watch=False))
    for n in range(3):
        put(one, waiting(f"CA{n}"))
    assert len(other.live_calls().calls) == 3
    assert Admission(one, time.time).denial_afterwards(NUMBER, "CA2") is Denial.NUMBER_BUSY
    wait_until(lambda: looks(other) == ["CA0", "CA1"], 5.0, "the denied call stays in line")


def test_a_document_that_cannot_be_read_does_not_stop_the_line(opened: FirestoreOpener) -> None:
    """As while a newer version of the app takes over, and writes values that this one does not know."""
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


def test_a_message_costs_one_write_and_from_then_on_one_removal(opened: FirestoreOpener) -> None:
    store = opened()
    store.live_calls()
    writes = store.writes
    for number in range(4):
        store.add_chat_message(ChatMessage(number + 1, 5.0, "Sam", "word"), keep=2)
    assert store.writes - writes == 4 + 2
