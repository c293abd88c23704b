"""Stores sounds: in a library, or as the page Sounds uploads them."""

from __future__ import annotations

from collections.abc import Iterator

from callin.sounds import PIECE_BYTES, NewSound, Sound, SoundLibrary, SoundLimits
from tests.support.visitors import Visitor
from tests.support.web import Answer


def pieces_of(content: bytes) -> Iterator[bytes]:
    return (content[at : at + PIECE_BYTES] for at in range(0, len(content), PIECE_BYTES))


def add(library: SoundLibrary, new: NewSound, content: bytes, limits: SoundLimits) -> Sound:
    upload = library.begin(new, limits)
    for number, piece in enumerate(pieces_of(content)):
        library.put(upload, number, piece)
    return library.finish(upload, limits)


def send(admin: Visitor, content: bytes, kind: str = "music", name: str = "News", *, notice: bool = False) -> Answer:
    """The answer to the first request that is refused, or to the last."""
    body = {"kind": kind, "name": name, "says_notice": notice, "size": len(content)}
    answer = admin.press("/sounds/begin", body)
    if answer.status != 200:
        return answer
    upload = answer.json()["upload"]
    for number, piece in enumerate(pieces_of(content)):
        answer = admin.ask("POST", f"/sounds/piece?number={number}&upload={upload}", piece)
        if answer.status != 200:
            return answer
    return admin.press("/sounds/finish", {"upload": upload})


def stored(admin: Visitor, content: bytes, kind: str = "music", name: str = "News", *, notice: bool = False) -> str:
    """The key of the sound."""
    answer = send(admin, content, kind, name, notice=notice)
    assert answer.status == 200, answer.text
    return str(answer.json()["key"])
