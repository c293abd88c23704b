"""A small load client: keep-alive connections to 127.0.0.1, each of which sends a request when the last is answered."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import cast

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass
class Result:
    """The result of one run. Latencies are in seconds, one for each answered request."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def quantile_ms(self, share: float) -> float:
        """The latency in milliseconds that this share of the requests did not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else 0.0


class _Connection(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], deadline: float, result: Result, done: asyncio.Future[None]) -> None:
        self._requests = requests
        self._deadline = deadline
        self._result = result
        self._done = done
        self._received = b""
        self._asked_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    def _ask(self) -> None:
        request = next(self._requests, None) if time.perf_counter() < self._deadline else None
        if request is None:
            self._transport.close()
            return
        self._asked_at = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head_end = self._received.find(b"\r\n\r\n")
        if head_end < 0:
            return
        length = _LENGTH.search(self._received, 0, head_end + 2)
        if length is None:
            self._result.failures.append("an answer without Content-Length")
        elif len(self._received) < head_end + 4 + int(length[1]):
            return
        self._result.latencies.append(time.perf_counter() - self._asked_at)
        if self._received[9:12] != b"200":
            self._result.failures.append(self._received[9:80].split(b"\r\n")[0].decode("latin-1"))
        self._received = b""
        self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None:
            self._result.failures.append(repr(exc))
        if not self._done.done():
            self._done.set_result(None)


async def _run(port: int, requests: Iterable[bytes], connections: int, seconds: float) -> Result:
    loop = asyncio.get_running_loop()
    result = Result()
    shared = iter(requests)
    started = time.perf_counter()
    finished = []
    for _ in range(connections):
        done: asyncio.Future[None] = loop.create_future()
        finished.append(done)
        await loop.create_connection(
            partial(_Connection, shared, started + seconds, result, done),
            "127.0.0.1",
            port,
        )
    await asyncio.wait_for(asyncio.gather(*finished), seconds + 30)
    result.seconds = time.perf_counter() - started
    return result


def run(port: int, requests: Iterable[bytes], *, connections: int = 16, seconds: float = 4.0) -> Result:
    """Sends requests until there are no more or the time is up. Any answer but 200 counts as a failure."""
    return asyncio.run(_run(port, requests, connections, seconds))
