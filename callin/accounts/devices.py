"""Browsers with which somebody has signed in before: a signed cookie says so, and with which names.

A stranger cannot make one, so what is kept for these browsers no flood of wrong passwords can take.
"""

from __future__ import annotations

import secrets
from typing import NamedTuple

from callin.keyring import Keyring

PURPOSE = "known"
NAMES_KEPT = 8
"""The computer in a studio has several DJs."""


class Device(NamedTuple):
    """A browser that is known: a random key, and the names that signed in with it, the last one last."""

    key: str
    names: tuple[str, ...]


def read(cookie: str, keyring: Keyring) -> Device | None:
    """The browser that a cookie stands for, or None for a cookie that we did not make."""
    value = keyring.unsign(cookie, PURPOSE) if cookie else None
    if value is None:
        return None
    names, _, key = value.partition("~")
    return Device(key, tuple(names.split("+")))


def cookie_for(name: str, before: Device | None, keyring: Keyring) -> str:
    """The cookie of a browser after this name has signed in with it."""
    key, names = before or Device(secrets.token_hex(8), ())
    kept = (*(one for one in names if one != name), name)[-NAMES_KEPT:]
    return keyring.sign(f"{'+'.join(kept)}~{key}", PURPOSE)
