"""`/health`: what a monitor learns about the app, and what the pages say while the store fails."""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from callin import VERSION
from callin.contracts import StoreError
from callin.health import SECONDS_BETWEEN_QUESTIONS, SECONDS_UNREAD, Health
from callin.keyring import Keyring
from callin.live import LineCache
from callin.missed_calls import WebhookLog
from callin.model import MissedCalls
from callin.stores.sqlite import SqliteStore
from tests.support.calls import call_fields
from tests.support.clock import HeldClock
from tests.support.processes import wait_until
from tests.support.station import App, Station
from tests.support.web import ask

KEYRING = Keyring("k" * 32)


class CountedStore:
    """A store that counts its requests, and fails when it is told to."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.problem = ""
        self.reads = self.writes = 0

    def record(self, *arguments: Any) -> Any:
        self.reads += 1
        self._fail()
        return self.inner.record(*arguments)

    def change_record(self, *arguments: Any) -> Any:
        self.writes += 1
        self._fail()
        return self.inner.change_record(*arguments)

    def _fail(self) -> None:
        if self.problem:
            raise StoreError(self.problem)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class Ward:
    """The health of an app whose store, clock and Twilio the test controls."""

    def __init__(self, store: CountedStore) -> None:
        self.store: Any = store
        self.clock = HeldClock()
        self.cache = LineCache(self.store, self.clock)
        self.webhooks = WebhookLog(self.clock)
        self.reconciled = 0
        self.health = Health(self.store, self.cache, self.webhooks, self.reconcile_soon, self.clock, "1.0")
        self.cache.twilio_was_read()

    def reconcile_soon(self) -> None:
        self.reconciled += 1

    def report(self, after_seconds: float = 2.0) -> dict[str, Any]:
        self.clock.advance(after_seconds)
        return self.health.report()


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    store = SqliteStore(str(tmp_path / "line.db"))
    yield Ward(CountedStore(store))
    store.close()


def test_all_is_well(ward: Ward) -> None:
    assert ward.report() == {
        "ok": True,
        "version": "1.0",
        "store": "ok",
        "twilio": {"ok": True, "age_seconds": 2, "problem": ""},
        "missed_calls": 0,
        "missed_cause": "",
        "refused_requests": 0,
    }


def test_however_often_it_is_asked_the_store_is_spared(ward: Ward) -> None:
    for _ in range(1000):
        ward.report(after_seconds=0.03)
    assert (ward.store.writes, ward.store.reads) == (1, 5)
    assert ward.reconciled <= 31


def test_a_store_that_cannot_be_written_is_told_and_so_is_its_return(ward: Ward) -> None:
    ward.report()
    ward.store.problem = "The store could not write its file: database or disk is full."
    ward.cache.twilio_was_read()
    report = ward.report(after_seconds=60)
    assert (report["ok"], report["store"]) == (False, ward.store.problem)
    assert ward.health.store.last_problem == ward.store.problem
    ward.store.problem = ""
    assert ward.report()["ok"] is True


def test_a_store_that_cannot_be_read_is_told_within_seconds(ward: Ward) -> None:
    ward.report()
    ward.store.problem = "The store does not answer."
    assert ward.report(after_seconds=5)["ok"] is False


def test_twilio_failing_for_a_moment_is_not_a_reason_but_for_long_it_is(ward: Ward) -> None:
    ward.cache.twilio_was_read(problem="Twilio took too long to list the calls.")
    assert ward.report()["ok"] is True
    for _ in range(3):
        report = ward.report(after_seconds=SECONDS_UNREAD / 3)
    assert report["ok"] is False
    assert report["twilio"]["problem"] == "Twilio took too long to list the calls."
    ward.cache.twilio_was_read()
    assert ward.report()["ok"] is True


def test_credentials_that_twilio_refuses_are_a_reason_at_once(ward: Ward) -> None:
    ward.cache.twilio_was_read(problem="Twilio refused the account SID and auth token.", permanent=True)
    assert ward.report()["ok"] is False


def test_nobody_compares_with_twilio_while_nobody_asks_so_an_old_comparison_is_no_reason_at_first(ward: Ward) -> None:
    ward.report()
    assert ward.report(after_seconds=8 * 3600)["ok"] is True
    assert ward.report(after_seconds=SECONDS_UNREAD)["ok"] is True
    assert ward.report(after_seconds=SECONDS_UNREAD)["ok"] is False, "it was asked for, but not read all that time"


def test_with_a_monitor_that_asks_rarely_a_problem_of_long_ago_is_a_reason(ward: Ward) -> None:
    ward.report()
    ward.cache.twilio_was_read(problem="Twilio could not be reached to list the calls.")
    assert ward.report(after_seconds=SECONDS_BETWEEN_QUESTIONS + 1)["ok"] is False


def test_with_a_monitor_that_asks_rarely_lists_that_were_never_read_are_a_reason(tmp_path: Path) -> None:
    with closing(SqliteStore(str(tmp_path / "line.db"))) as store:
        clock = HeldClock()
        cache = LineCache(store, clock)
        health = Health(store, cache, WebhookLog(clock), lambda: None, clock, "1.0")
        cache.twilio_was_read(problem="Twilio could not be reached to list the calls.")
        assert health.report()["ok"] is True, "the first comparison may fail for a moment"
        clock.advance(SECONDS_BETWEEN_QUESTIONS + 1)
        assert health.report()["ok"] is False


def test_calls_that_never_reached_the_app_are_a_reason(ward: Ward) -> None:
    ward.cache.calls_missed(MissedCalls(at=1.0, count=2, cause="Twilio asks nothing here."))
    report = ward.report()
    assert (report["ok"], report["missed_calls"], report["missed_cause"]) == (False, 2, "Twilio asks nothing here.")


def test_it_is_answered_to_anybody_by_any_name_by_get_and_head(station: Station) -> None:
    url = station.app.url + "/health"
    wait_until(lambda: ask(url).status == 200, 45, "the app is not well")
    answer = ask(url, headers={"Host": "10.0.0.7"})
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.headers.get_content_type() == "application/json"
    report = answer.json()
    assert (report["ok"], report["version"]) == (True, VERSION)
    assert set(report) == {"ok", "version", "store", "twilio", "missed_calls", "missed_cause", "refused_requests"}
    head = ask(url, "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert ask(url, "POST").status == 405


def test_with_the_key_a_monitor_recognises_the_app_by_its_answer_to_a_nonce(app: App) -> None:
    """As README has it."""
    nonce = "N0nce-of_mine"
    report = ask(f"{app.url}/health?nonce={nonce}").json()
    key = hmac.digest(app.environment["SESSION_KEY"].encode(), b"health", hashlib.sha256)
    assert report["nonce"] == nonce
    assert report["proof"] == hmac.new(key, nonce.encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    "query", ["nonce=short", "nonce=" + "x" * 65, "nonce=%3Cscript%3E", "nonce=12345678&nonce=abcdefgh"]
)
def test_a_malformed_nonce_is_refused_with_a_sentence(app: App, query: str) -> None:
    answer = ask(f"{app.url}/health?{query}")
    assert answer.status == 400
    assert "8 to 64" in answer.json()["error"]


def test_a_strangers_unsigned_posts_change_nothing_but_a_count(station: Station) -> None:
    wait_until(lambda: ask(station.app.url + "/health").status == 200, 45, "the app is not well")
    caller = station.ring()
    station.wait_until_queued(caller)
    for signed in ("", "x", "bm90IGEgc2lnbmF0dXJlIGF0IGFsbA=="):
        for _ in range(30):
            assert station.app.signed("/twiml/enqueue", call_fields(), signed=signed).status == 403
        assert station.app.signed("/twiml/wait", call_fields(caller), signed=signed).status == 403

    def has_counted() -> dict[str, Any]:
        report: dict[str, Any] = ask(station.app.url + "/health").json()
        return report if report["refused_requests"] >= 93 else {}

    report = wait_until(has_counted, why="the refused requests are not counted")
    assert (report["ok"], report["missed_calls"]) == (True, 0)


@contextmanager
def without_tables(store: str) -> Iterator[None]:
    """Nothing can be read from the file, and nothing written to it."""
    with closing(sqlite3.connect(store.removeprefix("sqlite:///"), isolation_level=None)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            connection.execute(f"ALTER TABLE {name} RENAME TO away_{name}")
        yield
        for name in names:
            connection.execute(f"ALTER TABLE away_{name} RENAME TO {name}")


def test_while_the_store_fails_each_address_says_what_its_reader_needs(station: Station) -> None:
    app, url = station.app, station.app.url
    wait_until(lambda: ask(url + "/health").status == 200, 45, "the app is not well")
    visitor = app.visitor()
    with without_tables(app.environment["STORE"]):
        health = wait_until(lambda: (answer := ask(url + "/health")).status == 503 and answer, 10, "/health says fine")
        assert "The store" in health.json()["store"]
        warmup = ask(url + "/_ah/warmup")
        assert (warmup.status, "The store" in warmup.json()["error"]) == (503, True)
        numbers = ask(url + "/queue-status")
        assert (numbers.status, numbers.json()["error"]) == (
            503,
            "The line cannot be read right now. Please try again in a minute.",
        )
        desk = visitor.ask("GET", "/queue-status")
        assert desk.status == 200, "a desk goes on with what was known"
        assert "The store" in desk.json()["twilio"]["problem"]
        page = ask(url + "/sign-in")
        assert (page.status, "Nobody can sign in right now." in page.text) == (503, True)
        assert "does not answer" in visitor.ask("GET", "/callers").text
        assert ask(url + "/call").status == 200, "listeners are still greeted and queued"
        assert app.signed("/twiml/enqueue", call_fields()).xml().find("Enqueue") is not None
    wait_until(lambda: ask(url + "/health").status == 200, 10, "/health does not see that the store is back")
    for path in ("/_ah/warmup", "/queue-status", "/sign-in"):
        assert ask(url + path).status == 200, path
