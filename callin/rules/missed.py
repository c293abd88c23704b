"""Which live calls at Twilio never reached the app, and what the likely cause is.

A restart must not look like a fault: calls that the fallback document queued while the app was down are in Twilio's
list without a webhook, too. So a call counts only if this instance was running when it appeared in the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from callin.model import MissedCall, MissedCalls, Refusal

SECONDS_OF_RETRIES = 20.0
"""Twilio asks three times, 5 s each, before it takes the fallback document: a call that asked before this instance ran
may appear in the list this much later."""

SECONDS_UNTIL_SURE = 60.0
"""A live call in no queue may be known to another instance only: a phone that keys its PIN is not stored."""

SECONDS_REMEMBERED = 900.0
"""How long a call without any request is shown: the fault may be over, and only a later call would show that."""

BROWSERS = ("client:dj_", "client:screener_", "client:listener_")

_MOST_TELLING = (Refusal.OTHER_ADDRESS, Refusal.WEBHOOK_RULE, Refusal.NOT_OURS, Refusal.MALFORMED, Refusal.MISSING)


class Listed(Struct, frozen=True):
    """A live call of ours in Twilio's list, with what this instance knows of it.

    `first_listed_at` is when it was first seen in the list. `is_known`: an accepted webhook brought it, or it is in
    the store. `refusal` and `address` are those of its last refused request, if any.
    """

    call_sid: str
    rung_number: str
    first_listed_at: float
    is_queued: bool
    is_known: bool
    refusal: Refusal | None = None
    address: str = ""


def rung_number_of(number: str, to: str) -> str:
    """The number that was rung, empty for a browser's call."""
    return "" if number.startswith("client:") else to


def is_ours(number: str, to: str, numbers: frozenset[str]) -> bool:
    """Whether Twilio should have asked this app about a live call of the account."""
    return to in numbers or number.startswith(BROWSERS)


def missed_calls(
    before: Iterable[MissedCall],
    listed: Iterable[Listed],
    reached_at: Mapping[str, float],
    first_read_at: float,
    now: float,
) -> tuple[MissedCall, ...]:
    """The calls that did not reach the app, after a comparison with Twilio's list.

    `before` are those of the comparison before. `reached_at` says for each number when the last call to it reached the
    app: a missed call is forgotten once a later call did. `first_read_at` is when this instance first read the list.
    """
    live = {call.call_sid: call for call in listed}
    kept = [replace(one, last_listed_at=now) if one.call_sid in live else one for one in before]
    known = {one.call_sid for one in kept}
    new = [
        MissedCall(one.call_sid, one.rung_number, one.first_listed_at, now, one.refusal, one.address)
        for one in live.values()
        if one.call_sid not in known and _is_missed(one, first_read_at, now)
    ]
    return tuple([one for one in (*kept, *new) if not _is_over(one, reached_at, now)])


def _is_missed(call: Listed, first_read_at: float, now: float) -> bool:
    if call.is_known:
        return False
    if call.refusal is Refusal.OTHER_ADDRESS:
        return True  # no restart explains it: Twilio asked this very instance, which refused
    if call.first_listed_at <= first_read_at:
        return False
    if call.refusal is not None:
        return True
    is_sure = call.is_queued or now - call.first_listed_at >= SECONDS_UNTIL_SURE
    return is_sure and call.first_listed_at > first_read_at + SECONDS_OF_RETRIES


def _is_over(call: MissedCall, reached_at: Mapping[str, float], now: float) -> bool:
    if reached_at.get(call.rung_number, 0.0) > call.first_listed_at:
        return True
    return call.refusal is None and now - call.last_listed_at > SECONDS_REMEMBERED


def summary(missed: tuple[MissedCall, ...], public_url: str, now: float) -> MissedCalls:
    """What desks show. `public_url` is the address that signatures are checked for."""
    if not missed:
        return MissedCalls()
    return MissedCalls(at=now, count=len(missed), cause=_cause(missed, public_url))


def _cause(missed: tuple[MissedCall, ...], public_url: str) -> str:
    by_refusal = {one.refusal: one for one in missed}
    telling = next((refusal for refusal in _MOST_TELLING if refusal in by_refusal), None)
    if telling is None:
        return (
            f"Twilio sends nothing here: its numbers point elsewhere, or PUBLIC_URL ({public_url}) does not lead to "
            "this app."
        )
    if telling is Refusal.OTHER_ADDRESS:
        return f"Twilio asks {by_refusal[telling].address}, but PUBLIC_URL is {public_url}: they must be the same."
    if telling is Refusal.WEBHOOK_RULE:
        return "A Webhook Rule changes how this account signs: remove the rule in Twilio’s console."
    return (
        "Twilio’s signatures do not match: PUBLIC_URL "
        f"({public_url}) is not the address that Twilio asks, or TWILIO_AUTH_TOKEN is not the account’s primary token."
    )
