"""Looks at the app from outside and tells the station when it is not well: `python -m callin.watch`, on a timer.

A problem that lasts for a minute is reported once, and so is its end, through every channel that is set. What was
reported is kept between runs, so neither a restart nor a failing mail server sends a message twice.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from callin.alerts import SETTINGS, Alert, AlertError, Channel, channels_of
from callin.config import ConfigError, file, read_only
from callin.contracts import Clock, Store, StoreError
from callin.public_address import AddressError, PublicAddress

SECONDS_UNTIL_TOLD = 55.0
"""A minute, less what a timer may be early."""
KEY = "health"
ASK_SECONDS = 15.0

log = logging.getLogger(__name__)


class Watched(Struct, frozen=True):
    """What the checks have found, and which channels have yet to deliver the last alert.

    `failing_since` is 0 if all is well.
    """

    key: str = KEY
    failing_since: float = 0.0
    problem: str = ""
    is_told: bool = False
    alert: Alert | None = None
    undelivered: tuple[str, ...] = ()


def after_check(before: Watched, problem: str, now: float, url: str, channels: Sequence[str]) -> Watched:
    """What is known after a check at `now` that has found a problem, or none ("")."""
    if problem:
        since = before.failing_since or now
        found = replace(before, failing_since=since, problem=problem)
        if before.is_told or now - since < SECONDS_UNTIL_TOLD:
            return found
        text = f"{problem}\n\nSince {_moment(since)}, at {url}. There will be one more message when it is over."
        alert = Alert(f"alert-{int(since)}", f"The call-in line at {_host(url)} needs help.", text, is_over=False)
        return replace(found, is_told=True, alert=alert, undelivered=tuple(channels))
    if not before.is_told:
        return replace(before, failing_since=0.0, problem="")
    text = f"It was not well from {_moment(before.failing_since)} to {_moment(now)}. It said last: {before.problem}"
    subject = f"The call-in line at {_host(url)} is well again."
    alert = Alert(f"over-{int(before.failing_since)}", subject, text, is_over=True)
    return Watched(before.key, alert=alert, undelivered=tuple(channels))


def problem_of(report: Mapping[str, Any]) -> str:
    """What `/health` says is wrong and what to do about it, in sentences; empty if all is well."""
    if report["ok"]:
        return ""
    found = []
    if report["store"] != "ok":
        found.append(f"The store cannot be used: {report['store']} Calls go on, but the desks cannot see them.")
    if not report["twilio"]["ok"]:
        why = report["twilio"]["problem"] or "it has not answered for a minute and a half."
        found.append(f"Twilio cannot be asked: {why} If that does not explain it, see Twilio's status page.")
    if report["missed_calls"]:
        found.append(f"Calls do not reach the app ({report['missed_calls']} now). {report['missed_cause']}")
    return "\n".join(found) or "The app says that it is not well, but not why. See its log."


class WatchState(Protocol):
    """Keeps what is known between two checks."""

    def load(self) -> Watched: ...
    def save(self, watched: Watched) -> None: ...


class StateFile:
    """In a private file, on a server."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Watched:
        """What was saved; a new `Watched` if nothing was saved, or nothing that can be read."""
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
            alert = found.pop("alert")
            undelivered = tuple(found.pop("undelivered"))
            return Watched(**found, alert=alert and Alert(**alert), undelivered=undelivered)
        except (OSError, ValueError, TypeError, LookupError, AttributeError):
            return Watched()

    def save(self, watched: Watched) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.replace(self._path, json.dumps(to_builtins(watched)) + "\n")


