"""`/account`, `/accounts`, `/invitation`: what people do with their own account, and admins with those of others."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.support.station import App, running_app
from tests.support.visitors import Visitor, signed_in
from tests.support.web import Answer

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(tmp_path_factory.mktemp("accounts")) as app:
        yield app


@pytest.fixture
def admin(app: App) -> Visitor:
    visitor = signed_in(app.url, "admin")
    assert visitor.get("/accounts").status == 200
    return visitor


def link_in(answer: Answer) -> str:
    found = re.search(r'value="(http[^"]+/invitation#[^"]+)"', answer.text)
    assert found, answer.text
    return found[1]


def invited(admin: Visitor, role: str) -> str:
    answer = admin.fill_in("/accounts", do="invite", role=role)
    assert answer.status == 200
    return link_in(answer).removeprefix(admin.url).replace("#", "?")


def join(admin: Visitor, name: str, role: str = "dj") -> Visitor:
    visitor = Visitor(admin.url)
    path = invited(admin, role)
    visitor.get(path)
    answer = visitor.fill_in(path, name=name, password=PASSWORD, again=PASSWORD)
    assert answer.status == 303, answer.text
    assert visitor.get("/").status == 200
    return visitor


@pytest.mark.parametrize("role", ["dj", "screener", "admin"])
def test_an_invited_person_creates_an_account_and_is_signed_in(admin: Visitor, role: str) -> None:
    visitor = join(admin, f"new-{role}", role)
    assert f"<b>{role}</b>" in visitor.get("/account").text
    assert Visitor(admin.url).sign_in(f"New-{role}", PASSWORD).status == 303


def test_opening_an_invitation_uses_nothing_up_and_a_second_account_is_refused(admin: Visitor) -> None:
    path = invited(admin, "dj")
    for _ in range(3):
        assert "invited to the desk" in Visitor(admin.url).get(path).text
    late = Visitor(admin.url)
    late.get(path)
    visitor = Visitor(admin.url)
    visitor.get(path)
    assert visitor.fill_in(path, name="first", password=PASSWORD, again=PASSWORD).status == 303
    assert late.fill_in(path, name="second", password=PASSWORD, again=PASSWORD).status == 404
    assert Visitor(admin.url).get(path).status == 404


def test_a_problem_is_shown_on_the_page_and_the_link_stays_valid(admin: Visitor) -> None:
    path = invited(admin, "dj")
    visitor = Visitor(admin.url)
    visitor.get(path)
    assert "differ" in visitor.fill_in(path, name="typist", password=PASSWORD, again="x").text
    assert "at least 10" in visitor.fill_in(path, name="typist", password="short", again="short").text
    taken = visitor.fill_in(path, name="admin", password=PASSWORD, again=PASSWORD)
    assert taken.status == 403
    assert "taken" in taken.text
    assert visitor.fill_in(path, name="typist", password=PASSWORD, again=PASSWORD).status == 303


def test_a_changed_password_ends_the_other_sessions(admin: Visitor) -> None:
    here = join(admin, "changer")
    there = Visitor(admin.url)
    there.sign_in("changer", PASSWORD)
    here.get("/account")
    answer = here.fill_in(
        "/account", do="password", old=PASSWORD, password="another good one", again="another good one"
    )
    assert "Your password is changed" in answer.text
    assert there.get("/account").status == 303
    assert here.get("/account").status == 200
    assert Visitor(admin.url).sign_in("changer", PASSWORD).status == 403
    assert Visitor(admin.url).sign_in("changer", "another good one").status == 303


def test_a_new_password_needs_the_current_one_on_the_page(admin: Visitor) -> None:
    here = join(admin, "careful")
    here.get("/account")
    answer = here.fill_in("/account", do="password", old="a wrong one", password=PASSWORD + "2", again=PASSWORD + "2")
    assert answer.status == 403
    assert "not your current password" in answer.text


def test_a_person_ends_their_other_sessions(admin: Visitor) -> None:
    here = join(admin, "traveller")
    there = Visitor(admin.url)
    there.sign_in("traveller", PASSWORD)
    assert here.get("/account").text.count("Last used") == 2
    assert "signed out everywhere else" in here.fill_in("/account", do="end").text
    assert there.get("/account").status == 303
    assert here.get("/account").status == 200


def test_an_admin_changes_a_role_and_it_counts_at_once(admin: Visitor) -> None:
    person = join(admin, "promoted", "screener")
    assert person.ask("POST", "/token").status == 403
    admin.fill_in("/accounts", do="role", key="promoted", role="dj")
    assert person.ask("POST", "/token").status == 200


def test_an_admin_disables_and_enables_an_account(admin: Visitor) -> None:
    person = join(admin, "left")
    assert "is disabled" in admin.fill_in("/accounts", do="disable", key="left").text
    assert person.get("/account").status == 303
    assert person.get("/queue-status").status == 401
    assert Visitor(admin.url).sign_in("left", PASSWORD).status == 403
    admin.fill_in("/accounts", do="enable", key="left")
    assert Visitor(admin.url).sign_in("left", PASSWORD).status == 303


def test_an_admin_ends_the_sessions_of_another_account(admin: Visitor) -> None:
    person = join(admin, "lost-phone")
    admin.fill_in("/accounts", do="end", key="lost-phone")
    assert person.get("/account").status == 303


@pytest.mark.parametrize("fields", [{"do": "role", "role": "dj"}, {"do": "disable"}])
def test_an_admin_cannot_lock_the_station_out(admin: Visitor, fields: dict[str, str]) -> None:
    answer = admin.fill_in("/accounts", key="admin", **fields)
    assert answer.status == 403
    assert "own account" in answer.text
    assert admin.get("/accounts").status == 200


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"do": "explode"},
        {"do": "invite", "role": "owner"},
        {"do": "invite"},
        {"do": "role", "key": "dj"},
        {"do": "end", "key": "nobody-here"},
        {"do": "disable", "key": "<b>"},
    ],
)
def test_a_malformed_change_is_refused_with_a_sentence(admin: Visitor, fields: dict[str, str]) -> None:
    answer = admin.fill_in("/accounts", **fields)
    assert answer.status == 403
    assert re.search(r'<p class="banner bad">[^<]+\.</p>', answer.text)


def test_a_voice_identity_contains_the_account_name(admin: Visitor) -> None:
    person = join(admin, "anna-b")
    identity = person.ask("POST", "/token").json()["identity"]
    assert re.fullmatch(r"dj_anna_b_[0-9a-f]{24}", identity)
    assert person.ask("POST", "/token").json()["identity"] == identity
    admin.fill_in("/accounts", do="role", key="anna-b", role="admin")
    assert person.ask("POST", "/token").json()["identity"] == identity


def test_another_person_on_the_same_browser_gets_another_identity(admin: Visitor) -> None:
    person = join(admin, "one")
    identity = person.ask("POST", "/token").json()["identity"]
    join(admin, "two")
    person.get("/account")
    assert person.fill_in("/sign-in", name="two", password=PASSWORD).status == 303
    person.get("/")
    assert person.press("/desk/next", {"turn": 1, "on_air": ""}).status == 403, "the cookie is another's"
    assert person.ask("POST", "/token").json()["identity"] != identity
