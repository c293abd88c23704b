"""A long show with a moody telephone network: `make soak`, or `make soak SOAK="--seconds 1800 --seed 7"`.

Callers come in crowds and lose patience, a DJ on a keypad takes one after the other, webhooks come late and twice, the
REST API fails now and then. Afterwards the faults stop, and the app must agree with the network about every caller.
"""

from __future__ import annotations

import argparse
import random
import time
import urllib.error
from typing import Any

from bench.station import Station, ask, our_app, resident_megabytes, station

DJ_PHONE = "+447700900999"
QUEUE = "radio-callin-queue"
MAX_IN_LINE = 400
APP_MEGABYTES = 150
SETTLE_SECONDS = 150

CALM: dict[str, Any] = {
    "rest": {"status": 500, "rate": 0.0, "delay_ms": 0},
    "webhooks": {"duplicate": 0.0, "delay_ms": [0, 0], "lose": 0.0},
}


def moods(dice: random.Random) -> dict[str, Any]:
    """One weather of faults: often none, sometimes slow, sometimes both slow and failing."""
    rest = {"status": dice.choice([429, 500, 503]), "rate": dice.choice([0.0, 0.0, 0.2, 1.0]), "delay_ms": 0}
    webhooks = {"duplicate": dice.choice([0.0, 0.1, 0.3]), "delay_ms": [0, dice.choice([0, 200, 2000])], "lose": 0.0}
    return {"rest": rest, "webhooks": webhooks}


def callers(where: Station) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = where.control("GET", "callers")
    return found


def the_show(where: Station, dice: random.Random, seconds: float) -> dict[str, int]:
    """Runs the show and counts what was done. A refused control request (the leg had just ended) is part of life."""
    done = {"crowds": 0, "presses": 0, "dj legs": 0, "moods": 0}
    dj = ""
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        roll = dice.random()
        try:
            if not dj or ask("GET", f"{where.network_url}/rehearsal/callers/{dj}")["status"] != "in-progress":
                dj = where.control("POST", "callers", {"from": DJ_PHONE, "to": "dj"})["call_sid"]
                done["dj legs"] += 1
            elif roll < 0.30 and where.in_line() < MAX_IN_LINE:
                crowd = {"callers": dice.randint(1, 40), "per_second": 10, "patience_seconds": [5, 240]}
                where.control("POST", "crowd", crowd)
                done["crowds"] += 1
            elif roll < 0.85:
                where.control("POST", f"callers/{dj}/digits", {"digits": "*"})
                done["presses"] += 1
            elif roll < 0.95:
                where.control("PUT", "faults", moods(dice))
                done["moods"] += 1
            elif roll < 0.97:
                where.control("DELETE", f"callers/{dj}")
        except urllib.error.HTTPError as refusal:
            if refusal.code >= 500:
                raise
            refusal.close()
        time.sleep(dice.uniform(0.2, 1.5))
    where.control("PUT", "faults", CALM)
    return done


def disagreement(where: Station) -> str:
    """What the app and the network see differently, in a sentence; empty where they agree about every caller."""
    status = ask("GET", f"http://127.0.0.1:{where.app_port}/queue-status")
    waiting = {one["call_sid"] for one in callers(where) if one["queue"] == QUEUE}
    listed = {row["call_sid"] for row in status["calls"] if row["stage"] == "waiting"}
    if status["current_size"] != len(waiting):
        return f"the app counts {status['current_size']} waiting, the network {len(waiting)}"
    if not listed <= waiting:
        return f"the app lists {len(listed - waiting)} who do not wait"
    if len(listed) < len(waiting) and not status["more"]:
        return f"the app leaves out {len(waiting - listed)} who wait"
    return ""


def settle(where: Station) -> float:
    """Seconds until the app and the network agree, twice in a row. Ends the program when they do not in time."""
    started = time.monotonic()
    agreed = 0
    while agreed < 2:
        problem = disagreement(where)
        agreed = 0 if problem else agreed + 1
        if time.monotonic() - started > SETTLE_SECONDS:
            raise SystemExit(f"after {SETTLE_SECONDS} s without faults, {problem}")
        time.sleep(1)
    return time.monotonic() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(f"A show of {options.seconds:.0f} s, seed {options.seed}", flush=True)
    with station(DJ_PHONES=DJ_PHONE) as where, our_app(where) as app:
        done = the_show(where, random.Random(options.seed), options.seconds)
        print(", ".join(f"{count} {what}" for what, count in done.items()))
        print(f"{len(callers(where))} calls in all; the app and the network agreed after {settle(where):.0f} s")
        megabytes = resident_megabytes(app.pid)
        print(f"the app takes {megabytes:.0f} MB, the network {resident_megabytes(where.network_pid):.0f} MB")
        if megabytes > APP_MEGABYTES:
            raise SystemExit(f"the app is over {APP_MEGABYTES} MB")


if __name__ == "__main__":
    main()
