"""`/widget.js` and `/widget.json`: what any site may show about the line, in the station's language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.calls import call_fields, new_call_sid
from tests.support.held_app import HeldApp, held_app
from tests.support.shows import TOKEN, at, save
from tests.support.web import Answer, ask_signed

# WebOb dates its cookies so.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
NAME = '</script><b>Radio "Eins"'


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HeldApp]:
    changes = {"STATION_TIME_ZONE": "Europe/London", "TWILIO_AUTH_TOKEN": TOKEN, "STATION_NAME": NAME}
    with held_app(tmp_path_factory.mktemp("widget"), **changes) as app:
        at(app, "12:00")
        save(app.visitor("admin"), most_callers="3", title="Night <Talk>")
        yield app


@pytest.fixture
def app(shared: HeldApp) -> HeldApp:
    at(shared, "12:00")
    return shared


def get(app: HeldApp, path: str) -> Answer:
    answer = app.stranger().get(path)
    assert answer.status == 200
    return answer


def shown(app: HeldApp) -> dict[str, Any]:
    found: dict[str, Any] = get(app, "/widget.json").json()
    return found


def test_a_closed_line_tells_the_next_opening(app: HeldApp) -> None:
    assert shown(app) == {
        "line": "closed",
        "waiting": 0,
        "takes_calls": False,
        "state": "The line is closed. It opens today at 8 PM, for Night <Talk>.",
        "show": "",
        "button": "Go to the call page",
    }


def test_an_open_line_tells_the_show_and_how_many_wait_until_it_is_full(app: HeldApp) -> None:
    at(app, "20:30")
    found = [shown(app)]
    for number in range(3):
        fields = call_fields(new_call_sid(), From=f"+44770090020{number}")
        assert ask_signed(app.url, TOKEN, "/twiml/enqueue", fields, send=app.send).status == 200
        found.append(shown(app))
    assert [one["state"] for one in found] == [
        "The line is open. Nobody is waiting.",
        "The line is open. 1 caller is waiting.",
        "The line is open. 2 callers are waiting.",
        "The line is full. Please try again in a few minutes.",
    ]
    assert {(one["show"], one["button"]) for one in found} == {
        ("Night <Talk>: Bees, until 10 PM", "Call the studio"),
    }
    at(app, "21:55")
    assert shown(app)["state"] == (
        "The line is not taking any more callers in this show. It opens on Friday at 8 PM, for Night <Talk>."
    )


def test_it_tells_strangers_no_more_than_the_call_page_does(app: HeldApp) -> None:
    told = json.dumps(shown(app))
    assert "+44" not in told
    known = app.stranger().get("/call/state").json()
    assert (known["line"], known["waiting"]) == (shown(app)["line"], shown(app)["waiting"])


@pytest.mark.parametrize(("path", "seconds"), [("/widget.js", 300), ("/widget.json", 10)])
def test_any_site_may_use_it_and_a_cache_may_keep_it_for_a_while(app: HeldApp, path: str, seconds: int) -> None:
    headers = get(app, path).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["Cache-Control"] == f"public, max-age={seconds}"
    assert headers.get_all("Set-Cookie") is None
    assert "Access-Control-Allow-Credentials" not in headers


def test_the_other_addresses_stay_with_this_site(app: HeldApp) -> None:
    for path in ("/call/state", "/queue-status"):
        assert "Access-Control-Allow-Origin" not in get(app, path).headers


def test_the_script_has_the_stations_words_as_text(app: HeldApp) -> None:
    answer = get(app, "/widget.js")
    assert answer.headers.get_content_type() == "text/javascript"
    found = re.search(r"\}\)\((\{.*\})\);\s*$", answer.text)
    assert found
    words = json.loads(found[1])
    assert ":host" in words.pop("style")
    assert words == {"language": "en", "name": f"Call {NAME}", "button": "Call the studio"}


@pytest.mark.parametrize(
    ("voice", "closed", "on", "last_calls"),
    [
        (
            "de-DE",
            "Das Hörertelefon ist geschlossen. Es öffnet wieder heute um 20 Uhr, zur Sendung Night Talk.",
            "Night Talk: Bees, bis 22 Uhr",
            "Das Hörertelefon nimmt in dieser Sendung keine Anrufe mehr an. Es öffnet wieder am Freitag um 20 Uhr, "
            "zur Sendung Night Talk.",
        ),
        (
            "es-ES",
            "La línea está cerrada. Vuelve a abrir hoy a las 20:00, con el programa Night Talk.",
            "Night Talk: Bees, hasta las 22:00",
            "La línea ya no admite más llamadas en este programa. Vuelve a abrir el viernes a las 20:00, "
            "con el programa Night Talk.",
        ),
    ],
)
def test_it_speaks_the_stations_language(tmp_path: Path, voice: str, closed: str, on: str, last_calls: str) -> None:
    with held_app(tmp_path, STATION_TIME_ZONE="Europe/London", STATION_VOICE=voice) as app:
        at(app, "12:00")
        save(app.visitor("admin"))
        assert shown(app)["state"] == closed
        at(app, "20:30")
        assert shown(app)["show"] == on
        at(app, "21:55")
        assert shown(app)["state"] == last_calls
        assert f'"language": "{voice[:2]}"' in get(app, "/widget.js").text
