"""Looks once a second at the network and at what the app says, and keeps what the verdict needs."""

from __future__ import annotations

import time
import urllib.error
from dataclasses import dataclass, field
from typing import Any

from bench.soak import network
from bench.soak.network import Caller
from bench.station import Station, ask
from tests.support.visitors import Visitor, signed_in

SECONDS_BETWEEN_LOOKS = 1.0
STATUS_TIMEOUT_SECONDS = 10.0
HEARD_TOLD = 12
HEARD_CHARACTERS = 80


@dataclass
class Watch:
    """The latest look at both sides, and what went wrong on the way."""

    where: Station
    callers: dict[str, Caller] = field(default_factory=dict)
    status: dict[str, Any] = field(default_factory=dict)
    began_at: float = field(default_factory=time.monotonic)
    stories: dict[str, list[str]] = field(default_factory=dict)
    """What was seen of each caller, a line for each change: the verdict prints it when something is wrong."""
    placed_at: dict[str, float] = field(default_factory=dict)
    """When each caller was first seen in a queue or on the air, since 1970: they must have joined by then."""
    left_alone: dict[str, int] = field(default_factory=dict)
    """How often each caller's conversation ended because the studio's leg was gone: they may be back that often."""
    slowest_status_seconds: float = 0.0
    unanswered: int = 0
    pairs: dict[tuple[str, ...], float] = field(default_factory=dict)
    """Since when the app has shown the same two or more callers on the air."""
    longest_pair_seconds: float = 0.0
    longest_pair: tuple[str, ...] = ()
    two_legs: int = 0
    doubled_rows: int = 0
    _looked_at: float = 0.0
    _desk: Visitor | None = None
    _rows_seen: dict[str, str] = field(default_factory=dict)

    def look(self, *, app_is_up: bool = True) -> None:
        """Looks, unless the last look was too recent."""
        if time.monotonic() - self._looked_at < SECONDS_BETWEEN_LOOKS:
            return
        self._looked_at = time.monotonic()
        self.look_at_network()
        if app_is_up:
            self.look_at_app()

    def look_at_network(self) -> None:
        before, self.callers = self.callers, network.read(self.where.control("GET", "callers"))
        for caller in self.callers.values():
            was = before.get(caller.call_sid)
            if caller != was:
                self.note(caller.call_sid, caller.in_words)
            if caller.placed:
                self.placed_at.setdefault(caller.call_sid, time.time())
        self._see_bridges(before)

    def _see_bridges(self, before: dict[str, Caller]) -> None:
        for caller in self.callers.values():
            was = before.get(caller.call_sid)
            leg = self.callers.get(was.on_air_with or "") if was and was.on_air_with != caller.on_air_with else None
            if was and leg and not leg.live:
                self.left_alone[caller.call_sid] = self.left_alone.get(caller.call_sid, 0) + 1
        # More than one bridge means more than one desk on the air.
        self.two_legs += sum(caller.live and caller.on_air_with is not None for caller in self.callers.values()) > 2

    def look_at_app(self) -> bool:
        """Whether it answered."""
        began = time.monotonic()
        try:
            self._desk = self._desk or signed_in(self.where.url)
            headers = {"Cookie": self._desk.cookie}
            url = self.where.url + "/queue-status"
            self.status = ask("GET", url, timeout_seconds=STATUS_TIMEOUT_SECONDS, headers=headers)
        except (urllib.error.URLError, OSError, ValueError):
            self.unanswered += 1
            return False
        self.slowest_status_seconds = max(self.slowest_status_seconds, time.monotonic() - began)
        self._follow_rows()
        return True

    def _follow_rows(self) -> None:
        for row in self.status["calls"]:
            known = f"the app: {row['stage']}" + (", claimed" if row.get("claimed") else "")
            if self._rows_seen.get(row["call_sid"]) != known:
                self._rows_seen[row["call_sid"]] = known
                self.note(row["call_sid"], known)
        rows = [row["call_sid"] for row in self.status["calls"]]
        self.doubled_rows += len(rows) - len(set(rows))
        on_air = tuple(row["call_sid"] for row in self.status["calls"] if row["stage"] == "on_air")
        now = time.monotonic()
        since = self.pairs.get(on_air, now)
        self.pairs = {on_air: since} if len(on_air) > 1 else {}
        if len(on_air) > 1 and now - since > self.longest_pair_seconds:
            self.longest_pair_seconds, self.longest_pair = now - since, on_air

    def was_listed(self, call_sid: str) -> bool:
        """Whether the app has ever shown the call."""
        return call_sid in self._rows_seen

    def note(self, call_sid: str, words: str) -> None:
        """Adds a line to the caller's story."""
        self.stories.setdefault(call_sid, []).append(f"{time.monotonic() - self.began_at:.1f} s: {words}")

    def heard_last(self, call_sid: str) -> list[str]:
        """The last things that the call heard, by the network's clock: lines for its story."""
        heard = self.where.control("GET", f"callers/{call_sid}")["heard"][-HEARD_TOLD:]
        return [f"{one['at']:.1f} s after the ring: {one['verb']} {one['text'][:HEARD_CHARACTERS]}" for one in heard]

    def note_all(self, words: str) -> None:
        """Adds a line to the story of everybody on the phone."""
        for caller in self.callers.values():
            if caller.live:
                self.note(caller.call_sid, words)

    @property
    def twilio_is_ok(self) -> bool:
        return bool(self.status.get("twilio", {}).get("ok"))

    def rows(self) -> dict[str, dict[str, Any]]:
        """The app's calls, by CallSid."""
        return {row["call_sid"]: row for row in self.status.get("calls", ())}
