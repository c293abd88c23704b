"""How Twilio's own Python client fails on the rehearsal: wrong credentials, missing things, and faults."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from tests.contract.conftest import client_of
from tests.support.account import QUEUE_NAME, Account

MISSING_QUEUE = "QU" + "0" * 32
MISSING_CALL = "CA" + "0" * 32


@pytest.mark.parametrize(
    ("user", "password"),
    [("", "wrong"), ("AC" + "0" * 32, ""), ("key", "wrong"), ("key", "token"), ("", "secret")],
)
def test_wrong_credentials_are_refused(account: Account, user: str, password: str) -> None:
    real = {
        "key": account.environment["TWILIO_API_KEY_SID"],
        "secret": account.environment["TWILIO_API_KEY_SECRET"],
        "token": account.token,
    }
    for client in client_of(account, real.get(user, user), real.get(password, password)):
        with pytest.raises(TwilioRestException) as refusal:
            client.queues(MISSING_QUEUE).fetch()
        assert (refusal.value.status, refusal.value.code) == (401, 20003)
        with pytest.raises(TwilioException):
            client.queues.list()


def test_what_is_not_there_is_answered_404_with_20404(client: Client) -> None:
    for attempt in (
        lambda: client.queues(MISSING_QUEUE).fetch(),
        lambda: client.queues(MISSING_QUEUE).members("Front").fetch(),
        lambda: client.calls(MISSING_CALL).fetch(),
        lambda: client.calls(MISSING_CALL).update(status="completed"),
        lambda: client.applications("AP" + "0" * 32).fetch(),
        lambda: client.incoming_phone_numbers("PN" + "0" * 32).fetch(),
        lambda: client.conferences("CF" + "0" * 32).fetch(),
    ):
        with pytest.raises(TwilioRestException) as refusal:
            attempt()
        assert (refusal.value.status, refusal.value.code) == (404, 20404)


@pytest.mark.parametrize(("status", "code"), [(500, 20500), (503, 20503), (429, 20429), (401, 20003)])
def test_a_fault_is_answered_in_twilios_words_until_it_is_taken_back(
    client: Client, account: Account, queue_sid: str, status: int, code: int
) -> None:
    account.control("PUT", "/faults", {"rest": {"status": status, "rate": 1.0, "delay_ms": 0}})
    with pytest.raises(TwilioRestException) as refusal:
        client.queues(queue_sid).fetch()
    assert (refusal.value.status, refusal.value.code) == (status, code)
    account.control("PUT", "/faults", {"rest": {}})
    assert client.queues(queue_sid).fetch().sid == queue_sid


def test_a_request_that_a_fault_refused_has_changed_nothing(client: Client, account: Account, queue_sid: str) -> None:
    caller = account.ring_and_wait()
    account.control("PUT", "/faults", {"rest": {"status": 500, "rate": 1.0, "delay_ms": 0}})
    with pytest.raises(TwilioRestException):
        client.queues(queue_sid).members("Front").update(url=account.documents_url + "/talk")
    assert account.caller(caller)["queue"] == QUEUE_NAME


def test_an_error_body_has_twilios_four_fields(account: Account) -> None:
    answer = account.rest("GET", account.path("Queues", MISSING_QUEUE))
    assert answer.json() == {
        "code": 20404,
        "message": f"The requested resource {account.path('Queues', MISSING_QUEUE)} was not found",
        "more_info": "https://www.twilio.com/docs/errors/20404",
        "status": 404,
    }
    for method, path, status, code in (
        ("DELETE", account.path("Calls"), 405, 20004),
        ("GET", "/2010-04-01/Nothing.json", 404, 20404),
        ("GET", account.path("Queues").replace(account.sid, "AC" + "0" * 32), 404, 20404),
    ):
        answer = account.rest(method, path)
        assert (answer.status, answer.json()["code"]) == (status, code)


def test_the_app_can_be_told_how_often_it_asked(client: Client, account: Account, queue_sid: str) -> None:
    account.control("POST", "/reset")
    client.queues(queue_sid).members.list()
    client.queues(queue_sid).members.list()
    client.queues.list()
    with pytest.raises(TwilioRestException):
        client.queues(queue_sid).members("Front").fetch()
    with pytest.raises(TwilioRestException):
        client.calls(MISSING_CALL).update(status="completed")
    assert account.control("GET", "/requests") == {
        "GET /Queues": 1,
        "GET /Queues/{sid}/Members": 2,
        "GET /Queues/{sid}/Members/Front": 1,
        "POST /Calls/{sid}": 1,
    }
    account.control("POST", "/reset")
    assert account.control("GET", "/requests") == {}
