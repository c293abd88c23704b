"""The audit in each store: newest first, page by page, by account and kind, and for as long as calls are kept."""

from __future__ import annotations

import logging

import pytest

from callin.audit import PAGE_LINES, Act, Audit, AuditLine, Filter
from callin.contracts import Store
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
