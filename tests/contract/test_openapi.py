"""Every JSON answer of the rehearsal's REST API has the shape of Twilio's OpenAPI document, to the property."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.contract.openapi import API_PREFIX, DOCUMENT, faults, filters_that_are_no_free_text, schema_of
from tests.support.account import QUEUE_NAME, Account
from tests.support.processes import wait_until
from tests.support.web import ask

pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(not DOCUMENT.exists(), reason="the npm packages are not installed: make test installs them"),
]

# The operations that the rehearsal offers. Creating a call is refused there, which the document does not describe.
OPERATIONS = {
    ("GET", "/Queues.json"),
    ("POST", "/Queues.json"),
    ("GET", "/Queues/{Sid}.json"),
    ("POST", "/Queues/{Sid}.json"),
    ("DELETE", "/Queues/{Sid}.json"),
    ("GET", "/Queues/{QueueSid}/Members.json"),
    ("GET", "/Queues/{QueueSid}/Members/{CallSid}.json"),
    ("POST", "/Queues/{QueueSid}/Members/{CallSid}.json"),
    ("GET", "/Calls.json"),
    ("GET", "/Calls/{Sid}.json"),
    ("POST", "/Calls/{Sid}.json"),
    ("GET", "/Applications.json"),
    ("POST", "/Applications.json"),
    ("GET", "/Applications/{Sid}.json"),
    ("POST", "/Applications/{Sid}.json"),
    ("DELETE", "/Applications/{Sid}.json"),
    ("GET", "/IncomingPhoneNumbers.json"),
    ("GET", "/IncomingPhoneNumbers/{Sid}.json"),
    ("POST", "/IncomingPhoneNumbers/{Sid}.json"),
    ("GET", "/Recordings.json"),
    ("GET", "/Recordings/{Sid}.json"),
    ("DELETE", "/Recordings/{Sid}.json"),
    ("GET", "/Keys.json"),
    ("POST", "/Keys.json"),
    ("GET", "/Keys/{Sid}.json"),
    ("DELETE", "/Keys/{Sid}.json"),
}


@dataclass
class Checker:
    """Asks an operation by its name in the document, checks the answer, and remembers what was asked."""

    account: Account
    seen: set[tuple[str, str]] = field(default_factory=set)

    def ask(self, method: str, path: str, *sids: str, query: str = "", **fields: str) -> Any:
        """The JSON of a good answer (None for an empty one). `sids` fill the path's braces, in order."""
        status, schema = schema_of(method, API_PREFIX + path)
        self.seen.add((method, path))
        address = path
        for sid in sids:
            address = address.replace(address[address.index("{") : address.index("}") + 1], sid, 1)
        answer = self.account.rest(method, f"/2010-04-01/Accounts/{self.account.sid}{address}{query}", fields)
        assert answer.status == status, f"{method} {address}: {answer.status} {answer.text}"
        if schema is None:
            assert answer.body == b""
            return None
        assert answer.headers.get_content_type() == "application/json"
        value = answer.json()
        assert faults(schema, value) == []
        return value


@pytest.fixture
def checker(account: Account) -> Checker:
    return Checker(account)


