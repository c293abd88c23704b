"""Clients that never finish a request: 200 slow bodies, 200 slow heads, 200 abandoned streams; and those that leave.

`python -m bench.attack` does this for longer, also through Caddy and against the server as it was before the front.
"""

from __future__ import annotations

import contextlib
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.attacks import STREAMS_A_CONNECTION, AbandonedStreams, Attack, SlowBody, SlowHead, attacked, plain
from tests.support.calls import call_fields
from tests.support.processes import wait_until
from tests.support.station import App, running_app

ATTACKERS = 200
WEBHOOKS = 20
MOST_SECONDS = 1.0
FEW_SOCKETS = 40

pytestmark = pytest.mark.alone


@pytest.fixture(scope="module")
def attacked_app(tmp_path_factory: pytest.TempPathFactory):
    with running_app(tmp_path_factory.mktemp("attacked")) as app:
        yield app


def longest_webhook(app: App) -> float:
    """Seconds that the slowest of some signed webhooks took, each on a connection of its own: new calls and waiting."""
    taken = []
    for number in range(WEBHOOKS):
        began = time.monotonic()
        answer = app.signed("/twiml/enqueue" if number % 4 == 0 else "/twiml/wait", call_fields())
        taken.append(time.monotonic() - began)
        assert answer.status == 200
    return max(taken)


@pytest.mark.parametrize(
    ("kind", "clients"),
    [(SlowBody, ATTACKERS), (SlowHead, ATTACKERS), (AbandonedStreams, ATTACKERS // STREAMS_A_CONNECTION)],
    ids=["slow bodies", "slow heads", "abandoned streams"],
)
def test_webhooks_are_answered_during_an_attack_and_after_it(
    attacked_app: App, kind: type[Attack], clients: int
) -> None:
    with attacked(kind, clients, plain(int(attacked_app.environment["PORT"]))):
        assert longest_webhook(attacked_app) < MOST_SECONDS
    assert longest_webhook(attacked_app) < MOST_SECONDS


def sockets_of(app: App) -> int:
    """How many sockets the server's processes have open."""
    assert app.program is not None
    count = 0
    for process in [app.program.pid, *children_of(app.program.pid)]:
        for link in Path(f"/proc/{process}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):  # it was closed after it was listed
                count += str(link.readlink()).startswith("socket:")
    return count


def children_of(process: int) -> list[int]:
    return [
        int(child)
        for task in Path(f"/proc/{process}/task").iterdir()
        for child in (task / "children").read_text(encoding="ascii").split()
    ]


def test_dashboards_that_leave_while_they_wait_free_their_places(attacked_app: App) -> None:
    since = attacked_app.status()["mark"]
    cookies = "; ".join(f"{name}={value}" for name, value in attacked_app.visitor().cookies.items())
    head = f"GET /queue-status?since={since} HTTP/1.1\r\nHost: x\r\nCookie: {cookies}\r\n\r\n".encode()
    where = urlsplit(attacked_app.url)
    wait_until(lambda: sockets_of(attacked_app) < FEW_SOCKETS, why="the attackers before are still there")
    waiting = [socket.create_connection((where.hostname, where.port), 5) for _ in range(ATTACKERS)]
    for one in waiting:
        one.sendall(head)
    wait_until(lambda: sockets_of(attacked_app) > ATTACKERS, why="they are not all connected")
    for one in waiting:
        one.close()
    wait_until(lambda: sockets_of(attacked_app) < FEW_SOCKETS, seconds=2, why="places stay taken")
    assert longest_webhook(attacked_app) < MOST_SECONDS
