"""The app's health for a monitor: the store, Twilio's API, and calls that did not reach the app."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from callin.contracts import Clock, Store, StoreError
from callin.live import LineCache
from callin.missed_calls import WebhookLog

SECONDS_FRESH = 1.0
"""How long an answer is reused, so that frequent requests do not reach the store."""

SECONDS_BETWEEN_READS = 5.0
SECONDS_BETWEEN_WRITES = 60.0
"""How often a healthy store is tested. A failed one is tested with each request."""

SECONDS_UNTIL_SILENT = 8.0
"""A test of the store that takes longer has failed."""

SECONDS_UNREAD = 90.0
"""Twilio's lists are read every 20 s. After this long without success, Twilio counts as failed."""

SECONDS_BETWEEN_QUESTIONS = 120.0
"""The lists are read only while requests come. After a longer pause their age means nothing at first."""

KEY = "health"
NONCE = re.compile(r"[A-Za-z0-9_-]{8,64}")


class HealthCheck(Struct, frozen=True):
    """The record that tests whether the store can be written. `at` is when."""

    key: str
    at: float


class StoreCheck:
    """Tests the store by reading, and sometimes writing. One thread at a time; the others get the last result."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._checking = threading.Lock()
        self._began_at: float | None = None
        self._read_at: float | None = None
        self._written_at: float | None = None
        self.last_problem = ""
        """The last test's result as a sentence; empty if all was well, or before the first test."""

    def problem(self) -> str:
        """Why the store cannot be read or written, as a sentence; empty if it can."""
        if not self._checking.acquire(timeout=SECONDS_UNTIL_SILENT if self._read_at is None else 0):
            began_at = self._began_at
            if began_at is not None and self._clock() - began_at > SECONDS_UNTIL_SILENT:
                return "The store does not answer."
            return self.last_problem
        try:
            self._check(self._clock())
        finally:
            self._checking.release()
        return self.last_problem

    def _check(self, now: float) -> None:
        self._began_at = now
        try:
            if self.last_problem or _is_due(self._written_at, SECONDS_BETWEEN_WRITES, now):
                self._store.change_record(HealthCheck, KEY, lambda _: HealthCheck(KEY, now))
                self._written_at = self._read_at = now
            elif _is_due(self._read_at, SECONDS_BETWEEN_READS, now):
                self._store.record(HealthCheck, KEY)
                self._read_at = now
            self.last_problem = ""
        except StoreError as error:
            self._read_at, self.last_problem = now, str(error)
        finally:
            self._began_at = None


class Health:
    """The answer of `/health`. `reconcile_soon` asks for a comparison with Twilio, and returns at once."""

    def __init__(
        self,
        store: Store,
        cache: LineCache,
        webhooks: WebhookLog,
        reconcile_soon: Callable[[], None],
        clock: Clock,
        version: str,
    ) -> None:
        self.store = StoreCheck(store, clock)
        self._cache = cache
        self._webhooks = webhooks
        self._reconcile_soon = reconcile_soon
        self._clock = clock
        self._version = version
        self._lock = threading.Lock()
        self._report: tuple[float, dict[str, Any]] | None = None
        self._asked_at = 0.0
        self._asked_since = 0.0
        self._began_at = clock()

    def report(self) -> dict[str, Any]:
        """The answer of `/health`; `ok` says whether all is well."""
        now = self._clock()
        with self._lock:
            made_at, report = self._report or (0.0, {})
            if report and 0 <= now - made_at < SECONDS_FRESH:
                return report
            if now - self._asked_at > SECONDS_BETWEEN_QUESTIONS:
                self._asked_since = now
            self._asked_at = now
        self._reconcile_soon()
        report = self._made(self.store.problem(), self._clock())
        with self._lock:
            self._report = now, report
        return report

    def _made(self, store_problem: str, now: float) -> dict[str, Any]:
        twilio = self._cache.twilio_status()
        age = None if twilio.good_at is None else max(0.0, now - twilio.good_at)
        missing = now - max(twilio.good_at or 0.0, self._asked_since)
        is_problem_old = bool(twilio.problem) and now - (twilio.good_at or self._began_at) > SECONDS_UNREAD
        is_unread = twilio.permanent or missing > SECONDS_UNREAD or is_problem_old
        return {
            "ok": not (store_problem or is_unread or twilio.missed.count),
            "version": self._version,
            "store": store_problem or "ok",
            "twilio": {
                "ok": not is_unread,
                "age_seconds": None if age is None else int(age),
                "problem": twilio.problem,
            },
            "missed_calls": twilio.missed.count,
            "missed_cause": twilio.missed.cause,
            "refused_requests": self._webhooks.refused_count,
        }


def _is_due(since: float | None, seconds: float, now: float) -> bool:
    """Whether `since` is at least `seconds` ago, unknown, or in the future because the clock was set back."""
    return since is None or not 0 <= now - since < seconds
