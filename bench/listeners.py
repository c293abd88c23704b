"""Does the app survive a rush? 1,000 listeners at 50 a second: the greeting, the line, messages, and hanging up.

Several rushes (six, or as many as the first argument says), then one more in which the station's own music plays: is
the app's memory flat? It begins with as many calls as the app remembers, because until then each call adds some.

Some hang up, some leave a message, some press the key that ends the call, and the rest are there when the line closes.
Each must have an outcome. A signed `/twiml/wait` goes to the app 20 times a second meanwhile: how late is its answer?
"""

from __future__ import annotations

import heapq
import itertools
import random
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import load, report
from bench.load import Result
from bench.next_caller import Studio
from bench.requests_of_twilio import waiting_calls
from bench.station import Station, our_app, resident_megabytes, station, take_off_the_limit
from callin import config
from callin.callers.jobs import STATS_KEY, StatsProgress
from callin.live.daily_stats import KEPT_CALLS, KEPT_SECONDS
from callin.model import Call, Moment, Outcome, Stage, StoredRecord
from callin.stores import open_store
from callin.stores.codec import dump
from tests.support import sounds
from tests.support.visitors import Visitor, signed_in

RUSHES = 6
CALLERS = 1000
PER_SECOND = 50.0
LINE_OPEN_SECONDS = 45.0
"""After the last ring. By then every caller has acted."""
LATE_SECONDS = 180.0
SECONDS_BETWEEN_PROBES = 0.05
LONGEST_MESSAGE_SECONDS = 10
MUSIC = (Path("static/sound/music.wav"), Path("static/sound/music-short.wav"))
"""Uploaded as the station's own."""

HANGS_UP, LEAVES_MESSAGE, ENDS_BY_KEY, STAYS = "hangs up", "leaves a message", "presses 9", "stays"
CROWD = {HANGS_UP: 35, LEAVES_MESSAGE: 35, ENDS_BY_KEY: 10, STAYS: 20}
EARLIEST_SECONDS = {HANGS_UP: 2.0, LEAVES_MESSAGE: 12.0, ENDS_BY_KEY: 12.0}
"""After the ring. Callers may hang up during the greeting; keys count only in line."""
LATEST_SECONDS = 40.0


def rush(where: Station, seed: int) -> dict[str, str]:
    """Sends the callers, and has each do what it is meant to do. Returns their intents by CallSid."""
    dice = random.Random(seed)
    intents: dict[str, str] = {}
    due: list[tuple[float, str]] = []
    began = time.monotonic()
    kinds = dice.choices(list(CROWD), list(CROWD.values()), k=CALLERS)
    for number, kind in enumerate(kinds):
        _act(where, intents, due, until=began + number / PER_SECOND)
        phone = f"+4477009{(seed * CALLERS + number) % 100_000:05d}"
        call_sid = where.control("POST", "callers", {"from": phone, "to": "listener"})["call_sid"]
        intents[call_sid] = kind
        if kind != STAYS:
            heapq.heappush(due, (time.monotonic() + dice.uniform(EARLIEST_SECONDS[kind], LATEST_SECONDS), call_sid))
    _act(where, intents, due, until=time.monotonic() + LINE_OPEN_SECONDS)
    return intents


def _act(where: Station, intents: dict[str, str], due: list[tuple[float, str]], until: float) -> None:
    """Does what is due until that time."""
    while due and due[0][0] < until:
        at, call_sid = heapq.heappop(due)
        time.sleep(max(0.0, at - time.monotonic()))  # until the next caller has to act
        if intents[call_sid] == HANGS_UP:
            where.steer("DELETE", f"callers/{call_sid}")
        else:
            key = "5" if intents[call_sid] == LEAVES_MESSAGE else "9"
            where.steer("POST", f"callers/{call_sid}/digits", {"digits": key})
    time.sleep(max(0.0, until - time.monotonic()))  # until the next ring is due


class Probe:
    """Sends `/twiml/wait` for a caller in line, again and again, while the block runs."""

    def __init__(self, where: Station, call_sid: str) -> None:
        self._request = waiting_calls(where, [call_sid], 1)[0]
        self._port = where.app_port
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.result = Result()

    def _requests(self) -> Iterator[bytes]:
        for _ in itertools.count():
            if self._stop.wait(SECONDS_BETWEEN_PROBES):
                return
            yield self._request

    def _run(self) -> None:
        self.result = load.run(self._port, self._requests(), connections=1, seconds=3600)

    def __enter__(self) -> Probe:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def fill_history(where: Station) -> None:
    """Stores as many calls of the last hours as the app remembers, all counted for their callers."""
    began = time.time() - KEPT_CALLS - 3600
    settings = config.read(where.environment)
    store = open_store(settings.store, settings.google_cloud_project)
    store.add_records(_ended(number, began + number) for number in range(KEPT_CALLS))
    counted = StatsProgress(STATS_KEY, store.live_calls().mark)
    store.change_record(StatsProgress, counted.key, lambda _: counted)
    store.close()


