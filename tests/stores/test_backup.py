"""A backup brings everything back, in either engine, except callers that were deleted since."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from callin import backup, restore
from callin.accounts import Passkey, SecondFactor
from callin.accounts.models import Account, Invitation, Role, Session
from callin.accounts.remotes import DjPhone
from callin.backup import BackupError
from callin.callers import Caller, CallerStats, Retention
from callin.callers.jobs import StatsProgress
from callin.callers.service import Deletion
from callin.contracts import HistoryQuery, Store
from callin.messages import ListenerMessage, MessageSettings, Source
from callin.model import (
    SCHEDULE,
    Card,
    ChatMessage,
    DateException,
    FieldText,
    LeaseHolder,
    RecordedGreeting,
    Schedule,
    ScheduledShow,
    Standing,
    StoredRecord,
    Tune,
)
from callin.rules.calls import anonymised
from callin.sounds import SoundChoice
from callin.words import OwnWords
from tests.callers.conftest import KEYRING, NUMBER, OTHER, House
from tests.stores.cast import ended, waiting

NOW = 2_000.0
SECOND = SecondFactor("anna", (Passkey("id", "credential", "Laptop", 1.0),), ("used later", "unused"))
ACCOUNT = Account("anna", "Anna", Role.ADMIN, "$argon2id$hash", 1.0, sessions=(Session("ff", 1.0, 2.0),))
OPEN, USED = Invitation("open", Role.DJ, 9e9, "anna"), Invitation("used", Role.DJ, 9e9, "anna", "bert")


SHOW = ScheduledShow(
    "a1",
    'Zoë’s "Night"',
    (0, 6),
    "23:00",
    "01:00",
    screened=True,
    exceptions=(DateException("2026-12-24", cancelled=True), DateException("2026-12-25", topic="Bees")),
)


def fill(store: Store) -> House:
    """A station with two callers, an account, a card, a message, and a record of an unknown kind."""
    house = House(store)
    for sid, number in (("CA1", NUMBER), ("CA2", OTHER)):
        store.change_card(sid, lambda card: replace(card, name=FieldText('Zoë | "q"', 1, "ann", 5.0)))
        store.change_call(sid, lambda _, sid=sid, number=number: ended(waiting(sid, number=number)))
        call = store.call(sid)
        assert call is not None
        house.callers.record_call(call)
        house.callers.set_standing(number, Standing.VIP, "ann")
    store.change_call("CA3", lambda _: waiting("CA3"))
    store.change_desk("air", lambda desk: replace(desk, turn=3))
    store.change_show(lambda show: replace(show, screened=True))
    store.add_chat_message(ChatMessage(7, 5.0, "Sam", "Two minutes left"), keep=50)
    store.change_record(Schedule, SCHEDULE, lambda _: Schedule(SCHEDULE, 2, (SHOW,)))
    store.change_record(Account, "anna", lambda _: ACCOUNT)
    store.change_record(SecondFactor, "anna", lambda _: SECOND)
    for invitation in (OPEN, USED):
        store.change_record(Invitation, invitation.key, lambda _, one=invitation: one)
    store.change_record(DjPhone, NUMBER, lambda _: DjPhone(NUMBER))
    hold_lease(store)
    CallerStats(store, house.callers, house.clock).run()
    store.add_records([StoredRecord("novelty", "n/1", '{"new":1.5}')])
    return house


def test_a_schedule_comes_back_with_its_dates(open_store: Callable[[str], Store], tmp_path: Path) -> None:
    origin, moved = open_store("sqlite"), open_store("firestore")
    fill(origin)
    restored(lines_of(origin, tmp_path / "1.jsonl"), moved)
    assert moved.record(Schedule, SCHEDULE) == Schedule(SCHEDULE, 2, (SHOW,))


@pytest.mark.parametrize(("first", "second"), [("sqlite", "firestore"), ("firestore", "sqlite")])
def test_own_words_chosen_sounds_and_messages_come_back(
    open_store: Callable[[str], Store], tmp_path: Path, first: str, second: str
) -> None:
    """A recording by phone stays at Twilio: its message still names it."""
    origin, moved = open_store(first), open_store(second)
    words = OwnWords("de").changed("thanks", "Tschüs & bis <bald>!")
    choice = SoundChoice(greeting=RecordedGreeting("s1", "Our greeting"), music=(Tune("s2", 12.5),))
    settings = MessageSettings(is_on=True, longest_seconds=30, keep_days=7)
    by_phone = ListenerMessage("m1-CA1", 5.0, Source.PHONE, NUMBER, "CA1", "RE1", seconds=8, transcript='Zoë | "q"')
    note = ListenerMessage("m2-x", 6.0, Source.VOICE_NOTE, "client:listener_1", sound="s3", text="")
    kept = (words, choice, settings, by_phone, note)
    for one in kept:
        origin.change_record(type(one), one.key, lambda _, one=one: one)
    restored(lines_of(origin, tmp_path / "1.jsonl"), moved)
    assert tuple(moved.record(type(one), one.key) for one in kept) == kept


def hold_lease(store: Store) -> None:
    store.change_record(LeaseHolder, "reconcile", lambda _: LeaseHolder("reconcile", "me", NOW))


def lines_of(store: Store, path: Path) -> Path:
    """A backup of an open store as lines."""
    backup.write_lines(store.stored_records(), path)
    return path


def restored(path: Path, store: Store, *others: Path, now: float = NOW) -> str:
    return restore.restore(path, others, store, KEYRING, now)


@pytest.mark.parametrize(("first", "second"), [("sqlite", "firestore"), ("firestore", "sqlite")])
def test_a_station_moves_to_the_other_store_and_back_and_is_the_same(
    open_store: Callable[[str], Store], tmp_path: Path, first: str, second: str
) -> None:
    origin, moved, back = open_store(first), open_store(second), open_store(first)
    fill(origin)
    restored(lines_of(origin, tmp_path / "1.jsonl"), moved)
    restored(lines_of(moved, tmp_path / "2.jsonl"), back)
    assert sorted(back.stored_records()) == sorted(moved.stored_records())
    kept = {
        record: record
        for record in origin.stored_records()
        if record.kind not in {"leaseholder", "counted"} and record.key not in {"anna", "open"}
    }
    assert kept
    assert set(kept) == {record for record in back.stored_records() if record.key != "anna"}
    assert back.record(Account, "anna") == replace(ACCOUNT, sessions=())
    assert back.record(SecondFactor, "anna") == replace(SECOND, recovery_codes=())
    assert back.live_calls()[1:] == origin.live_calls()[1:]
    ever = HistoryQuery(0, 9e9)
    assert set(back.history(ever).calls) == set(origin.history(ever).calls)
    assert set(moved.history(ever).calls) == set(origin.history(ever).calls)
    assert moved.history(HistoryQuery(0, 9e9, number=OTHER)).calls == (origin.call("CA2"),)
    assert moved.live_calls_of(NUMBER, 2) == origin.live_calls_of(NUMBER, 2)


def test_what_is_restored_goes_on_to_be_counted(open_store: Callable[[str], Store], tmp_path: Path) -> None:
    """The progress of counting is stored by the previous store's marks."""
    house = fill(open_store("sqlite"))
    store = open_store("sqlite")
    restored(lines_of(house.store, tmp_path / "1.jsonl"), store)
    assert store.record(StatsProgress, "calls") is None
    after = House(store)
    stats = CallerStats(store, after.callers, after.clock)
    stats.run()
    store.change_call("CA3", lambda call: ended(call) if call else None)
    stats.run()
    found = [after.callers.find(number) for number in (NUMBER, OTHER)]
    assert [caller.calls for caller in found if caller] == [2, 1]


