"""The account that tests against what Twilio publishes share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from tests.support.account import QUEUE_NAME, Account, running_account


@pytest.fixture(scope="session")
def shared_account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with running_account(tmp_path_factory.mktemp("contract")) as account:
        yield account


@pytest.fixture
def account(shared_account: Account) -> Account:
    """The account, as on its first day."""
    shared_account.start_anew()
    return shared_account


TIMEOUT_SECONDS = 10


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
