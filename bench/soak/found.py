"""Whether an app that is back after a kill knows every live call again, with its wait and once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from bench.soak import checks
from bench.soak.watch import Watch

FOUND_WITHIN_SECONDS = 5.0
EXCUSED_SECONDS = 3.0
"""For this long after a kill a caller may go on the air without the app's knowledge."""


def found_again(
    watch: Watch, rang_at: Mapping[str, float], run_show: Callable[[float], None]
) -> tuple[float, list[str]]:
    """Seconds until the app, once back, knows everybody who waited or spoke, and what is wrong after 5 s."""
    began = time.monotonic()
    watch.look_at_network()
    there = {call_sid for call_sid, caller in watch.callers.items() if caller.placed and call_sid in rang_at}
    problems = ["the app did not answer"]
    while problems and time.monotonic() - began < FOUND_WITHIN_SECONDS:
        run_show(0.1)
        watch.look_at_network()
        if watch.look_at_app():
            problems = _not_found(watch, rang_at, there)
    if problems:
        # Only Twilio's lists have the callers that the fallback document queued. None: not read since the start.
        problems.append(f"the app says of Twilio's lists: {watch.status.get('twilio')}")
    return time.monotonic() - began, problems


def _not_found(watch: Watch, rang_at: Mapping[str, float], there: set[str]) -> list[str]:
    rows = watch.rows()
    callers = [watch.callers[call_sid] for call_sid in there if call_sid in watch.callers]
    # Of a caller that only the fallback document has had, and has put on the air, the app is sure after 12 s.
    callers = [caller for caller in callers if not caller.on_air_with or watch.was_listed(caller.call_sid)]
    more = int(watch.status["more"])
    twice = len(watch.status["calls"]) - len(rows)
    problems = checks.missing(callers, rows, more=more)
    problems += checks.wrong_waits(rows, rang_at, watch.placed_at, time.time())
    return problems + ([f"{twice} are in line twice"] if twice else [])
