"""A sound is stored in pieces and found only if it is complete, in every engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from callin.contracts import Store
from callin.sounds import PIECE_BYTES, NewSound, Sound, SoundError, SoundLibrary, SoundLimits, SoundPiece, SoundUpload
from callin.stores.firestore import FirestoreStore
from callin.stores.sqlite import SqliteStore
from tests.stores.conftest import Opener
from tests.support import firestore
from tests.support.clock import HeldClock
from tests.support.sounds import add, pieces_of
from tests.support.wav import tone

LIMITS = SoundLimits(most_sounds=3, most_seconds=60)
LONG = tone(30)  # three pieces
NOW = 1_577_836_800.0


@pytest.fixture(params=["sqlite", "firestore"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens the test's store, each time as another instance. How Firestore is watched makes no difference here."""
    project = firestore.new_project()
    if request.param == "firestore":
        request.getfixturevalue("emulator")
    opened: list[Store] = []

    def open_another() -> Store:
        is_file = request.param == "sqlite"
        opened.append(SqliteStore(str(tmp_path / "line.db")) if is_file else FirestoreStore(project))
        return opened[-1]

    yield open_another
    for store in opened:
        store.close()


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock(NOW)


@pytest.fixture
def library(store: Store, clock: HeldClock) -> SoundLibrary:
    return SoundLibrary(store, clock)


def new(content: bytes, name: str = "News", kind: str = "music") -> NewSound:
    return NewSound(kind, name, len(content), "anna")


def put_all(library: SoundLibrary, content: bytes) -> SoundUpload:
    upload = library.begin(new(content), LIMITS)
    for number, piece in enumerate(pieces_of(content)):
        library.put(upload, number, piece)
    return upload


def test_a_sound_comes_back_as_it_was_also_on_another_instance(opener: Opener, clock: HeldClock) -> None:
    sound = add(SoundLibrary(opener(), clock), new(LONG), LONG, LIMITS)
    other = SoundLibrary(opener(), clock)
    assert other.sound(sound.key) == sound
    assert (sound.name, sound.kind, sound.media_type, sound.by) == ("News", "music", "audio/wav", "anna")
    assert (sound.size, sound.seconds, sound.stored_at) == (len(LONG), 30.0, NOW)
    pieces = list(other.read(sound))
    assert [len(piece) for piece in pieces] == [PIECE_BYTES, PIECE_BYTES, len(LONG) - 2 * PIECE_BYTES]
    assert b"".join(pieces) == LONG


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 1), (10, 96_000), (95_999, 96_001), (96_000, 192_000), (191_999, None), (5, 10**9), (len(LONG), None)],
)
def test_any_part_of_a_sound_can_be_read(tmp_path: Path, start: int, end: int | None) -> None:
    with closing(SqliteStore(str(tmp_path / "line.db"))) as store:
        library = SoundLibrary(store, HeldClock(NOW))
        sound = add(library, new(LONG), LONG, LIMITS)
        assert b"".join(library.read(sound, start, end)) == LONG[start:end]


def test_the_same_file_uploaded_twice_is_two_sounds_and_each_address_names_its_content(library: SoundLibrary) -> None:
    one, same, other = (add(library, new(content), content, LIMITS) for content in (LONG, LONG, tone(1)))
    assert len({one.key, same.key, other.key}) == 3
    assert one.key[:32] == same.key[:32] != other.key[:32]
    assert library.sounds("music") == sorted([one, same, other], key=lambda sound: sound.key)
    assert library.delete(one.key)
    assert b"".join(library.read(same)) == LONG


def test_a_sound_without_all_its_pieces_is_never_found(store: Store, library: SoundLibrary) -> None:
    upload = library.begin(new(LONG), LIMITS)
    library.put(upload, 0, LONG[:PIECE_BYTES])
    library.put(upload, 2, LONG[2 * PIECE_BYTES :])
    with pytest.raises(SoundError, match="did not arrive completely"):
        library.finish(upload, LIMITS)
    assert (store.records(Sound), library.sounds("music")) == ((), [])
    library.put(upload, 1, LONG[PIECE_BYTES : 2 * PIECE_BYTES])
    sound = library.finish(library.upload(upload.key), LIMITS)
    assert b"".join(library.read(sound)) == LONG
    assert store.records(SoundUpload) == ()


def test_a_piece_of_another_size_than_was_announced_is_refused(library: SoundLibrary) -> None:
    upload = library.begin(new(LONG), LIMITS)
    for number, body in [(0, LONG[:-1]), (0, LONG[:5]), (2, LONG[:PIECE_BYTES]), (3, b"x"), (3, b""), (-1, b"")]:
        with pytest.raises(SoundError, match="did not arrive completely"):
            library.put(upload, number, body)


