"""The names and values of a query or a form: each webhook needs them, and WebOb takes several times as long."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

MAX_FIELDS = 500


Fields = list[tuple[str, str]]


def parse_params(encoded: str) -> Fields:
    """The names and values of a query or a form, in order, empty values too.

    ValueError for bytes that are not UTF-8 and for more than MAX_FIELDS of them.
    """
    if not encoded:
        return []
    fields = encoded.split("&")
    if len(fields) > MAX_FIELDS:
        raise ValueError("too many fields")
    found = []
    for one in fields:
        name, _, value = one.partition("=")
        if one:
            found.append((_decoded(name), _decoded(value)))
    return found


def _decoded(text: str) -> str:
    if "+" in text:
        text = text.replace("+", " ")
    return unquote_to_bytes(text).decode() if "%" in text else text


class Params:
    """Parameters by name. If a name repeats, its last value counts."""

    def __init__(self, *sources: Fields) -> None:
        self._last: dict[str, str] = {}
        self._repeated: set[str] = set()
        for source in sources:
            for name, value in source:
                if name in self._last:
                    self._repeated.add(name)
                self._last[name] = value

    def get(self, name: str) -> str:
        """The value; empty if there is none."""
        return self._last.get(name, "")

    def items(self) -> Iterable[tuple[str, str]]:
        """The names and values, in the order in which the names first came."""
        return self._last.items()

    def repeats(self, names: Iterable[str]) -> bool:
        """Whether any of these names repeats."""
        return bool(self._repeated) and not self._repeated.isdisjoint(names)
