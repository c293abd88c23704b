"""Messages as an admin switches them on, and as the desk lists, plays and deletes them, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rehearsal.sound.meter import measure
from rehearsal.sound.mulaw import encode
from tests.support.presses import DeskBrowser
from tests.support.station import App, Station
from tests.support.visitors import Visitor
from tests.support.wav import samples_of
from tests.support.web import Answer

BYTES = {"Content-Type": "application/octet-stream"}


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


def send_note(visitor: Visitor, content: bytes, piece_bytes: int = 96_000, **typed: str) -> Answer:
    """A voice note as the page `/call` sends it: the answer to the first request that is refused, or to the last."""
    begun = visitor.press("/call/note", {"size": len(content)})
    if begun.status != 200:
        return begun
    key = begun.json()["upload"]
    for number in range(-(-len(content) // piece_bytes)):
        body = content[number * piece_bytes : (number + 1) * piece_bytes]
        sent = visitor.ask("POST", f"/call/note-piece?number={number}&upload={key}", body, BYTES)
        if sent.status != 200:
            return sent
    return visitor.press("/call/message", {"upload": key} | typed)


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


def messages_on(station: Station) -> Iterator[None]:
    """Switches messages on for the block; afterwards deletes them all and switches them off."""
    assert "Saved." in set_messages(station.app).text
    yield
    delete_all(station.app)
    set_messages(station.app, is_on=False)


def close(station: Station) -> None:
    assert DeskBrowser(station.app).set(opening="closed").status == 200


def ring(station: Station, number: str, *, silent: bool = False) -> str:
    sid: str = station.control("POST", "/callers", {"from": number, "to": "listener", "silent": silent})["call_sid"]
    return sid


def wait_for_tone(station: Station, caller: str) -> None:
    """Waits until the tone has sounded, because what is said before it ends is not recorded."""
    station.until(lambda: any(one["verb"] == "Beep" for one in station.caller(caller)["heard"]), "there is no tone")
    station.advance(0.6)


def leave_message(station: Station, number: str, *, seconds: int = 8, words: str = "") -> str:
    """A caller to the closed line presses 5, speaks, and presses a key."""
    caller = ring(station, number)
    station.until(lambda: "press 5" in station.heard(caller), "no message is offered")
    station.press(caller, "5")
    wait_for_tone(station, caller)
    if words:
        station.control("POST", f"/callers/{caller}/speech", {"text": words})
    station.advance(seconds)
    station.press(caller, "#")
    station.until(lambda: station.caller(caller)["status"] == "completed", "the caller is not let go")
    return caller


def arrived(station: Station, number: str) -> dict[str, Any]:
    return station.until(lambda: message_of(station, number), "the message is not in the list") or {}


def outcome(station: Station, caller: str) -> str:
    left = [one for one in station.app.status()["left"] if one["call_sid"] == caller]
    return str(left[0]["outcome"]) if left else ""
