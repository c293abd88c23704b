"""Lists in pages, with the addresses that lead from one page to the next.

https://www.twilio.com/docs/usage/twilios-response#pagination
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from rehearsal.rest.errors import PAGE_SIZE_TOO_LARGE, Refusal, invalid

DEFAULT_PAGE_SIZE = 50
MAX_PAGE_SIZE = 1000
_PAGING = ("PageSize", "Page", "PageToken")

Item = TypeVar("Item")


def page(
    items: Sequence[Item],
    *,
    key: str,
    path: str,
    query: Mapping[str, str],
    sid: Callable[[Item], str],
    as_json: Callable[[int, Item], dict[str, Any]],
) -> dict[str, Any]:
    """One page of `items` in Twilio's envelope, under `key`.

    `sid(item)` makes the page tokens: the next page goes on after the last item of this one, wherever that item is
    by then. `as_json(index, item)` is asked for the items of this page only. Raises Refusal for a bad PageSize or Page.
    """
    size = _whole_number(query, "PageSize", default=DEFAULT_PAGE_SIZE, least=1)
    if size > MAX_PAGE_SIZE:
        raise Refusal(400, PAGE_SIZE_TOO_LARGE, f"Page size must be at most {MAX_PAGE_SIZE}, not {size}")
    number = _whole_number(query, "Page", default=0, least=0)
    start = _start(items, query.get("PageToken", ""), number * size, size, sid)
    shown = [as_json(index, items[index]) for index in range(start, min(start + size, len(items)))]

    filters = {name: value for name, value in query.items() if name not in _PAGING}

    def address(page_number: int, token: str | None = None) -> str:
        asked = filters | {"PageSize": str(size), "Page": str(page_number)}
        if token is not None:
            asked["PageToken"] = token
        return f"{path}?{urlencode(asked)}"

    end = start + len(shown)
    return {
        "first_page_uri": address(0),
        "previous_page_uri": address(number - 1, "PB" + sid(items[start])) if number and shown else None,
        "next_page_uri": address(number + 1, "PA" + sid(items[end - 1])) if shown and end < len(items) else None,
        "uri": address(number, query.get("PageToken")),
        "page": number,
        "page_size": size,
        "start": start,
        "end": max(end - 1, 0),
        key: shown,
    }


def _start(items: Sequence[Item], token: str, otherwise: int, size: int, sid: Callable[[Item], str]) -> int:
    """The index of the page's first item. A token whose item has gone falls back to counting."""
    direction, wanted = token[:2], token[2:]
    if direction in ("PA", "PB") and wanted:
        for index, item in enumerate(items):
            if sid(item) == wanted:
                return index + 1 if direction == "PA" else max(0, index - size)
    return otherwise


def _whole_number(query: Mapping[str, str], name: str, *, default: int, least: int) -> int:
    value = query.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) < 10 and int(value) >= least):
        raise invalid(name, value, f"a whole number from {least}")
    return int(value)
