"""What a page says to people, from its HTML."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

SAID_IN = {"aria-label", "alt", "placeholder", "title"}
"""The attributes that are read out or shown."""


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.attributes: dict[str, str] = {}

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes |= {name: value or "" for name, value in attrs}
        self.found += [value for name, value in attrs if name in SAID_IN and value]

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(" ".join(data.split()))


def texts_in(page: str) -> Iterator[str]:
    """Each text of the page and of its attributes for people, in order."""
    parser = _Texts()
    parser.feed(page)
    yield from parser.found


def attribute_of(page: str, name: str) -> str:
    """The value of the last attribute of that name."""
    parser = _Texts()
    parser.feed(page)
    return parser.attributes[name]
