"""While PUBLIC_URL is https, nothing that the app sends names http or another host, whatever a client's headers say."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser

import pytest

import main
from callin.web.webhook import TwimlHandler
from tests.support.calls import call_fields
from tests.support.processes import ROOT
from tests.support.production import PASSWORD, Bed, PublicApp
from tests.support.station import DJ_NUMBER, DJ_PHONE
from tests.support.visitors import Visitor
from tests.support.web import Answer, Ask, ask

EVIL = "evil.example"
FORWARDING = {
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Server": EVIL,
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Scheme": "http",
    "X-Forwarded-Port": "80",
    "X-Forwarded-Prefix": f"//{EVIL}",
    "X-Forwarded-For": "192.0.2.1",
    "Forwarded": f"for=192.0.2.1;host={EVIL};proto=http",
    "X-Original-Host": EVIL,
    "X-Original-URL": f"http://{EVIL}/",
    "X-Rewrite-URL": f"http://{EVIL}/",
    "X-Host": EVIL,
    "Origin": f"http://{EVIL}",
    "Referer": f"http://{EVIL}/",
}
# Caddy answers only for the station's Host. With another Host the request goes straight to the app.
WAYS = {
    "through Caddy": (False, {}),
    "through Caddy, forged": (False, FORWARDING),
    "straight at the app, forged": (True, FORWARDING | {"Host": EVIL}),
    "straight at the app by its own address": (True, {}),
}
ROLES = ("", "dj", "screener", "admin")
TWIML = sorted(one.template for one in main.ROUTES if issubclass(one.load(), TwimlHandler))
DJ_BROWSER = "a dj's browser"
CALLERS = ("+447700900001", DJ_PHONE, "client:listener_0123456789abcdef", DJ_BROWSER, "anonymous")

_ADDRESS = re.compile(r"\b(?:https?|wss?)://[^\s\"'<>;,)]+", re.IGNORECASE)
_TWILIOS = ("wss://*.twilio.com", "https://*.twilio.com")
_CONSOLE = "https://console.twilio.com"
"""The addresses that the page Check sends an admin to."""


def forged(send: Ask, headers: Mapping[str, str]) -> Ask:
    """The same route, with more headers on every request."""

    def ask_forged(
        url: str, method: str = "GET", body: bytes | None = None, others: Mapping[str, str] | None = None
    ) -> Answer:
        return send(url, method, body, {**(others or {}), **headers})

    return ask_forged


@pytest.fixture(scope="module")
def bed(shared_bed: Bed) -> Bed:
    """The bed with a caller in line. No test changes anything that another one needs."""
    shared_bed.reset()
    shared_bed.wait_until_queued(shared_bed.ring("+447700900001"))
    return shared_bed


@pytest.fixture(params=WAYS)
def way(bed: Bed, request: pytest.FixtureRequest) -> tuple[str, Ask]:
    """A route for requests: where they go, and how they are sent."""
    is_inside, headers = WAYS[request.param]
    return (bed.app.inside_url, forged(ask, headers)) if is_inside else (bed.app.url, forged(bed.https.ask, headers))


def visitor_of(app: PublicApp, role: str, way: tuple[str, Ask]) -> Visitor:
    """A browser by that route, with an existing session if it has a role."""
    visitor = Visitor(way[0], send=way[1])
    if role:
        visitor.cookies |= app.visitor(role).cookies
    return visitor


class Links(HTMLParser):
    """The addresses that a page names, in links, forms, scripts and what its own scripts read."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, _tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if value and (name in ("href", "src", "action", "formaction", "data") or name.endswith("-url")):
                self.found.append(value)


def faults_of(answer: Answer, public_url: str, named: tuple[str, ...] = ()) -> Iterator[str]:
    """What an answer must not say: addresses that are not below `public_url`, cookies that others could set.

    Its text may contain the addresses in `named`.
    """
    for name, value in ((name.lower(), value) for name, value in answer.headers.items()):
        allowed = _TWILIOS if name == "content-security-policy" else ()
        yield from (f"{name}: {one}" for one in _ADDRESS.findall(value) if not _is_ours(one, public_url, allowed))
        if EVIL in value:
            yield f"{name}: {value}"
        if name in ("location", "content-location", "refresh", "link") and not value.startswith(public_url + "/"):
            yield f"{name} is not absolute: {value}"
    for line in answer.headers.get_all("Set-Cookie") or []:
        attributes = {one.strip().lower() for one in line.split(";")[1:]}
        is_strict = "samesite=lax" in attributes or "samesite=strict" in attributes
        if not (line.startswith("__Host-") and {"secure", "httponly", "path=/"} <= attributes and is_strict):
            yield f"Set-Cookie: {line}"
    if answer.headers.get_content_maintype() in ("text", "application") and answer.body:
        text = html.unescape(answer.text)
        yield from (f"body: {one}" for one in _ADDRESS.findall(text) if not _is_ours(one, public_url, named))
        if EVIL in text:
            yield f"body: {EVIL}"


