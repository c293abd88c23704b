"""Play, Say, Pause: what a caller hears, and for how long."""

from __future__ import annotations

import io
import struct
import wave
from pathlib import Path

import pytest
from aiohttp import web

from rehearsal.documents.sounds import SoundError, wav_seconds
from rehearsal.exchange.hearing import Playing, Speaking
from rehearsal.webhooks.static_folder import StaticFolder
from tests.rehearsal.rig import Rig, heard, story
from tests.support.audio import encoded


def wav(seconds: float) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        writer.writeframes(bytes(int(seconds * 16000)))
    return file.getvalue()


def mulaw_wav(seconds: float) -> bytes:
    samples = bytes(int(seconds * 8000))
    form = struct.pack("<HHIIHHH", 7, 1, 8000, 8000, 1, 8, 0)
    body = b"fmt " + struct.pack("<I", 18) + form + b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body


NOT_PLAYED = ("audio/basic", "audio/x-mulaw", "audio/vnd.wave", "audio/ogg", "audio/mp4", "text/plain")
"""Media types of sound that Twilio's table does not have; Python 3.14 gives one of them to .wav."""


def gsm(seconds: float) -> bytes:
    """GSM 06.10: 33 bytes for each 20 ms, of which the first four bits are always 1101."""
    return (b"\xd8\x20\xa2\xe1\x5a" + b"\x50\x00\x49\x24\x92\x49\x24" * 4) * int(seconds * 50)


PLAYED = {
    "audio/wav": wav(4),
    "audio/wave": wav(4),
    "audio/x-wav": mulaw_wav(4),
    "audio/mpeg": encoded(4, "libmp3lame", "mp3", 44_100),
    "audio/aiff": encoded(4, "pcm_s16be", "aiff", 22_050),
    "audio/x-aiff": encoded(4, "pcm_s16be", "aiff"),
    "audio/x-aifc": encoded(4, "pcm_mulaw", "aiff"),
    "audio/gsm": gsm(4),
    "audio/x-gsm": gsm(4),
    "audio/ulaw": b"\xff" * 32_000,
}
"""Twilio's table, with four seconds of each: https://www.twilio.com/docs/voice/twiml/play#supported-audio-file-types"""


@pytest.mark.parametrize("kind", PLAYED)
@story
async def test_every_type_of_twilios_table_is_played_for_its_length(rig: Rig, kind: str) -> None:
    rig.station.on("/voice", "<Play>/music</Play><Say>After</Say>")
    rig.station.on("/music", web.Response(body=PLAYED[kind], content_type=kind))
    leg = rig.ring()
    await rig.until(lambda: heard(leg, "Play"))
    await rig.pass_time(3.8)
    assert "After" not in heard(leg)
    await rig.pass_time(0.4)
    assert heard(leg)[-1] == "After"
    assert not rig.network.alerts


def test_the_apps_own_files_have_a_name_that_twilio_plays_while_the_app_is_down(tmp_path: Path) -> None:
    (tmp_path / "music.wav").write_bytes(wav(1))
    status, kind, _ = StaticFolder(tmp_path, "http://127.0.0.1:1/static").answer("GET", "/static/music.wav")
    assert (status, kind) == (200, "audio/wav")


def test_a_wav_tells_how_long_it_is_in_either_encoding() -> None:
    assert wav_seconds(wav(2.5)) == pytest.approx(2.5)
    assert wav_seconds(mulaw_wav(1.25)) == pytest.approx(1.25)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"ID3 music", wav(1)[:30], b"RIFF\x00\x00\x00\x00WAVE" + b"x" * 50])
def test_a_file_that_is_not_a_wav_is_refused(content: bytes) -> None:
    with pytest.raises(SoundError):
        wav_seconds(content)


@story
async def test_a_file_is_fetched_and_heard_for_its_length(rig: Rig) -> None:
    file = wav(8)
    rig.station.on("/voice", "<Play>/music.wav</Play><Say>After</Say>")
    rig.station.on("/music.wav", web.Response(body=file, content_type="audio/wav"))
    leg = rig.ring()
    await rig.until(lambda: isinstance(leg.hearing, Playing))
    assert leg.hearing == Playing(f"{rig.station.url}/music.wav", file)
    assert rig.station.asked[-1].method == "GET"
    await rig.pass_time(7)
    assert "After" not in heard(leg)
    await rig.pass_time(1.5)
    assert heard(leg)[-1] == "After"