def retention(house: House) -> Retention:
    def anonymise(call_sid: str) -> None:
        house.store.change_call(call_sid, anonymised)

    return Retention(house.store, house.callers, house.clock, anonymise, lambda: 0)


@pytest.mark.parametrize("engine", ["sqlite", "firestore"])
@pytest.mark.parametrize("known_from", ["a later backup beside it", "a file that is named", "the former store"])
def test_a_deleted_caller_stays_deleted(
    open_store: Callable[[str], Store], tmp_path: Path, engine: str, known_from: str
) -> None:
    house = fill(open_store("sqlite"))
    folder = tmp_path / "backups"
    folder.mkdir()
    before = lines_of(house.store, folder / "1.jsonl")
    assert retention(house).delete_caller(NUMBER, "ann")
    others = []
    if known_from == "the former store":
        others = [tmp_path / "0.sqlite"]
    else:
        place = folder if known_from == "a later backup beside it" else tmp_path
        later = lines_of(house.store, place / "2.jsonl")
        others = [] if place == folder else [later]
    store = open_store(engine)
    said = restored(before, store, *others)
    assert "8 records of deleted callers" in said
    assert all(NUMBER not in record.document and NUMBER not in record.key for record in of_callers(store))
    assert house.store.record(Caller, NUMBER) is None
    assert store.record(Caller, OTHER) == house.store.record(Caller, OTHER)
    assert store.call("CA1") == house.store.call("CA1")
    assert store.card("CA1") == Card("CA1")
    assert store.records(Deletion) == house.store.records(Deletion) != ()


