"""How often is Twilio's REST API asked while 50 dashboards poll each second and 200 callers wait?"""

from __future__ import annotations

import asyncio
import time

from bench import report
from bench.requests_of_twilio import polls
from bench.station import Station, our_app, station, tutorial
from tests.support.visitors import signed_in

DASHBOARDS = 50
CALLERS = 200
SECONDS = 30


async def _dashboard(port: int, number: int, cookie: str) -> int:
    """Polls once a second, at its own moment of the second. Returns the number of polls answered with 200."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answered = 0
    started = time.monotonic() + number / DASHBOARDS
    for poll in range(SECONDS):
        await asyncio.sleep(max(0.0, started + poll - time.monotonic()))
        writer.write(polls("/queue-status", 1, cookie)[0])
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)).lower()
        await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
        answered += head.split(b" ", 2)[1] == b"200"
    writer.close()
    return answered


async def _poll(port: int, cookie: str) -> int:
    return sum(await asyncio.gather(*(_dashboard(port, number, cookie) for number in range(DASHBOARDS))))


def _asked(where: Station) -> int:
    return sum(where.control("GET", "requests").values())


def _measure(where: Station, port: int, cookie: str = "") -> tuple[float, float]:
    """Polls and REST requests, both per minute."""
    before, started = _asked(where), time.monotonic()
    answered = asyncio.run(_poll(port, cookie))
    minutes = (time.monotonic() - started) / 60
    return answered / minutes, (_asked(where) - before) / minutes


def main() -> None:
    with station() as where, our_app(where):
        where.ring_in(CALLERS, per_second=50)
        report.doing("polling of ours, then of the tutorial's", seconds=2 * SECONDS + 5)
        ours = _measure(where, where.app_port, signed_in(where.url).cookie)
        time.sleep(3)  # our app's last readings must not count for the tutorial; nothing shows which is the last
        with tutorial(where) as (_, port):
            theirs = _measure(where, port)
    rows = [
        ("the tutorial's way", f"{theirs[0]:,.0f}", f"{theirs[1]:,.0f}"),
        ("ours", f"{ours[0]:,.0f}", f"{ours[1]:,.0f}"),
    ]
    headings = ("", "polls answered a minute", "REST requests a minute")
    report.table(f"{DASHBOARDS} dashboards polling each second, {CALLERS} callers in line", headings, rows)


if __name__ == "__main__":
    main()