def _is_ours(address: str, public_url: str, allowed: tuple[str, ...] = ()) -> bool:
    return address == public_url or address.startswith((public_url + "/", public_url + "#")) or address in allowed


def is_static(path: str) -> bool:
    return path.startswith("/static/")


@pytest.mark.parametrize("role", ROLES)
def test_no_page_redirect_cookie_or_policy_names_another_host(bed: Bed, way: tuple[str, Ask], role: str) -> None:
    visitor = visitor_of(bed.app, role, way)
    waiting = [one.template for one in main.ROUTES if one.template not in TWIML]
    waiting += ["/callers?list=blocked", "/invitation?nonsense", "/no-such-page", "/call/", "//evil.example/x"]
    asked: dict[str, int] = {}
    faults = []
    while waiting:
        path = waiting.pop()
        if path in asked or is_static(path):
            continue
        answer = visitor.get(path)
        asked[path] = answer.status
        faults += [
            f"{path}: {fault}" for fault in faults_of(answer, bed.app.url, (_CONSOLE,) if path == "/check" else ())
        ]
        if answer.headers.get_content_type() == "text/html":
            links = Links(answer.text).found
            faults += [f"{path} links to {one}" for one in links if one.startswith("//") or "://" in one[:10]]
            waiting += [one for one in links if one.startswith("/") and one != "/sign-out"]
        elif 300 <= answer.status < 400:
            waiting.append(answer.headers["Location"].removeprefix(bed.app.url))
    assert faults == []
    assert {200, 404} <= set(asked.values())
    assert len(asked) > 25
    assert 303 in asked.values() or role, "a stranger is sent to the sign-in page"


def test_no_redirect_or_cookie_of_signing_in_and_out_names_another_host(bed: Bed, way: tuple[str, Ask]) -> None:
    visitor = visitor_of(bed.app, "", way)
    answers = [visitor.sign_in("dj", "not the password"), visitor.sign_in("dj", PASSWORD, next="/waits")]
    answers += [visitor.get("/"), visitor.ask("POST", "/token"), visitor.ask("POST", "/call/token")]
    answers += [visitor.fill_in("/account", do="nothing"), visitor.press("/desk/next", {}), visitor.ask("PATCH", "/")]
    answers += [visitor.fill_in("/sign-out"), visitor.get("/"), visitor.fill_in("/sign-in", token="")]
    admin = visitor_of(bed.app, "admin", way)
    admin.get("/accounts")
    invited = admin.fill_in("/accounts", do="invite", role="dj")
    link = re.search(r'value="([^"]+/invitation#[^"]+)"', invited.text)
    assert link
    guest = visitor_of(bed.app, "", way)
    path = link[1].removeprefix(bed.app.url).replace("#", "?")
    name = "guest-" + path[-8:].lower().replace("_", "x").strip("-")
    answers += [invited, guest.get(path), guest.fill_in(path, name=name, password=PASSWORD, again=PASSWORD)]
    assert [fault for answer in answers for fault in faults_of(answer, bed.app.url)] == []
    assert [answer.status for answer in answers if answer.status == 303] == [303] * 4
    assert answers[1].headers["Location"] == bed.app.url + "/waits"


@pytest.mark.parametrize("caller", CALLERS)
def test_no_document_for_twilio_names_another_host(bed: Bed, way: tuple[str, Ask], caller: str) -> None:
    url, send = way
    app = PublicApp(bed.app.environment, send=forged_at(url, bed.app.url, send))
    number = bed.app.dj() if caller == DJ_BROWSER else caller
    fields = call_fields(From=number, To=DJ_NUMBER, QueueResult="leave")
    faults = []
    for path in TWIML:
        for method in ("POST", "GET"):
            answer = app.signed(path, fields, method)
            assert answer.xml() is not None
            faults += [f"{method} {path}: {fault}" for fault in faults_of(answer, bed.app.url)]
    app.signed("/twiml/status", fields | {"CallStatus": "completed"})
    assert faults == []


def forged_at(url: str, public_url: str, send: Ask) -> Ask:
    """Requests that are signed for the public address go to `url`."""

    def ask_there(
        signed_url: str, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        return send(url + signed_url.removeprefix(public_url), method, body, headers)

    return ask_there


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "static/twiml").glob("*.xml")))
def test_the_fallback_documents_name_no_host_at_all(bed: Bed, name: str) -> None:
    answer = bed.https.ask(f"{bed.app.url}/static/twiml/{name}")
    assert answer.xml() is not None
    body = re.sub(r"<!--.*?-->", "", answer.text, flags=re.DOTALL)
    assert _ADDRESS.findall(body) == []
