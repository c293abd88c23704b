"""Reads how a webhook's address wants to be connected to: limits and retries, given after its ``#``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FailureKind = Literal["ct", "rt", "4xx", "5xx", "other"]
"""Not connected, no answer in time, an error, and an answer that cannot be used."""

POLICIES = ("4xx", "5xx", "ct", "rt", "all")


@dataclass(frozen=True, slots=True)
class Overrides:
    """Limits of one webhook (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides)."""

    connect_seconds: float = 5.0
    read_seconds: float = 15.0
    total_seconds: float = 15.0
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})

    def retries_after(self, kind: FailureKind) -> bool:
        """Whether a failure of this kind is worth another try."""
        return kind in self.policy or ("all" in self.policy and kind != "other")


def read_overrides(url: str) -> Overrides:
    """The overrides after the ``#`` of an address; what Twilio does not know or allow there is ignored."""
    options: dict[str, str] = {}
    for part in url.partition("#")[2].split("&"):
        name, _, value = part.partition("=")
        options[name] = value

    def number(name: str, lowest: int, highest: int, default: int) -> int:
        value = options.get(name, "")
        return int(value) if value.isascii() and value.isdigit() and lowest <= int(value) <= highest else default

    policy = frozenset(options.get("rp", "ct").split(",")) & frozenset(POLICIES)
    return Overrides(
        connect_seconds=number("ct", 100, 10_000, 5_000) / 1000,
        read_seconds=number("rt", 100, 15_000, 15_000) / 1000,
        total_seconds=number("tt", 100, 15_000, 15_000) / 1000,
        retries=number("rc", 0, 5, 1),
        policy=policy or frozenset({"ct"}),
    )