@pytest.mark.parametrize(
    ("response", "code"),
    [
        (web.Response(status=404), 11200),
        (web.Response(status=500), 11200),
        (web.Response(body=b"MZ", content_type="application/octet-stream"), 12300),
        (web.Response(body=b"not sound", content_type="audio/wav"), 12300),
        (web.Response(body=b"not sound", content_type="audio/mpeg"), 12300),
        *((web.Response(body=wav(1), content_type=kind), 12300) for kind in NOT_PLAYED),
    ],
)
@story
async def test_a_file_that_fails_is_shown_and_passed_over(rig: Rig, response: web.Response, code: int) -> None:
    rig.station.on("/voice", "<Play>/music.wav</Play><Say>After</Say>")
    rig.station.on("/music.wav", response)
    leg = rig.ring()
    await rig.until(lambda: heard(leg) == ["After"])
    assert rig.alerts() == [code]
    assert rig.network.alerts[0]["url"] == f"{rig.station.url}/music.wav"


@story
async def test_many_who_hear_one_file_cause_one_request_while_it_is_fresh(rig: Rig) -> None:
    rig.station.on("/voice", "<Play>/music.wav</Play>")
    headers = {"Cache-Control": "public, max-age=3600", "Content-Type": "audio/wav"}
    rig.station.on("/music.wav", web.Response(body=wav(5), headers=headers))
    legs = [rig.ring(f"+4477009000{number:02}") for number in range(10)]
    await rig.until(lambda: all(heard(leg, "Play") for leg in legs))
    assert rig.station.paths().count("/music.wav") == 1


@story
async def test_a_file_that_is_no_longer_fresh_is_asked_for_with_its_etag(rig: Rig) -> None:
    rig.station.on("/voice", '<Play loop="2">/music.wav</Play>')
    fresh = web.Response(body=wav(5), headers={"ETag": '"one"', "Content-Type": "audio/wav"})
    rig.station.on("/music.wav", fresh, web.Response(status=304))
    leg = rig.ring()
    await rig.until(lambda: heard(leg, "Play"))
    await rig.pass_time(6)
    assert len(heard(leg, "Play")) == 2
    assert rig.station.asked[-1].headers["If-None-Match"] == '"one"'


@story
async def test_what_is_said_lasts_as_long_as_its_text(rig: Rig) -> None:
    rig.station.on("/voice", "<Say>Short</Say><Say>" + "x" * 300 + '</Say><Pause length="3"/><Say>End</Say>')
    leg = rig.ring()
    await rig.until(lambda: len(heard(leg)) == 2)
    assert isinstance(leg.hearing, Speaking)
    await rig.pass_time(18)
    assert len(heard(leg)) == 2
    await rig.pass_time(6)
    assert heard(leg)[-1] == "End"
    assert 20 <= leg.heard[-1].at <= 26


@story
async def test_the_text_of_a_say_includes_that_of_its_ssml(rig: Rig) -> None:
    rig.station.on("/voice", '<Say>You are <emphasis>third</emphasis> in line<break time="1s"/>please hold</Say>')
    leg = rig.ring()
    await rig.until(lambda: heard(leg) == ["You are third in line please hold"])


@story
async def test_only_the_newest_things_heard_are_kept(rig: Rig) -> None:
    rig.station.on("/voice", '<Say loop="200">Again</Say>')
    leg = rig.ring()
    await rig.until(lambda: heard(leg))
    await rig.pass_time(60)
    assert len(leg.heard) == 60


@story
async def test_calls_share_one_copy_of_a_file_that_is_sent_to_each(rig: Rig) -> None:
    rig.station.on("/voice", "<Play>/music.wav</Play>")
    rig.station.on("/music.wav", web.Response(body=wav(8), content_type="audio/wav"))
    first = rig.ring()
    await rig.until(lambda: isinstance(first.hearing, Playing))
    second = rig.ring()
    await rig.until(lambda: isinstance(second.hearing, Playing))
    assert [request.path for request in rig.station.asked].count("/music.wav") == 2
    assert isinstance(first.hearing, Playing)
    assert isinstance(second.hearing, Playing)
    assert first.hearing.content is second.hearing.content
