"""Which calls get the place of the same browser's previous call, and which do not."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from callin.model import Call, Moment, Outcome, Stage, caller_of
from callin.rules.places import KEPT_SECONDS, kept_until, place_kept_for, without_place

BROWSER = "client:listener_a1_1700000000"
FORMER = Call(
    "CA1",
    BROWSER,
    Stage.DONE,
    (Moment(Stage.WAITING, 100.0), Moment(Stage.DONE, 200.0)),
    outcome=Outcome.HUNG_UP,
    hung_up=True,
)
AGAIN = Call("CA2", BROWSER, Stage.WAITING, (Moment(Stage.WAITING, 210.0),))


def ended_from(stage: Stage) -> Call:
    return replace(FORMER, moments=(Moment(Stage.WAITING, 100.0), Moment(stage, 150.0), Moment(Stage.DONE, 200.0)))


def test_a_waiting_caller_that_hung_up_stands_where_they_stood() -> None:
    assert place_kept_for(FORMER, AGAIN) == (100.0, False)
    assert place_kept_for(replace(FORMER, placed_at=50.0), AGAIN) == (50.0, False)
    assert place_kept_for(ended_from(Stage.READY), AGAIN) == (100.0, False)
    assert kept_until(FORMER) == 200.0 + KEPT_SECONDS


def test_a_caller_whose_connection_broke_on_the_air_comes_first() -> None:
    broken = replace(ended_from(Stage.ON_AIR), outcome=Outcome.AIRED)
    assert place_kept_for(broken, AGAIN) == (100.0, True)
    assert place_kept_for(replace(broken, hung_up=False), AGAIN) is None, "the studio let them go"


@pytest.mark.parametrize(
    "former",
    [
        *[replace(FORMER, outcome=outcome) for outcome in Outcome if outcome is not Outcome.HUNG_UP],
        *[ended_from(stage) for stage in (Stage.ON_AIR, Stage.HELD, Stage.SCREENING)],
        replace(FORMER, stage=Stage.WAITING, moments=FORMER.moments[:1], outcome=None),
        replace(FORMER, number="+447700900001"),
    ],
    ids=lambda former: f"{former.outcome}",
)
def test_others_have_no_place_to_come_back_to(former: Call) -> None:
    assert place_kept_for(former, AGAIN) is None
    assert kept_until(former) == 0


def test_a_listener_that_pressed_hang_up_has_none_whichever_the_app_hears_first() -> None:
    caller = caller_of(BROWSER)
    live = replace(FORMER, stage=Stage.WAITING, moments=FORMER.moments[:1], outcome=None, hung_up=False)
    before = without_place(live, caller)
    assert before == replace(live, hung_up_on_page=True)
    assert kept_until(replace(FORMER, hung_up_on_page=before is not None and before.hung_up_on_page)) == 0
    after = without_place(FORMER, caller)
    assert after is not None
    assert (kept_until(after), place_kept_for(after, AGAIN)) == (0, None)


def test_only_the_browser_of_a_call_gives_its_place_up() -> None:
    assert without_place(FORMER, "client:listener_b2") == FORMER
    assert without_place(FORMER, "client:") == FORMER
    assert without_place(None, caller_of(BROWSER)) is None
    let_go = replace(FORMER, hung_up=False, outcome=Outcome.LET_GO)
    assert without_place(let_go, caller_of(BROWSER)) == let_go, "it has no place, so nothing is written"


def test_the_place_is_kept_for_a_minute_and_given_once() -> None:
    late = replace(AGAIN, moments=(Moment(Stage.WAITING, 200.5 + KEPT_SECONDS),))
    earlier = replace(AGAIN, moments=(Moment(Stage.WAITING, 199.0),))
    moved = replace(AGAIN, placed_at=300.0)
    on_air = replace(AGAIN, stage=Stage.ON_AIR)
    assert [place_kept_for(FORMER, one) for one in (late, earlier, moved, on_air)] == [None] * 4
