"""The control interface: what tests and the rehearsal's page may ask for, what they get, and what is refused."""

from __future__ import annotations

import http.client
import json
import threading
from typing import Any

import pytest

from tests.rehearsal.control import control
from tests.support.account import QUEUE_NAME, Account
from tests.support.processes import wait_until
from tests.support.web import ask

NOBODY = "CA" + "0" * 32


# Callers.


def test_a_caller_rings_in_and_is_shown_with_exactly_these_fields(account: Account) -> None:
    answer = control(account, "POST", "/callers", {"from": "+447700900001", "to": "listener"})
    assert answer.status == 201
    sid = answer.json()["call_sid"]
    assert answer.json() == {"call_sid": sid}
    assert sid.startswith("CA")
    assert len(sid) == 34
    wait_until(lambda: account.caller(sid)["queue"])
    assert account.caller(sid) == {
        "call_sid": sid,
        "from": "+447700900001",
        "status": "in-progress",
        "queue": QUEUE_NAME,
        "bridged_to": None,
        "ended_at": None,
        "heard": [],
    }


def test_what_a_caller_hears_comes_with_its_verb_its_text_and_seconds_since_the_ring(account: Account) -> None:
    account.point_listeners_at("/talk")
    sid = account.ring()
    wait_until(lambda: account.caller(sid)["heard"])
    (heard,) = account.caller(sid)["heard"]
    assert heard.keys() == {"verb", "text", "at"}
    assert (heard["verb"], heard["text"]) == ("Say", "Hello, you have been taken out of the line.")
    assert 0 <= heard["at"] < 10


def test_all_callers_are_listed_newest_first_with_those_who_are_gone(account: Account) -> None:
    sids = [account.ring_and_wait(f"+44770090000{n}") for n in range(3)]
    account.control("DELETE", f"/callers/{sids[1]}")
    listed = account.control("GET", "/callers")
    assert [caller["call_sid"] for caller in listed] == sids[::-1]
    assert [caller["status"] for caller in listed] == ["in-progress", "completed", "in-progress"]
    assert listed[1]["queue"] is None


def test_a_dj_rings_the_djs_number_and_two_who_are_put_through_show_each_other(account: Account) -> None:
    caller = account.ring_and_wait()
    account.point_djs_at("/dial")
    dj = account.ring("+447700900999", "dj")
    wait_until(lambda: account.caller(dj)["bridged_to"] == caller)
    assert account.caller(caller)["bridged_to"] == dj
    assert account.caller(caller)["queue"] is None
    account.control("DELETE", f"/callers/{dj}")
    wait_until(lambda: account.caller(caller)["bridged_to"] is None)


def test_keys_and_speech_reach_the_document_that_listens(account: Account) -> None:
    for path, value in (("/digits", {"digits": "12#"}), ("/speech", {"text": "good evening"})):
        account.point_listeners_at("/gather")
        sid = account.ring()
        wait_until(lambda sid=sid: any("Press or speak" in one["text"] for one in account.caller(sid)["heard"]))
        answer = control(account, "POST", f"/callers/{sid}{path}", value)
        assert answer.status == 200
        assert answer.json()["call_sid"] == sid
        wait_until(lambda sid=sid: any("taken out" in one["text"] for one in account.caller(sid)["heard"]))


def test_a_caller_hangs_up_and_a_second_time_is_no_error(account: Account) -> None:
    sid = account.ring_and_wait()
    for _ in range(2):
        answer = control(account, "DELETE", f"/callers/{sid}")
        assert (answer.status, answer.json()["status"]) == (200, "completed")


def test_a_caller_who_is_gone_can_neither_press_nor_speak(account: Account) -> None:
    sid = account.ring_and_wait()
    account.control("DELETE", f"/callers/{sid}")
    for path, value in (("/digits", {"digits": "1"}), ("/speech", {"text": "hello"})):
        answer = control(account, "POST", f"/callers/{sid}{path}", value)
        assert (answer.status, answer.json()) == (409, {"error": f"The call {sid} is over."})


