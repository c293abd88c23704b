"""Asks the app, as Twilio would: signed, with time limits, retries and fallbacks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rehearsal.clock import Clock
from rehearsal.faults import Faults

if TYPE_CHECKING:
    from rehearsal.account import Account


@dataclass(frozen=True, slots=True)
class StaticFolder:
    """A folder whose files are served at ``base_url`` (``http://127.0.0.1:8080/static``) while the app is down."""

    folder: Path
    base_url: str


class Webhooks:
    """The network's HTTP client; ``close`` it at the end."""

    def __init__(self, account: Account, clock: Clock, faults: Faults, static: StaticFolder | None = None) -> None:
        self._account = account
        self._clock = clock
        self._faults = faults
        self._static = static

    async def close(self) -> None:
        raise NotImplementedError
