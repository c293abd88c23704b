"""`/twiml/dequeue` for a phone with a PIN: what it hears, and that nothing else lets it in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from xml.etree import ElementTree as ET

import pytest

from tests.support.calls import call_fields, new_call_sid
from tests.support.station import DJ_NUMBER, DJ_PHONE, OTHER_DJ_PHONE, App, running_app
from tests.support.visitors import signed_in

PIN = "4711"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(tmp_path_factory.mktemp("pin"), DJ_PIN=PIN) as app:
        yield app


class Phone:
    """A call from a DJ's phone: the last document, and the keys that it answers with."""

    def __init__(self, app: App, number: str = DJ_PHONE) -> None:
        self._app = app
        self.sid = new_call_sid()
        self.fields = call_fields(self.sid, From=number, To=DJ_NUMBER)
        self.document = self.ask("/twiml/dequeue")

    def ask(self, path: str, **fields: str) -> ET.Element:
        self.document = self._app.signed(path, self.fields | fields).xml()
        return self.document

    @property
    def asks_for_the_pin(self) -> bool:
        return [verb.tag for verb in self.document] == ["Gather", "Redirect"] and "Please enter your PIN" in self.says

    @property
    def is_in(self) -> bool:
        """Whether it is connected to the line, or offered to take over the desk."""
        return "Dial" in self.document[0].tag or "take-over" in (self.document[0].get("action") or "")

    @property
    def says(self) -> str:
        return " ".join(say.text or "" for say in self.document.iter("Say"))

    @property
    def action(self) -> str:
        """Where the keys go."""
        return self._path(self.document[0].get("action") or "")

    def key(self, digits: str) -> ET.Element:
        return self.ask(self.action, Digits=digits)

    def say_nothing(self) -> ET.Element:
        return self.ask(self._path(self.document[1].text or ""))

    def hang_up(self) -> None:
        self._app.signed("/twiml/status", self.fields | {"CallStatus": "completed"})

    def _path(self, address: str) -> str:
        return address.removeprefix(self._app.url).split("#")[0]


@pytest.fixture
def phone(app: App) -> Iterator[Phone]:
    """A phone that has just rung, after a right PIN; afterwards nobody is at the desk and nothing is locked."""
    before = Phone(app)
    before.key(PIN)
    before.hang_up()
    phone = Phone(app)
    yield phone
    phone.hang_up()
    unlock(app)


def unlock(app: App, number: str = DJ_PHONE) -> str:
    admin = signed_in(app.url, "admin")
    admin.get("/accounts")
    return admin.fill_in("/accounts", do="unlock", key=number).text


def test_a_phone_is_asked_for_its_pin_first_and_not_told_how_long_that_is(phone: Phone) -> None:
    assert phone.asks_for_the_pin
    gather = phone.document[0]
    assert (gather.get("numDigits"), gather.get("finishOnKey"), gather.get("input")) == ("10", "#", "dtmf")


def test_the_right_pin_lets_it_in_once_for_the_whole_call(app: App, phone: Phone) -> None:
    document = phone.key(PIN)
    assert [verb.tag for verb in document] == ["Dial", "Redirect"]
    assert phone.say_nothing()[0].tag == "Dial", "the next turn"
    other = Phone(app)
    assert other.asks_for_the_pin
    other.hang_up()


def test_what_was_keyed_before_a_star_does_not_count(phone: Phone) -> None:
    phone.key("*")
    assert phone.asks_for_the_pin
    assert "not the PIN" not in phone.says
    phone.key(f"99*{PIN}")
    assert phone.is_in


def test_a_browser_is_not_asked(app: App) -> None:
    fields = call_fields(From=app.dj(), To="")
    assert app.signed("/twiml/client", fields).xml()[0].tag == "Dial"
    app.signed("/twiml/status", fields | {"CallStatus": "completed"})


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/twiml/dequeue", {"Digits": PIN}),
        ("/twiml/dequeue?turn=0", {"Digits": "*"}),
        ("/twiml/dequeue?turn=1&woken=1", {}),
        ("/twiml/dequeue?take-over=1", {"Digits": "*"}),
        ("/twiml/dequeue?pin-try=", {"Digits": PIN}),
        ("/twiml/dequeue?pin-try=1", {"Digits": ""}),
        ("/twiml/dequeue?pin-try=1", {"Digits": f"{PIN}*"}),
        ("/twiml/dequeue?pin-try=1", {"Digits": f"{PIN}#"}),
        ("/twiml/dequeue?pin-try=1", {"Digits": PIN + "0"}),
        ("/twiml/dequeue?silences=1", {}),
    ],
)
def test_nothing_else_lets_it_in(phone: Phone, path: str, fields: dict[str, str]) -> None:
    phone.ask(path, **fields)
    assert phone.asks_for_the_pin


