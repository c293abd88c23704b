"""Uploads sounds as the page Sounds does."""

from __future__ import annotations

from callin.sounds import PIECE_BYTES
from tests.support.visitors import Visitor
from tests.support.web import Answer


def send(admin: Visitor, content: bytes, kind: str = "music", name: str = "News", *, notice: bool = False) -> Answer:
    """The answer to the first request that is refused, or to the last."""
    body = {"kind": kind, "name": name, "says_notice": notice, "size": len(content)}
    answer = admin.press("/sounds/begin", body)
    if answer.status != 200:
        return answer
    upload = answer.json()["upload"]
    for number in range(-(-len(content) // PIECE_BYTES)):
        piece = content[number * PIECE_BYTES :][:PIECE_BYTES]
        answer = admin.ask("POST", f"/sounds/piece?number={number}&upload={upload}", piece)
        if answer.status != 200:
            return answer
    return admin.press("/sounds/finish", {"upload": upload})


def stored(admin: Visitor, content: bytes, kind: str = "music", name: str = "News", *, notice: bool = False) -> str:
    """The key of the sound."""
    answer = send(admin, content, kind, name, notice=notice)
    assert answer.status == 200, answer.text
    return str(answer.json()["key"])
