"""This version reads what version 1.0 stored, and stores what version 1.0 would have stored, so that 1.0 can read it.

Version 1.0 (commit a51cce8) wrote the two files beside this one: a dump of SQLite, and documents of Firestore.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from msgspec.structs import replace

from callin.accounts.remotes import DjPhone
from callin.contracts import HistoryQuery, Store
from callin.model import (
    Call,
    Card,
    ChatMessage,
    Desk,
    FieldText,
    InstructionKind,
    Intent,
    Known,
    Moment,
    Opening,
    Outcome,
    Press,
    PressKind,
    ReadyCheckAnswer,
    Show,
    Stage,
    Standing,
    Verdict,
)
from callin.stores.codec import dump, load
from callin.stores.firestore import FirestoreStore
from callin.stores.sqlite import SqliteStore
from tests.support import firestore

HERE = Path(__file__).parent
WRITTEN_AT = 1795905301
"""When version 1.0 wrote to Firestore."""

LIVE = Call(
    "CA1",
    "+447700900001",
    Stage.ON_AIR,
    (Moment(Stage.WAITING, 1.5), Moment(Stage.ON_AIR, 2.5)),
    document_seq=3,
    documents_issued=4,
    queue="radio-callin-air",
    queued_at=1.5,
    claimed_by="air",
    claimed_at=2.0,
    desk_leg="CAdj",
    desk_turn=4,
    bridged=True,
    intent=Intent.HOLD,
    returned=True,
    placed_at=1.0,
    ready_check_answer=ReadyCheckAnswer.YES,
    known=Known(3, 1, 9.5, Standing.VIP, "Anna", "Leeds"),
    noticed_at=2.25,
    cleared=True,
    ready_at=2.0,
    screener="screen-ann",
    screener_leg="CAsc",
    screener_turn=2,
    verdict=Verdict.READY,
    adrift=True,
)
ENDED = Call(
    "CA2",
    "client:listener_a1_1700000000",
    Stage.DONE,
    (Moment(Stage.WAITING, 3.0), Moment(Stage.DONE, 4.0)),
    outcome=Outcome.HUNG_UP,
)
DESK = Desk(
    "air",
    turn=4,
    began_at=2.5,
    instruction=InstructionKind.DIAL_CALLER,
    instructed_leg="CAdj",
    leg="CAdj",
    leg_by="client:dj_ann",
    rival="CAr",
    rival_by="+447700900999",
    on_air="CA1",
    claimed="CA3",
    claimed_at=2.75,
    automatic=False,
    paused=True,
    press=Press(PressKind.TAKE, 4, "dj_ann", 2.6, "CA1", failed=True),
    last_press=Press(PressKind.NEXT, 3, "dj_ann", 2.0),
    request_token="token",
    displaced="CA4",
    woken_turn=3,
    let_go="CA5",
    replaced_leg="CAo",
    replaced_at=0.5,
    dials="radio-callin-ready",
    ended_legs=("CAold",),
)
SHOW = Show(
    opening=Opening.LAST_CALLS,
    opening_since=9.0,
    most_callers=7,
    ready_check=True,
    screened=True,
    whisper=True,
    screened_at=8.0,
    browser_calls=False,
)
CARD = Card("CA1", name=FieldText("Anna", 2, "ann", 5.0), topic=FieldText('The "bridge" | é', 1, "ann", 6.0))
MESSAGE = ChatMessage(7, 5.0, "Sam", "Two minutes left")
PHONE = DjPhone("+447700900999")


def write(store: Store) -> None:
    """Writes in the order of version 1.0, so that the marks are the same."""
    store.change_call("CA1", lambda _: LIVE)
    store.change_call("CA2", lambda _: ENDED)
    store.change_desk("air", lambda _: DESK)
    store.change_show(lambda _: SHOW)
    store.change_card("CA1", lambda _: CARD)
    store.add_chat_message(MESSAGE, keep=50)
    store.change_record(DjPhone, PHONE.key, lambda _: PHONE)


def assert_holds_everything(store: Store) -> None:
    live = store.live_calls()
    assert live[1:] == ((LIVE,), (DESK,), (SHOW,), (CARD,), (MESSAGE,))
    assert set(store.changes_since(0).calls) == {LIVE, ENDED}
    assert store.history(HistoryQuery(0, 100)).calls == (ENDED, LIVE)
    assert store.history(HistoryQuery(0, 100, number=LIVE.number)).calls == (LIVE,)
    assert store.history(HistoryQuery(0, 100, outcome=Outcome.HUNG_UP)).calls == (ENDED,)
    assert store.live_calls_of(LIVE.number, 2) == (LIVE,)
    assert (store.call("CA2"), store.desk("air"), store.show(), store.card("CA1")) == (ENDED, DESK, SHOW, CARD)
    assert store.records(DjPhone) == (PHONE,)


# SQLite


def test_a_file_of_version_1_0_is_read(tmp_path: Path) -> None:
    with closing(SqliteStore(str(file_of_version_1_0(tmp_path)))) as store:
        assert_holds_everything(store)


def test_a_file_is_one_that_version_1_0_would_have_written(tmp_path: Path) -> None:
    path = tmp_path / "line.db"
    with closing(SqliteStore(str(path))) as store:
        write(store)
        assert_holds_everything(store)
    former = content_of(file_of_version_1_0(tmp_path))
    assert known_fields(content_of(path), former) == former


def test_version_1_0_reads_a_desk_that_somebody_asks_to_take_over(tmp_path: Path) -> None:
    asked = replace(DESK, asked_at=3.0, refused_by="client:dj_ben_1", refused_at=2.5)
    desks = content_of(file_of_version_1_0(tmp_path))["desk"]
    [former] = [row for row in desks if row["document"].get("leg") == DESK.leg]
    assert known_fields(json.loads(dump(asked)), former["document"]) == former["document"]
    assert load(Desk, "air", dump(asked)) == asked


def test_version_1_0_reads_a_call_on_another_line_of_the_console(tmp_path: Path) -> None:
    elsewhere = replace(LIVE, air_desk="air-2", claimed_by="air-2", queue="radio-callin-air-2")
    calls = content_of(file_of_version_1_0(tmp_path))["call"]
    [former] = [row["document"] for row in calls if row["document"].get("desk_leg") == LIVE.desk_leg]
    changed = {"claimed_by": "air-2", "queue": "radio-callin-air-2"}
    assert known_fields(json.loads(dump(elsewhere)), former) == former | changed
    assert load(Call, "CA1", dump(elsewhere)) == elsewhere
    assert load(Call, "CA1", json.dumps(former)).air_desk == "air"


def test_version_1_0_reads_a_show_that_a_schedule_and_a_press_decide(tmp_path: Path) -> None:
    pressed = replace(SHOW, pressed=("opening", "screened"), pressed_at=9.0, schedule_revision=3)
    [former] = [row["document"] for row in content_of(file_of_version_1_0(tmp_path))["desk"] if row["key"] == "show"]
    assert known_fields(json.loads(dump(pressed)), former) == former
    assert load(Show, "show", dump(pressed)) == pressed
    assert load(Show, "show", json.dumps(former)) == SHOW


WORDS_OF_VERSION_1_0: dict[type[StrEnum], str] = {
    Stage: "arriving waiting screening ready held on_air message done",
    Outcome: "aired hung_up dropped let_go blocked line_full line_closed left_message lost",
    ReadyCheckAnswer: "yes no",
    Intent: "end drop hold",
    Verdict: "ready hold back let_go block",
    Standing: "vip warn blocked",
    InstructionKind: "direct take idle",
    PressKind: "next take drop hold",
    Opening: "open last_calls closed",
}


@pytest.mark.parametrize("words", WORDS_OF_VERSION_1_0, ids=lambda words: words.__name__)
def test_version_1_0_knows_each_word_that_calls_desks_and_the_show_are_stored_with(words: type[StrEnum]) -> None:
    """With an unknown value it cannot read the record, and so not the line: store a new fact in a new field."""
    assert {word for word in words if word} <= set(WORDS_OF_VERSION_1_0[words].split())


def test_no_other_kind_of_word_is_stored_in_them() -> None:
    stored = {hint for kind in (Call, Desk, Show, Card, Known, Press, Moment) for hint in enums_of(kind)}
    assert stored == set(WORDS_OF_VERSION_1_0)


def enums_of(kind: type) -> Iterator[type]:
    for hint in get_type_hints(kind).values():
        yield from (one for one in (hint, *get_args(hint)) if isinstance(one, type) and issubclass(one, StrEnum))


def file_of_version_1_0(folder: Path) -> Path:
    path = folder / "version_1_0.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((HERE / "version_1_0.sql").read_text(encoding="utf-8"))
    return path


def content_of(path: Path) -> dict[str, Any]:
    """The schema, and every row with its documents as objects."""
    with closing(sqlite3.connect(path)) as connection:
        content: dict[str, Any] = {
            "version": connection.execute("PRAGMA user_version").fetchone(),
            "schema": connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall(),
        }
        for table in ("mark", "call", "desk", "card", "message", "record"):
            rows = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - the names above
            names = [column[0] for column in rows.description]
            content[table] = [as_object(dict(zip(names, row, strict=True))) for row in rows]
        return content


def as_object(fields: dict[str, Any]) -> dict[str, Any]:
    return fields | {"document": json.loads(fields["document"])} if "document" in fields else fields


def known_fields(value: Any, former: Any) -> Any:
    """The value without fields that version 1.0 does not know: it ignores them."""
    if isinstance(value, dict) and isinstance(former, dict):
        return {name: known_fields(value[name], former[name]) for name in value if name in former}
    if isinstance(value, list) and isinstance(former, list) and len(value) == len(former):
        return [known_fields(one, other) for one, other in zip(value, former, strict=True)]
    return value


# Firestore


@pytest.mark.usefixtures("emulator")
def test_documents_of_version_1_0_are_read() -> None:
    from google.cloud import firestore as library

    client = library.Client(project=firestore.new_project())
    for collection, name, fields in documents_of_version_1_0():
        client.collection(collection).document(name).set({**fields, **changed(collection)})
    with closing(FirestoreStore(client.project, clock=lambda: WRITTEN_AT)) as store:
        assert_holds_everything(store)
    client.close()


@pytest.mark.usefixtures("emulator")
def test_documents_are_those_that_version_1_0_would_have_written() -> None:
    from google.cloud import firestore as library

    client = library.Client(project=firestore.new_project())
    with closing(FirestoreStore(client.project, clock=lambda: WRITTEN_AT)) as store:
        write(store)
        assert_holds_everything(store)
    written = {
        (collection.id, document.id): as_object(document.to_dict())
        for collection in client.collections()
        for document in collection.stream()
    }
    assert all(fields.pop("changed", None) for (collection, _), fields in written.items() if collection == "line")
    former = {(collection, name): as_object(fields) for collection, name, fields in documents_of_version_1_0()}
    assert set(written) == set(former)
    assert known_fields(written, former) == former
    client.close()


def documents_of_version_1_0() -> list[tuple[str, str, dict[str, Any]]]:
    lines = (HERE / "version_1_0.jsonl").read_text(encoding="utf-8").splitlines()
    return [tuple(json.loads(line)) for line in lines]


def changed(collection: str) -> dict[str, Any]:
    """The field that Firestore fills in."""
    from google.cloud import firestore as library

    return {"changed": library.SERVER_TIMESTAMP} if collection == "line" else {}
