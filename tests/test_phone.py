"""The verbs of call control, against the rehearsal network: what they return, and how each failure is reported."""

from __future__ import annotations

import time

import pytest

from callin.contracts import PhoneError
from callin.twilio.client import TIMEOUT_SECONDS, TwilioAccess, TwilioAccount
from callin.twilio.control import TwilioCallControl
from callin.twilio.pointing import Fallbacks
from callin.twiml import Links
from callin.words import defaults
from tests.support.calls import new_call_sid
from tests.support.processes import free_port
from tests.support.station import Station

GONE = "CA" + "0" * 32


@pytest.fixture
def phone(station: Station) -> TwilioCallControl:
    environment = station.app.environment
    return control(environment["TWILIO_ACCOUNT_SID"], environment["TWILIO_AUTH_TOKEN"], station, timeout_seconds=1.0)


def control(
    account_sid: str, auth_token: str, station: Station | None, timeout_seconds: float = TIMEOUT_SECONDS
) -> TwilioCallControl:
    """Call control of that account at the station, or at an address where nothing listens."""
    api_url = station.network_url if station else f"http://127.0.0.1:{free_port()}"
    links = Links(station.app.url if station else "")
    access = TwilioAccess(account_sid, auth_token, api_url)
    fallback = Fallbacks(TwilioAccount(access), Links(""), {})
    return TwilioCallControl(access, links, fallback, lambda: defaults("en"), timeout_seconds)


def break_rest(station: Station, *, status: int = 500, rate: float = 1.0, delay_ms: int = 0) -> None:
    station.control("PUT", "/faults", {"rest": {"status": status, "rate": rate, "delay_ms": delay_ms}})


def test_members_come_in_order_with_the_time_they_joined(station: Station, phone: TwilioCallControl) -> None:
    callers = []
    for number in range(3):
        callers.append(station.ring(f"+44770090000{number}"))
        station.wait_until_queued(callers[-1])
    members = phone.members("radio-callin-queue")
    assert [member.call_sid for member in members] == callers
    assert all(member.wait_seconds >= 0 for member in members)
    assert [member.enqueued_at for member in members] == sorted(member.enqueued_at for member in members)


def test_an_empty_queue_has_no_members(phone: TwilioCallControl) -> None:
    assert phone.members("radio-callin-held") == []


def test_a_queue_that_is_not_there_is_told_with_what_to_do(phone: TwilioCallControl) -> None:
    with pytest.raises(PhoneError, match="python -m callin") as caught:
        phone.members("no-such-queue")
    assert caught.value.permanent


def test_a_queue_is_removed_once_nobody_waits_there(station: Station, phone: TwilioCallControl) -> None:
    caller = station.ring("+447700900008")
    station.wait_until_queued(caller)
    assert not phone.remove_queue("radio-callin-queue")
    phone.make_queue("radio-callin-screen-test")
    assert phone.members("radio-callin-screen-test") == []
    assert phone.remove_queue("radio-callin-screen-test")
    with pytest.raises(PhoneError, match="no queue"):
        phone.members("radio-callin-screen-test")
    assert phone.remove_queue("radio-callin-screen-test"), "it is gone"
    assert phone.members("radio-callin-queue")[0].call_sid == caller


def test_a_queue_is_not_taken_for_removed_while_twilio_fails(station: Station, phone: TwilioCallControl) -> None:
    phone.make_queue("radio-callin-screen-test")
    break_rest(station)
    with pytest.raises(PhoneError):
        phone.remove_queue("radio-callin-screen-test")
    station.reset()


def test_a_call_is_found_with_its_state_and_an_unknown_one_is_not(station: Station, phone: TwilioCallControl) -> None:
    caller = station.ring("+447700900007")
    station.wait_until_queued(caller)
    state = phone.call_state(caller)
    assert state is not None
    assert (state.status, state.number) == ("in-progress", "+447700900007")
    assert phone.call_state(GONE) is None


def test_a_call_is_ended_once(station: Station, phone: TwilioCallControl) -> None:
    caller = station.ring()
    station.wait_until_queued(caller)
    assert phone.end_leg(caller)
    station.until(lambda: station.caller(caller)["status"] == "completed", "the call goes on")
    assert not phone.end_leg(caller)
    assert not phone.end_leg(GONE)


def test_a_caller_can_be_told_something_before_the_end(station: Station, phone: TwilioCallControl) -> None:
    caller = station.ring()
    station.wait_until_queued(caller)
    assert phone.thank(caller)
    station.until(lambda: station.caller(caller)["status"] == "completed", "the call goes on")
    assert "Thank" in station.heard(caller)


def test_a_call_is_sent_to_another_document(station: Station, phone: TwilioCallControl) -> None:
    caller = station.ring()
    station.wait_until_queued(caller)
    assert phone.wake(caller, 1)
    station.until(lambda: "studio only" in station.heard(caller), "the call was not moved")
    assert not phone.wake(new_call_sid(), 1)


@pytest.mark.parametrize("status", [500, 503])
def test_a_failing_twilio_is_worth_asking_again(station: Station, phone: TwilioCallControl, status: int) -> None:
    break_rest(station, status=status)
    for verb in (
        lambda: phone.members("radio-callin-queue"),
        lambda: phone.call_state(GONE),
        lambda: phone.end_leg(GONE),
    ):
        with pytest.raises(PhoneError, match="Twilio") as caught:
            verb()
        assert not caught.value.permanent


def test_being_too_fast_is_worth_asking_again(station: Station, phone: TwilioCallControl) -> None:
    break_rest(station, status=429)
    for verb in (lambda: phone.members("radio-callin-queue"), lambda: phone.call_state(GONE)):
        with pytest.raises(PhoneError, match="too many requests at once") as caught:
            verb()
        assert not caught.value.permanent


def test_nobody_waits_longer_than_the_timeout(station: Station, phone: TwilioCallControl) -> None:
    break_rest(station, rate=0.0, delay_ms=10_000)
    began = time.monotonic()
    with pytest.raises(PhoneError, match="too long"):
        phone.call_state(GONE)
    assert time.monotonic() - began < 4
    station.reset()


def test_wrong_credentials_do_not_get_better_by_asking_again(station: Station) -> None:
    phone = control(station.app.environment["TWILIO_ACCOUNT_SID"], "0" * 32, station)
    for verb in (lambda: phone.members("radio-callin-queue"), lambda: phone.call_state(GONE)):
        with pytest.raises(PhoneError, match="refused the account SID and auth token") as caught:
            verb()
        assert caught.value.permanent


def test_it_says_so_if_nobody_listens_at_the_address() -> None:
    phone = control("AC" + "0" * 32, "0" * 32, None)
    with pytest.raises(PhoneError, match="could not be reached") as caught:
        phone.members("radio-callin-queue")
    assert not caught.value.permanent


def test_the_token_is_not_in_what_is_printed() -> None:
    assert "secret" not in repr(TwilioAccess("AC", "secret"))