@pytest.mark.parametrize(
    ("method", "path", "value"),
    [
        ("GET", "", None),
        ("DELETE", "", None),
        ("POST", "/digits", {"digits": "1"}),
        ("POST", "/speech", {"text": "hello"}),
    ],
)
def test_a_call_that_never_was_is_not_found(account: Account, method: str, path: str, value: object) -> None:
    answer = control(account, method, f"/callers/{NOBODY}{path}", value)
    assert (answer.status, answer.json()) == (404, {"error": f"There is no call {NOBODY}."})


@pytest.mark.parametrize("number", ["anonymous", "unknown", "+266696687", "+12125550101"])
def test_withheld_numbers_may_ring(account: Account, number: str) -> None:
    assert account.caller(account.ring_and_wait(number))["from"] == number


# Bodies that make no sense.

BAD_BODIES: list[tuple[str, str, Any]] = [
    ("POST", "/callers", b""),
    ("POST", "/callers", b"{"),
    ("POST", "/callers", b"\xff\xfe"),
    ("POST", "/callers", []),
    ("POST", "/callers", {}),
    ("POST", "/callers", {"from": "07700 900001", "to": "listener"}),
    ("POST", "/callers", {"from": "client:dj_1", "to": "dj"}),
    ("POST", "/callers", {"from": "client:dj_1", "to": "AP" + "0" * 32}),
    ("POST", "/callers", {"from": 447700900001, "to": "listener"}),
    ("POST", "/callers", {"from": "+447700900001", "to": "studio"}),
    ("POST", "/callers", {"from": "+447700900001", "to": ["dj"]}),
    ("POST", "/callers", {"from": "+447700900001", "to": "dj", "voice": "deep"}),
    ("POST", "/callers/{sid}/digits", {}),
    ("POST", "/callers/{sid}/digits", {"digits": ""}),
    ("POST", "/callers/{sid}/digits", {"digits": "A"}),
    ("POST", "/callers/{sid}/digits", {"digits": 1}),
    ("POST", "/callers/{sid}/digits", {"digits": "1" * 33}),
    ("POST", "/callers/{sid}/digits", {"digits": "1", "and": "2"}),
    ("POST", "/callers/{sid}/speech", {"text": "  "}),
    ("POST", "/callers/{sid}/speech", {"text": "x" * 1001}),
    ("POST", "/callers/{sid}/speech", {"speech": "hello"}),
    ("POST", "/callers/{sid}/speech", {"text": "hello", "confidence": 1.5}),
    ("POST", "/callers", {"from": "+447700900001", "to": "listener", "silent": "yes"}),
    ("POST", "/crowd", {}),
    ("POST", "/crowd", {"callers": 0}),
    ("POST", "/crowd", {"callers": 5001}),
    ("POST", "/crowd", {"callers": 2.5}),
    ("POST", "/crowd", {"callers": True}),
    ("POST", "/crowd", {"callers": 5, "per_second": 0}),
    ("POST", "/crowd", {"callers": 5, "per_second": "fast"}),
    ("POST", "/crowd", {"callers": 5, "per_second": 1, "patience_seconds": 30}),
    ("POST", "/crowd", {"callers": 5, "per_second": 1, "patience_seconds": [600, 30]}),
    ("POST", "/crowd", {"callers": 5, "per_second": 1, "patience_seconds": [30]}),
    ("POST", "/crowd", b'{"callers": 5, "per_second": NaN}'),
    ("PUT", "/clock", {}),
    ("PUT", "/clock", {"advance_seconds": -1}),
    ("PUT", "/clock", {"advance_seconds": "600"}),
    ("PUT", "/clock", b'{"advance_seconds": Infinity}'),
    ("PUT", "/faults", []),
    ("PUT", "/faults", {"sms": {}}),
    ("PUT", "/faults", {"rest": 500}),
    ("PUT", "/faults", {"rest": {"status": 200}}),
    ("PUT", "/faults", {"rest": {"status": 500, "rate": 1.5}}),
    ("PUT", "/faults", {"rest": {"delay_ms": -1}}),
    ("PUT", "/faults", {"webhooks": {"lose": "some"}}),
    ("PUT", "/faults", {"webhooks": {"delay_ms": 100}}),
    ("PUT", "/faults", {"webhooks": {"delay_ms": [3000, 0]}}),
    ("PUT", "/behaviour", {"star": "beep"}),
    ("PUT", "/behaviour", {"star": ["action"]}),
    ("PUT", "/behaviour", {"star_before_bridge": "yes"}),
    ("PUT", "/behaviour", {"opus": "no"}),
    ("PUT", "/behaviour", {"dead_leg_seconds": -1}),
    ("PUT", "/behaviour", {"politeness": 1}),
]


