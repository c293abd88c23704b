"""The control interface, for the network as a whole: crowds, the clock, resets, faults and behaviour."""

from __future__ import annotations

import time

import pytest

from tests.rehearsal.control import control
from tests.support.account import QUEUE_NAME, Account
from tests.support.processes import wait_until

DEFAULT_BEHAVIOUR = {
    "star": "action",
    "star_before_bridge": True,
    "empty_queue": "silence",
    "wait_url_failure": "fallback",
    "dead_leg_seconds": 15.0,
    "query": "written",
    "signed_by": "auth_token",
    "opus": True,
    "account_type": "Full",
    "account_status": "active",
}


def test_a_crowd_comes_from_different_numbers_and_the_answer_comes_at_once(account: Account) -> None:
    answer = control(account, "POST", "/crowd", {"callers": 20, "per_second": 200, "patience_seconds": [300, 600]})
    assert (answer.status, answer.json()) == (202, {"callers": 20})
    wait_until(lambda: sum(caller["queue"] == QUEUE_NAME for caller in account.control("GET", "/callers")) == 20)
    assert len({caller["from"] for caller in account.control("GET", "/callers")}) == 20


def test_a_crowd_comes_at_its_pace(account: Account) -> None:
    begin = time.monotonic()
    control(account, "POST", "/crowd", {"callers": 5, "per_second": 10, "patience_seconds": [300, 600]})
    wait_until(lambda: len(account.control("GET", "/callers")) == 5)
    assert time.monotonic() - begin >= 0.4


def test_callers_of_a_crowd_lose_patience_and_hang_up_by_themselves(account: Account) -> None:
    control(account, "POST", "/crowd", {"callers": 10, "per_second": 500, "patience_seconds": [100, 200]})
    wait_until(lambda: sum(caller["queue"] is not None for caller in account.control("GET", "/callers")) == 10)
    account.control("PUT", "/clock", {"advance_seconds": 90})
    assert all(caller["status"] == "in-progress" for caller in account.control("GET", "/callers"))
    account.control("PUT", "/clock", {"advance_seconds": 120})
    wait_until(lambda: all(caller["status"] == "completed" for caller in account.control("GET", "/callers")))


def test_a_caller_of_a_crowd_says_who_they_are_once_they_are_put_through(account: Account) -> None:
    account.rest("POST", account.path("Queues"), {"FriendlyName": QUEUE_NAME})
    account.point_djs_at("/dial")
    dj = account.ring("+447700900999", "dj")
    control(account, "POST", "/crowd", {"callers": 1, "per_second": 1, "patience_seconds": [300, 600]})
    wait_until(lambda: account.caller(dj)["bridged_to"])
    account.control("PUT", "/clock", {"advance_seconds": 10})
    said = " ".join(one["text"] for one in account.caller(dj)["heard"])
    assert "Hello, this is " in said
    assert "I love the show" in said


def test_the_clock_runs_the_networks_timers_ahead(account: Account) -> None:
    sid = account.ring_and_wait()
    answer = control(account, "PUT", "/clock", {"advance_seconds": 600})
    assert (answer.status, answer.json()) == (200, {"advance_seconds": 600.0})
    (queue,) = account.rest("GET", account.path("Queues")).json()["queues"]
    assert 600 <= queue["average_wait_time"] < 660
    assert account.caller(sid)["queue"] == QUEUE_NAME


def test_a_reset_ends_all_calls_and_forgets_faults_behaviour_and_counts_but_keeps_queues(account: Account) -> None:
    account.ring_and_wait()
    control(account, "PUT", "/faults", {"rest": {"status": 500, "rate": 1.0, "delay_ms": 0}})
    control(account, "PUT", "/behaviour", {"star": "hangup"})
    assert account.rest("GET", account.path("Queues")).status == 500
    assert control(account, "POST", "/reset").status == 200
    assert account.control("GET", "/requests") == {}
    assert account.control("PUT", "/behaviour", {}) == DEFAULT_BEHAVIOUR
    (queue,) = account.rest("GET", account.path("Queues")).json()["queues"]
    assert (queue["friendly_name"], queue["current_size"]) == (QUEUE_NAME, 0)
    assert account.control("GET", "/callers") == []


def test_a_reset_stops_a_crowd_on_its_way(account: Account) -> None:
    control(account, "POST", "/crowd", {"callers": 1000, "per_second": 50, "patience_seconds": [300, 600]})
    wait_until(lambda: len(account.control("GET", "/callers")) > 2)
    control(account, "POST", "/reset")
    account.control("PUT", "/clock", {"advance_seconds": 30})
    assert account.control("GET", "/callers") == []


def test_faults_are_set_part_by_part_and_shown(account: Account) -> None:
    rest = {"status": 429, "rate": 0.5, "delay_ms": 10}
    webhooks = {"duplicate": 0.2, "delay_ms": [0, 3000], "lose": 0.1}
    assert account.control("PUT", "/faults", {"rest": rest})["rest"] == rest
    assert account.control("PUT", "/faults", {"webhooks": webhooks}) == {"rest": rest, "webhooks": webhooks}
    quiet = account.control("PUT", "/faults", {"rest": {}, "webhooks": {}})
    assert quiet == {
        "rest": {"status": None, "rate": 1.0, "delay_ms": 0},
        "webhooks": {"duplicate": 0.0, "delay_ms": [0, 0], "lose": 0.0},
    }


@pytest.mark.alone
def test_a_delay_of_the_rest_api_delays_it_alone(account: Account) -> None:
    account.control("PUT", "/faults", {"rest": {"status": None, "rate": 1.0, "delay_ms": 300}})
    begin = time.monotonic()
    assert account.rest("GET", account.path("Queues")).status == 200
    middle = time.monotonic()
    account.control("GET", "/callers")
    assert middle - begin >= 0.3
    assert time.monotonic() - middle < 0.3


def test_a_rate_fails_about_that_share_of_requests(account: Account) -> None:
    account.control("PUT", "/faults", {"rest": {"status": 500, "rate": 0.5, "delay_ms": 0}})
    failed = sum(account.rest("GET", account.path("Queues")).status == 500 for _ in range(100))
    assert 20 <= failed <= 80


def test_behaviour_changes_one_by_one_and_the_rest_stays(account: Account) -> None:
    assert account.control("PUT", "/behaviour", {}) == DEFAULT_BEHAVIOUR
    changed = account.control("PUT", "/behaviour", {"star": "hangup", "dead_leg_seconds": 3})
    assert changed == DEFAULT_BEHAVIOUR | {"star": "hangup", "dead_leg_seconds": 3}
