"""The verbs of the telephone, against the rehearsal network: what they answer, and how each failure is told."""

from __future__ import annotations

import time

import pytest

from callin.contracts import PhoneError
from callin.phone import Phone, PhoneAccess
from tests.support.calls import new_call_sid
from tests.support.processes import free_port
from tests.support.station import Station

GONE = "CA" + "0" * 32


@pytest.fixture
def phone(station: Station) -> Phone:
    environment = station.app.environment
    return Phone(
        PhoneAccess(environment["TWILIO_ACCOUNT_SID"], environment["TWILIO_AUTH_TOKEN"], station.network_url),
        timeout_seconds=1.0,
    )


def break_rest(station: Station, *, status: int = 500, rate: float = 1.0, delay_ms: int = 0) -> None:
    station.control("PUT", "/faults", {"rest": {"status": status, "rate": rate, "delay_ms": delay_ms}})


def test_members_come_in_order_with_the_time_they_joined(station: Station, phone: Phone) -> None:
    callers = []
    for number in range(3):
        callers.append(station.ring(f"+44770090000{number}"))
        station.wait_until_queued(callers[-1])
    members = phone.members("radio-callin-queue")
    assert [member.call_sid for member in members] == callers
    assert all(member.wait_seconds >= 0 for member in members)
    assert [member.enqueued_at for member in members] == sorted(member.enqueued_at for member in members)


def test_an_empty_queue_has_no_members(phone: Phone) -> None:
    assert phone.members("radio-callin-held") == []


def test_a_queue_that_is_not_there_is_told_with_what_to_do(phone: Phone) -> None:
    with pytest.raises(PhoneError, match="python -m callin") as caught:
        phone.members("no-such-queue")
    assert caught.value.permanent


def test_a_queue_is_removed_once_nobody_waits_there(station: Station, phone: Phone) -> None:
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


def test_a_queue_is_not_taken_for_removed_while_twilio_fails(station: Station, phone: Phone) -> None:
    phone.make_queue("radio-callin-screen-test")
    break_rest(station)
    with pytest.raises(PhoneError):
        phone.remove_queue("radio-callin-screen-test")
    station.reset()


def test_a_call_is_found_with_its_state_and_an_unknown_one_is_not(station: Station, phone: Phone) -> None:
    caller = station.ring("+447700900007")
    station.wait_until_queued(caller)
    state = phone.call(caller)
    assert state is not None
    assert (state.status, state.number) == ("in-progress", "+447700900007")
    assert phone.call(GONE) is None


def test_a_call_is_ended_once(station: Station, phone: Phone) -> None:
    caller = station.ring()
    station.wait_until_queued(caller)
    assert phone.end(caller)
    station.until(lambda: station.caller(caller)["status"] == "completed", "the call goes on")
    assert not phone.end(caller)
    assert not phone.end(GONE)


def test_a_caller_can_be_told_something_before_the_end(station: Station, phone: Phone) -> None:
    caller = station.ring()
    station.wait_until_queued(caller)
    assert phone.end(caller, "<Response><Say>That was all.</Say></Response>")
    station.until(lambda: station.caller(caller)["status"] == "completed", "the call goes on")
    assert "That was all." in station.heard(caller)


def test_a_call_is_sent_to_another_document(station: Station, phone: Phone) -> None:
    caller = station.ring()
    station.wait_until_queued(caller)
    assert phone.redirect(caller, station.app.url + "/twiml/dequeue")
    station.until(lambda: "studio only" in station.heard(caller), "the call was not moved")
    assert not phone.redirect(new_call_sid(), station.app.url + "/twiml/dequeue")


@pytest.mark.parametrize("status", [500, 503])
def test_a_failing_twilio_is_worth_asking_again(station: Station, phone: Phone, status: int) -> None:
    break_rest(station, status=status)
    for verb in (lambda: phone.members("radio-callin-queue"), lambda: phone.call(GONE), lambda: phone.end(GONE)):
        with pytest.raises(PhoneError, match="Twilio") as caught:
            verb()
        assert not caught.value.permanent


def test_being_too_fast_is_worth_asking_again(station: Station, phone: Phone) -> None:
    break_rest(station, status=429)
    for verb in (lambda: phone.members("radio-callin-queue"), lambda: phone.call(GONE)):
        with pytest.raises(PhoneError, match="too much at once") as caught:
            verb()
        assert not caught.value.permanent


def test_nobody_waits_longer_than_the_timeout(station: Station, phone: Phone) -> None:
    break_rest(station, rate=0.0, delay_ms=10_000)
    began = time.monotonic()
    with pytest.raises(PhoneError, match="too long"):
        phone.call(GONE)
    assert time.monotonic() - began < 4
    station.reset()


def test_wrong_credentials_do_not_get_better_by_asking_again(station: Station) -> None:
    phone = Phone(PhoneAccess(station.app.environment["TWILIO_ACCOUNT_SID"], "0" * 32, station.network_url))
    for verb in (lambda: phone.members("radio-callin-queue"), lambda: phone.call(GONE)):
        with pytest.raises(PhoneError, match="refused the account SID and auth token") as caught:
            verb()
        assert caught.value.permanent


def test_where_nobody_listens_it_says_so() -> None:
    phone = Phone(PhoneAccess("AC" + "0" * 32, "0" * 32, f"http://127.0.0.1:{free_port()}"))
    with pytest.raises(PhoneError, match="could not be reached") as caught:
        phone.members("radio-callin-queue")
    assert not caught.value.permanent


def test_the_token_is_not_in_what_is_printed() -> None:
    assert "secret" not in repr(PhoneAccess("AC", "secret"))