def test_a_stranger_with_the_pin_is_still_a_stranger(app: App) -> None:
    fields = call_fields(From="+447700900555", To=DJ_NUMBER, Digits=PIN)
    assert "studio only" in (app.signed("/twiml/dequeue?pin-try=1", fields).xml()[0].text or "")


def test_the_fifth_wrong_pin_locks_the_number_and_it_hears_so(app: App, phone: Phone) -> None:
    for _ in range(4):
        phone.key("0000")
        assert phone.asks_for_the_pin
        assert "not the PIN" in phone.says
    phone.key("0000")
    assert [verb.tag for verb in phone.document] == ["Say", "Hangup"]
    assert "locked" in phone.says
    again = Phone(app)
    assert "locked" in again.says
    again.ask("/twiml/dequeue?pin-try=1", Digits=PIN)
    assert "locked" in again.says
    elsewhere = Phone(app, OTHER_DJ_PHONE)
    elsewhere.key(PIN)
    assert elsewhere.is_in
    elsewhere.hang_up()


def test_a_request_that_comes_twice_is_one_try_and_one_answer(phone: Phone) -> None:
    for _ in range(4):
        action = phone.action
        for _ in range(3):
            phone.ask(action, Digits="0000")
            assert phone.asks_for_the_pin
    action = phone.action
    phone.key(PIN)
    turn = ET.tostring(phone.document)
    assert phone.is_in
    phone.ask(action, Digits=PIN)
    assert ET.tostring(phone.document) == turn


def test_a_phone_that_keys_nothing_is_let_go(phone: Phone) -> None:
    for _ in range(4):
        phone.say_nothing()
        assert phone.asks_for_the_pin
    phone.say_nothing()
    assert [verb.tag for verb in phone.document] == ["Say", "Hangup"]
    assert "No PIN" in phone.says


def test_while_the_store_fails_it_hears_an_apology_and_is_asked_again(app: App, phone: Phone) -> None:
    path = app.environment["STORE"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for digits in (PIN, "0000"):
            document = phone.ask("/twiml/dequeue?pin-try=1", Digits=digits)
            assert [verb.tag for verb in document] == ["Say", "Pause", "Redirect"]
            assert "problem" in phone.says
        other.execute("ROLLBACK")
    again = (phone.document[2].text or "").removeprefix(app.url).split("#")[0]
    phone.ask(again)
    assert phone.asks_for_the_pin
    phone.key(PIN)
    assert phone.is_in


# What admins see and do


def test_every_admin_sees_a_locked_phone_since_when_and_unlocks_it(app: App, phone: Phone) -> None:
    admin = signed_in(app.url, "admin")
    assert "Locked phones" not in admin.get("/accounts").text
    for _ in range(5):
        phone.key("0000")
    page = admin.get("/accounts").text
    assert f'data-phone="{DJ_PHONE}"' in page
    assert "Locked since <time datetime=" in page
    answer = admin.fill_in("/accounts", do="unlock", key=DJ_PHONE)
    assert f"{DJ_PHONE} may try its PIN again." in answer.text
    assert "Locked phones" not in answer.text
    again = Phone(app)
    again.key(PIN)
    assert again.is_in
    again.hang_up()


def test_what_is_not_locked_is_not_unlocked(app: App) -> None:
    assert "not locked" in unlock(app)
    assert "not locked" in unlock(app, "<b>")


@pytest.mark.parametrize("role", ["dj", "screener"])
def test_only_admins_unlock(app: App, phone: Phone, role: str) -> None:
    for _ in range(5):
        phone.key("0000")
    visitor = signed_in(app.url, role)
    assert visitor.fill_in("/accounts", do="unlock", key=DJ_PHONE).status == 403
    assert "locked" in Phone(app).says


def test_a_lock_counts_over_a_restart_of_the_app_and_so_does_a_right_pin(app: App, phone: Phone) -> None:
    phone.key(PIN)
    locker = Phone(app)
    for _ in range(5):
        locker.key("0000")
    app.end()
    app.start()
    assert "locked" in Phone(app).says
    assert phone.say_nothing()[0].tag == "Dial"
