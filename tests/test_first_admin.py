"""A station's first hour: the app with a real account's settings, the first admin's link, and no ready accounts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from http.cookies import SimpleCookie

import pytest

from tests.support.processes import ROOT, free_port
from tests.support.station import App, new_environment
from tests.support.visitors import Visitor

PASSWORD = "correct horse battery"
ADDRESS = "https://station.example.org"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """No rehearsal: its address is the station's. Nobody answers where it expects Twilio."""
    environment = new_environment(tmp_path_factory.mktemp("real"), free_port(), free_port()) | {"DJ_PIN": "2580"}
    app = App(environment | {"PUBLIC_URL": ADDRESS, "TWILIO_SIGNALING_HOST": ""})
    app.start()
    yield app
    app.end()


def admin_command(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    kept = {name: environment[name] for name in ("PATH", "PUBLIC_URL", "SESSION_KEY") if name in environment}
    command = [sys.executable, "-m", "callin.admin"]
    return subprocess.run(command, check=False, env=kept, cwd=ROOT, capture_output=True, text=True, timeout=30)


@pytest.mark.parametrize("name", ["dj", "screener", "admin"])
def test_rehearsal_accounts_do_not_exist_at_a_station(app: App, name: str) -> None:
    visitor = Visitor(app.url)
    page = visitor.get("/sign-in").text
    assert "<code>" not in page
    assert "Rehearsal" not in page
    assert visitor.sign_in(name, "rehearsal").status == 403


def test_the_first_admin_is_made_by_the_commands_link_and_invites_others(app: App) -> None:
    done = admin_command(app.environment)
    assert done.returncode == 0, done.stderr
    assert "72 hours" in done.stderr
    link = done.stdout.strip()
    assert link.startswith(ADDRESS + "/invitation#")
    assert app.environment["SESSION_KEY"] not in done.stdout + done.stderr

    visitor = Visitor(app.url)
    path = link.removeprefix(ADDRESS).replace("#", "?")
    assert "as <b>admin</b>" in visitor.get(path).text
    answer = visitor.fill_in(path, name="chief", password=PASSWORD, again=PASSWORD)
    assert answer.status == 303
    assert visitor.get("/accounts").status == 200
    assert f"{ADDRESS}/invitation#" in visitor.fill_in("/accounts", do="invite", role="dj").text
    assert Visitor(app.url).get(path).status == 404, "it works once"


def test_without_its_settings_the_command_says_what_is_missing() -> None:
    done = admin_command({})
    assert done.returncode == 1
    for name in ("PUBLIC_URL", "SESSION_KEY"):
        assert f"{name} is not set." in done.stderr
    assert "TWILIO_" not in done.stderr
    assert done.stdout == ""


def test_over_https_cookies_are_secure_and_of_this_host_alone(app: App) -> None:
    visitor = Visitor(app.url)
    path = admin_command(app.environment).stdout.strip().removeprefix(ADDRESS).replace("#", "?")
    visitor.get(path)
    answer = visitor.fill_in(path, name="other", password=PASSWORD, again=PASSWORD)
    lines = [
        *(answer.headers.get_all("Set-Cookie") or []),
        *(Visitor(app.url).get("/sign-in").headers.get_all("Set-Cookie") or []),
        *(visitor.ask("POST", "/token").headers.get_all("Set-Cookie") or []),
    ]
    assert lines
    for line in lines:
        assert "; secure" in line.lower()
        assert "HttpOnly" in line
        for name in SimpleCookie(line):
            assert name.startswith("__Host-")


def test_the_pages_may_report_to_twilio_and_ask_nobody_else(app: App) -> None:
    policy = Visitor(app.url).get("/call").headers["Content-Security-Policy"]
    assert "connect-src 'self' data: wss://*.twilio.com https://*.twilio.com;" in policy
    assert "unsafe" not in policy


def test_on_app_engine_a_visitor_is_told_apart_by_the_address_that_google_writes(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    environment = new_environment(tmp_path_factory.mktemp("gae"), free_port(), free_port()) | {"DJ_PIN": "2580"}
    app = App(environment | {"PUBLIC_URL": ADDRESS, "TWILIO_SIGNALING_HOST": "", "GAE_ENV": "flex"})
    try:
        app.start()

        def status(address: str, forwarded: str = "") -> int:
            headers = {"X-Appengine-User-IP": address, "X-Forwarded-For": forwarded}
            return Visitor(app.url).ask("GET", "/call", headers=headers).status

        statuses = {status("192.0.2.1", f"198.51.100.{n % 250}") for n in range(300)}
        assert statuses == {200, 429}, "what the client writes itself changes nothing"
        assert status("192.0.2.2") == 200
        assert {status(f"2001:db8::{n:x}") for n in range(300)} == {200, 429}, "a home's addresses count as one"
        assert status("2001:db8:1::1") == 200
    finally:
        app.end()
