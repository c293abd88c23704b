"""The account that tests against what Twilio publishes share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.account import Account, running_account


@pytest.fixture(scope="session")
def shared_account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with running_account(tmp_path_factory.mktemp("contract")) as account:
        yield account


@pytest.fixture
def account(shared_account: Account) -> Account:
    """The account, as on its first day."""
    shared_account.start_anew()
    return shared_account
