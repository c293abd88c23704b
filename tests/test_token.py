"""`/token` and `/call/token`: a fresh token, for an identity that the page cannot choose."""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import Any

import jwt
import pytest

from tests.support.station import App
from tests.support.web import FORM, Answer, ask

KINDS = [("/token", "dj_"), ("/screener/token", "screener_"), ("/call/token", "listener_")]
APPLICATIONS = ["TWILIO_APP_SID", "TWILIO_SCREENER_APP_SID", "TWILIO_LISTENER_APP_SID"]


def claims(app: App, answer: Answer) -> dict[str, Any]:
    assert answer.status == 200, answer.text
    secret = app.environment["TWILIO_API_KEY_SECRET"]
    decoded: dict[str, Any] = jwt.decode(answer.json()["token"], secret, algorithms=["HS256"])
    return decoded


def cookie(answer: Answer) -> str:
    """What a browser would send back."""
    morsels = SimpleCookie(answer.headers["Set-Cookie"]).values()
    return "; ".join(f"{morsel.key}={morsel.value}" for morsel in morsels)


@pytest.mark.parametrize(
    ("path", "kind", "application"), [(*kind, name) for kind, name in zip(KINDS, APPLICATIONS, strict=True)]
)
def test_the_token_is_for_that_kind_of_browser_and_its_own_application(
    app: App, path: str, kind: str, application: str
) -> None:
    answer = app.post(path)
    found = claims(app, answer)
    identity = answer.json()["identity"]
    assert identity.startswith(kind)
    assert answer.json()["expires_in_seconds"] == (600 if kind == "listener_" else 3600)
    assert found["grants"] == {
        "identity": identity,
        "voice": {"outgoing": {"application_sid": app.environment[application]}},
    }


@pytest.mark.parametrize(("path", "kind"), KINDS)
def test_renewing_keeps_the_identity_and_another_browser_has_another(app: App, path: str, kind: str) -> None:
    first = app.post(path)
    again = app.post(path, {"Cookie": cookie(first)})
    assert browser_of(again) == browser_of(first)
    assert browser_of(app.post(path)) != browser_of(first)


def browser_of(answer: Answer) -> str:
    """The identity of a token; a listener's without its date."""
    identity: str = answer.json()["identity"]
    return identity.rpartition("_")[0] if identity.startswith("listener_") else identity


def test_a_listeners_cookie_does_not_make_a_dj(app: App) -> None:
    listener = app.post("/call/token")
    signed = cookie(listener).partition("=")[2]
    for stolen in (cookie(listener), f"dj_identity={signed}"):
        assert app.post("/token", {"Cookie": stolen}).json()["identity"].startswith("dj_")
        assert app.post("/call/token", {"Cookie": stolen}).json()["identity"].startswith("listener_")


@pytest.mark.parametrize("body", [b"identity=dj_boss", b"identity=listener_1&role=dj", b'{"identity": "dj_boss"}'])
def test_the_page_cannot_choose_who_it_is(app: App, body: bytes) -> None:
    answer = ask(app.url + "/call/token?identity=dj_boss", "POST", body, {"Content-Type": FORM})
    identity = claims(app, answer)["grants"]["identity"]
    assert identity.startswith("listener_")
    assert "boss" not in identity


@pytest.mark.parametrize("value", ["dj_boss", "dj_boss.", "dj_boss.0000", '"dj_boss"', "%00", "=", "x" * 5000])
def test_a_cookie_that_we_did_not_sign_is_not_believed(app: App, value: str) -> None:
    answer = app.post("/token", {"Cookie": f"dj_identity={value}"})
    assert "boss" not in answer.json()["identity"]


@pytest.mark.parametrize(("path", "kind"), KINDS)
def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app: App, path: str, kind: str) -> None:
    header = app.post(path).headers["Set-Cookie"]
    assert "HttpOnly" in header
    assert "SameSite=Strict" in header
    assert "Path=/;" in header, "the buttons of the desk need it too"


@pytest.mark.parametrize(("path", "kind"), KINDS)
def test_a_token_is_given_by_post_only_and_never_kept(app: App, path: str, kind: str) -> None:
    refused = app.get(path)
    assert refused.status == 405
    assert refused.headers["Allow"] == "POST"
    assert refused.json()["error"]
    assert app.post(path).headers["Cache-Control"] == "no-store"
