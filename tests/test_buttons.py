"""Buttons outside the tab: with a key from Your account a device can press what the page can, and no more."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.held_app import held_app
from tests.support.presses import DeskBrowser
from tests.support.processes import wait_until
from tests.support.station import DJ_PHONE, Station
from tests.support.stories import ended, on_air, page_at_a_free_desk, queued, stage
from tests.support.visitors import REHEARSAL_PASSWORD, Visitor
from tests.support.web import Answer, ask

DOWN = {"rest": {"status": 500, "rate": 1.0, "delay_ms": 0}}


_numbers = itertools.count(1)


def make_key(visitor: Visitor, name: str = "") -> str:
    return visitor.make_button_key(name or f"Stream Deck {next(_numbers)}")


def press(station: Station, what: str, key: str, query: str = "") -> Answer:
    """A press as curl sends it, with nothing but the key."""
    return ask(f"{station.app.url}/button/{what}{query}", "POST", b"", {"Authorization": f"Bearer {key}"})


@pytest.fixture
def page(station: Station) -> Iterator[DeskBrowser]:
    """A page whose browser is about to take the desk."""
    yield from page_at_a_free_desk(station)


@pytest.fixture
def key(station: Station) -> str:
    """Each test has its own, because a key that presses too often has to wait."""
    return make_key(station.app.new_visitor("dj"))


def connect(station: Station, page: DeskBrowser) -> str:
    """The page's call: its leg, once it is the desk's."""
    leg = station.ring(f"client:{page.identity}", station.app.environment["TWILIO_APP_SID"])
    station.until(lambda: page.desk["leg"] == leg, "the page is not the desk")
    return leg


def test_next_brings_the_next_caller_and_a_bounce_brings_nobody_more(
    station: Station, page: DeskBrowser, key: str
) -> None:
    first, second, third = queued(station, 3)
    leg = connect(station, page)
    on_air(station, leg, first)
    answer = press(station, "next", key)
    assert (answer.status, answer.json()["ok"]) == (200, True)
    assert answer.json()["sentence"] == "Thanking this caller. The next one is on the way."
    wait_until(lambda: page.desk["on_air"] == second, why="the second does not come")
    again = press(station, "next", key)
    assert (again.status, again.json()["code"]) == (409, "already")
    on_air(station, leg, second)
    station.until(lambda: ended(station, first), "the first is not let go")
    assert stage(station, third) == "waiting"


def test_drop_and_hold_do_what_they_do_on_the_page(station: Station, page: DeskBrowser, key: str) -> None:
    first, second = queued(station, 2)
    leg = connect(station, page)
    on_air(station, leg, first)
    assert "on hold" in press(station, "hold", key).json()["sentence"]
    station.until(lambda: stage(station, first) == "held", "the first is not on hold")
    wait_until(lambda: press(station, "next", key).status == 200, why="Next is refused")
    on_air(station, leg, second)
    wait_until(lambda: press(station, "drop", key).status == 200, why="Drop is refused")
    station.until(lambda: ended(station, second), "the second is not let go")
    nobody = press(station, "drop", make_key(station.app.new_visitor("dj")))
    assert (nobody.status, nobody.json()["error"]) == (409, "Nobody is on the air.")


def test_mute_is_counted_for_the_page_of_the_desk(station: Station, page: DeskBrowser, key: str) -> None:
    connect(station, page)
    before = page.desk["mute_presses"]
    assert press(station, "mute", key).status == 200
    assert page.desk["mute_presses"] == before + 1


def test_mute_may_name_its_state_in_the_address_in_a_form_or_in_json(
    station: Station, page: DeskBrowser, key: str
) -> None:
    connect(station, page)
    before = page.desk["mute_presses"]
    assert press(station, "mute?state=on", key).json()["sentence"] == "Your page mutes the microphone."
    assert press(station, "mute", key).status == 200
    assert [page.desk[name] for name in ("mute_set", "mute_set_at", "mute_presses")] == ["on", before + 1, before + 2]
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/x-www-form-urlencoded"}
    assert ask(f"{station.app.url}/button/mute", "POST", b"state=off", headers).status == 200
    assert (page.desk["mute_set"], page.desk["mute_set_at"]) == ("off", before + 3)
    headers = {"Authorization": f"bearer {key}", "Content-Type": "application/json"}
    for body, status in ((b'{"state": "on"}', 200), (b"{", 400), (b'["on"]', 400), (b'{"state": true}', 400)):
        assert ask(f"{station.app.url}/button/mute", "POST", body, headers).status == status
    assert (page.desk["mute_set"], page.desk["mute_set_at"]) == ("on", before + 4)
    refused = press(station, "mute?state=loud", key)
    assert (refused.status, refused.json()["error"].partition(":")[0]) == (
        400,
        "state must be on or off, or be left out",
    )


def test_mute_is_for_the_one_microphone_whichever_line_it_names_and_never_too_soon(
    station: Station, page: DeskBrowser, key: str
) -> None:
    first, second = queued(station, 2)
    leg = connect(station, page)
    on_air(station, leg, first)
    before = page.desk["mute_presses"]
    assert press(station, "mute?line=air-2", key).json()["sentence"] == "Your page switches the microphone."
    assert page.desk["mute_presses"] == before + 1
    assert press(station, "next", key).status == 200
    wait_until(lambda: page.desk["on_air"] == second, why="the second does not come")
    assert press(station, "mute?state=on", key).status == 200
    assert page.desk["mute_presses"] == before + 2


def test_without_the_desk_a_press_does_nothing_and_says_why(station: Station, page: DeskBrowser, key: str) -> None:
    [first] = queued(station, 1)
    for what in ("next", "drop", "hold", "mute"):
        answer = press(station, what, key)
        assert (answer.status, answer.json()["code"]) == (409, "not_connected")
        assert "does not hold the desk" in answer.json()["error"]
    dj = station.ring(DJ_PHONE, "dj")  # a phone has the desk
    on_air(station, dj, first)
    assert press(station, "next", key).status == 409
    station.hang_up(dj)
    wait_until(lambda: not page.desk["leg"], why="the desk is not free")
    other = DeskBrowser(station.app, "admin")  # another account has it
    leg = connect(station, other)
    on_air(station, leg, first)
    assert press(station, "next", key).status == 409
    assert page.desk["on_air"] == first
    assert press(station, "next", make_key(station.app.new_visitor("admin"))).status == 200


def test_a_line_that_nobody_has_and_one_that_is_not_there(station: Station, page: DeskBrowser, key: str) -> None:
    connect(station, page)
    assert press(station, "drop", key, "?line=air-2").json()["error"] == "Your browser does not hold this line."
    assert press(station, "drop", key, "?line=air-9").status == 400


def test_while_twilio_cannot_be_asked_the_answer_says_so(station: Station, page: DeskBrowser, key: str) -> None:
    first, _ = queued(station, 2)
    leg = connect(station, page)
    on_air(station, leg, first)
    station.control("PUT", "/faults", DOWN)
    answer = press(station, "hold", key)
    assert (answer.status, answer.json()["code"]) == (503, "phone")


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer x", "Bearer dj.x", "Basic ZGo6eA==", "Bearer dj." + "x" * 500])
def test_without_a_key_that_is_known_nothing_is_pressed(station: Station, given: str) -> None:
    headers = {"Authorization": given} if given else {}
    answer = ask(station.app.url + "/button/next", "POST", b"", headers)
    assert answer.status == 401
    assert "Your account" in answer.json()["error"]


def test_only_posts_are_presses(station: Station, key: str) -> None:
    assert ask(station.app.url + "/button/next", "GET", b"", {"Authorization": f"Bearer {key}"}).status == 405


def test_a_key_is_shown_once_named_used_and_revoked(station: Station) -> None:
    visitor = station.app.new_visitor("dj")
    key = make_key(visitor, "Pedal <1>")
    page = visitor.get("/account").text
    assert key not in page
    assert "Pedal &lt;1&gt;" in page
    row = page[page.index("Pedal &lt;1&gt;") :]
    assert "Not used yet" in row[: row.index("</form>")]
    assert press(station, "drop", key).status == 409
    page = visitor.get("/account").text
    row = page[page.index("Pedal &lt;1&gt;") :]
    assert "Last used" in row[: row.index("</form>")]
    [key_id] = re.findall(r'name="button" value="([^"]+)"', row[: row.index("</form>")])
    assert visitor.fill_in("/account", do="button-key-revoke", button=key_id).status == 200
    assert press(station, "drop", key).status == 401
    again = visitor.fill_in("/account", do="button-key-revoke", button=key_id)
    assert "no longer there" in again.text
    audit = station.app.new_visitor("admin").get("/audit").text
    assert "made the button key Pedal &lt;1&gt;" in audit
    assert "revoked the button key Pedal &lt;1&gt;" in audit
    assert key not in audit


@pytest.mark.parametrize("name", ["", " ", "x" * 41, "a\x07b"])
def test_a_key_needs_a_name(station: Station, name: str) -> None:
    visitor = station.app.new_visitor("dj")
    answer = visitor.fill_in("/account", do="button-key", button_name=name, password_again=REHEARSAL_PASSWORD)
    assert answer.status == 403
    assert "Give the key a name" in answer.text


def test_two_keys_of_one_name_could_not_be_told_apart(station: Station) -> None:
    visitor = station.app.new_visitor("admin")
    make_key(visitor, "Left pedal")
    answer = visitor.fill_in("/account", do="button-key", button_name="Left pedal", password_again=REHEARSAL_PASSWORD)
    assert "already have a key of that name" in answer.text


def test_a_screener_makes_no_key(station: Station) -> None:
    visitor = station.app.new_visitor("screener")
    assert "Make a key" not in visitor.get("/account").text
    answer = visitor.fill_in("/account", do="button-key", button_name="x", password_again=REHEARSAL_PASSWORD)
    assert answer.status == 403
    assert "View only" in answer.text


def test_a_key_that_presses_without_end_is_told_to_wait(station: Station) -> None:
    key = make_key(station.app.new_visitor("dj"), "Broken pedal")
    answers = [press(station, "mute", key) for _ in range(30)]
    assert answers[-1].status == 429
    assert answers[-1].json()["error"] == "Too many presses. Please wait a few seconds."


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
def test_presses_of_a_browser_that_has_signed_in_give_no_visit_back_to_strangers(tmp_path: Path) -> None:
    with held_app(tmp_path) as app:
        dj, stranger = app.visitor("dj"), app.stranger()
        bearer = {"Authorization": f"Bearer {make_key(dj)}"}
        while stranger.get("/call").status == 200:
            pass
        assert dj.ask("POST", "/button/mute", headers=bearer).status == 409
        assert stranger.get("/call").status == 429


def test_presses_are_in_the_audit_once_an_hour(station: Station, page: DeskBrowser) -> None:
    key = make_key(station.app.new_visitor("dj"), "Noted pedal")
    connect(station, page)
    for _ in range(2):
        assert press(station, "mute", key).status == 200
    audit = station.app.new_visitor("admin").get("/audit").text
    assert audit.count("used /button/mute with the key Noted pedal") == 1
