"""`/` and `/call`: the two pages are served, safe and complete. What they do is tested in a browser."""

from __future__ import annotations

import html
import json
import re

import pytest

from tests.support.calls import call_fields, new_call_sid
from tests.support.processes import ROOT
from tests.support.station import DJ_NUMBER, LISTENER_NUMBER, App

PAGES = ["/", "/screener", "/waits", "/call"]
IN_A_SCHEME = r"^@media \(prefers-color-scheme: dark\) \{$(.*?)^\}$"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_may_load_from_us_alone_and_signal_with_one_host(app: App, path: str) -> None:
    answer = app.get(path)
    assert answer.status == 200
    assert answer.headers.get_content_type() == "text/html"
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    host = app.environment["TWILIO_SIGNALING_HOST"]
    assert policy["default-src"] == "'self'"
    assert policy["connect-src"] == f"'self' data: ws://{host} wss://{host}"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_everything_that_a_page_loads_is_there(app: App, path: str) -> None:
    page = app.get(path).text
    loaded = re.findall(r'<(?:script|img|source|audio)\b[^>]*\bsrc="([^"]+)"', page)
    loaded += re.findall(r'<link\b[^>]*\bhref="([^"]+)"', page)
    assert loaded
    for address in loaded:
        assert address.startswith("/static/")
        assert app.get(html.unescape(address)).status == 200, address


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_one_stylesheet_and_one_script_of_ours_by_the_hash_of_their_content(app: App, path: str) -> None:
    page = app.get(path).text
    scripts = re.findall(r'<script src="([^"]+)" type="module">', page)
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    assert len(scripts) == len(styles) == 1
    for address in scripts + styles:
        assert re.fullmatch(r"/static/built/[a-z]+-[0-9A-Z]{8}\.(?:js|css)", address)


def test_dark_and_light_differ_in_colours_alone() -> None:
    """This is why axe-core runs all of its rules in one scheme of each size (tests/support/looks.py)."""
    written = [path for path in (ROOT / "static").glob("*/*.css") if path.parent.name != "built"]
    sheets = [path.read_text(encoding="utf-8") for path in written]
    blocks = [block for sheet in sheets for block in re.findall(IN_A_SCHEME, sheet, re.MULTILINE | re.DOTALL)]
    assert len(blocks) == sum(sheet.count("prefers-color-scheme") for sheet in sheets)
    assert len(blocks) >= 2
    for declaration in re.findall(r"[^{};]+:[^{};]+(?=;)", "".join(blocks)):
        assert declaration.strip().startswith("--"), declaration


@pytest.mark.parametrize("path", ["/nothing", "/callme", "/%3Cscript%3E"])
def test_an_address_that_is_not_there_has_a_page_that_says_so(app: App, path: str) -> None:
    answer = app.get(path)
    assert answer.status == 404
    assert "There is no page at this address." in answer.text
    assert "<script>" not in answer.text


def test_the_dashboard_shows_the_numbers_and_the_line_at_first_paint(app: App) -> None:
    sid = new_call_sid()
    app.signed("/twiml/enqueue", call_fields(sid))
    page = app.get("/").text
    assert DJ_NUMBER in page
    assert LISTENER_NUMBER in page
    assert sid in html.unescape(page)


def test_nothing_that_a_caller_sends_becomes_markup(app: App) -> None:
    app.signed("/twiml/enqueue", call_fields(From="<script>alert(1)</script>'\""))
    assert "<script>alert" not in app.get("/").text


def test_the_line_in_the_page_is_what_queue_status_says(app: App) -> None:
    page = app.get("/").text
    found = [html.unescape(value) for quote, value in re.findall(r"data-status=([\"'])(.*?)\1", page, re.DOTALL)]
    assert len(found) == 1
    assert json.loads(found[0]).keys() == app.status().keys()


@pytest.mark.parametrize("path", ["/", "/screener", "/waits"])
def test_the_lines_state_tells_a_page_which_version_of_the_pages_the_app_has(app: App, path: str) -> None:
    own = re.search(r'<meta name="pages-version" content="([0-9a-f]{12})">', app.get(path).text)
    assert own
    assert app.get("/queue-status").headers["X-Pages-Version"] == own[1]
