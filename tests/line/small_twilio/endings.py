"""How a show ends: everything settles, the studio works through the line, or everybody leaves."""

from __future__ import annotations

from callin.model import HELD_QUEUE, Opening, Outcome
from tests.line.small_twilio.legs import Leg
from tests.line.small_twilio.show import Show
from tests.line.small_twilio.weather import FAIR

KEPT_FOR_A_LINE_SECONDS = 50
"""How long a caller may be kept for an extra line that nobody comes back to, until the app notices."""

SETTLING_SECONDS = 90


def settle(show: Show) -> None:
    """Without more faults: what is on its way arrives, time passes, and the line is what Twilio lists."""
    show.network.note("everything settles")
    while show.network.late:
        show.comes(0, FAIR)
    for _ in range(SETTLING_SECONDS // 10):
        show.time_goes_by(10, FAIR)
        for which, _ in enumerate(show.promises.callers):
            show.wait_document_is_asked(which, FAIR)
    show.promises.check_settled()


def everybody_is_aired(show: Show) -> None:
    """A studio that connects anew works through the line as if nothing had ever happened."""
    show.network.note("the studio works through the line")
    while show.promises.legs:
        show.leg_dies(0, FAIR, told=True)
    while show.promises.screeners:
        show.screener_leg_dies(0, FAIR, told=True)
    show.press("screened", 0, 0, 0, FAIR)
    show.press("opening", 0, 0, list(Opening).index(Opening.OPEN), FAIR)
    show.press("ready check", 0, 0, 0, FAIR)
    show.time_goes_by(30, FAIR)
    waiting = {leg.sid for leg in show.promises.callers}
    show.connect(0, FAIR)
    for _ in range(2 * len(waiting) + 2 + KEPT_FOR_A_LINE_SECONDS // 5):
        show.time_goes_by(5, FAIR)
        if callers := show.promises.callers:
            _next_or_back_from_hold(show, callers)
    show.time_goes_by(30, FAIR)
    calls = show.promises.calls()
    assert show.promises.callers == [], "somebody is still in line"
    assert {sid for sid in waiting if calls[sid].outcome is Outcome.AIRED} == waiting


def _next_or_back_from_hold(show: Show, callers: list[Leg]) -> None:
    if all(leg.queue == HELD_QUEUE for leg in callers):
        show.press("take", 0, 0, list(show.network.legs).index(callers[0].sid), FAIR)
    else:
        show.press("next", 0, 0, 0, FAIR)


def everybody_leaves(show: Show) -> None:
    """All callers hang up, only Twilio's lists show it, and every call reaches its outcome."""
    show.network.note("all hang up, untold")
    while show.promises.callers:
        show.hang_up(0, FAIR, told=False)
    while show.promises.legs:
        show.leg_dies(0, FAIR, told=False)
    while show.promises.screeners:
        show.screener_leg_dies(0, FAIR, told=False)
    for _ in range(5):
        show.time_goes_by(10, FAIR)
    show.promises.check_outcomes()
