"""The station's logo: uploaded by an admin, checked by its content, on every page, and gone when it is removed."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from callin.logo import MAX_BYTES, Logo, LogoError, logo_of
from callin.stores.sqlite import SqliteStore
from tests.support.processes import ROOT, free_port
from tests.support.station import App, running_app
from tests.support.visitors import Visitor
from tests.support.web import Answer, ask


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int = 2, height: int = 2, padding: int = 0) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff\0\0" * min(width, 10)) * min(height, 10))
    more = chunk(b"tEXt", b"x" * padding) if padding else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + more + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(tmp_path_factory.mktemp("logo")) as app:
        yield app


@pytest.fixture
def admin(app: App) -> Visitor:
    visitor = app.visitor("admin")
    assert visitor.get("/station").status == 200
    return visitor


def upload(visitor: Visitor, content: bytes, kind: str = "image/png") -> Answer:
    return visitor.ask("POST", "/station/logo", content, {"Content-Type": kind})


def address_of(answer: Answer) -> str:
    found = re.search(r'src="(/logo\?v=[0-9a-f]+)"', answer.text)
    return found[1] if found else ""


def test_a_logo_is_on_every_page_and_may_be_kept(app: App, admin: Visitor) -> None:
    assert upload(admin, png()).status == 200
    stranger = Visitor(app.url)
    addresses = {address_of(visitor.get(path)) for visitor, path in ((admin, "/callers"), (stranger, "/call"))}
    addresses.add(address_of(stranger.get("/sign-in")))
    [address] = addresses
    answer = ask(app.url + address)
    assert (answer.status, answer.body) == (200, png())
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_another_logo_has_another_address_and_the_old_one_is_gone(app: App, admin: Visitor) -> None:
    upload(admin, png(2))
    before = address_of(admin.get("/station"))
    upload(admin, png(3))
    after = address_of(admin.get("/station"))
    assert before != after
    assert [ask(app.url + one).status for one in (before, after, "/logo", "/logo?v=x")] == [404, 200, 404, 404]


def test_the_button_removes_it_and_the_audit_says_so(app: App, admin: Visitor) -> None:
    upload(admin, png())
    answer = admin.fill_in("/station", do="remove-logo")
    assert "The logo is removed." in answer.text
    assert address_of(answer) == ""
    lines = re.findall(r"(?:changed|removed) the station’s logo", admin.get("/audit").text)
    assert lines[:2] == ["removed the station’s logo", "changed the station’s logo"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html>",
        b"GIF89a" + bytes(40),
        png()[:-3],
        png()[:20],
        b"\xff\xd8\xff\xe0" + bytes(20),
        b"\xff\xd8\xff\xff\xd9",
        b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8 " + bytes(14),
        png(0),
    ],
)
def test_what_is_not_a_picture_is_refused_whatever_it_is_called(app: App, admin: Visitor, content: bytes) -> None:
    upload(admin, png())
    before = address_of(admin.get("/station"))
    answer = upload(admin, content)
    assert answer.status == 400
    assert "Choose a PNG, JPEG or WebP file." in answer.json()["error"]
    assert address_of(admin.get("/station")) == before


def test_a_picture_that_is_too_large_is_refused(app: App, admin: Visitor) -> None:
    assert upload(admin, png(padding=MAX_BYTES)).status == 413
    with pytest.raises(LogoError, match="at most 100 kB"):
        logo_of(png(padding=MAX_BYTES))
    assert "larger than 4096 pixels" in upload(admin, png(5000)).json()["error"]
    largest = png(padding=MAX_BYTES - len(png()) - 12)
    assert (len(largest), upload(admin, largest).status) == (MAX_BYTES, 200)


def test_only_an_admin_whose_page_asks_may_upload(app: App, admin: Visitor) -> None:
    assert app.visitor("dj").ask("POST", "/station/logo", png()).status == 403
    assert Visitor(app.url).ask("POST", "/station/logo", png()).status == 401
    assert admin.ask("POST", "/station/logo", png(), {"X-Form-Token": "another site’s".encode().hex()}).status == 403


def test_a_backup_has_it(app: App, admin: Visitor, tmp_path: Path) -> None:
    upload(admin, png(4))
    path = app.environment["STORE"].removeprefix("sqlite:///")
    with closing(SqliteStore(path)) as store:
        found = store.records(Logo)
    assert len(found) == 1, "only the last logo is kept"
    copy = tmp_path / "copy.jsonl"
    for module in (["callin.backup", str(copy)], ["callin.restore", str(copy)]):
        environment = app.environment | {
            "STORE": f"sqlite:///{tmp_path / 'other.sqlite'}",
            "PUBLIC_URL": f"http://127.0.0.1:{free_port()}",  # where no app runs
            "PORT": str(free_port()),
        }
        command = [sys.executable, "-m", *module]
        used = app.environment if module[0] == "callin.backup" else environment
        done = subprocess.run(command, check=False, cwd=ROOT, env=used, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
    with closing(SqliteStore(str(tmp_path / "other.sqlite"))) as restored:
        assert [one.body for one in restored.records(Logo)] == [png(4)]
