"""The simulated callers: harmless numbers, different voices, patience, and the same sequence for the same seed."""

from __future__ import annotations

import re

from rehearsal.cast import VOICES_APART, Cast, persona_of, pitch_hz_of

# https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama, and 555-01xx in North America.
KEPT_FOR_FICTION = re.compile(
    r"\+441(13496|14496|15496|16496|17496|18496|21496|31496|41496|51496|61496)0\d{3}"
    r"|\+441914980\d{3}|\+442079460\d{3}|\+442920180\d{3}|\+447700900\d{3}|\+1[2-9]\d{2}55501\d{2}"
)


def test_the_same_seed_brings_the_same_callers_and_another_seed_others() -> None:
    def row(seed: int) -> list[object]:
        cast = Cast(seed)
        return [cast.next((30, 600)) for _ in range(50)]

    assert row(7) == row(7)
    assert row(7) != row(8)


def test_five_thousand_callers_have_five_thousand_numbers_all_kept_for_fiction() -> None:
    cast = Cast(1)
    numbers = [cast.next().number for _ in range(5000)]
    assert len(set(numbers)) == 5000
    assert [number for number in numbers if not KEPT_FOR_FICTION.fullmatch(number)] == []


def test_nobody_rings_from_the_stations_own_numbers_even_when_all_have_been_used() -> None:
    own = Cast(3).next().number
    cast = Cast(3, taken=(own,))
    assert own not in {cast.next().number for _ in range(30_000)}


def test_callers_who_follow_one_another_have_voices_that_can_be_told_apart() -> None:
    cast = Cast(5)
    pitches = [cast.next().pitch_hz for _ in range(500)]
    for n in range(len(pitches) - VOICES_APART):
        assert len(set(pitches[n : n + VOICES_APART])) == VOICES_APART
    assert min(pitches) >= 200
    assert max(pitches) <= 800


def test_neighbouring_numbers_hum_far_apart() -> None:
    for n in range(1, 40):
        one, other = pitch_hz_of(f"+4477009000{n:02}"), pitch_hz_of(f"+4477009000{n + 1:02}")
        assert abs(one - other) > 30


def test_patience_lies_in_its_range_and_without_one_they_stay() -> None:
    cast = Cast(9)
    patience = [cast.next((30, 600)).patience_seconds for _ in range(300)]
    assert all(seconds is not None and 30 <= seconds <= 600 for seconds in patience)
    assert len(set(patience)) > 200
    assert cast.next().patience_seconds is None


def test_a_number_that_somebody_chose_is_always_the_same_person() -> None:
    assert persona_of("+447700900001") == persona_of("+447700900001")
    assert persona_of("+447700900001").lines[0].startswith("Hello, this is ")
    assert persona_of("anonymous").place == "far away"
