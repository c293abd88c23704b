"""Which calls count as missed, as a pure decision: neither an outage that is over nor strangers' posts are a fault."""

from __future__ import annotations

import pytest

from callin.model import MissedCall, Refusal
from callin.rules.missed import (
    SECONDS_OF_RETRIES,
    SECONDS_REMEMBERED,
    SECONDS_UNTIL_SURE,
    Listed,
    is_ours,
    missed_calls,
    rung_number_of,
    summary,
)

NUMBER = "+442079460100"
URL = "https://radio.example.com"
START = 1000.0
LATER = START + SECONDS_OF_RETRIES + 1


def listed(since: float, refusal: Refusal | None = None, *, is_queued: bool = True, is_known: bool = False) -> Listed:
    return Listed("CA1", NUMBER, since, is_queued, is_known, refusal)


def missed(refusal: Refusal | None = None, rung_number: str = NUMBER, since: float = LATER) -> MissedCall:
    return MissedCall("CA1", rung_number, since, since, refusal)


def count(*calls: Listed, now: float = LATER, before: tuple[MissedCall, ...] = ()) -> int:
    return len(missed_calls(before, calls, {}, START, now))


def test_a_caller_that_the_fallback_queued_while_the_app_answered_is_missed() -> None:
    assert count(listed(LATER)) == 1


def test_a_caller_in_the_first_list_that_this_instance_reads_was_queued_in_an_outage_and_is_not_missed() -> None:
    assert count(listed(START), now=START) == 0
    assert count(listed(START, Refusal.NOT_OURS), now=LATER) == 0


def test_a_request_that_twilio_itself_signed_is_proof_from_the_first_list_on() -> None:
    assert count(listed(START, Refusal.OTHER_ADDRESS), now=START) == 1


def test_a_caller_whose_request_failed_just_before_the_app_was_back_is_not_missed() -> None:
    assert count(listed(START + SECONDS_OF_RETRIES), now=LATER) == 0


def test_a_refused_request_of_a_listed_call_is_proof_at_once() -> None:
    assert count(listed(START + 1, Refusal.NOT_OURS, is_queued=False), now=START + 1) == 1


@pytest.mark.parametrize("refusal", [None, *Refusal])
def test_a_call_that_a_webhook_brought_is_never_missed(refusal: Refusal | None) -> None:
    assert count(listed(LATER, refusal, is_known=True), now=LATER + 1000) == 0


def test_a_call_in_no_queue_of_which_nothing_came_counts_when_it_has_lasted() -> None:
    """Another instance may have it: a phone that keys its PIN is in no store."""
    call = listed(LATER, is_queued=False)
    assert count(call, now=LATER + SECONDS_UNTIL_SURE - 1) == 0
    assert count(call, now=LATER + SECONDS_UNTIL_SURE) == 1


def test_a_missed_call_that_reconciling_has_adopted_still_counts() -> None:
    assert count(listed(LATER, is_known=True), before=(missed(),)) == 1


def test_a_later_call_to_the_same_number_that_reached_the_app_ends_it() -> None:
    before = (missed(), missed(Refusal.NOT_OURS))
    assert missed_calls(before, [], {NUMBER: LATER + 1}, START, LATER + 2) == ()
    assert missed_calls(before, [], {NUMBER: LATER}, START, LATER + 2) == before, "an earlier one proves nothing"
    assert missed_calls(before, [], {"": LATER + 1}, START, LATER + 2) == before, "browsers ring no number"


def test_a_call_of_which_nothing_came_is_forgotten_in_time_and_a_refused_one_is_not() -> None:
    silent, refused = missed(), missed(Refusal.NOT_OURS)
    assert missed_calls((silent, refused), [], {}, START, LATER + SECONDS_REMEMBERED) == (silent, refused)
    assert missed_calls((silent, refused), [], {}, START, LATER + SECONDS_REMEMBERED + 1) == (refused,)
    still_there = missed_calls((silent,), [listed(LATER)], {}, START, LATER + SECONDS_REMEMBERED + 1)
    assert [one.last_listed_at for one in still_there] == [LATER + SECONDS_REMEMBERED + 1]


def test_only_calls_to_our_numbers_and_from_our_pages_should_have_been_told_to_us() -> None:
    numbers = frozenset({NUMBER})
    assert is_ours("+447700900001", NUMBER, numbers)
    assert is_ours("client:listener_x_1", "", numbers)
    assert not is_ours("+447700900001", "+442079460199", numbers)
    assert not is_ours("client:somebody_elses", "", numbers)
    assert (rung_number_of("+447700900001", NUMBER), rung_number_of("client:dj_x", "")) == (NUMBER, "")


@pytest.mark.parametrize(
    ("refusals", "words"),
    [
        ([None], "Twilio sends nothing here"),
        ([None, Refusal.MISSING], "TWILIO_AUTH_TOKEN is not the account’s primary token"),
        ([Refusal.NOT_OURS, None], f"PUBLIC_URL ({URL}) is not the address"),
        ([Refusal.NOT_OURS, Refusal.WEBHOOK_RULE], "A Webhook Rule changes how this account signs"),
        ([Refusal.WEBHOOK_RULE, Refusal.OTHER_ADDRESS], f"PUBLIC_URL is {URL}: they must be the same"),
    ],
)
def test_desks_are_told_the_likeliest_cause(refusals: list[Refusal | None], words: str) -> None:
    found = summary(tuple(missed(refusal) for refusal in refusals), URL, LATER)
    assert (found.count, found.at) == (len(refusals), LATER)
    assert words in found.cause


def test_with_no_call_missed_there_is_nothing_to_tell() -> None:
    assert (summary((), URL, LATER).count, summary((), URL, LATER).cause) == (0, "")
