"""Messages as an admin switches them on, and as the desk lists, plays and deletes them, over HTTP."""

from __future__ import annotations

from typing import Any

from rehearsal.sound.meter import measure
from rehearsal.sound.mulaw import encode
from tests.support.station import App, Station
from tests.support.wav import samples_of
from tests.support.web import Answer


def set_messages(app: App, *, is_on: bool = True, **values: object) -> Answer:
    """Fills in the admin's form on the page Messages."""
    admin = app.visitor("admin")
    assert admin.get("/messages").status == 200
    fields = {"longest_seconds": "60", "keep_days": "30"} | {name: str(value) for name, value in values.items()}
    return admin.fill_in("/messages", **({"is_on": "on"} if is_on else {}), **fields)


def listed(app: App, name: str = "dj") -> list[dict[str, Any]]:
    """The messages as the page gets them, newest first."""
    found: list[dict[str, Any]] = app.visitor(name).get("/messages/list").json()["messages"]
    return found


def message_of(station: Station, number: str) -> dict[str, Any] | None:
    """The newest message of a number, as an admin sees it."""
    return next((one for one in listed(station.app, "admin") if one["number"] == number), None)


def delete_all(app: App) -> None:
    admin = app.visitor("admin")
    admin.get("/messages")
    for one in listed(app, "admin"):
        assert admin.press("/messages/delete", {"id": one["id"]}).status == 200


def sound_of(app: App, message_id: str, **headers: str) -> Answer:
    return app.visitor().ask("GET", f"/messages/sound?id={message_id}", headers=headers)


def frequency_of(wav: bytes) -> float | None:
    """The dominant tone of a WAV file, in PCM or µ-law."""
    return measure(encode(samples_of(wav))).frequency_hz
