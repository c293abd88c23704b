"""Cleans text that a person typed or said, for pages, documents and files."""

from __future__ import annotations

JOINERS = frozenset("\u200c\u200d")
"""Persian words and emoji need them."""


def plain(text: str) -> str:
    r"""The text on one line, without control characters and those that turn the direction of writing.

    >>> plain("  Anna\u202e\n Maria ")
    'Anna Maria'
    """
    shown = (letter for letter in text if letter.isprintable() or letter.isspace() or letter in JOINERS)
    return " ".join("".join(shown).split())
