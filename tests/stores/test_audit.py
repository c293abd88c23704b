"""The audit in each store: newest first, page by page, by account and kind, and for as long as calls are kept."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from callin.audit import PAGE_LINES, Act, Audit, AuditLine, Filter
from callin.contracts import Store, StoreError
from callin.model import Opening
from callin.station import StationRecord
from callin.stores.sqlite import SqliteStore
from tests.support.clock import HeldClock

DAY = 86400.0
ANYTHING = Filter()


def whats(lines: list[AuditLine]) -> list[str]:
    return [line.what for line in lines]


def write(audit: Audit, clock: HeldClock, count: int, act: Act = Act.SEARCH, who: str = "anna") -> None:
    for number in range(count):
        audit.write(act, who, "192.0.2.1", f"{act} {number}")
        clock.advance(1)


def test_lines_come_newest_first_and_say_who_when_from_where_and_what(store: Store) -> None:
    clock = HeldClock()
    audit = Audit(store, clock)
    write(audit, clock, 3)
    found = audit.page(ANYTHING)
    assert whats(found.lines) == ["search 2", "search 1", "search 0"]
    line = found.lines[-1]
    assert (line.who, line.at, line.address, line.act) == ("anna", clock.now - 3, "192.0.2.1", "search")
    assert line.title == "Searches and downloads"
    assert found.next == ""


def test_pages_follow_each_other_without_a_gap(store: Store) -> None:
    clock = HeldClock()
    audit = Audit(store, clock)
    write(audit, clock, PAGE_LINES + 3)
    first = audit.page(ANYTHING)
    second = audit.page(ANYTHING, first.next)
    assert len(first.lines) == PAGE_LINES
    assert whats(second.lines) == ["search 2", "search 1", "search 0"]
    assert second.next == ""


def test_lines_are_found_by_account_and_kind(store: Store) -> None:
    clock = HeldClock()
    audit = Audit(store, clock)
    write(audit, clock, 2)
    write(audit, clock, 1, Act.LIST)
    write(audit, clock, 1, Act.LIST, "berta")
    assert whats(audit.page(Filter(act="list")).lines) == ["list 0", "list 0"]
    assert len(audit.page(Filter(who="anna")).lines) == 3
    assert [line.who for line in audit.page(Filter("berta", "list")).lines] == ["berta"]
    assert len(list(audit.lines(Filter(who="anna")))) == 3


def test_a_search_for_a_rare_line_goes_on_page_by_page(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callin.audit.MAX_SCANNED", 5)
    clock = HeldClock()
    audit = Audit(store, clock)
    write(audit, clock, 1, Act.DELETION)
    write(audit, clock, 6)
    first = audit.page(Filter(act="deletion"))
    assert (first.lines, bool(first.next), first.back_to) == ([], True, clock.now - 5)
    assert whats(audit.page(Filter(act="deletion"), first.next).lines) == ["deletion 0"]


def test_lines_are_deleted_with_the_calls_of_their_time(store: Store) -> None:
    clock = HeldClock()
    audit = Audit(store, clock, lambda: 30 * DAY)
    write(audit, clock, 2)
    clock.advance(30 * DAY - 1)
    write(audit, clock, 1, Act.LIST)
    audit.delete_old()
    assert whats(audit.page(ANYTHING).lines) == ["list 0"]


def test_without_a_retention_period_every_line_is_kept(store: Store) -> None:
    clock = HeldClock()
    audit = Audit(store, clock, lambda: 0.0)
    write(audit, clock, 2)
    clock.advance(10_000 * DAY)
    audit.delete_old()
    assert len(audit.page(ANYTHING).lines) == 2


def test_the_same_sight_is_written_once_an_hour(store: Store) -> None:
    clock = HeldClock()
    audit = Audit(store, clock)
    for _ in range(3):
        audit.write_once(Act.NUMBERS, "anna", "192.0.2.1", "saw •••123 in full")
    audit.write_once(Act.NUMBERS, "berta", "192.0.2.1", "saw •••123 in full")
    assert len(audit.page(ANYTHING).lines) == 2
    clock.advance(3600)
    audit.write_once(Act.NUMBERS, "anna", "192.0.2.1", "saw •••123 in full")
    assert len(audit.page(ANYTHING).lines) == 3


def test_a_line_of_a_kind_that_a_newer_program_wrote_is_shown(store: Store) -> None:
    newer = AuditLine("line 1", 1.0, "anna", "192.0.2.1", "teleport", "went elsewhere")
    store.change_record(AuditLine, newer.key, lambda _: newer)
    (line,) = Audit(store, HeldClock()).page(ANYTHING).lines
    assert (line.title, line.what) == ("teleport", "went elsewhere")


def test_a_line_that_the_store_refuses_goes_to_the_log(tmp_path: object, caplog: pytest.LogCaptureFixture) -> None:
    store = SqliteStore(f"{tmp_path}/line.db")
    store.close()
    with caplog.at_level(logging.ERROR):
        Audit(store, HeldClock()).write(Act.LIST, "anna", "192.0.2.1", "blocked •••123")
    assert "anna from 192.0.2.1: blocked •••123" in caplog.text


def named(name: str) -> StationRecord:
    return StationRecord("station", station_name=name)


def test_a_change_and_its_line_are_stored_together(store: Store) -> None:
    """Three kinds of change: a new record, one that is written again, and one that is deleted."""
    audit = Audit(store, HeldClock())
    for after in (named("One"), named("Two"), None):
        line = audit.line(Act.SETTINGS, "anna", "192.0.2.1", f"set {after and after.station_name}")
        assert store.change_record(StationRecord, "station", lambda _, after=after: after, (line,)) == after
        assert store.record(StationRecord, "station") == after
    assert sorted(whats(audit.page(ANYTHING).lines)) == ["set None", "set One", "set Two"]


def test_a_press_that_changes_nothing_has_its_line_and_one_that_is_refused_has_none(store: Store) -> None:
    audit = Audit(store, HeldClock())

    def refuse(_: StationRecord | None) -> StationRecord:
        raise ValueError("no")

    lines = [audit.line(Act.SETTINGS, "anna", "", what) for what in ("first", "again", "refused")]
    for line in lines[:2]:
        store.change_record(StationRecord, "station", lambda _: named("One"), (line,))
    with pytest.raises(ValueError, match="no"):
        store.change_record(StationRecord, "station", refuse, (lines[2],))
    assert sorted(whats(audit.page(ANYTHING).lines)) == ["again", "first"]


def test_a_line_about_a_watched_record_goes_with_it_too(store: Store) -> None:
    audit = Audit(store, HeldClock())
    store.live_calls()  # from now on Firestore's changes begin with the copy in memory
    line = audit.line(Act.OPENING, "anna", "", "closed the line")
    store.change_show(lambda show: replace(show, opening=Opening.CLOSED), (line,))
    assert (store.show().opening, whats(audit.page(ANYTHING).lines)) == (Opening.CLOSED, ["closed the line"])


def test_if_the_store_fails_neither_the_change_nor_its_line_is_there(tmp_path: Path) -> None:
    path = str(tmp_path / "line.db")
    store = SqliteStore(path)
    audit = Audit(store, HeldClock())
    with closing(sqlite3.connect(path)) as other:
        other.execute(
            "CREATE TRIGGER full BEFORE INSERT ON record WHEN NEW.kind = 'audit'"
            " BEGIN SELECT RAISE(FAIL, 'disk full'); END"
        )
    line = audit.line(Act.SETTINGS, "anna", "", "set the name")
    with pytest.raises(StoreError):
        store.change_record(StationRecord, "station", lambda _: named("One"), (line,))
    assert store.record(StationRecord, "station") is None
    store.close()