def of_callers(store: Store) -> list[StoredRecord]:
    return [record for record in store.stored_records() if record.kind in {"call", "card", "caller", "heading"}]


def test_a_caller_that_called_again_after_a_deletion_is_restored(
    open_store: Callable[[str], Store], tmp_path: Path
) -> None:
    house = fill(open_store("sqlite"))
    assert retention(house).delete_caller(NUMBER, "ann")
    house.callers.set_standing(NUMBER, Standing.WARN, "ann")
    path = lines_of(house.store, tmp_path / "1.jsonl")
    store = open_store("sqlite")
    restored(path, store)
    assert store.record(Caller, NUMBER) == house.store.record(Caller, NUMBER)


def test_a_number_cannot_be_read_from_its_deletion(open_store: Callable[[str], Store], tmp_path: Path) -> None:
    house = fill(open_store("sqlite"))
    assert retention(house).delete_caller(NUMBER, "ann")
    [deletion] = house.store.records(Deletion)
    assert len(deletion.key) == 64
    assert house.callers.deletions.add(NUMBER) is None
    assert len(house.store.records(Deletion)) == 1
    house.clock.advance(401 * 86400)
    house.callers.deletions.delete_expired()
    assert house.store.records(Deletion) == ()


# SQLite's own copy


def test_a_copy_is_whole_while_the_app_writes_and_private(open_store: Callable[[str], Store], tmp_path: Path) -> None:
    house = fill(open_store("sqlite"))
    path = tmp_path / "backups" / "station.sqlite"
    said = backup.back_up(f"sqlite:///{tmp_path}/0.sqlite", "", path)
    assert said.startswith("27 records (1 account, ")
    assert [file.name for file in path.parent.iterdir()] == ["station.sqlite"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "0.sqlite").stat().st_mode) == 0o600
    house.store.change_call("CA9", lambda _: waiting("CA9"))
    store = open_store("sqlite")
    restored(path, store)
    assert {call.call_sid for call in store.live_calls().calls} == {"CA3"}


def test_the_last_backups_are_kept(open_store: Callable[[str], Store], tmp_path: Path) -> None:
    fill(open_store("sqlite"))
    for day in range(5):
        backup.back_up(f"sqlite:///{tmp_path}/0.sqlite", "", tmp_path / "all" / backup.NAME.format(f"2026-11-0{day}"))
    (tmp_path / "all" / "other.sqlite").touch()
    backup.keep_last(tmp_path / "all", 3)
    assert sorted(file.name[14:24] for file in (tmp_path / "all").glob("radio*")) == [
        "2026-11-02",
        "2026-11-03",
        "2026-11-04",
    ]
    assert (tmp_path / "all" / "other.sqlite").exists()


# Refusals


def test_a_store_that_is_not_empty_stays_as_it_is(open_store: Callable[[str], Store], tmp_path: Path) -> None:
    house = fill(open_store("sqlite"))
    path = lines_of(house.store, tmp_path / "1.jsonl")
    before = sorted(house.store.stored_records())
    with pytest.raises(BackupError, match="not empty"):
        restored(path, house.store)
    assert sorted(house.store.stored_records()) == before


def test_an_empty_store_that_an_app_has_used_is_filled(open_store: Callable[[str], Store], tmp_path: Path) -> None:
    house = fill(open_store("sqlite"))
    path = lines_of(house.store, tmp_path / "1.jsonl")
    store = open_store("sqlite")
    hold_lease(store)
    restored(path, store)
    assert store.call("CA2") == house.store.call("CA2")