def _ended(number: int, at: float) -> StoredRecord:
    moments = (Moment(Stage.WAITING, at), Moment(Stage.DONE, at + 60.5))
    phone = f"+4477008{number % 100_000:05d}"
    call = Call(f"CA{number:032x}", phone, Stage.DONE, moments, outcome=Outcome.HUNG_UP, hung_up=True)
    return StoredRecord("call", call.call_sid, dump(call))


def upload_music(admin: Visitor) -> None:
    """The admin uploads files of the station's own, which waiting callers hear one after the other."""
    for path in MUSIC:
        sounds.stored(admin, path.read_bytes(), name=path.stem)


def delete_messages(admin: Visitor) -> None:
    """The admin deletes all messages, because the station keeps only 200."""
    for one in admin.get("/messages/list").json()["messages"]:
        assert admin.press("/messages/delete", {"id": one["id"]}).status == 200


def wait_until_over(where: Station, call_sids: set[str]) -> None:
    """Waits until these calls have ended at network and app. RuntimeError after three minutes."""
    deadline = time.monotonic() + LATE_SECONDS
    while True:
        live = call_sids & {one["call_sid"] for one in where.control("GET", "callers") if one["status"] != "completed"}
        in_line = where.in_line()
        if not live and not in_line:
            return
        if time.monotonic() > deadline:
            raise RuntimeError(f"{len(live)} calls are not over, and {in_line} are in line")
        time.sleep(1)  # between two looks


def outcomes(admin: Visitor, since: float) -> Counter[str]:
    day = admin.get(f"/day?from={since:.0f}").json()
    found = Counter(day["outcomes"])
    found["none"] = day["calls"] - found.total()
    return found


def measured_rush(where: Station, studio: Studio, number: int, admin: Visitor) -> tuple[str, str, str]:
    """The outcomes of a rush, and the probe's median and p99 in ms."""
    since = time.time() - 1
    first = where.control("POST", "callers", {"from": f"+44770080000{number % 10}", "to": "listener"})["call_sid"]
    with Probe(where, first) as probe:
        intents = rush(where, number)
        studio.press("/desk/settings", {"opening": "closed"})
        wait_until_over(where, {first, *intents})
    found = outcomes(admin, since)
    result = report.checked(probe.result)
    studio.press("/desk/settings", {"opening": "open"})
    delete_messages(admin)
    return (
        ", ".join(f"{outcome} {count}" for outcome, count in sorted(found.items())),
        f"{result.quantile_ms(0.5):.1f}",
        f"{result.quantile_ms(0.99):.1f}",
    )


def growth(megabytes: Sequence[float]) -> float:
    """MB for each 1,000 callers: the slope of a line through the second half of the rushes."""
    half = megabytes[len(megabytes) // 2 :]
    return statistics.linear_regression(range(len(half)), half).slope * 1000 / CALLERS


def main() -> None:
    rushes = int(sys.argv[1]) if sys.argv[1:] else RUSHES
    rows: list[tuple[str, ...]] = []
    megabytes: list[float] = []
    with station() as where:
        fill_history(where)
        take_off_the_limit(where.environment)
        with our_app(where, fresh_store=False) as app:
            studio, admin = Studio(where), signed_in(where.url, "admin")
            admin.get("/messages")
            saved = admin.fill_in("/messages", is_on="on", longest_seconds=str(LONGEST_MESSAGE_SECONDS), keep_days="30")
            assert "Saved." in saved.text
            remembered = outcomes(admin, since=time.time() - KEPT_SECONDS).total()
            rows.append(("before", f"{remembered:,} calls remembered", "", "", f"{resident_megabytes(app.pid):.1f}"))
            for number in range(rushes + 1):
                if has_music := number == rushes:
                    upload_music(admin)
                report.doing(f"rush {number + 1} of {rushes + 1}", CALLERS / PER_SECOND + LINE_OPEN_SECONDS + 60)
                name = f"{number + 1}, own music" if has_music else f"{number + 1}"
                measured = measured_rush(where, studio, number, admin)
                megabytes.append(resident_megabytes(app.pid))
                rows.append((name, *measured, f"{megabytes[-1]:.1f}"))
                print(f"    {megabytes[-1]:.1f} MB", file=sys.stderr, flush=True)
    headings = ("rush", "outcomes", "webhook median ms", "p99 ms", "memory of the app, MB")
    report.table(f"{CALLERS:,} listeners at {PER_SECOND:.0f} a second", headings, rows)
    slope = growth(megabytes[:-1])
    print(f"\nIn the second half of the rushes, without own music: {slope:+.2f} MB for each 1,000 callers")


if __name__ == "__main__":
    main()