def exercise(checker: Checker) -> Iterator[str]:
    """Asks every operation, in every state of a call and a queue that shows in an answer; yields what it did."""
    account = checker.account
    yield "empty lists"
    for path in ("/Queues.json", "/Calls.json", "/Applications.json", "/IncomingPhoneNumbers.json"):
        checker.ask("GET", path)

    yield "a queue's life"
    queue = checker.ask("POST", "/Queues.json", FriendlyName=QUEUE_NAME, MaxSize="5000")["sid"]
    spare = checker.ask("POST", "/Queues.json", FriendlyName="spare")["sid"]
    checker.ask("POST", "/Queues/{Sid}.json", spare, FriendlyName="renamed", MaxSize="10")
    checker.ask("GET", "/Queues.json")
    checker.ask("GET", "/Queues.json", query="?PageSize=1")
    checker.ask("GET", "/Queues.json", query="?PageSize=1&Page=1")
    checker.ask("DELETE", "/Queues/{Sid}.json", spare)
    checker.ask("GET", "/Queues/{QueueSid}/Members.json", queue)

    yield "an application's life"
    application = checker.ask("POST", "/Applications.json", FriendlyName="bare")["sid"]
    url = account.documents_url + "/talk#rc=2&rp=all"
    checker.ask("POST", "/Applications/{Sid}.json", application, VoiceUrl=url, VoiceMethod="GET", StatusCallback=url)
    checker.ask("GET", "/Applications/{Sid}.json", application)
    checker.ask("GET", "/Applications.json", query="?FriendlyName=bare")

    yield "numbers"
    numbers = checker.ask("GET", "/IncomingPhoneNumbers.json", query="?PhoneNumber=%2B4420")["incoming_phone_numbers"]
    spare_number = next(n["sid"] for n in numbers if n["phone_number"] == account.environment["TWILIO_DJ_NUMBER"])
    checker.ask("GET", "/IncomingPhoneNumbers/{Sid}.json", spare_number)
    checker.ask("POST", "/IncomingPhoneNumbers/{Sid}.json", spare_number, VoiceApplicationSid=application)
    checker.ask("DELETE", "/Applications/{Sid}.json", application)
    checker.ask("POST", "/IncomingPhoneNumbers/{Sid}.json", spare_number, VoiceUrl="", VoiceFallbackUrl=url)

    yield "an API key's life"
    key = checker.ask("POST", "/Keys.json", FriendlyName="Radio Call-In")["sid"]
    checker.ask("GET", "/Keys/{Sid}.json", key)
    checker.ask("GET", "/Keys.json", query="?PageSize=1")
    checker.ask("DELETE", "/Keys/{Sid}.json", key)

    yield "calls that wait, are moved and end"
    first, second = account.ring_and_wait("+447700900001"), account.ring_and_wait("+12125550101")
    hidden = account.ring_and_wait("anonymous")
    checker.ask("GET", "/Queues/{Sid}.json", queue)
    checker.ask("GET", "/Queues/{QueueSid}/Members.json", queue)
    checker.ask("GET", "/Queues/{QueueSid}/Members.json", queue, query="?PageSize=1")
    checker.ask("GET", "/Queues/{QueueSid}/Members/{CallSid}.json", queue, "Front")
    checker.ask("GET", "/Queues/{QueueSid}/Members/{CallSid}.json", queue, second)
    checker.ask("GET", "/Calls/{Sid}.json", second)
    url = account.documents_url + "/talk"
    checker.ask("POST", "/Queues/{QueueSid}/Members/{CallSid}.json", queue, second, Url=url)
    checker.ask("POST", "/Queues/{QueueSid}/Members/{CallSid}.json", queue, "Front", Url=url, Method="GET")
    checker.ask("POST", "/Calls/{Sid}.json", first, Twiml="<Response><Pause length='60'/></Response>")
    checker.ask("POST", "/Calls/{Sid}.json", second, Url=url)
    checker.ask("POST", "/Calls/{Sid}.json", hidden, Status="completed")
    wait_until(lambda: account.caller(hidden)["status"] == "completed")
    checker.ask("GET", "/Calls/{Sid}.json", hidden)
    checker.ask("GET", "/Calls.json")
    checker.ask("GET", "/Calls.json", query="?Status=completed&PageSize=1")

    yield "a recording's life"
    checker.ask("GET", "/Recordings.json")
    caller = account.ring_and_wait("+447700900002")
    url = account.documents_url + "/record"
    checker.ask("POST", "/Calls/{Sid}.json", caller, Url=url)
    wait_until(lambda: any(heard["verb"] == "Beep" for heard in account.caller(caller)["heard"]))
    account.control("PUT", "/clock", {"advance_seconds": 20})
    recordings = wait_until(lambda: checker.ask("GET", "/Recordings.json", query=f"?CallSid={caller}")["recordings"])
    [recording] = [found["sid"] for found in recordings]
    wait_until(lambda: checker.ask("GET", "/Recordings/{Sid}.json", recording)["status"] == "completed")
    checker.ask("DELETE", "/Recordings/{Sid}.json", recording)


def test_every_answer_has_every_documented_property_and_no_other(checker: Checker) -> None:
    for _ in exercise(checker):
        pass
    assert checker.seen == OPERATIONS


@pytest.mark.parametrize(("kind", "status"), [("Full", "active"), ("Trial", "active"), ("Full", "suspended")])
def test_the_account_itself_tells_its_kind(account: Account, kind: str, status: str) -> None:
    account.control("PUT", "/behaviour", {"account_type": kind, "account_status": status})
    path = f"/2010-04-01/Accounts/{account.sid}.json"
    answer = account.rest("GET", path)
    _, schema = schema_of("GET", "/2010-04-01/Accounts/{Sid}.json")
    assert schema is not None
    assert faults(schema, answer.json()) == []
    assert (answer.json()["type"], answer.json()["status"]) == (kind, status)