def test_a_deleted_sound_leaves_nothing_behind(store: Store, library: SoundLibrary) -> None:
    sound = add(library, new(LONG), LONG, LIMITS)
    reading = library.read(sound)
    next(reading)
    assert library.delete(sound.key)
    assert library.sound(sound.key) is None
    assert all(store.records(kind) == () for kind in (Sound, SoundPiece, SoundUpload))
    assert not library.delete(sound.key)
    with pytest.raises(SoundError, match="has been deleted"):
        next(reading)


def test_what_was_never_finished_is_deleted_after_an_hour_and_not_before(
    store: Store, library: SoundLibrary, clock: HeldClock
) -> None:
    put_all(library, LONG)
    kept = add(library, new(LONG), LONG, LIMITS)
    clock.advance(3000)
    library.delete_abandoned()
    assert len(store.records(SoundPiece)) == 6
    late = put_all(library, tone(1))
    clock.advance(700)
    library.delete_abandoned()
    assert store.records(SoundUpload) == (late,)
    assert len(store.records(SoundPiece)) == 4
    assert b"".join(library.read(kept)) == LONG


def test_a_retired_sound_can_still_be_read_for_a_while(store: Store, library: SoundLibrary, clock: HeldClock) -> None:
    sound = add(library, new(LONG), LONG, LIMITS)
    assert library.retire(sound.key)
    assert not library.retire("other")
    assert library.sounds("music") == []
    library.delete_abandoned()
    assert b"".join(library.read(sound)) == LONG
    clock.advance(700)
    library.delete_abandoned()
    assert all(store.records(kind) == () for kind in (Sound, SoundPiece, SoundUpload))


class Crash(Exception):
    pass


class CrashingStore:
    """A store whose process ends when it begins to delete pieces."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def change_record(self, kind: type, key: str, *rest: object) -> object:
        if kind is SoundPiece:
            raise Crash
        return self._store.change_record(kind, key, *rest)


def test_a_deletion_that_was_cut_short_is_finished_later(store: Store, library: SoundLibrary, clock: HeldClock) -> None:
    sound = add(library, new(LONG), LONG, LIMITS)
    with pytest.raises(Crash):
        SoundLibrary(CrashingStore(store), clock).delete(sound.key)
    assert library.sound(sound.key) is None
    assert len(store.records(SoundPiece)) == 3
    clock.advance(4000)
    library.delete_abandoned()
    assert all(store.records(kind) == () for kind in (SoundPiece, SoundUpload))


def test_an_upload_that_was_given_up_cannot_be_finished(store: Store, library: SoundLibrary, clock: HeldClock) -> None:
    upload = put_all(library, LONG)
    clock.advance(4000)
    library.delete_abandoned()
    with pytest.raises(SoundError, match="did not arrive completely"):
        library.upload(upload.key)
    with pytest.raises(SoundError, match="did not arrive completely"):
        library.finish(upload, LIMITS)
    assert store.records(Sound) == ()


def test_one_too_many_is_refused_with_a_sentence(library: SoundLibrary) -> None:
    for _ in range(3):
        add(library, new(tone(1)), tone(1), LIMITS)
    with pytest.raises(SoundError, match="There are 3 already"):
        library.begin(new(tone(1)), LIMITS)
    library.begin(new(tone(1), kind="greeting"), LIMITS)


def test_one_too_long_is_refused_and_nothing_of_it_is_kept(
    store: Store, library: SoundLibrary, clock: HeldClock
) -> None:
    with pytest.raises(SoundError, match="at most 60 seconds"):
        library.begin(NewSound("music", "x", LIMITS.most_bytes + 1), LIMITS)
    slow = tone(61)  # in µ-law it is half as large as the limit allows
    with pytest.raises(SoundError, match="at most 60 seconds"):
        add(library, new(slow), slow, LIMITS)
    assert store.records(Sound) == ()
    clock.advance(4000)
    library.delete_abandoned()
    assert all(store.records(kind) == () for kind in (Sound, SoundPiece, SoundUpload))


# Pieces must not fill memory, change feeds or answers


def test_changes_of_the_line_do_not_tell_of_sounds(store: Store, library: SoundLibrary) -> None:
    before = store.live_calls()
    add(library, new(LONG), LONG, LIMITS)
    assert store.live_calls()[1:] == before[1:]
    assert store.changes_since(before.mark)[1:] == before[1:]


def test_sqlite_keeps_no_piece_in_memory(tmp_path: Path) -> None:
    with closing(SqliteStore(str(tmp_path / "line.db"))) as store:
        library = SoundLibrary(store, HeldClock(NOW))
        sound = add(library, new(LONG), LONG, LIMITS)
        list(library.read(sound))
        assert {kind for kind, _ in store._parsed} == {Sound}  # noqa: SLF001 - what is in memory shows nowhere else
