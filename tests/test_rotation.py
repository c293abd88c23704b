"""Waiting callers hear the station's files one after the other, each to its end, in spite of interruptions."""

from __future__ import annotations

from itertools import pairwise

import pytest

from callin.model import MusicPosition, Tune, TunePart
from callin.twiml.parts import MOST_PARTS, Music
from callin.twiml.parts import next_parts as parts_of


def next_parts(tunes: list[Tune], position: MusicPosition, seconds: int) -> tuple[list[TunePart], MusicPosition]:
    return parts_of(Music(tuple(tunes), position), seconds)


A, B, C = Tune("a", 63.4), Tune("b", 20.0), Tune("c", 4.0)


def test_a_document_goes_on_where_the_one_before_ended() -> None:
    parts, at = next_parts([A, B], MusicPosition(), 25)
    assert (parts, at) == ([TunePart("a", 0, 25)], MusicPosition(0, 25))
    parts, at = next_parts([A, B], at, 5)
    assert (parts, at) == ([TunePart("a", 25, 30)], MusicPosition(0, 30))


def test_the_next_tune_begins_in_the_same_document() -> None:
    parts, at = next_parts([A, B], MusicPosition(0, 50), 25)
    assert (parts, at) == ([TunePart("a", 50, 0), TunePart("b", 0, 11)], MusicPosition(1, 11))
    parts, at = next_parts([A, B], MusicPosition(1, 11), 25)
    assert (parts, at) == ([TunePart("b", 11, 0), TunePart("a", 0, 16)], MusicPosition(0, 16))


@pytest.mark.parametrize("tunes", [[A, B, C], [C, B], [Tune("x", 0.3), Tune("y", 599.9)]])
@pytest.mark.parametrize("seconds", [5, 25])
def test_no_tune_follows_itself_and_each_is_heard_whole(tunes: list[Tune], seconds: int) -> None:
    at = MusicPosition(1, 0)
    heard: list[TunePart] = []
    for _ in range(400):
        parts, at = next_parts(tunes, at, seconds)
        assert 0 < len(parts) <= MOST_PARTS
        heard += parts
    for before, after in pairwise(heard):
        if after.start == 0:
            assert (before.end, after.key == before.key) == (0, False)
        else:
            assert (before.key, before.end) == (after.key, after.start)


def test_no_document_is_longer_than_was_asked_for() -> None:
    lengths = {tune.key: tune.seconds for tune in (A, B, C)}
    at = MusicPosition()
    for _ in range(100):
        parts, at = next_parts([A, B, C], at, 25)
        assert sum((part.end or lengths[part.key]) - part.start for part in parts) <= 25


def test_a_single_tune_begins_again() -> None:
    parts, at = next_parts([B], MusicPosition(0, 18), 5)
    assert (parts, at) == ([TunePart("b", 18, 0), TunePart("b", 0, 3)], MusicPosition(0, 3))


def test_a_position_in_a_rotation_that_has_changed_is_tolerated() -> None:
    assert next_parts([C], MusicPosition(7, 10), 2) == ([TunePart("c", 0, 2)], MusicPosition(0, 2))
    assert next_parts([C], MusicPosition(7, 10**9), 2)[0] == [TunePart("c", 0, 2)]
