"""A backup carries sounds from one store to the other, a few megabytes at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from callin import backup, restore
from callin.contracts import Store
from callin.model import StoredRecord
from callin.sounds import NewSound, SoundLibrary, SoundLimits
from callin.stores.codec import batches
from tests.callers.conftest import KEYRING
from tests.support.clock import HeldClock
from tests.support.sounds import add
from tests.support.wav import tone

NOW = 1_577_836_800.0


def test_a_restore_stores_a_few_megabytes_at_a_time() -> None:
    piece = StoredRecord("soundpiece", "x", "x" * 128_000)
    sizes = [len(batch) for batch in batches([piece] * 100, 300, 5_000_000)]
    assert (sum(sizes), max(sizes)) == (100, 39)
    assert [len(batch) for batch in batches([piece] * 3, 300, 1)] == [1, 1, 1]
    assert [len(batch) for batch in batches([piece._replace(document="{}")] * 700, 300, 5_000_000)] == [300, 300, 100]


@pytest.mark.parametrize(("first", "second"), [("sqlite", "firestore"), ("firestore", "sqlite")])
def test_a_backup_carries_sounds_to_the_other_store(
    open_store: Callable[[str], Store], tmp_path: Path, first: str, second: str
) -> None:
    """A long sound, which does not fit in one Firestore commit."""
    content = tone(500)
    limits = SoundLimits(3, 600)
    origin, copy = open_store(first), open_store(second)
    sound = add(SoundLibrary(origin, HeldClock(NOW)), NewSound("music", "News", len(content)), content, limits)
    path = tmp_path / "1.jsonl"
    backup.write_lines(origin.stored_records(), path)
    longest = max(map(len, path.read_text().splitlines()))
    assert longest < 140_000, "no line holds more than one piece"
    assert json.loads(path.read_text().splitlines()[-1]) == {"records": 43}
    restore.restore(path, [], copy, KEYRING, NOW)
    library = SoundLibrary(copy, HeldClock(NOW))
    assert library.sounds("music") == [sound]
    assert b"".join(library.read(sound)) == content
