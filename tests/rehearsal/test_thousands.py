"""Two thousand calls in one process: each runs its documents, and together they stay small."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.account import QUEUE_NAME, Account, running_account
from tests.support.processes import wait_until

CALLERS = 2000
# One copy of the music for each would be 760 MB.
MOST_MEGABYTES = 200


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    with running_account(tmp_path) as account:
        yield account


def resident_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


@pytest.mark.alone
def test_two_thousand_wait_with_music_that_nobody_may_keep_and_hang_up_in_the_end(account: Account) -> None:
    account.rest("POST", account.path("Queues"), {"FriendlyName": QUEUE_NAME, "MaxSize": str(CALLERS)})
    account.point_listeners_at("/enqueue-with-music")
    account.control("POST", "/crowd", {"callers": CALLERS, "per_second": 1000, "patience_seconds": [600, 900]})

    def queue() -> int:
        size: int = account.rest("GET", account.path("Queues")).json()["queues"][0]["current_size"]
        return size

    wait_until(lambda: queue() == CALLERS, 40, "not all are in the line")
    account.control("PUT", "/clock", {"advance_seconds": 5})
    hears = [caller["heard"][0]["text"] for caller in account.control("GET", "/callers") if caller["heard"]]
    assert len(hears) == CALLERS
    assert all(text.endswith("/music.wav") for text in hears)
    assert resident_megabytes(account.pid) < MOST_MEGABYTES
    account.control("POST", "/reset")
    assert queue() == 0
