"""A sound that telephones cannot play is refused, and a WAV file's header is read and written."""

from __future__ import annotations

import struct
from contextlib import closing
from pathlib import Path

import pytest

from callin.sounds import NewSound, Sound, SoundError, SoundLibrary, SoundLimits, SoundPiece, SoundUpload
from callin.sounds.wav import MULAW, PCM, RATE, header, read_header
from callin.stores.sqlite import SqliteStore
from tests.support.clock import HeldClock
from tests.support.sounds import add
from tests.support.wav import tone


def with_format(codec: int, channels: int, rate: int, bits: int) -> bytes:
    form = struct.pack("<HHIIHH", codec, channels, rate, rate, 1, bits)
    chunks = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", 8000) + bytes(8000)
    return b"RIFF" + struct.pack("<I", len(chunks)) + chunks


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "too long"),  # no size at all
        (b"<html>", "not a WAV file"),
        (b"\xff\xfb\x90d" + bytes(4000), "not a WAV file"),  # MP3
        (tone(1)[:-1], "damaged"),
        (tone(1)[:30], "damaged"),
        (tone(0), "empty"),
        (tone(0.1), "empty"),
        (with_format(MULAW, 2, RATE, 8), "must be mono"),
        (with_format(MULAW, 1, 44_100, 8), "must be mono"),
        (with_format(PCM, 1, RATE, 8), "must be mono"),
        (with_format(3, 1, RATE, 32), "must be mono"),
        (b"RIFF\0\0\0\0WAVE" + b"data" + struct.pack("<I", 8000) + bytes(8000), "damaged"),
    ],
)
def test_what_telephones_cannot_play_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    with closing(SqliteStore(str(tmp_path / "line.db"))) as store:
        clock = HeldClock()
        library = SoundLibrary(store, clock)
        with pytest.raises(SoundError, match=sentence):
            add(library, NewSound("music", "News", len(content)), content, SoundLimits(most_sounds=3, most_seconds=60))
        clock.advance(4000)
        library.delete_abandoned()
        assert all(store.records(kind) == () for kind in (Sound, SoundPiece, SoundUpload))


@pytest.mark.parametrize("codec", [PCM, MULAW])
def test_a_header_that_is_written_can_be_read(codec: int) -> None:
    content = tone(1.5, codec=codec)
    wav = read_header(content, len(content))
    assert (wav.codec, wav.seconds, wav.start + wav.size) == (codec, 1.5, len(content))
    odd = header(MULAW, 8001) + bytes(8001)
    assert read_header(odd, len(odd)).size == 8001
    more = content[:12] + b"LIST" + struct.pack("<I", 5) + b"hello\0" + content[12:]
    assert read_header(more, len(more)).seconds == 1.5
