"""The rule of the notice: which callers hear in advance that they go on the air after a tone, and when it counts."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from callin.model import Call, Moment, ReadyCheckAnswer, Show, Stage
from callin.rules import advance, shows
from callin.rules.calls import HeardNotice, WentOnAir

RANG, TOLD, NOW = 1000.0, 1030.0, 1040.0
CALL = Call("CA1", "+447700900001", Stage.WAITING, (Moment(Stage.WAITING, RANG),))


def told(call: Call = CALL, at: float = TOLD) -> Call:
    noticed = advance(call, HeardNotice(at))
    assert noticed is not None
    return noticed


def aired(call: Call, at: float = NOW, turn: int = 1) -> Call:
    there = advance(call, WentOnAir(at, "CAdj", turn))
    assert there is not None
    return there


def test_a_caller_is_told_once() -> None:
    assert not shows.has_notice(CALL, NOW)
    assert shows.needs_notice(CALL, Show(), 1, NOW)
    assert shows.has_notice(told(), NOW)
    assert not shows.needs_notice(told(), Show(), 1, NOW)


def test_it_is_old_news_after_ten_minutes() -> None:
    assert not shows.has_notice(told(), TOLD + 601)
    assert shows.needs_notice(told(), Show(), 1, TOLD + 601)
    assert not shows.had_notice(aired(told(), at=TOLD + 601))


@pytest.mark.parametrize(("position", "told_now"), [(None, False), (1, True), (3, True), (4, False)])
def test_only_the_next_few_are_told(position: int | None, told_now: bool) -> None:
    assert shows.needs_notice(CALL, Show(), position, NOW) is told_now


def test_nobody_hears_the_notice_while_something_else_comes_first() -> None:
    unscreened, asked = Show(screened=True), Show(ready_check=True)
    assert not shows.needs_notice(CALL, unscreened, 1, NOW)
    assert shows.needs_notice(replace(CALL, cleared=True), unscreened, 1, NOW)
    assert not shows.needs_notice(CALL, asked, 1, NOW)
    assert not shows.needs_notice(replace(CALL, ready_check_answer=ReadyCheckAnswer.NO), asked, 1, NOW)
    assert shows.needs_notice(replace(CALL, ready_check_answer=ReadyCheckAnswer.YES), asked, 1, NOW)
    assert not shows.needs_notice(replace(CALL, claimed_by="screen-screener_ann_1"), Show(), 1, NOW)
    assert shows.needs_notice(replace(CALL, number="client:listener_a_1"), asked, 1, NOW), "a browser has no keys"


def test_on_the_air_the_answer_stays_when_twilio_asks_twice() -> None:
    once = aired(told())
    assert shows.had_notice(once)
    assert shows.had_notice(aired(once, at=NOW + 3))
    assert not shows.had_notice(aired(CALL))
    assert not shows.had_notice(told()), "not on the air at all"


@pytest.mark.parametrize("between", [Stage.SCREENING, Stage.HELD, Stage.ON_AIR])
def test_a_caller_that_did_something_else_in_between_is_told_again(between: Stage) -> None:
    moments = (*CALL.moments, Moment(between, TOLD + 2), Moment(Stage.READY, TOLD + 5))
    back = replace(told(), stage=Stage.READY, moments=moments, cleared=True)
    assert not shows.has_notice(back, NOW)
    assert not shows.had_notice(aired(back))
    assert shows.had_notice(aired(told(back, at=NOW), at=NOW + 1))
