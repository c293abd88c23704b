"""Floods by strangers against the real server, behind a proxy that names their addresses; and who still gets in."""

from __future__ import annotations

import http.client
import itertools
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from callin.accounts.limits import POLLS_PER_VISIT, STRANGERS_BURST, VISIT_BURST
from tests.support.calls import call_fields, new_call_sid
from tests.support.station import App, running_app
from tests.support.visitors import REHEARSAL_PASSWORD, Visitor, signed_in
from tests.support.web import FORM, Answer

NUMBERS = itertools.count()
FIRST_ADDRESS = IPv4Address("198.18.0.0")


@pytest.fixture
def behind_proxy(tmp_path: Path) -> Iterator[App]:
    """An app whose proxy is this machine."""
    with running_app(tmp_path, TRUSTED_PROXIES="127.0.0.1") as app:
        yield app


def signed_out(app: App) -> Visitor:
    """A signed-out browser in which the dj has signed in before."""
    visitor = signed_in(app.url)
    assert visitor.fill_in("/sign-out").status == 303
    return visitor


class Crowd:
    """Strangers who send the same request again and again, each time from another address, on open connections.

    NUMBER in the body is another one each time.
    """

    def __init__(self, app: App, method: str, path: str, body: str = "", headers: Mapping[str, str] | None = None):
        self._netloc = urlsplit(app.url).netloc
        self._request = method, path, body, dict(headers or {})

    def statuses(self, count: int, threads: int = 4) -> Counter[int]:
        """The statuses of their answers."""
        with ThreadPoolExecutor(threads) as executor:
            return sum(executor.map(self._ask, [count // threads] * threads), Counter())

    def _ask(self, count: int) -> Counter[int]:
        method, path, body, headers = self._request
        connection = http.client.HTTPConnection(self._netloc, timeout=20)
        told: Counter[int] = Counter()
        for _ in range(count):
            number = next(NUMBERS)
            forwarded = {"X-Forwarded-For": f"127.0.0.1, {FIRST_ADDRESS + number}"}
            connection.request(method, path, body.replace("NUMBER", str(number)), headers | forwarded)
            response = connection.getresponse()
            response.read()
            told[response.status] += 1
        connection.close()
        return told


def guessers(app: App) -> Crowd:
    """Strangers who try a password for one name after the other."""
    stranger = Visitor(app.url)
    stranger.get("/sign-in")
    body = urlencode({"token": stranger.token, "name": "nameNUMBER", "password": "a wrong password"})
    return Crowd(app, "POST", "/sign-in", body, {"Content-Type": FORM, "Cookie": stranger.cookie})


def webhook_seconds(app: App) -> float:
    began = time.monotonic()
    sid = new_call_sid()
    app.signed("/twiml/enqueue", call_fields(sid)).xml()
    app.signed("/twiml/status", call_fields(sid, CallStatus="completed"))
    return (time.monotonic() - began) / 2


@pytest.mark.alone
def test_wrong_passwords_from_many_addresses_lock_no_trusted_device_out(behind_proxy: App) -> None:
    session, known = behind_proxy.visitor(), signed_out(behind_proxy)
    crowd = guessers(behind_proxy)
    with ThreadPoolExecutor(1) as executor:
        flood = executor.submit(crowd.statuses, 200, 16)
        signed = 0
        while not flood.done() or signed < 3:
            assert known.sign_in("dj").status == 303
            assert known.get("/").status == 200
            assert known.fill_in("/sign-out").status == 303
            assert session.get("/account").status == 200
            assert webhook_seconds(behind_proxy) < 1
            signed += 1
        told = flood.result()
    assert told.keys() <= {403, 429, 503}
    assert told[503] > told[403] > 0


def test_wrong_passwords_from_one_address_lock_nobody_else_out(behind_proxy: App) -> None:
    known = signed_out(behind_proxy)
    guesser = Visitor(behind_proxy.url)
    here, elsewhere = {"X-Forwarded-For": "192.0.2.1"}, {"X-Forwarded-For": "192.0.2.2"}
    for number in range(25):
        told = try_password(guesser, f"name{number}", "a wrong password", here).status
    assert told == 429
    assert try_password(Visitor(behind_proxy.url), "screener", REHEARSAL_PASSWORD, here).status == 429
    assert try_password(Visitor(behind_proxy.url), "screener", REHEARSAL_PASSWORD, elsewhere).status == 303
    assert try_password(known, "dj", REHEARSAL_PASSWORD, here).status == 303


def try_password(visitor: Visitor, name: str, password: str, headers: Mapping[str, str]) -> Answer:
    visitor.ask("GET", "/sign-in", headers=headers)
    body = urlencode({"token": visitor.token, "name": name, "password": password}).encode()
    return visitor.ask("POST", "/sign-in", body, {"Content-Type": FORM} | dict(headers))


def test_visits_from_many_addresses_use_up_what_strangers_may_and_nothing_else(behind_proxy: App) -> None:
    session, known = behind_proxy.visitor(), signed_out(behind_proxy)
    told = Crowd(behind_proxy, "POST", "/call/token").statuses(STRANGERS_BURST + 1000)
    assert told[200] >= STRANGERS_BURST * 0.9
    assert told[429] > 0
    for path in ("/call", "/sign-in"):  # a place comes free 25 times a second: not each of these is refused
        assert Crowd(behind_proxy, "GET", path).statuses(200, 8)[429] > 0
    for visitor in (session, known):
        assert visitor.get("/call").status == 200
        assert visitor.ask("POST", "/call/token").status == 200
    assert known.sign_in("dj").status == 303
    assert webhook_seconds(behind_proxy) < 1


@pytest.mark.parametrize(
    ("settings", "by_proxy"),
    [
        ({}, {}),
        ({"TRUSTED_PROXIES": "127.0.0.1"}, {"X-Forwarded-For": "203.0.113.9, 192.0.2.1"}),
        ({"GAE_ENV": "flex", "DJ_PIN": "4711"}, {"X-Appengine-User-IP": "192.0.2.1"}),
    ],
    ids=["alone", "behind a proxy", "on App Engine"],
)
def test_one_client_may_ask_so_often_whatever_headers_it_writes_and_however_it_spells_them(
    tmp_path: Path, settings: dict[str, str], by_proxy: dict[str, str]
) -> None:
    spellings = (
        "X-Forwarded-For",
        "X_Forwarded_For",
        "X-Appengine-User-IP",
        "X_Appengine_User_IP",
        "X_Appengine-User-IP",
    )
    with running_app(tmp_path, **settings) as app:
        told = []
        for number in range(VISIT_BURST * 2):
            written = f"203.0.113.{number}"
            headers = dict.fromkeys(spellings, written) | {"Forwarded": f"for={written}"} | by_proxy
            told.append(Visitor(app.url).ask("POST", "/call/token", headers=headers).status)
            if told[-1] != 200:
                break
        assert told[-1] == 429
        assert len(told) > VISIT_BURST


def test_a_stranger_who_polls_too_often_is_refused_and_nobody_else_is(behind_proxy: App) -> None:
    session, known = behind_proxy.visitor(), signed_out(behind_proxy)
    connection = http.client.HTTPConnection(urlsplit(behind_proxy.url).netloc, timeout=20)

    def poll(address: str) -> int:
        connection.request("GET", "/queue-status", headers={"X-Forwarded-For": address})
        response = connection.getresponse()
        response.read()
        return response.status

    told = Counter(poll("192.0.2.1") for _ in range(VISIT_BURST * POLLS_PER_VISIT + 300))
    assert told.keys() == {200, 429}
    assert told[200] >= VISIT_BURST * POLLS_PER_VISIT
    assert poll("192.0.2.2") == 200
    headers = {"X-Forwarded-For": "192.0.2.1"}
    for visitor in (session, known):
        assert {visitor.ask("GET", "/queue-status", headers=headers).status for _ in range(50)} == {200}
    assert Visitor(behind_proxy.url).ask("GET", "/call", headers=headers).status == 200, "it counts apart"
    assert webhook_seconds(behind_proxy) < 1
    connection.close()
