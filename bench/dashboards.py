"""Many dashboards in one cheap process: each has a poll held and notes when it first sees a call.

`python -m bench.dashboards PORT COUNT [COOKIE]` prints a line when all have had their first answer, and on the end
of its input a JSON object: for each CallSid the moments (monotonic seconds) at which the dashboards first had it, and
the moments and the bytes of all answers that reported a change.
"""

from __future__ import annotations

import asyncio
import gc
import json
import re
import sys
import time
from typing import cast

HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
MARK = re.compile(rb'"mark": ?"([^"]+)"')
CALL = re.compile(rb'"call_sid": ?"(\w+)"')
ASK_AGAIN = b'"ask_again_seconds"'
UNCHANGED = b'"unchanged"'


class Dashboard(asyncio.Protocol):
    """One page: polls, is held, polls again with the mark that it got; a second later if the answer says so."""

    def __init__(
        self,
        seen: dict[str, list[float]],
        changes: list[tuple[float, int]],
        counts: dict[str, int],
        cookie: str,
    ) -> None:
        self._cookie = f"Cookie: {cookie}\r\n".encode() if cookie else b""
        self._seen = seen
        self._changes = changes
        self._counts = counts
        self._mine: set[bytes] = set()
        self._received = bytearray()
        self._mark = b""
        self.ready = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    def _ask(self) -> None:
        since = b"?since=" + self._mark if self._mark else b""
        self._transport.write(
            b"GET /queue-status" + since + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n" + self._cookie + b"\r\n"
        )

    def data_received(self, data: bytes) -> None:
        self._received += data
        head_end = self._received.find(HEAD_END)
        if head_end < 0:
            return
        length = LENGTH.search(self._received, 0, head_end + 2)
        if length is None or len(self._received) < head_end + len(HEAD_END) + int(length[1]):
            return
        body = bytes(self._received[head_end + len(HEAD_END) :])
        if self._received[9:12] != b"200":
            self._counts["refused"] += 1
        self._received.clear()
        self._take(body)

    def _take(self, body: bytes) -> None:
        now = time.monotonic()
        self._counts["answers"] += 1
        mark = MARK.search(body)
        if mark:
            self._mark = mark[1]
        if UNCHANGED not in body:
            self._changes.append((now, len(body)))
            calls = set(CALL.findall(body))
            for call in calls - self._mine:
                self._seen.setdefault(call.decode(), []).append(now)
            self._mine |= calls  # an answer has only the calls that changed
        if not self.ready.done():
            self.ready.set_result(None)
        if ASK_AGAIN in body:
            asyncio.get_running_loop().call_later(1.0, self._ask)
        else:
            self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        self._counts["lost"] += exc is not None


async def watch(port: int, count: int, cookie: str) -> None:
    loop = asyncio.get_running_loop()
    seen: dict[str, list[float]] = {}
    changes: list[tuple[float, int]] = []
    counts = {"answers": 0, "refused": 0, "lost": 0}
    dashboards = []
    for number in range(count):
        _, dashboard = await loop.create_connection(lambda: Dashboard(seen, changes, counts, cookie), "127.0.0.1", port)
        dashboards.append(dashboard)
        if number % 20 == 19:  # people do not open their pages all at once
            await asyncio.sleep(0.05)
    await asyncio.gather(*(dashboard.ready for dashboard in dashboards))
    gc.freeze()
    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    told = {"changes": [at for at, _ in changes], "bytes": [size for _, size in changes]}
    print(json.dumps({"seen": seen, "counts": counts} | told), flush=True)


if __name__ == "__main__":
    asyncio.run(watch(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else ""))
