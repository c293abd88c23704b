"""The account on a rehearsal network that tests of its control interface share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.account import Account, running_account


@pytest.fixture(scope="module")
def shared_account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with running_account(tmp_path_factory.mktemp("control")) as account:
        yield account


@pytest.fixture
def account(shared_account: Account) -> Account:
    shared_account.start_anew()
    return shared_account
