"""Queues by Twilio's own Python client, pointed at the rehearsal: members, their order, pages, and who takes them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from tests.support.account import Account
from tests.support.processes import wait_until


def test_a_queue_is_created_fetched_renamed_and_deleted(client: Client) -> None:
    queue = client.queues.create(friendly_name="studio", max_size=200)
    assert (queue.friendly_name, queue.max_size, queue.current_size, queue.average_wait_time) == ("studio", 200, 0, 0)
    # Other tests put the network's clock ahead by minutes. A wrong time zone would be off by half an hour or more.
    assert abs(queue.date_created - datetime.now(UTC)) < timedelta(minutes=10)
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


def test_exactly_one_of_many_requests_that_take_one_caller_succeeds(
    client: Client, account: Account, queue_sid: str
) -> None:
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
