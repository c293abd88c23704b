"""Faults on request: how the REST API fails, and how webhooks are delayed, repeated or lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any


@dataclass(frozen=True, slots=True)
class RestFaults:
    """A share ``rate`` of REST requests is answered with ``status`` (None: answered well), all after ``delay_ms``."""

    status: int | None = None
    rate: float = 1.0
    delay_ms: int = 0


@dataclass(frozen=True, slots=True)
class WebhookFaults:
    """Shares of webhooks sent twice or lost, and the range in which each is delayed."""

    duplicate: float = 0.0
    delay_ms: tuple[int, int] = (0, 0)
    lose: float = 0.0


@dataclass(slots=True)
class Faults:
    """The faults in force; ``dice`` decides, and a seeded one repeats a run."""

    rest: RestFaults = RestFaults()
    webhooks: WebhookFaults = WebhookFaults()
    dice: Random = field(default_factory=Random)

    def change(self, requested: Mapping[str, Any]) -> None:
        """Set one part or both; a part that is given replaces the whole of what was in force before.

        ValueError, in a sentence, when a name or value does not exist; then nothing has changed.
        """
        for name in requested:
            if name not in ("rest", "webhooks"):
                raise ValueError(f"There are no faults called {name}.")
        rest, webhooks = self.rest, self.webhooks
        if "rest" in requested:
            rest = _rest(_table(requested["rest"], ("status", "rate", "delay_ms")))
        if "webhooks" in requested:
            webhooks = _webhooks(_table(requested["webhooks"], ("duplicate", "delay_ms", "lose")))
        self.rest, self.webhooks = rest, webhooks

    def clear(self) -> None:
        """End all faults."""
        self.rest, self.webhooks = RestFaults(), WebhookFaults()

    def rest_status(self) -> int | None:
        """The status to fail this REST request with, or None to answer it."""
        if self.rest.status is not None and self.dice.random() < self.rest.rate:
            return self.rest.status
        return None

    def webhook_doubles(self) -> bool:
        return self.dice.random() < self.webhooks.duplicate

    def webhook_is_lost(self) -> bool:
        return self.dice.random() < self.webhooks.lose

    def webhook_delay_seconds(self) -> float:
        low, high = self.webhooks.delay_ms
        return self.dice.uniform(low, high) / 1000 if high else 0.0


def _rest(table: Mapping[str, Any]) -> RestFaults:
    status = table.get("status")
    if status is not None and (not _is_whole(status) or not 400 <= status <= 599):
        raise ValueError("status is null or a number from 400 to 599.")
    delay = table.get("delay_ms", 0)
    if not _is_whole(delay) or delay < 0:
        raise ValueError("delay_ms is a whole number of milliseconds.")
    return RestFaults(status=status, rate=_share("rate", table.get("rate", 1.0)), delay_ms=delay)


def _webhooks(table: Mapping[str, Any]) -> WebhookFaults:
    delay = table.get("delay_ms", (0, 0))
    if not isinstance(delay, (list, tuple)) or len(delay) != 2 or not all(map(_is_whole, delay)):
        raise ValueError("delay_ms of webhooks is a pair of whole numbers of milliseconds.")
    low, high = delay
    if not 0 <= low <= high:
        raise ValueError("delay_ms of webhooks runs from the smaller number to the greater.")
    return WebhookFaults(
        duplicate=_share("duplicate", table.get("duplicate", 0.0)),
        delay_ms=(low, high),
        lose=_share("lose", table.get("lose", 0.0)),
    )


def _table(value: object, names: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError("Faults are given as a table of names and values.")
    for name in value:
        if name not in names:
            raise ValueError(f"There is no fault called {name}: it is one of {', '.join(names)}.")
    return value


def _share(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise ValueError(f"{name} is a share from 0 to 1.")
    return float(value)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
