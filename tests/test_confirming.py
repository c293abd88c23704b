"""The password again, ten minutes after it was typed, before roles, invitations and deletions; no input is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.support.held_app import HeldApp, held_app
from tests.support.visitors import Visitor

# WebOb asks for the time in a way that Python 3.12 and later warn of; a server's process does not mind.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")

ASKS = "Your password, please"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HeldApp]:
    with held_app(tmp_path_factory.mktemp("confirming")) as app:
        yield app


@pytest.fixture
def admin(app: HeldApp) -> Visitor:
    """An admin that signed in ten minutes ago."""
    visitor = app.visitor("admin")
    app.clock.advance(601)
    visitor.get("/accounts")
    return visitor


def hidden_fields(text: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text))


SENSITIVE = [
    {"do": "invite", "role": "dj"},
    {"do": "role", "key": "dj", "role": "screener"},
    {"do": "disable", "key": "dj"},
    {"do": "enable", "key": "dj"},
]


@pytest.mark.parametrize("fields", SENSITIVE, ids=lambda fields: fields["do"])
def test_a_change_of_accounts_waits_for_the_password_and_is_then_done(admin: Visitor, fields: dict[str, str]) -> None:
    before = admin.get("/accounts").text
    asked = admin.fill_in("/accounts", **fields)
    assert ASKS in asked.text
    assert admin.get("/accounts").text.count("<option selected>") == before.count("<option selected>")
    repeated = hidden_fields(asked.text)
    assert {name: value for name, value in repeated.items() if name != "token"} == fields
    done = admin.fill_in("/accounts", **fields, password_again="rehearsal")
    assert done.status == 200
    assert ASKS not in done.text
    assert 'class="banner good"' in done.text
    admin.fill_in("/accounts", do="role", key="dj", role="dj")


def test_a_wrong_password_changes_nothing_and_asks_again(admin: Visitor) -> None:
    answer = admin.fill_in("/accounts", do="disable", key="dj", password_again="wrong")
    assert answer.status == 403
    assert ASKS in answer.text
    assert "not your current password" in answer.text
    assert hidden_fields(answer.text)["key"] == "dj", "what was asked for is still there"
    assert 'value="wrong"' not in answer.text
    assert "Disabled" not in admin.get("/accounts").text


def test_nobody_is_asked_again_within_ten_minutes(app: HeldApp, admin: Visitor) -> None:
    admin.fill_in("/accounts", do="invite", role="dj", password_again="rehearsal")
    app.clock.advance(599)
    assert ASKS not in admin.fill_in("/accounts", do="invite", role="dj").text
    app.clock.advance(1)
    assert ASKS in admin.fill_in("/accounts", do="invite", role="dj").text


def test_another_browser_of_the_same_account_is_asked_for_itself(app: HeldApp, admin: Visitor) -> None:
    other = app.visitor("admin")
    app.clock.advance(601)
    other.get("/accounts")
    admin.fill_in("/accounts", do="invite", role="dj", password_again="rehearsal")
    assert ASKS in other.fill_in("/accounts", do="invite", role="dj").text


def test_a_caller_is_deleted_for_good_only_with_the_password(admin: Visitor) -> None:
    admin.fill_in("/callers", do="block", number="+447700900321")
    found = re.search(r'name="id" value="([^"]+)"', admin.get("/callers?list=blocked").text)
    assert found
    assert ASKS in admin.fill_in("/callers", do="delete-now", id=found[1]).text
    assert "900321" in admin.get("/callers").text
    done = admin.fill_in("/callers", do="delete-now", id=found[1], password_again="rehearsal")
    assert "The caller is deleted" in done.text
    assert "900321" not in admin.get("/callers").text


def test_guessing_the_password_is_slowed_down(app: HeldApp) -> None:
    visitor = app.visitor("admin")
    app.clock.advance(601)
    visitor.get("/accounts")
    statuses = [
        visitor.fill_in("/accounts", do="invite", role="dj", password_again=f"wrong {n}").status for n in range(8)
    ]
    assert 429 in statuses
    app.clock.advance(1000)


# Sessions, one by one


def test_sessions_say_browser_address_and_times_and_are_ended_one_by_one(app: HeldApp) -> None:
    app.user_agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"
    here = app.visitor("screener")
    app.user_agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1"
    app.address = "198.51.100.7"
    there = app.visitor("screener")
    app.address = "192.0.2.1"
    page = here.get("/account").text
    assert "Chrome on Linux" in page
    assert "Safari on an iPhone" in page
    assert "From 198.51.100.7, since" in page
    ids = re.findall(r'name="session" value="(\w+)"', page)
    assert len(ids) == 1, "this browser has no button"
    assert page.index("this browser") < page.index("iPhone")
    assert "That browser is signed out" in here.fill_in("/account", do="end-one", session=ids[0]).text
    assert there.get("/account").status == 303
    assert here.get("/account").status == 200
    again = here.fill_in("/account", do="end-one", session=ids[0])
    assert again.status == 403
    assert "already ended" in again.text


def test_an_admin_ends_one_session_of_another_account(app: HeldApp) -> None:
    admin, one, other = app.visitor("admin"), app.visitor("dj"), app.visitor("dj")
    page = admin.get("/accounts").text
    dj = page[page.index('data-account="dj"') :]
    (first, *_) = re.findall(r'name="session" value="(\w+)"', dj[: dj.index('</li>\n      <li class="person"')])
    assert "signed out in that browser" in admin.fill_in("/accounts", do="end-one", key="dj", session=first).text
    assert sorted((one.get("/account").status, other.get("/account").status)) == [200, 303]
