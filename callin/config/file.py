"""The settings file: KEY=value lines, `#` comments, quoted values; private to its owner.

python-dotenv takes the lines apart. It is imported only if there is a file: App Engine has none.
"""

from __future__ import annotations

import difflib
import io
import os
import stat
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dotenv.parser import Binding

NAME = "station.env"
OTHERS = stat.S_IRWXG | stat.S_IRWXO
SIMILAR = 0.85
"""How similar a name must be to a setting's to count as a misspelling of it."""


def read(path: Path, names: Collection[str], problems: list[str]) -> dict[str, str]:
    """The values in the file. Adds a sentence to `problems` for each fault; `names` are the settings that there are."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        problems.append(f"The settings file {path} cannot be read: {error.strerror}. Run this as the file's owner.")
        return {}
    except UnicodeDecodeError:
        problems.append(f"The settings file {path} is not text in UTF-8. Save it as UTF-8.")
        return {}
    if mode & OTHERS:
        problems.append(f"Other users can read the settings file (its mode is {mode:o}). Run: chmod 600 {path}")
    return _values(path, text, names, problems)


def write(path: Path, values: Mapping[str, str]) -> None:
    """Sets these values in the file; its other lines and its owner stay. Makes the file if there is none. OSError."""
    left = dict(values)
    lines = []
    for binding in _bindings(path.read_text(encoding="utf-8") if path.exists() else ""):
        if binding.key not in values:
            lines.append(binding.original.string.removesuffix("\n"))
        elif binding.key in left and (value := left.pop(binding.key)):
            lines.append(_line(binding.key, value))
    lines += [_line(name, value) for name, value in left.items() if value]
    replace(path, "\n".join(lines) + "\n")


def replace(path: Path, text: str) -> None:
    """Writes a private file in one step: a program that reads it gets all of the old text or all of the new."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as new:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
            if path.exists():
                os.fchown(new.fileno(), path.stat().st_uid, path.stat().st_gid)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink()
        raise


def _bindings(text: str) -> list[Binding]:
    from dotenv.parser import parse_stream

    return list(parse_stream(io.StringIO(text)))


def _values(path: Path, text: str, names: Collection[str], problems: list[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for binding in _bindings(text):
        line = binding.original.string
        blank_lines = line[: len(line) - len(line.lstrip())].count("\n")  # the parser has them in the line after them
        key, where = binding.key, f"Line {binding.original.line + blank_lines} of {path}"
        if binding.error or (key is not None and binding.value is None):
            # The line may hold a secret: it is not shown.
            problems.append(f'{where} is not of the form NAME=value or NAME="value". Correct it.')
        elif key in values:
            problems.append(f"{where} sets {key} a second time. Remove one of the two lines.")
        elif key is not None:
            values[key] = binding.value or ""
            similar = [] if key in names else difflib.get_close_matches(key, names, 1, SIMILAR)
            if similar:
                problems.append(f"{where} sets {key}, which is not a setting. Write {similar[0]} if you mean that.")
    return values


def _line(name: str, value: str) -> str:
    """
    >>> _line("STATION_NAME", "Rock 'n' Roll"), _line("PORT", "8080")
    ("STATION_NAME='Rock \\\\'n\\\\' Roll'", "PORT='8080'")
    """
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{name}='{escaped}'"
