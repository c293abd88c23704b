"""The verdict on a show: app and network agree, and no caller was lost, cut off or aired twice."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from contextlib import closing

from bench.soak import checks
from bench.soak.stage import Stage
from bench.station import resident_megabytes

SETTLED_WITHIN_SECONDS = 75.0
"""After faults: two comparisons with Twilio, and the time that a call that has just changed is given to settle."""

TWO_ON_AIR_SECONDS = 45.0
"""Usually a second or two, while one leaves the air and the next comes. A hang-up whose report was lost is noticed by
the comparison with Twilio: at most 20 s until the next, and 20 s that a call is given to settle."""

LAST_REPORT_SECONDS = 35.0
"""A report that is lost is sent again after 15 s, twice."""

SLOWEST_STATUS_SECONDS = 2.0
APP_MEGABYTES = 200


def judge_ends(on: Stage, *, may_lose_documents: bool) -> None:
    """Wait until app and network agree about every call, then check each promise."""
    settled_after, problems = _settled(on)
    on.verdict.judge(f"app and network agree about everybody, {settled_after:.0f} s after the last trouble", problems)
    callers = on.watch.callers
    problems, by_network = checks.unjust_ends(callers, on.rang)
    if by_network and not (may_lose_documents and on.behaviour.get("wait_url_failure") == "hangup"):
        problems.append(f"the network gave up {len(by_network)}: {', '.join(by_network[:3])}")
    on.verdict.judge(f"none of {len(on.show.rang_at)} callers was lost or cut off", problems)
    on.verdict.judge("nobody was on the air twice", checks.aired_twice(callers, on.rang))
    on.verdict.judge("never two desks on the air", [f"{on.watch.two_legs} times"] if on.watch.two_legs else [])
    pair = on.watch.longest_pair_seconds
    problems = [", ".join(on.watch.longest_pair)] if pair > TWO_ON_AIR_SECONDS else []
    on.verdict.judge(f"two on the air at once are shown for {pair:.0f} s at most", problems)
    on.verdict.judge("no call has two rows", ["some had"] if on.watch.doubled_rows else [])
    slowest = on.watch.slowest_status_seconds
    slow = slowest > SLOWEST_STATUS_SECONDS or on.watch.unanswered > 0
    on.verdict.judge(
        f"/queue-status always answered, within {slowest:.2f} s",
        [f"{on.watch.unanswered} times it did not, or it was slow"] if slow else [],
    )
    on.verdict.judge("every call that is over has its outcome", _wrong_outcomes(on))
    _tell(on, by_network)


def _settled(on: Stage) -> tuple[float, list[str]]:
    """Waits for the last webhooks, with nobody acting, until both sides agree twice in a row."""
    began = time.monotonic()
    problems, agreed = ["nobody looked"], 0
    while agreed < 2 and time.monotonic() - began < SETTLED_WITHIN_SECONDS:
        time.sleep(0.5)  # between two looks
        on.watch.look_at_network()
        problems = ["the app did not answer"]
        if on.watch.look_at_app():
            mine = [caller for caller in on.watch.callers.values() if caller.call_sid in on.show.rang_at]
            problems = checks.disagreements(mine, on.watch.status)
        agreed = 0 if problems else agreed + 1
    return time.monotonic() - began, problems


def _wrong_outcomes(on: Stage) -> list[str]:
    """Sentences about wrong outcomes, after the last report has come."""
    path = on.where.environment["STORE"].removeprefix("sqlite:///")
    ends_at = time.monotonic() + LAST_REPORT_SECONDS
    while (problems := checks.wrong_outcomes(on.watch.callers, on.rang, outcomes(path))) and time.monotonic() < ends_at:
        time.sleep(1)  # between two looks
    return problems


def outcomes(path: str) -> dict[str, str | None]:
    """Every call in the app's own file, with its outcome."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
        return dict(store.execute("SELECT key, json_extract(document, '$.outcome') FROM call").fetchall())


def _tell(on: Stage, by_network: list[str]) -> None:
    """Adds figures that are not promises."""
    aired = sum(caller.bridges > 0 for caller in on.watch.callers.values() if caller.call_sid in on.show.rang_at)
    thanks = len(checks.unthanked(on.watch.callers, on.rang))
    presses = ", ".join(f"{count} {what}" for what, count in sorted(on.show.done.items()))
    codes = Counter(answer.code for answer in on.show.browser.answers)
    answers = ", ".join(f"{count} x {code}" for code, count in sorted(codes.items()))
    kept = len(on.show.left_by_studio)
    megabytes = resident_megabytes(on.app.pid)
    on.verdict.good.append(
        f"({aired} aired, {len(on.show.hung_up)} hung up, {thanks} ended by the studio without thanks, {kept} left by "
        f"the studio, {len(by_network)} given up by the network; the DJ: {presses}; presses answered: {answers}; "
        f"{megabytes:.0f} MB)"
    )
    on.verdict.judge("the app stays small", [f"it takes {megabytes:.0f} MB"] if megabytes > APP_MEGABYTES else [])
    on.verdict.tell(on.watch)
