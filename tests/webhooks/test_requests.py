"""The webhooks that came: accepted ones are remembered, refused ones counted, and logged a line a minute at most."""

from __future__ import annotations

import logging

import pytest

from callin.missed_calls import MOST_ACCEPTED, MOST_REFUSED, RefusedRequest, WebhookLog
from callin.model import Refusal
from tests.support.clock import HeldClock

SID = "CA" + "0" * 32


def request(refusal: Refusal = Refusal.MISSING, call_sid: str = SID) -> RefusedRequest:
    return RefusedRequest("POST", "http://radio.example.com/twiml/enqueue", refusal, call_sid)


def test_a_flood_of_refused_requests_takes_a_line_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    clock = HeldClock()
    webhooks = WebhookLog(clock)
    for _ in range(500):
        webhooks.refused(request())
    assert [record.getMessage() for record in caplog.records] == [
        "Refused 1 request without Twilio's signature, 1 since the start. The last: POST "
        "http://radio.example.com/twiml/enqueue; it had no signature."
    ]
    clock.advance(60)
    webhooks.log_if_due()
    webhooks.log_if_due()
    assert len(caplog.records) == 2
    assert caplog.records[1].getMessage().startswith("Refused 499 requests without Twilio's signature, 500 since")
    assert caplog.records[1].levelno == logging.WARNING
    clock.advance(60)
    webhooks.log_if_due()
    assert len(caplog.records) == 2
    assert webhooks.refused_count == 500


def test_a_strangers_address_cannot_forge_lines_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    WebhookLog(HeldClock()).refused(RefusedRequest("POST", "http://a\nb\x1b[31m" + "x" * 900, Refusal.MISSING, "a\nb"))
    [line] = [record.getMessage() for record in caplog.records]
    assert "\n" not in line
    assert "\x1b" not in line
    assert len(line) < 400
    assert not hasattr(caplog.records[0], "call_sid")


def test_what_is_remembered_of_calls_is_bounded_and_the_newest_stays() -> None:
    webhooks = WebhookLog(HeldClock())
    for number in range(MOST_ACCEPTED + 10):
        webhooks.accepted(f"CA{number}")
    assert not webhooks.is_accepted("CA9")
    assert webhooks.is_accepted("CA10")
    for number in range(MOST_REFUSED + 10):
        webhooks.refused(request(call_sid=f"CA{number:032x}"))
    assert webhooks.last_refused(f"CA{9:032x}") is None
    assert webhooks.last_refused(f"CA{10:032x}") is not None


def test_the_last_refusal_of_a_call_is_the_one_that_counts() -> None:
    webhooks = WebhookLog(HeldClock())
    webhooks.refused(request(Refusal.MISSING))
    webhooks.refused(request(Refusal.NOT_OURS))
    last = webhooks.last_refused(SID)
    assert last is not None
    assert last.refusal is Refusal.NOT_OURS


def test_when_a_call_last_reached_the_app_is_known_for_each_way() -> None:
    clock = HeldClock()
    webhooks = WebhookLog(clock)
    webhooks.reached("+442079460100")
    clock.advance(5)
    webhooks.reached("")
    assert webhooks.reached_at() == {"+442079460100": clock.now - 5, "": clock.now}