class StateInStore:
    """In the store, on App Engine. While the store fails, which itself needs reporting, in this instance's memory."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last = Watched()
        self._is_saved = True

    def load(self) -> Watched:
        if self._is_saved:
            try:
                self._last = self._store.record(Watched, KEY) or Watched()
            except StoreError as error:
                log.warning("The watch goes on from memory: %s", error)
        else:
            self.save(self._last)
        return self._last

    def save(self, watched: Watched) -> None:
        self._last = watched
        try:
            self._store.change_record(Watched, KEY, lambda _: watched)
            self._is_saved = True
        except StoreError as error:
            self._is_saved = False
            log.warning("What the watch has reported is only in memory: %s", error)


class HealthWatch:
    """Checks, remembers, and delivers. `ask` returns the report of `/health` or raises AddressError."""

    def __init__(
        self,
        url: str,
        ask: Callable[[], Mapping[str, Any]],
        channels: Sequence[Channel],
        state: WatchState,
        clock: Clock,
    ) -> None:
        self._url = url
        self._ask = ask
        self._channels = channels
        self._state = state
        self._clock = clock

    def check(self) -> str:
        """Checks once; returns what is wrong, empty if all is well."""
        if not self._channels:
            return ""
        problem = self._problem()
        before = self._state.load()
        now = after_check(before, problem, self._clock(), self._url, [channel.name for channel in self._channels])
        if now != before:
            self._state.save(now)
        self._deliver(now)
        return problem

    def _problem(self) -> str:
        try:
            return problem_of(self._ask())
        except AddressError as error:
            return f"{error} Callers wait with Twilio's music meanwhile."

    def _deliver(self, watched: Watched) -> None:
        """Sends through each channel that has not delivered yet. One that fails is tried again at the next check."""
        for channel in self._channels:
            if watched.alert is None or channel.name not in watched.undelivered:
                continue
            try:
                channel.send(watched.alert)
            except AlertError as error:
                log.error("An alert was not delivered and will be tried again. %s", error)
                continue
            log.info("Sent by %s: %s", channel.name, watched.alert.subject)
            watched = replace(watched, undelivered=tuple([one for one in watched.undelivered if one != channel.name]))
            self._state.save(watched)


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%d %B %Y, %H:%M:%S UTC")


def _host(url: str) -> str:
    return url.partition("://")[2]


def main(arguments: list[str] | None = None) -> int:
    """The command. 0 if the app is well or no channel is set, 1 with a sentence on stderr if not."""
    parser = argparse.ArgumentParser(prog="python -m callin.watch", description=(__doc__ or "").split("\n\n")[1])
    parser.add_argument("--state", type=Path, metavar="FILE", default=Path("var/watch.json"), help="what was reported")
    parser.add_argument("--test", action="store_true", help="send a test message through each channel that is set")
    asked = parser.parse_args(arguments)
    try:
        channels = channels_of(read_only(*SETTINGS)) if asked.test or any(read_only(*OWN).values()) else []
        if asked.test:
            return _test(channels)
        if not channels:
            return 0
        settings = read_only("PUBLIC_URL", "SESSION_KEY", "TWILIO_AUTH_TOKEN")
    except ConfigError as error:
        print(f"These settings are missing or wrong:\n{error}", file=sys.stderr)
        return 1
    address = PublicAddress(
        settings["PUBLIC_URL"], settings["SESSION_KEY"], settings["TWILIO_AUTH_TOKEN"], timeout_seconds=ASK_SECONDS
    )
    problem = HealthWatch(address.url, address.health, channels, StateFile(asked.state), time.time).check()
    if problem:
        print(problem, file=sys.stderr)
    return int(bool(problem))


OWN = ("ALERT_MAIL_TO", "ALERT_WEBHOOK", "ALERT_TEXT_TO")
"""A channel is set if one of these is."""


def _test(channels: Sequence[Channel]) -> int:
    alert = Alert(
        f"test-{os.getpid()}-{int(time.time())}", "A test of the call-in line's alerts.", "All is well.", True
    )
    failed = 0
    for channel in channels:
        try:
            channel.send(alert)
            print(f"{channel.name}: sent. See whether it arrives.")
        except AlertError as error:
            failed += 1
            print(f"{channel.name}: {error}", file=sys.stderr)
    if not channels:
        print("No alerts are set: see ALERT_MAIL_TO, ALERT_WEBHOOK and ALERT_TEXT_TO in README.md.", file=sys.stderr)
    return int(failed > 0 or not channels)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    sys.exit(main())
