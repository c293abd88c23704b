"""Links with a secret: invitations listed and revoked, forgotten passwords, and secrets that reach no log."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.support.held_app import HeldApp, held_app
from tests.support.processes import ROOT
from tests.support.visitors import Visitor

# WebOb asks for the time in a way that Python 3.12 and later warn of; a server's process does not mind.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")

PASSWORD = "correct horse battery"
NEW = "battery correct horse"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HeldApp]:
    with held_app(tmp_path_factory.mktemp("links"), STATION_NAME="Harbour Radio") as app:
        yield app


@pytest.fixture
def admin(app: HeldApp) -> Visitor:
    visitor = app.visitor("admin")
    visitor.get("/accounts")
    return visitor


def link_of(admin: Visitor, **fields: str) -> str:
    """The link that the accounts page hands out, without the station's address."""
    text = admin.fill_in("/accounts", **fields).text
    found = re.search(r'value="(http[^"]+#[^"]+)"', text)
    assert found, text
    return found[1].removeprefix(admin.url)


def opened(app: HeldApp, link: str) -> Visitor:
    """A browser whose script has posted the link's secret."""
    visitor = app.stranger()
    path, _, secret = link.partition("#")
    assert "Paste the whole link" in visitor.get(path).text
    visitor.fill_in(path, link=secret)
    return visitor


def join(app: HeldApp, admin: Visitor, name: str, role: str = "dj", password: str = PASSWORD) -> Visitor:
    link = link_of(admin, do="invite", role=role)
    visitor = opened(app, link)
    answer = visitor.fill_in("/invitation", link=link, name=name, password=password, again=password)
    assert answer.status == 303, answer.text
    return visitor


def test_a_links_secret_is_in_its_fragment_and_a_pasted_link_opens_it(app: HeldApp, admin: Visitor) -> None:
    link = link_of(admin, do="invite", role="dj")
    assert re.fullmatch(r"/invitation#[\w-]{32}", link)
    visitor = opened(app, link)
    for pasted in (link.partition("#")[2], admin.url + link, f"  {admin.url}{link}\n"):
        assert "invited to the desk" in visitor.fill_in("/invitation", link=pasted).text
    assert visitor.fill_in("/invitation", link="nonsense").status == 404
    assert "invited to the desk" in visitor.get(link.replace("#", "?")).text, "a link that 1.0 made"


def test_open_invitations_are_listed_with_their_note_and_revoked(app: HeldApp, admin: Visitor) -> None:
    link = link_of(admin, do="invite", role="screener", note="Tom <from> the university")
    page = admin.get("/accounts").text
    assert "Tom &lt;from&gt; the university" in page
    assert "A screener, invited by admin" in page
    row = page[page.index("Tom &lt;") :]
    key = re.search(r'name="key" value="(\w+)"', row)
    assert key
    assert "is revoked" in admin.fill_in("/accounts", do="revoke", key=key[1]).text
    assert "Tom" not in admin.get("/accounts").text
    assert opened(app, link).fill_in("/invitation", link=link).status == 404
    assert admin.fill_in("/accounts", do="revoke", key=key[1]).status == 403


@pytest.mark.parametrize("loses", [{"do": "role", "role": "dj"}, {"do": "disable"}], ids=["role", "disabled"])
def test_links_are_void_once_their_maker_is_no_longer_an_admin(
    app: HeldApp, admin: Visitor, loses: dict[str, str]
) -> None:
    name = f"deputy-{loses['do']}"
    deputy = join(app, admin, name, "admin")
    deputy.get("/accounts")
    links = [link_of(deputy, do="invite", role="admin"), link_of(deputy, do="reset", key="dj")]
    mine = link_of(admin, do="invite", role="dj")
    admin.fill_in("/accounts", key=name, **loses)
    for link in links:
        path = link.partition("#")[0]
        visitor = app.stranger()
        visitor.get(path)
        assert visitor.fill_in(path, link=link).status == 404
    assert "invited to the desk" in opened(app, mine).fill_in("/invitation", link=mine).text


def test_a_forgotten_password_is_replaced_by_an_admins_link_once(app: HeldApp, admin: Visitor) -> None:
    signed_in = join(app, admin, "forgetful")
    first = link_of(admin, do="reset", key="forgetful")
    link = link_of(admin, do="reset", key="forgetful")
    visitor = opened(app, link)
    fields = {"link": link, "password": NEW, "again": NEW}
    assert app.stranger().get("/reset").status == 200
    assert opened(app, first).fill_in("/reset", link=first).status == 404, "only the latest link counts"
    assert "different" in visitor.fill_in("/reset", **fields | {"again": "x"}).text
    assert visitor.fill_in("/reset", **fields | {"password": "short", "again": "short"}).status == 403
    assert visitor.fill_in("/reset", **fields).status == 303
    assert signed_in.get("/account").status == 303, "signed out everywhere"
    assert app.stranger().sign_in("forgetful", PASSWORD).status == 403
    assert app.stranger().sign_in("forgetful", NEW).status == 303
    again = app.stranger()
    again.get("/reset")
    assert again.fill_in("/reset", **fields).status == 404


def test_a_link_for_a_new_password_lasts_a_day(app: HeldApp, admin: Visitor) -> None:
    link = link_of(admin, do="reset", key="dj")
    app.clock.advance(86_400)
    assert opened(app, link).fill_in("/reset", link=link).status == 404


def test_the_command_gives_the_last_admin_a_new_password(app: HeldApp, admin: Visitor) -> None:
    join(app, admin, "last", "admin")
    environment = {"PATH": "/usr/bin:/bin", "PUBLIC_URL": app.url, "SESSION_KEY": app.session_key}
    command = [sys.executable, "-m", "callin.admin", "reset", "Last"]
    done = subprocess.run(command, check=True, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert "within a day" in done.stderr
    link = done.stdout.strip().removeprefix(app.url)
    app.clock.now = time.time()
    visitor = opened(app, link)
    assert visitor.fill_in("/reset", link=link, password=NEW, again=NEW).status == 303
    assert app.stranger().sign_in("last", NEW).status == 303
    late = app.stranger()
    late.get("/reset")
    assert late.fill_in("/reset", link=link, password=PASSWORD, again=PASSWORD).status == 404


def test_the_command_says_how_it_is_used() -> None:
    for arguments in (["reset"], ["resett", "anna"], ["reset", "anna", "x"]):
        command = [sys.executable, "-m", "callin.admin", *arguments]
        done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=30)
        assert (done.returncode, done.stdout) == (2, "")
        assert "reset NAME" in done.stderr


@pytest.mark.parametrize(
    "password",
    [
        "1234567890",
        "qwertyuiop",
        "password123",
        "aaaaaaaaaaaa",
        "Harbour Radio",
        "harbour-radio-99",
        "newcomer-1",
        "newcomernewcomer",
    ],
)
def test_a_common_password_or_a_name_is_refused_with_a_sentence(app: HeldApp, admin: Visitor, password: str) -> None:
    link = link_of(admin, do="invite", role="dj")
    visitor = opened(app, link)
    answer = visitor.fill_in("/invitation", link=link, name="newcomer", password=password, again=password)
    assert answer.status == 403
    assert "among the first that somebody would try" in answer.text
