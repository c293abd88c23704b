"""The station's own sounds over HTTP: uploaded in pieces, checked, fetched by Twilio, chosen, and deleted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from callin.sounds import LIMITS, PIECE_BYTES
from callin.sounds.library import FADE_SECONDS
from callin.sounds.wav import MULAW, PCM, RATE, read_header
from tests.support.sounds import send, stored
from tests.support.station import App, running_app
from tests.support.visitors import TOKEN_HEADER, Visitor
from tests.support.wav import level_dbfs, samples_of, tone
from tests.support.web import ask

SPITEFUL = "<b>\u202e“=cmd|'/c calc'!A1"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(tmp_path_factory.mktemp("sounds")) as app:
        yield app


@pytest.fixture
def admin(app: App) -> Visitor:
    visitor = app.visitor("admin")
    assert visitor.get("/sounds").status == 200
    return visitor


def test_twilio_fetches_a_sound_and_may_keep_it(app: App, admin: Visitor) -> None:
    content = tone(30)
    key = stored(admin, content)
    assert re.fullmatch("[0-9a-f]{48}", key)
    answer = ask(f"{app.url}/sound?v={key}")
    assert (answer.status, answer.body) == (200, content)
    assert answer.headers["Content-Type"] == "audio/wav"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Length"] == str(len(content))
    head = ask(f"{app.url}/sound?v={key}", "HEAD")
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", str(len(content)))
    again = ask(f"{app.url}/sound?v={key}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    ("asked", "first", "last"), [("0-9", 0, 10), ("95990-96010", 95_990, 96_011), ("-5", -5, None)]
)
def test_a_player_may_ask_for_a_range(app: App, admin: Visitor, asked: str, first: int, last: int | None) -> None:
    content = tone(20)
    key = stored(admin, content)
    answer = ask(f"{app.url}/sound?v={key}", headers={"Range": f"bytes={asked}"})
    assert (answer.status, answer.body) == (206, content[first:last])
    assert answer.headers["Content-Range"].endswith(f"/{len(content)}")
    beyond = ask(f"{app.url}/sound?v={key}", headers={"Range": f"bytes={len(content)}-"})
    assert beyond.status == 416


@pytest.mark.parametrize("codec", [PCM, MULAW])
def test_a_part_is_a_file_of_its_own_that_fades_where_it_was_cut(app: App, admin: Visitor, codec: int) -> None:
    key = stored(admin, tone(20.5, codec=codec))

    def part(query: str) -> list[int]:
        answer = ask(f"{app.url}/sound?{query}&v={key}")
        assert (answer.status, answer.headers["Content-Type"]) == (200, "audio/wav")
        assert read_header(answer.body, len(answer.body)).codec == codec
        return samples_of(answer.body)

    fade = round(FADE_SECONDS * RATE)
    middle, first, last = part("from=5&to=10"), part("from=0&to=5"), part("from=15&to=21")
    assert [len(one) / RATE for one in (middle, first, last)] == [5.0, 5.0, 5.5]
    assert len(part("from=15")) == len(last)
    full = level_dbfs(middle[fade:-fade])
    for faded in (middle[: fade // 4], middle[-fade // 4 :], first[-fade // 4 :], last[: fade // 4]):
        assert level_dbfs(faded) < full - 12
    for whole in (first[: fade // 4], last[-fade // 4 :]):
        assert abs(level_dbfs(whole) - full) < 1


@pytest.mark.parametrize("query", ["from=5&to=5", "from=6&to=5", "from=0&to=61", "from=30", "from=-1&to=5", "to=1e9"])
def test_a_part_that_does_not_exist_is_refused(app: App, admin: Visitor, query: str) -> None:
    key = stored(admin, tone(20))
    assert ask(f"{app.url}/sound?{query}&v={key}").status == 400


def test_the_page_shows_each_sound_and_its_buttons_choose(app: App, admin: Visitor) -> None:
    greeting = stored(admin, tone(3), "greeting", "Hello")
    music = stored(admin, tone(3), "music", "A tune")
    page = admin.get("/sounds").text
    assert row(page, greeting).count("Callers hear this") == row(page, music).count("Callers hear this") == 1
    assert "A voice says the notice" in row(page, greeting)
    page = admin.fill_in("/sounds", do="rest", key=music).text
    assert "Waiting callers no longer hear “A tune”." in page
    assert "Not in use" in row(page, music)
    assert "Callers hear this" in row(admin.fill_in("/sounds", do="play", key=music).text, music)
    assert "Not in use" in row(admin.fill_in("/sounds", do="speech").text, greeting)
    assert "Callers hear this" in row(admin.fill_in("/sounds", do="greet", key=greeting).text, greeting)
    page = admin.fill_in("/sounds", do="delete", key=greeting).text
    assert greeting not in page
    assert ask(f"{app.url}/sound?v={greeting}").status == 200, "Twilio may be about to fetch it"
    assert admin.fill_in("/sounds", do="greet", key=greeting).status == 404
    told = re.findall(r"(?:deleted the sound|chose the greeting|added|took) “[^”]*”", admin.get("/audit").text)
    assert told == ["deleted the sound “Hello”", "chose the greeting “Hello”", "added “A tune”", "took “A tune”"]


def row(page: str, key: str) -> str:
    return page.partition(f'data-sound="{key}"')[2].partition("</li>")[0]


def test_a_name_is_shown_as_text(app: App, admin: Visitor) -> None:
    key = stored(admin, tone(1), name=SPITEFUL)
    page = admin.get("/sounds").text
    assert "<b>“" not in page
    assert "\u202e" not in page
    assert "&lt;b&gt;“=cmd" in row(page, key)
    assert len(stored(admin, tone(1), name="x" * 500)) == 48


# Refusals


@pytest.mark.parametrize(
    ("content", "kind", "name", "sentence"),
    [
        (b"<html>" * 100, "music", "x", "not a WAV file"),
        (tone(1)[:-9], "music", "x", "damaged"),
        (tone(61), "greeting", "x", "at most 60 seconds"),
        (tone(1), "message", "x", "Choose a greeting or music"),
        (tone(1), "music", "  ", "name must not be empty"),
        (b"", "music", "x", "too long"),
    ],
)
def test_what_cannot_be_played_is_refused_with_a_sentence(
    admin: Visitor, content: bytes, kind: str, name: str, sentence: str
) -> None:
    before = admin.get("/sounds").text.count("data-sound=")
    answer = send(admin, content, kind, name)
    assert answer.status == 400
    assert sentence in answer.json()["error"]
    assert admin.get("/sounds").text.count("data-sound=") == before


def test_a_piece_that_does_not_fit_is_refused_and_the_right_one_still_taken(admin: Visitor) -> None:
    content = tone(13)
    begun = admin.press("/sounds/begin", {"kind": "music", "name": "x", "says_notice": False, "size": len(content)})
    address = f"/sounds/piece?upload={begun.json()['upload']}&number="
    for number, body in (("0", content[:5]), ("2", b"x"), ("-1", b""), ("x", b""), ("1", content)):
        assert admin.ask("POST", address + number, body).status in (400, 413)
    assert admin.ask("POST", "/sounds/piece?upload=other&number=0", content[:PIECE_BYTES]).status == 400
    assert admin.press("/sounds/finish", {"upload": begun.json()["upload"]}).status == 400
    for number in (0, 1):
        assert admin.ask("POST", f"{address}{number}", content[number * PIECE_BYTES :][:PIECE_BYTES]).status == 200
    assert admin.press("/sounds/finish", {"upload": begun.json()["upload"]}).status == 200
    assert admin.press("/sounds/finish", {"upload": begun.json()["upload"]}).status == 400


def test_one_too_many_is_refused(app: App, admin: Visitor) -> None:
    there = admin.get("/sounds").text.count("greet")
    for _ in range(LIMITS["greeting"].most_sounds):
        answer = send(admin, tone(0.3), "greeting")
    answer = send(admin, tone(0.3), "greeting")
    assert (answer.status, there >= 0) == (400, True)
    assert "There are 10 already" in answer.json()["error"]


def test_only_an_admin_whose_page_asks_may_upload(app: App, admin: Visitor) -> None:
    body = json.dumps({"kind": "music", "name": "x", "says_notice": False, "size": 9000}).encode()
    form = {"Content-Type": "application/json", TOKEN_HEADER: "00"}
    assert admin.ask("POST", "/sounds/begin", body, form).status == 403
    dj = app.visitor("dj")
    assert dj.get("/sounds").status == 403
    assert dj.ask("POST", "/sounds/piece?number=0&upload=x", b"x").status == 403
    assert ask(f"{app.url}/sound?v=").status == ask(f"{app.url}/sound?v=../x").status == 404
