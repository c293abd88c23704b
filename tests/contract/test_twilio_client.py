"""Calls, applications, numbers and keys by Twilio's own Python client, pointed at the rehearsal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.contract.conftest import client_of
from tests.support.account import QUEUE_NAME, Account
from tests.support.processes import wait_until

MISSING_QUEUE = "QU" + "0" * 32
MISSING_CALL = "CA" + "0" * 32


# Calls.


def test_a_call_is_fetched_with_its_times_and_ends(client: Client, account: Account) -> None:
    sid = account.ring_and_wait()
    call = client.calls(sid).fetch()
    assert (call.status, call.direction, call._from, call.to) == (  # noqa: SLF001 - the client's own name for From
        "in-progress",
        "inbound",
        "+447700900001",
        account.environment["TWILIO_LISTENER_NUMBER"],
    )
    assert call.end_time is None
    assert call.duration is None
    account.control("PUT", "/clock", {"advance_seconds": 65})
    ended = client.calls(sid).update(status="completed")
    assert ended.status == "completed"
    assert 65 <= int(ended.duration) < 80
    assert ended.end_time >= ended.start_time


@pytest.mark.parametrize("change", [{"status": "completed"}, {"url": "http://127.0.0.1:1/a"}, {"twiml": "<Response/>"}])
def test_a_call_that_is_over_cannot_be_changed(client: Client, account: Account, change: dict[str, str]) -> None:
    sid = account.ring_and_wait()
    account.control("DELETE", f"/callers/{sid}")
    with pytest.raises(TwilioRestException) as refusal:
        client.calls(sid).update(**change)
    assert (refusal.value.status, refusal.value.code) == (400, 21220)


def test_a_call_is_given_a_fallback_of_its_own(client: Client, account: Account) -> None:
    """It comes with another document: from then on the call goes to the fallback when a document fails."""
    sid = account.ring_and_wait()
    fallback = {"fallback_url": account.documents_url + "/talk", "fallback_method": "GET"}
    client.calls(sid).update(url=account.documents_url + "/broken", **fallback)
    wait_until(lambda: "taken out of the line" in str(account.caller(sid)["heard"]), why="the fallback is not heard")


def test_a_call_is_sent_to_another_document(client: Client, account: Account) -> None:
    sid = account.ring_and_wait()
    client.calls(sid).update(url=account.documents_url + "/talk", method="GET")
    wait_until(lambda: account.caller(sid)["heard"], why="the new document is not heard")
    assert account.caller(sid)["queue"] is None
    client.calls(sid).update(twiml="<Response><Say>Goodbye to you.</Say><Pause length='60'/></Response>")
    wait_until(lambda: any(one["text"] == "Goodbye to you." for one in account.caller(sid)["heard"]))


def test_twiml_may_have_four_thousand_characters(client: Client, account: Account) -> None:
    sid = account.ring_and_wait()
    frame = "<Response><Pause length='60'/><!--{}--></Response>"
    longest = frame.format("x" * (4000 - len(frame) + 2))
    assert len(longest) == 4000
    client.calls(sid).update(twiml=longest)
    with pytest.raises(TwilioRestException) as refusal:
        client.calls(sid).update(twiml=longest + " ")
    assert refusal.value.status == 400


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, 20001),
        ({"status": "busy"}, 20001),
        ({"url": "nowhere"}, 21205),
        ({"url": "http://127.0.0.1:1/a", "twiml": "<Response/>"}, 20001),
        ({"url": "http://127.0.0.1:1/a", "method": "PUT"}, 20001),
        ({"status": "canceled"}, 21220),  # somebody has answered already
    ],
)
def test_a_change_that_makes_no_sense_is_refused_and_changes_nothing(
    client: Client, account: Account, change: dict[str, str], code: int
) -> None:
    sid = account.ring_and_wait()
    with pytest.raises(TwilioRestException) as refusal:
        client.calls(sid).update(**change)
    assert (refusal.value.status, refusal.value.code) == (400, code)
    assert account.caller(sid)["queue"] == QUEUE_NAME


def test_calls_are_listed_newest_first_and_filtered(client: Client, account: Account) -> None:
    first, second = account.ring_and_wait("+447700900001"), account.ring_and_wait("+447700900002")
    account.control("DELETE", f"/callers/{first}")
    assert [call.sid for call in client.calls.list()] == [second, first]
    assert [call.sid for call in client.calls.list(status="in-progress")] == [second]
    assert [call.sid for call in client.calls.list(status="in-progress", page_size=1000)] == [second]
    assert [call.sid for call in client.calls.list(page_size=1)] == [second, first], "page by page"
    assert [call.sid for call in client.calls.list(from_="+447700900001")] == [first]
    assert client.calls.list(to="+447700900001") == []
    today = client.calls(second).fetch().start_time.replace(hour=0, minute=0, second=0)
    tomorrow = today + timedelta(days=1)
    assert len(client.calls.list(start_time=today.date())) == 2
    assert len(client.calls.list(start_time_after=today)) == 2
    assert client.calls.list(start_time_after=tomorrow) == []
    assert client.calls.list(end_time_before=today - timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": "", "from_": "station"}, 21201),
        ({"to": "+447700900001", "from_": ""}, 21213),
        ({"to": "+447700900001", "from_": "+447700900002"}, 21212),
        ({"to": "+447700900001", "from_": "station"}, 21215),
    ],
)
def test_no_call_goes_out_of_a_rehearsal(client: Client, account: Account, fields: dict[str, str], code: int) -> None:
    if fields["from_"] == "station":
        fields = fields | {"from_": account.environment["TWILIO_LISTENER_NUMBER"]}
    with pytest.raises(TwilioRestException) as refusal:
        client.calls.create(url=account.documents_url + "/talk", **fields)
    assert (refusal.value.status, refusal.value.code) == (400, code)
    assert client.calls.list() == []


# Applications and numbers.


def test_an_application_is_created_found_by_name_changed_and_deleted(client: Client, account: Account) -> None:
    url = account.documents_url + "/talk#rc=2&rp=all"
    made = client.applications.create(friendly_name="line", voice_url=url, voice_fallback_url=url, voice_method="get")
    client.applications.create(friendly_name="other")
    (found,) = client.applications.list(friendly_name="line")
    assert (found.sid, found.voice_url, found.voice_fallback_url, found.voice_method) == (made.sid, url, url, "GET")
    changed = found.update(voice_url="", status_callback=url, status_callback_method="POST")
    assert (changed.voice_url, changed.status_callback, changed.voice_fallback_url) == (None, url, url)
    assert found.delete()
    assert len(client.applications.list()) == 1


def test_a_number_is_found_and_pointed_at_an_application(client: Client, account: Account) -> None:
    (number,) = client.incoming_phone_numbers.list(phone_number=account.environment["TWILIO_DJ_NUMBER"])
    application = client.applications.create(friendly_name="line", voice_url=account.documents_url + "/talk")
    assert number.update(voice_application_sid=application.sid).voice_application_sid == application.sid
    sid = account.control("POST", "/callers", {"from": "+447700900009", "to": "dj"})["call_sid"]
    wait_until(lambda: account.caller(sid)["heard"], why="the application is not asked")
    application.delete()
    assert client.incoming_phone_numbers(number.sid).fetch().voice_application_sid is None


def test_a_number_cannot_be_pointed_at_nothing(client: Client) -> None:
    number = client.incoming_phone_numbers.list()[0]
    with pytest.raises(TwilioRestException) as refusal:
        number.update(voice_application_sid="AP" + "0" * 32)
    assert refusal.value.code == 21218
    with pytest.raises(TwilioRestException) as refusal:
        number.update(voice_url="not an address", voice_fallback_url="http://127.0.0.1:1/a")
    assert refusal.value.code == 21205
    assert client.incoming_phone_numbers(number.sid).fetch().voice_fallback_url is None


def test_the_lookup_of_callers_names_can_be_switched_off_and_on(client: Client) -> None:
    number = client.incoming_phone_numbers.list()[0]
    for switched in (False, True):
        number.update(voice_caller_id_lookup=switched)
        assert client.incoming_phone_numbers(number.sid).fetch().voice_caller_id_lookup is switched
    with pytest.raises(TwilioRestException) as refusal:
        number.update(voice_caller_id_lookup="perhaps")
    assert (refusal.value.status, refusal.value.code) == (400, 20001)


def test_a_call_from_north_america_has_its_callers_name(client: Client, account: Account) -> None:
    named, nameless = account.ring_and_wait("+12125550101"), account.ring_and_wait("+447700900001")
    call = client.calls(named).fetch()
    assert call.caller_name == call.caller_name.upper() != ""
    assert call.forwarded_from == "+12125550199"
    assert (client.calls(nameless).fetch().caller_name, client.calls(nameless).fetch().forwarded_from) == (None, None)


def test_what_a_rehearsal_cannot_honour_is_refused_and_not_dropped_in_silence(client: Client) -> None:
    number = client.incoming_phone_numbers.list()[0]
    with pytest.raises(TwilioRestException) as refusal:
        number.update(sms_url="http://127.0.0.1:1/sms")
    assert "SmsUrl" in refusal.value.msg


def test_an_api_key_opens_the_account_as_its_token_does(account: Account) -> None:
    key, secret = account.environment["TWILIO_API_KEY_SID"], account.environment["TWILIO_API_KEY_SECRET"]
    for client in client_of(account, key, secret):
        assert client.queues.list() == []
        client.queues.create(friendly_name="by key")
