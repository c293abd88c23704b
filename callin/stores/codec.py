"""How records are stored, in both engines: as JSON, and under texts by which calls are found.

A record may be older or newer than this program: missing fields take their defaults, unknown fields are ignored.
A class that was renamed keeps its old name in the store by `stored_as: ClassVar[str] = "…"`, a field by the function
`stored_as` of `model.stored`. An enum keeps its old values.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from functools import cache
from typing import Any, NamedTuple, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import Struct
from msgspec.structs import fields

from callin.contracts import HistoryQuery, StoreError
from callin.model import Call, Card, ChatMessage, Desk, Show, StoredRecord

T = TypeVar("T")

Loader = Callable[[Any], Any]
"""Makes a field's value from JSON's value. None stands for a loader that would change nothing."""
_Loaders = tuple[tuple[str, str, Loader | None], ...]
"""Each field's name, its name in the store, and its loader."""

WATCHED_KINDS: dict[str, type[Any]] = {"call": Call, "card": Card, "desk": Desk, "message": ChatMessage, "show": Show}
"""The kinds whose changes dashboards follow, by their names in the store."""

_KEY_FIELDS: dict[type[Any], str] = {Call: "call_sid", Card: "call_sid", Desk: "name", Show: "name", ChatMessage: ""}

LONGEST_NUMBER = 200
"""Characters of a caller's number that count in an index: Firestore sorts by at most 1,500 bytes."""


def batches(records: Iterable[StoredRecord], most_records: int, most_characters: int) -> Iterator[list[StoredRecord]]:
    """The records in lists, each of at most this many records and characters. A longer record is alone in its list."""
    batch: list[StoredRecord] = []
    characters = 0
    for record in records:
        if batch and (len(batch) >= most_records or characters + len(record.document) > most_characters):
            yield batch
            batch, characters = [], 0
        batch.append(record)
        characters += len(record.document)
    if batch:
        yield batch


def kind_name(kind: type) -> str:
    """The kind's name in the store."""
    return str(getattr(kind, "stored_as", kind.__name__.lower()))


def dump(record: Any) -> str:
    """The record as a JSON object, without its key, which is stored beside the document."""
    document = msgspec.to_builtins(record)
    document.pop(_KEY_FIELDS.get(type(record), "key"), None)
    return _encode(document).decode()


def load(kind: type[T], key: str, document: str) -> T:
    """The record that `dump` wrote."""
    known: Any = kind
    key_field = _KEY_FIELDS.get(kind, "key")
    try:
        return kind(**_arguments(_loaders(known), json.loads(document)), **({key_field: key} if key_field else {}))
    except (ValueError, TypeError, LookupError) as error:
        # A newer program may write values that this one does not know.
        raise StoreError(f"The store holds a {kind_name(kind)} that this program cannot read: {error}.") from error


# The standard library's encoder took 40 µs for a call, this one takes 7.
_encode = msgspec.json.Encoder().encode


def _arguments(loaders: _Loaders, found: dict[str, Any]) -> dict[str, Any]:
    return {name: load(found[stored]) if load else found[stored] for name, stored, load in loaders if stored in found}


@cache
def _loaders(cls: type[Struct]) -> _Loaders:
    return tuple((one.name, one.encode_name, _loader(one.type)) for one in fields(cls))


def _loader(hint: Any) -> Loader | None:
    if get_origin(hint) in (Union, types.UnionType):
        return _optional(get_args(hint))
    if get_origin(hint) is tuple:
        return _tuple(get_args(hint))
    if isinstance(hint, type) and issubclass(hint, Struct):
        return _nested(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {member.value: member for member in hint}.__getitem__
    if hint in (str, int, float, bool):
        return None
    raise TypeError(f"no record can hold a {hint}")


def _optional(choices: tuple[Any, ...]) -> Loader | None:
    (inner,) = [choice for choice in choices if choice is not types.NoneType]
    load = _loader(inner)
    return load and (lambda found: None if found is None else load(found))


def _tuple(items: tuple[Any, ...]) -> Loader:
    if len(items) != 2 or items[1] is not Ellipsis:
        each = [_loader(item) or (lambda found: found) for item in items]
        return lambda found: tuple(load(one) for load, one in zip(each, found, strict=True))
    load = _loader(items[0])
    return (lambda found: tuple([load(one) for one in found])) if load else tuple


def _nested(cls: type[Struct]) -> Loader:
    loaders = _loaders(cls)

    def load(found: Any) -> Any:
        if isinstance(found, list):
            # The first version wrote the values alone, in the order of the fields.
            found = dict(zip((stored for _, stored, _ in loaders), found, strict=False))
        return cls(**_arguments(loaders, found))

    return load


# Each index is one text, so that Firestore needs no composite index. Texts sort by time, then by CallSid.


class Indexes(NamedTuple):
    """The texts by which a call is found: by time alone, by number and time, by outcome (None: not over) and time."""

    joined: str
    number_joined: str
    outcome_joined: str | None


class Range(NamedTuple):
    """The texts of one index from `low` until just before `high`."""

    name: str
    low: str
    high: str


def indexes_of(call: Call) -> Indexes:
    joined = f"{_instant(call.joined_at)}|{call.call_sid}"
    return Indexes(joined, f"{_quoted(call.number)}|{joined}", f"{call.outcome}|{joined}" if call.outcome else None)


def history_range(query: HistoryQuery, after: str) -> Range:
    """The range of the calls that match, before `after`: the text of the last call of the page before."""
    index, prefix = "joined", ""
    if query.number:
        index, prefix = "number_joined", f"{_quoted(query.number)}|"
    elif query.outcome:
        index, prefix = "outcome_joined", f"{query.outcome}|"
    low, high = (prefix + _instant(seconds) for seconds in (query.since, query.until))
    return Range(index, low, min(after, high) if after.startswith(prefix) and after else high)


def caller_range(caller: str) -> Range:
    """The range of all calls of a caller. A browser's From ends in `_` and a date."""
    last = "_" if caller.startswith("client:") else "|"
    number = _quoted(caller)
    return Range("number_joined", number + last, number + chr(ord(last) + 1))


def _instant(seconds: float) -> str:
    # Digits of one length sort as the numbers do.
    return f"{max(0.0, seconds):017.6f}"


def _quoted(number: str) -> str:
    # A withheld number may be any text, so the separator in it is escaped.
    return number[:LONGEST_NUMBER].replace("%", "%25").replace("|", "%7C")
