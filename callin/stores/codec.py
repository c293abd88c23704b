"""Calls and desks as JSON documents and back, told by their fields' types: the one place where values are written down.

A document may be older or newer than this program: fields that it lacks take their defaults, fields that only it has
are left alone.
"""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Callable
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from callin.contracts import StoreError

T = TypeVar("T")

Loader = Callable[[Any], Any]
"""What JSON has for a value, and the value. None in place of one: JSON's own value is it already."""


def dump(value: Any, key_field: str = "") -> str:
    """A dataclass as a JSON object. The field that is its key is left out, for it stands beside the document."""
    cls: Any = type(value)
    names, values = _fields(cls, key_field)
    return _encode(dict(zip(names, values(value), strict=True)))


def load(cls: type[T], document: str, **key: str) -> T:
    """The value that `dump` wrote, with the field that stood beside it."""
    known: Any = cls
    try:
        return cls(**_arguments(_loaders(known), json.loads(document)), **key)
    except (ValueError, TypeError, LookupError) as error:
        # A newer program may write words that this one does not know.
        raise StoreError(f"The store holds a {name_of(cls)} that this program cannot read: {error}.") from error


def name_of(cls: type) -> str:
    """What documents of that class are called in the store: `stored_as`, else the name of the class."""
    return str(getattr(cls, "stored_as", cls.__name__.lower()))


@cache
def _fields(cls: type, left_out: str = "") -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    fields = [one for one in dataclasses.fields(cls) if one.name != left_out]
    get = attrgetter(*(one.name for one in fields))
    return tuple(map(_stored_name, fields)), get if len(fields) > 1 else lambda value: (get(value),)


def _stored_name(one: dataclasses.Field[Any]) -> str:
    """What documents call a field: its own name, or the name that it had when it was first stored."""
    name: str = one.metadata.get("stored_as", one.name)
    return name


def _as_object(value: Any) -> dict[str, Any]:
    cls: Any = type(value)
    names, values = _fields(cls)
    return dict(zip(names, values(value), strict=True))


# Enums of text, tuples and None are JSON's own; only dataclasses inside of others need a hand.
_encode = json.JSONEncoder(separators=(",", ":"), default=_as_object).encode


def _arguments(loaders: tuple[tuple[str, str, Loader | None], ...], found: dict[str, Any]) -> dict[str, Any]:
    return {name: load(found[stored]) if load else found[stored] for name, stored, load in loaders if stored in found}


@cache
def _loaders(cls: type) -> tuple[tuple[str, str, Loader | None], ...]:
    """Of each field its name, its name in documents, and what loads it."""
    hints = get_type_hints(cls)
    fields = [one for one in dataclasses.fields(cls) if one.init]
    return tuple((one.name, _stored_name(one), _loader(hints[one.name])) for one in fields)


def _loader(hint: Any) -> Loader | None:
    if get_origin(hint) in (Union, types.UnionType):
        return _optional(get_args(hint))
    if get_origin(hint) is tuple:
        return _tuple(get_args(hint))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _nested(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {member.value: member for member in hint}.__getitem__
    if hint in (str, int, float, bool):
        return None
    raise TypeError(f"no document can hold a {hint}")


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


def _nested(cls: type) -> Loader:
    loaders = _loaders(cls)

    def load(found: Any) -> Any:
        if isinstance(found, list):
            # As the first documents had it: the values alone, in the order of the fields.
            found = dict(zip((stored for _, stored, _ in loaders), found, strict=False))
        return cls(**_arguments(loaders, found))

    return load
