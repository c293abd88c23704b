"""`/sign-in`, `/sign-out`: the forms, the cookies, and what an attacker would try."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.support.station import App, running_app
from tests.support.visitors import Visitor, signed_in
from tests.support.web import FORM, ask


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app that no other test signs in to, because wrong passwords slow everybody down."""
    with running_app(tmp_path_factory.mktemp("alone")) as app:
        yield app


def morsels(visitor: Visitor, name: str) -> dict[str, str]:
    visitor.get("/sign-in")
    answer = visitor.fill_in("/sign-in", name=name, password="rehearsal")
    found = {}
    for line in answer.headers.get_all("Set-Cookie") or []:
        for key, morsel in SimpleCookie(line).items():
            found[key] = morsel.OutputString()
    return found


def test_the_sign_in_page_shows_a_rehearsals_accounts(app: App) -> None:
    page = Visitor(app.url).get("/sign-in")
    assert page.status == 200
    for word in ("dj", "screener", "admin", "rehearsal"):
        assert f"<code>{word}</code>" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_a_redirect_names_the_public_address_whatever_host_the_client_claims(app: App) -> None:
    for headers in ({"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}):
        answer = Visitor(app.url).ask("GET", "/waits", headers=headers)
        assert answer.status == 303
        assert answer.headers["Location"] == app.url + "/sign-in?next=%2Fwaits"


def test_signing_in_leads_to_the_requested_page(app: App) -> None:
    visitor = Visitor(app.url)
    sent = visitor.get("/waits?range=4")
    assert sent.status == 303
    assert sent.headers["Location"] == app.url + "/sign-in?next=%2Fwaits%3Frange%3D4"
    visitor.get("/sign-in?next=%2Fwaits%3Frange%3D4")
    answer = visitor.fill_in("/sign-in", name="dj", password="rehearsal", next="/waits?range=4")
    assert answer.status == 303
    assert answer.headers["Location"] == app.url + "/waits?range=4"
    assert visitor.get("/waits?range=4").status == 200


@pytest.mark.parametrize(
    "there",
    [
        "//evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "https://evil.example/",
        "/\t/evil.example",
        "///evil.example",
        "javascript:alert(1)",
        "/%0d%0aSet-Cookie:x",
        "/x\r\nSet-Cookie: x=1",
        "evil.example",
        "@evil.example",
        "/" + "x" * 5000,
    ],
)
def test_nobody_is_sent_to_another_site(app: App, there: str) -> None:
    visitor = Visitor(app.url)
    visitor.get("/sign-in")
    answer = visitor.fill_in("/sign-in", name="dj", password="rehearsal", next=there)
    assert answer.status == 303
    assert answer.headers["Location"].startswith(app.url + "/")
    assert "evil.example" not in answer.headers["Location"].partition(app.url)[2].partition("?")[0]
    assert "x=1" not in str(answer.headers.get_all("Set-Cookie"))


def test_the_sessions_cookie_is_out_of_reach_and_lasts_a_month_at_most(app: App) -> None:
    cookie = morsels(Visitor(app.url), "dj")["session"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Max-Age=2592000" in cookie
    assert "rehearsal" not in cookie


def test_signing_in_makes_a_new_session_and_ends_the_one_before(app: App) -> None:
    visitor = signed_in(app.url, "screener")
    planted = dict(visitor.cookies)
    page = visitor.get("/account")
    assert page.status == 200
    answer = visitor.fill_in("/sign-in", name="dj", password="rehearsal")
    assert answer.status == 303
    assert visitor.cookies["session"] != planted["session"]
    assert Visitor(app.url, planted).get("/account").status == 303, "the one before has ended"


def test_a_planted_session_cookie_is_replaced_at_sign_in(app: App) -> None:
    visitor = Visitor(app.url, {"session": "dj~planted.0000"})
    visitor.sign_in("dj")
    assert visitor.cookies["session"] != "dj~planted.0000"
    assert Visitor(app.url, {"session": "dj~planted.0000"}).get("/account").status == 303


def test_signing_out_forgets_the_cookie(app: App) -> None:
    visitor = signed_in(app.url)
    answer = visitor.fill_in("/sign-out")
    assert answer.headers["Location"] == app.url + "/sign-in"
    assert visitor.cookies["session"] == ""
    assert visitor.get("/").status == 303


def test_signing_out_needs_a_form(app: App) -> None:
    visitor = signed_in(app.url)
    assert visitor.get("/sign-out").status == 405
    assert visitor.get("/").status == 200


def test_a_wrong_password_is_told_in_the_page_and_the_name_is_kept(alone: App) -> None:
    visitor = Visitor(alone.url)
    answers = [visitor.sign_in(name, "wrong password") for name in ("dj", "nobody")]
    assert [answer.status for answer in answers] == [403, 403]
    pages = [answer.text.replace("nobody", "dj") for answer in answers]
    assert "Wrong name or password" in pages[0]
    assert 'value="dj"' in pages[0]
    assert pages[0].replace(" autofocus", "") == pages[1].replace(" autofocus", ""), (
        "the answer for an existing name is the same"
    )
    assert "session" not in visitor.cookies


def test_the_typed_name_is_escaped(alone: App) -> None:
    answer = Visitor(alone.url).sign_in('"><script>alert(1)</script>', "wrong password")
    assert "<script>alert" not in answer.text


def test_too_many_wrong_passwords_are_told_to_wait_whatever_address_the_client_claims(alone: App) -> None:
    for n in range(5):
        visitor = Visitor(alone.url)
        visitor.get("/sign-in")
        body = f"token={visitor.token}&name=admin&password=wrong{n}".encode()
        headers = {"Content-Type": FORM, "X-Forwarded-For": f"198.51.100.{n}", "X-Appengine-User-IP": f"198.51.100.{n}"}
        assert visitor.ask("POST", "/sign-in", body, headers).status == 403
    answer = Visitor(alone.url).sign_in("admin")
    assert answer.status == 429
    assert "Please wait" in answer.text


@pytest.mark.parametrize("body", [b"", b"token=&name=dj&password=rehearsal", b"\xff", b"%ff", b"&" * 600, b"{}"])
def test_a_form_without_our_token_signs_nobody_in(app: App, body: bytes) -> None:
    answer = ask(app.url + "/sign-in", "POST", body, {"Content-Type": FORM})
    assert answer.status in (400, 403)
    assert "session=" not in str(answer.headers.get_all("Set-Cookie"))


def test_a_session_outlives_the_app_and_the_password_is_in_no_log(tmp_path: Path) -> None:
    with running_app(tmp_path) as app:
        visitor = signed_in(app.url)
        Visitor(app.url).sign_in("dj", "a secret that is wrong")
        assert app.program is not None
        output = app.program.output
        app.end()
        app.start()
        assert visitor.get("/account").status == 200
        for secret in ("a secret that is wrong", visitor.cookies["session"], app.environment["SESSION_KEY"]):
            assert secret not in output + app.program.output


def test_a_replaced_key_signs_nobody_out_until_the_former_one_is_removed(tmp_path: Path) -> None:
    with running_app(tmp_path) as app:
        visitor = signed_in(app.url)
        token_of_open_page = visitor.token
        former = app.environment["SESSION_KEY"]
        app.environment |= {"SESSION_KEY": secrets.token_hex(32), "SESSION_KEY_BEFORE": former}
        app.end()
        app.start()
        form = urlencode({"token": token_of_open_page, "do": "end"}).encode()
        answer = visitor.ask("POST", "/account", form, {"Content-Type": FORM})
        assert "You are signed out everywhere else." in answer.text
        signed_in_since = signed_in(app.url)
        app.environment["SESSION_KEY_BEFORE"] = ""
        app.end()
        app.start()
        assert visitor.get("/account").status == 303
        assert signed_in_since.get("/account").status == 200
