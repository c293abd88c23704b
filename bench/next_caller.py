"""How soon is the next caller on the air? From the request of Next until Twilio asks for `/twiml/on-air`.

Compared with `*` on the DJ's phone, the tutorial's way, which needs no request to us.
"""

from __future__ import annotations

import random
import time
from typing import Any

from bench import report
from bench.load import Result
from bench.station import Station, our_app, station
from rehearsal.exchange.hearing import speech_seconds
from tests.support.visitors import signed_in

ROUNDS = 2
NEXTS = 25
IN_LINE, FEWEST = 12, 4
GREETING_SECONDS = 20
DJ_PHONE = "+442079460177"
TALK_SECONDS = 1.2
"""Longer than "You're on.", because a caller that is not bridged yet when `*` is pressed stays in line."""
LATE_SECONDS = 10.0


class Studio:
    """A DJ on a phone, with a page beside it. The app must be running."""

    def __init__(self, where: Station) -> None:
        self.where = where
        self.leg = ""
        self.page = signed_in(where.url)
        self.token: str = self.page.ask("POST", "/token").json()["token"]
        """For a browser's phone. The answer's cookie is the page's identity, with which it may press."""

    def connect(self) -> None:
        self.leg = self.where.control("POST", "callers", {"from": DJ_PHONE, "to": "dj"})["call_sid"]

    def press(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.page.press(path, body).json()
        if not answer.get("ok"):
            raise RuntimeError(f"{path} was refused: {answer}")
        return answer

    def status(self) -> dict[str, Any]:
        status: dict[str, Any] = self.page.get("/queue-status").json()
        return status

    def on_air(self, other_than: str = "") -> tuple[str, float]:
        """The caller on the air and since when, once it is another one."""
        deadline = time.monotonic() + LATE_SECONDS
        while time.monotonic() < deadline:
            status = self.status()
            here = status["desks"][0]["on_air"]
            for row in status["calls"]:
                if row["call_sid"] == here != other_than:
                    return row["call_sid"], row["changed_at"]
            time.sleep(0.02)  # between two looks
        raise RuntimeError(f"nobody came on the air in {LATE_SECONDS:.0f} s")

    def next(self, seen: str) -> float:
        """Presses Next on the page. Returns the moment at which it was sent."""
        turn = self.status()["desks"][0]["turn"]
        sent_at = time.time()
        self.press("/desk/next", {"turn": turn, "on_air": seen})
        return sent_at

    def star(self) -> float:
        """Presses `*` on the phone."""
        sent_at = time.time()
        self.where.control("POST", f"callers/{self.leg}/digits", {"digits": "*"})
        return sent_at


def _round(studio: Studio, way: str, dice: random.Random) -> Result:
    """Brings the callers one after the other, and keeps the line full."""
    result = Result()
    on_air, _ = studio.on_air()
    for _ in range(NEXTS):
        if studio.where.in_line() < FEWEST:
            _ring_in(studio.where)
        time.sleep(TALK_SECONDS)  # the caller is on the air for a moment, and the next has time to be told
        if way == "by hand":  # the last in line comes first, so that Twilio's own first caller is the wrong one
            waiting = [row["call_sid"] for row in studio.status()["calls"] if row["position"]]
            studio.press("/desk/move", {"call_sid": waiting[-1], "before": dice.choice(waiting[:1])})
        sent_at = studio.star() if way == "star" else studio.next(on_air)
        on_air, at = studio.on_air(other_than=on_air)
        result.latencies.append(at - sent_at - _whispered(studio))
    return result


def _ring_in(where: Station) -> None:
    where.ring_in(IN_LINE, per_second=50)
    where.control("PUT", "clock", {"advance_seconds": GREETING_SECONDS})  # the network's clock may be advanced


def _whispered(studio: Studio) -> float:
    """Seconds that the whisper before this caller took; 0 without a whisper."""
    if not studio.status()["show"].get("whisper"):
        return 0.0
    heard = studio.where.control("GET", f"callers/{studio.leg}")["heard"]
    said = [one["text"] for one in heard if one["verb"] == "Say"]
    return speech_seconds(said[-1])


WAYS = {
    "star": "`*` on the phone, the tutorial's way",
    "next": "Next on the page, in Twilio's order",
    "by hand": "Next on the page, in an order by hand",
    "whisper": "Next on the page, with the whisper (less its speech)",
}


def main() -> None:
    dice = random.Random(1)
    rounds: dict[str, list[Result]] = {way: [] for way in WAYS}
    with station(DJ_PHONES=DJ_PHONE) as where, our_app(where):
        studio = Studio(where)
        _ring_in(where)
        studio.connect()
        studio.on_air()
        for _ in range(ROUNDS):
            for way, results in rounds.items():
                report.doing(f"{NEXTS} callers, one after the other, {way}", seconds=NEXTS * (TALK_SECONDS + 0.3))
                studio.press("/desk/settings", {"whisper": way == "whisper"})
                results.append(_round(studio, way, dice))
    base = _all(rounds["star"])
    rows = []
    for way, words in WAYS.items():
        ours = _all(rounds[way])
        half, tail = ours.quantile_ms(0.5), ours.quantile_ms(0.99)
        ratios = f"{half / base.quantile_ms(0.5):.1f}", f"{tail / base.quantile_ms(0.99):.1f}"
        rows.append((words, f"{half:.0f}", f"{tail:.0f}", *ratios))
    headings = (f"{ROUNDS} rounds of {NEXTS}", "median ms", "p99 ms", "median, ratio to *", "p99, ratio to *")
    report.table("From Next until /twiml/on-air (aim: p99 250 ms)", headings, rows)


def _all(results: list[Result]) -> Result:
    whole = Result()
    for one in results:
        whole.latencies += one.latencies
    return whole


if __name__ == "__main__":
    main()
