"""Twilio's own Python client, pointed at the rehearsal: what it lists, fetches and changes, and how it fails."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from tests.support.account import QUEUE_NAME, Account
from tests.support.processes import wait_until

TIMEOUT_SECONDS = 10
MISSING_QUEUE = "QU" + "0" * 32
MISSING_CALL = "CA" + "0" * 32


def client_of(account: Account, user: str = "", password: str = "") -> Iterator[Client]:
    http = TwilioHttpClient(timeout=TIMEOUT_SECONDS)
    client = Client(user or account.sid, password or account.token, account.sid, http_client=http)
    client.api.base_url = account.url
    try:
        yield client
    finally:
        http.session.close()


@pytest.fixture
def client(account: Account) -> Iterator[Client]:
    yield from client_of(account)


@pytest.fixture
def queue_sid(client: Client) -> str:
    return str(client.queues.create(friendly_name=QUEUE_NAME, max_size=5000).sid)


# Queues.


def test_a_queue_is_created_fetched_renamed_and_deleted(client: Client) -> None:
    queue = client.queues.create(friendly_name="studio", max_size=200)
    assert (queue.friendly_name, queue.max_size, queue.current_size, queue.average_wait_time) == ("studio", 200, 0, 0)
    assert abs(queue.date_created - datetime.now(UTC)) < timedelta(minutes=1)
    assert client.queues(queue.sid).update(friendly_name="studio two", max_size=10).max_size == 10
    assert client.queues(queue.sid).fetch().friendly_name == "studio two"
    assert queue.delete()
    with pytest.raises(TwilioRestException) as refusal:
        client.queues(queue.sid).fetch()
    assert (refusal.value.status, refusal.value.code) == (404, 20404)


def test_two_queues_cannot_have_one_name(client: Client) -> None:
    client.queues.create(friendly_name="studio")
    other = client.queues.create(friendly_name="other")
    for attempt in (lambda: client.queues.create(friendly_name="studio"), lambda: other.update(friendly_name="studio")):
        with pytest.raises(TwilioRestException) as refusal:
            attempt()
        assert (refusal.value.status, refusal.value.code) == (400, 22003)
    assert other.update(friendly_name="other").friendly_name == "other"


@pytest.mark.parametrize(
    ("name", "max_size", "code"), [("", 1, 20002), ("x" * 65, 1, 20002), ("ok", 0, 20001), ("ok", 5001, 20001)]
)
def test_a_queue_with_an_impossible_name_or_size_is_refused(
    client: Client, name: str, max_size: int, code: int
) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        client.queues.create(friendly_name=name, max_size=max_size)
    assert (refusal.value.status, refusal.value.code) == (400, code)
    assert client.queues.list() == []


def test_a_queue_where_somebody_waits_is_not_deleted(client: Client, account: Account, queue_sid: str) -> None:
    account.ring_and_wait()
    with pytest.raises(TwilioRestException) as refusal:
        client.queues(queue_sid).delete()
    assert refusal.value.status == 400
    assert client.queues(queue_sid).fetch().current_size == 1


# Members.


def test_members_come_in_order_of_arrival_with_their_waits(client: Client, account: Account, queue_sid: str) -> None:
    sids = [account.ring_and_wait(f"+44770090000{n}") for n in range(3)]
    account.control("PUT", "/clock", {"advance_seconds": 30})
    members = client.queues(queue_sid).members.list()
    assert [member.call_sid for member in members] == sids
    assert [member.position for member in members] == [1, 2, 3]
    assert all(30 <= member.wait_time < 60 for member in members)
    assert {member.queue_sid for member in members} == {queue_sid}
    assert client.queues(queue_sid).members("Front").fetch().call_sid == sids[0]
    assert client.queues(queue_sid).members(sids[2]).fetch().position == 3
    assert 30 <= client.queues(queue_sid).fetch().average_wait_time < 60


def test_a_chosen_caller_leaves_the_line_for_the_document_given(
    client: Client, account: Account, queue_sid: str
) -> None:
    first, chosen = account.ring_and_wait("+447700900001"), account.ring_and_wait("+447700900002")
    taken = client.queues(queue_sid).members(chosen).update(url=account.documents_url + "/talk", method="GET")
    assert (taken.call_sid, taken.position) == (chosen, 2)
    wait_until(lambda: any("taken out" in one["text"] for one in account.caller(chosen)["heard"]))
    assert [member.call_sid for member in client.queues(queue_sid).members.list()] == [first]


def test_the_front_caller_leaves_the_line_first(client: Client, account: Account, queue_sid: str) -> None:
    first, second = account.ring_and_wait("+447700900001"), account.ring_and_wait("+447700900002")
    assert client.queues(queue_sid).members("Front").update(url=account.documents_url + "/talk").call_sid == first
    assert client.queues(queue_sid).members("Front").update(url=account.documents_url + "/talk").call_sid == second
    with pytest.raises(TwilioRestException) as refusal:
        client.queues(queue_sid).members("Front").update(url=account.documents_url + "/talk")
    assert (refusal.value.status, refusal.value.code) == (404, 20404)


def test_of_many_who_take_one_caller_exactly_one_succeeds(client: Client, account: Account, queue_sid: str) -> None:
    caller = account.ring_and_wait()
    together = threading.Barrier(8)

    def take(_: int) -> int:
        together.wait(5)
        answer = account.rest(
            "POST", account.path("Queues", queue_sid, "Members", caller), {"Url": account.documents_url + "/talk"}
        )
        return answer.status

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(take, range(8)))
    assert statuses == [200] + [404] * 7
    assert client.queues(queue_sid).members.list() == []


def test_a_dequeue_needs_an_address(client: Client, account: Account, queue_sid: str) -> None:
    caller = account.ring_and_wait()
    for url in ("", "/talk", "ftp://127.0.0.1/talk", "http://"):
        with pytest.raises(TwilioRestException) as refusal:
            client.queues(queue_sid).members(caller).update(url=url)
        assert (refusal.value.status, refusal.value.code) == (400, 21205)
    assert client.queues(queue_sid).members(caller).fetch().position == 1


# Paging.


def test_pages_hold_fifty_unless_asked_and_lead_to_one_another(client: Client) -> None:
    names = [f"queue {n:03}" for n in range(120)]
    for name in names:
        client.queues.create(friendly_name=name)
    first = client.queues.page()
    assert [queue.friendly_name for queue in first] == names[:50]
    second = client.queues.get_page(first.next_page_url)
    assert [queue.friendly_name for queue in second] == names[50:100]
    assert second.previous_page_url
    back = client.queues.get_page(second.previous_page_url)
    assert [queue.friendly_name for queue in back] == names[:50]
    third = client.queues.get_page(second.next_page_url)
    assert [queue.friendly_name for queue in third] == names[100:]
    assert third.next_page_url is None
    assert [queue.friendly_name for queue in client.queues.list()] == names
    assert [queue.friendly_name for queue in client.queues.list(page_size=7)] == names
    assert [queue.friendly_name for queue in client.queues.list(limit=3)] == names[:3]
    assert [queue.friendly_name for queue in client.queues.stream(page_size=119)] == names


def test_the_next_page_goes_on_after_the_last_one_even_when_the_line_moved(
    client: Client, account: Account, queue_sid: str
) -> None:
    sids = [account.ring_and_wait(f"+44770090000{n}") for n in range(5)]
    page = client.queues(queue_sid).members.page(page_size=2)
    assert [member.call_sid for member in page] == sids[:2]
    client.queues(queue_sid).members("Front").update(url=account.documents_url + "/talk")
    following = client.queues(queue_sid).members.get_page(page.next_page_url)
    assert [member.call_sid for member in following] == sids[2:4]


def test_a_page_of_more_than_a_thousand_is_refused(client: Client, account: Account) -> None:
    assert client.queues.list(limit=1000) == []
    # list() sends the limit as the page's size, and raises the plain exception.
    with pytest.raises(TwilioException) as refusal:
        client.queues.list(limit=1001)
    assert "400" in str(refusal.value)
    for query, code in (("PageSize=1001", 20007), ("PageSize=0", 20001), ("PageSize=ten", 20001), ("Page=-1", 20001)):
        answer = account.rest("GET", f"{account.path('Queues')}?{query}")
        assert (answer.status, answer.json()["code"]) == (400, code)


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
    """With another document: from then on the call goes there when a document of its own fails."""
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


# Who may ask, and how it fails.


def test_an_api_key_opens_the_account_as_its_token_does(account: Account) -> None:
    key, secret = account.environment["TWILIO_API_KEY_SID"], account.environment["TWILIO_API_KEY_SECRET"]
    for client in client_of(account, key, secret):
        assert client.queues.list() == []
        client.queues.create(friendly_name="by key")


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