@pytest.mark.parametrize(("method", "path", "value"), BAD_BODIES)
def test_a_body_that_cannot_be_followed_is_answered_with_a_sentence(
    account: Account, method: str, path: str, value: object
) -> None:
    sid = account.ring_and_wait() if "{sid}" in path else ""
    answer = control(account, method, path.replace("{sid}", sid), value)
    assert answer.status == 400
    assert answer.json().keys() == {"error"}
    sentence = answer.json()["error"]
    assert sentence[0].isupper() or sentence.split()[0].islower()
    assert sentence.endswith(".")
    assert len(account.control("GET", "/callers")) == (1 if sid else 0)


def test_a_body_of_a_megabyte_is_refused(account: Account) -> None:
    answer = control(account, "POST", "/crowd", b'{"callers": 5, "x": "' + b"x" * 2**20 + b'"}')
    assert answer.status == 413


# The page, and the origins that may control the network.


def test_the_page_has_no_inline_script_or_style_and_says_so_to_the_browser(account: Account) -> None:
    page = ask(account.url + "/")
    assert page.status == 200
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert "<style" not in page.text
    assert "style=" not in page.text
    assert "onclick" not in page.text
    for asset in ("page.css", "page.js", "view.js", "call.js", "forms.js", "control.js", "icon.svg"):
        assert ask(f"{account.url}/page/{asset}").status == 200, asset
    for outside in ("/page/../__init__.py", "/page/%2e%2e%2f__init__.py", "/page/nothing.js"):
        assert ask(account.url + outside).status == 404


def test_those_who_watch_get_a_snapshot_at_once_and_one_after_a_change(account: Account) -> None:
    events: list[dict[str, Any]] = []
    done = threading.Event()

    def read() -> None:
        host = account.url.removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=10)
        try:
            connection.request("GET", "/page/events")
            response = connection.getresponse()
            assert response.headers.get_content_type() == "text/event-stream"
            while not done.is_set():
                line = response.readline()
                if line.startswith(b"data: "):
                    events.append(json.loads(line[6:]))
        finally:
            connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        wait_until(lambda: events)
        assert events[0]["counts"] == {"live": 0, "waiting": 0, "talking": 0, "browsers": 0}
        sid = account.ring_and_wait()
        wait_until(lambda: events[-1]["counts"] == {"live": 1, "waiting": 1, "talking": 0, "browsers": 0}, 3)
        (call,) = events[-1]["calls"]
        assert (call["call_sid"], call["state"]) == (sid, "waits")
        assert call["words"] == f"waits in {QUEUE_NAME}, place 1"
        account.point_listeners_at("/broken")
        account.ring("+447700900002")
        wait_until(lambda: events[-1]["alerts"] and events[-1]["alerts"][0]["code"] == 12100, 3)
    finally:
        done.set()
        reader.join(10)


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Host": "rebound.example:9100"}]
)
def test_a_web_page_from_elsewhere_cannot_steer_the_network(account: Account, headers: dict[str, str]) -> None:
    answer = control(account, "POST", "/callers", {"from": "+447700900001", "to": "listener"}, **headers)
    assert answer.status == 403
    assert account.control("GET", "/callers") == []


def test_a_page_on_this_machine_may_steer_it(account: Account) -> None:
    body = {"from": "+447700900001", "to": "listener"}
    assert control(account, "POST", "/callers", body, Origin="http://localhost:8080").status == 201