def test_a_standard_key_opens_all_but_the_account_and_its_keys(account: Account) -> None:
    key = account.rest("POST", account.path("Keys"), {"FriendlyName": "a key"}).json()

    def status(path: str, secret: str = key["secret"]) -> int:
        credentials = base64.b64encode(f"{key['sid']}:{secret}".encode()).decode()
        return ask(account.url + path, headers={"Authorization": f"Basic {credentials}"}).status

    assert "secret" not in account.rest("GET", account.path("Keys", key["sid"])).json()
    assert status(account.path("Queues")) == 200
    assert status(account.path("Queues"), "0" * 32) == 401
    assert status(account.path("Keys")) == 401
    assert status(f"/2010-04-01/Accounts/{account.sid}.json") == 401
    assert account.rest("DELETE", account.path("Keys", key["sid"])).status == 204
    assert status(account.path("Queues")) == 401


def test_a_number_may_carry_no_calls(account: Account) -> None:
    account.control("POST", "/numbers", {"number": "+442079460188", "voice": False})
    [number] = account.rest("GET", account.path("IncomingPhoneNumbers") + "?PhoneNumber=%2B442079460188").json()[
        "incoming_phone_numbers"
    ]
    assert number["capabilities"]["voice"] is False
    _, schema = schema_of("GET", API_PREFIX + "/IncomingPhoneNumbers/{Sid}.json")
    assert schema is not None
    assert faults(schema, number) == []


LISTS = [path for method, path in sorted(OPERATIONS) if method == "GET" and "{" not in path]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_refuses_what_the_document_does_not_allow_its_filters_to_be(account: Account, path: str) -> None:
    address = f"/2010-04-01/Accounts/{account.sid}{path}"
    for name, value in filters_that_are_no_free_text(API_PREFIX + path).items():
        answer = account.rest("GET", f"{address}?{name}={value}")
        assert answer.status == 400, f"{path}?{name}={value}"
        assert answer.json()["code"] == 20001


def test_the_check_itself_finds_a_missing_a_strange_and_an_ill_formed_property(checker: Checker) -> None:
    _, schema = schema_of("GET", API_PREFIX + "/Queues/{Sid}.json")
    assert schema is not None
    queue = checker.ask("POST", "/Queues.json", FriendlyName=QUEUE_NAME)
    assert faults(schema, queue) == []
    assert faults(schema, {name: value for name, value in queue.items() if name != "uri"})
    assert faults(schema, queue | {"total": 1})
    assert faults(schema, queue | {"date_created": "2026-01-31T10:00:00Z"})
    assert faults(schema, queue | {"sid": "QU1"})
    assert faults(schema, queue | {"current_size": "1"})
    assert faults(schema, queue | {"uri": account_url(checker.account)})


def account_url(account: Account) -> str:
    """An absolute address, where Twilio gives relative ones."""
    return account.url + account.path("Queues")


def test_the_file_of_a_recording_needs_the_accounts_credentials_and_goes_with_it(account: Account) -> None:
    caller = account.ring_and_wait("+447700900003")
    path = account.path("Calls", caller)
    account.rest("POST", path, {"Url": account.documents_url + "/record"})
    wait_until(lambda: any(heard["verb"] == "Beep" for heard in account.caller(caller)["heard"]))
    account.control("PUT", "/clock", {"advance_seconds": 20})
    [recording] = wait_until(lambda: account.rest("GET", account.path("Recordings")).json()["recordings"])
    base = account.path("Recordings", recording["sid"]).removesuffix(".json")
    file = wait_until(lambda: (answer := account.rest("GET", base + ".wav")).status == 200 and answer)
    assert file.headers.get_content_type() == "audio/x-wav"
    assert file.body.startswith(b"RIFF")
    assert account.rest("GET", base).body == file.body
    assert ask(account.url + base + ".wav").status == 401
    refused = account.rest("GET", base + ".mp3")
    assert (refused.status, "MP3" in refused.json()["message"]) == (400, True)
    assert account.rest("DELETE", base + ".json").status == 204
    assert account.rest("GET", base + ".wav").status == 404
