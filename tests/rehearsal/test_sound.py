"""The rehearsal's sounds, measured with its meter; and the meter, against sounds whose measures are known."""

from __future__ import annotations

import asyncio
import io
import math
import struct
import wave

import pytest

from rehearsal.exchange.hearing import speech_seconds
from rehearsal.sound import mulaw, tones
from rehearsal.sound.clips import Clips, decode, decode_file, speech
from rehearsal.sound.meter import measure
from rehearsal.sound.stream import Reader, Stream
from rehearsal.sound.voices import Voice
from tests.support.audio import encoded


def sine(frequency_hz: float, level_dbfs: float, seconds: float = 1.0, rate_hz: int = 8000) -> list[int]:
    peak = 32767 * 10 ** (level_dbfs / 20)
    return [round(peak * math.sin(2 * math.pi * frequency_hz * n / rate_hz)) for n in range(round(seconds * rate_hz))]


def wav(samples: list[int], rate_hz: int, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(channels)
        written.setsampwidth(2)
        written.setframerate(rate_hz)
        written.writeframes(b"".join(struct.pack("<h", sample) * channels for sample in samples))
    return file.getvalue()


def test_mulaw_gives_back_every_sample_within_its_step() -> None:
    for sample in range(-32000, 32001, 7):
        [back] = mulaw.decode(mulaw.encode([sample]))
        assert abs(back - sample) <= max(12, abs(sample) / 16)


def test_silence_decodes_to_nothing() -> None:
    assert set(mulaw.decode(mulaw.SILENCE)) == {0}


@pytest.mark.parametrize("frequency_hz", [150.0, 440.0, 441.5, 1000.0, 3000.0])
@pytest.mark.parametrize("level_dbfs", [-1.0, -20.0, -40.0])
def test_the_meter_reads_a_sine_as_it_was_made(frequency_hz: float, level_dbfs: float) -> None:
    reading = measure(mulaw.encode(sine(frequency_hz, level_dbfs)))
    assert reading.frequency_hz == pytest.approx(frequency_hz, abs=1.0)
    assert reading.level_dbfs == pytest.approx(level_dbfs, abs=0.5)
    assert reading.seconds == pytest.approx(1.0)


def test_the_meter_says_that_silence_and_nothing_have_no_frequency() -> None:
    for sound in (b"", mulaw.SILENCE * 50):
        assert measure(sound).frequency_hz is None
        assert measure(sound).level_dbfs is None


@pytest.mark.parametrize("lost_frames", [0, 5, 20])
def test_the_meter_says_how_much_was_lost_and_the_level_of_the_rest(lost_frames: int) -> None:
    sound = mulaw.encode(sine(440.0, -12.0))
    for frame in range(lost_frames):
        begin = (2 * frame + 5) * mulaw.FRAME_BYTES
        sound = sound[:begin] + mulaw.SILENCE + sound[begin + mulaw.FRAME_BYTES :]
    reading = measure(sound)
    assert reading.gap_seconds == pytest.approx(lost_frames * 0.02, abs=0.005)
    assert reading.level_between_gaps_dbfs == pytest.approx(-12.0, abs=0.3)


def test_the_meter_knows_no_level_between_gaps_where_all_is_a_gap() -> None:
    for sound in (b"", mulaw.SILENCE * 50):
        assert measure(sound).level_between_gaps_dbfs is None


@pytest.mark.parametrize("pitch_hz", [200.0, 317.3, 799.9])
def test_a_voice_is_heard_at_its_pitch_without_a_seam(pitch_hz: float) -> None:
    voice = Voice(pitch_hz)
    frames = [voice.frame(n) for n in range(120)]
    assert {len(frame) for frame in frames} == {mulaw.FRAME_BYTES}
    for begin in (0, 35, 70):
        reading = measure(b"".join(frames[begin : begin + 50]))
        assert reading.frequency_hz == pytest.approx(pitch_hz, abs=1.5)
        assert reading.level_dbfs is not None
        assert -20 < reading.level_dbfs < -8
        assert reading.gap_seconds == 0


def test_each_key_has_its_own_two_tones() -> None:
    assert len({tones.key(digit) for digit in "0123456789*#"}) == 12
    row, column = sorted(_strongest_two(tones.key("5")))
    assert (row, column) == (pytest.approx(770, abs=15), pytest.approx(1336, abs=15))


def _strongest_two(sound: bytes) -> list[float]:
    samples = mulaw.decode(sound)[:800]

    def power(frequency_hz: float) -> float:
        turns = [2 * math.pi * frequency_hz * n / 8000 for n in range(len(samples))]
        pairs = list(zip(samples, turns, strict=True))
        return sum(s * math.cos(t) for s, t in pairs) ** 2 + sum(s * math.sin(t) for s, t in pairs) ** 2

    return sorted((float(hertz) for hertz in (697, 770, 852, 941, 1209, 1336, 1477)), key=power)[-2:]


def test_the_looping_sounds_hold_whole_frames() -> None:
    for sound in (tones.ringing(), tones.hold_music(), tones.hum(250.0)):
        assert len(sound) % mulaw.FRAME_BYTES == 0


def test_a_text_is_hummed_for_as_long_as_the_network_says_it_lasts() -> None:
    text = "You are number three in the queue."
    assert len(tones.spoken_hum(text)) / mulaw.SAMPLE_RATE_HZ == pytest.approx(speech_seconds(text), abs=0.001)


def test_speech_is_heard_whether_or_not_a_synthesiser_is_installed() -> None:
    sound = speech("Thank you for calling. -q --help")
    assert len(sound) > mulaw.SAMPLE_RATE_HZ / 2
    assert (measure(sound).level_dbfs or -99) > -40


@pytest.mark.parametrize(("rate_hz", "channels"), [(8000, 1), (16000, 1), (44100, 2)])
def test_a_wave_file_keeps_its_pitch_and_length(rate_hz: int, channels: int) -> None:
    sound = decode_file(wav(sine(700.0, -10.0, 1.0, rate_hz), rate_hz, channels))
    assert len(sound) == pytest.approx(8000, abs=80)
    assert measure(sound).frequency_hz == pytest.approx(700.0, abs=1.5)
    assert measure(sound).level_dbfs == pytest.approx(-10.0, abs=1.0)


@pytest.mark.parametrize(
    ("codec", "container", "rate_hz"),
    [("libmp3lame", "mp3", 44_100), ("pcm_s16be", "aiff", 22_050), ("pcm_mulaw", "aiff", 8000)],
)
def test_what_twilio_plays_besides_wav_sounds_as_it_was_recorded(codec: str, container: str, rate_hz: int) -> None:
    reading = measure(decode(encoded(2, codec, container, rate_hz, tone_hz=440), container))
    assert reading.frequency_hz == pytest.approx(440, abs=2)
    assert reading.level_dbfs == pytest.approx(-6, abs=1)
    assert reading.seconds == pytest.approx(2, abs=0.1)


def test_a_wave_file_without_sound_is_silence() -> None:
    for rubbish in (b"", wav([], 8000), b"RIFF" + bytes(400)):
        assert measure(decode_file(rubbish)).level_dbfs is None


def test_a_file_of_bare_mulaw_is_played_as_it_stands() -> None:
    assert decode_file(tones.hum(300.0)) == tones.hum(300.0)


def test_a_clip_is_made_once_and_off_the_event_loop() -> None:
    async def story() -> None:
        clips = Clips()
        audio = wav(sine(500.0, -10.0, 0.1), 8000)
        assert clips.of_file(audio) is None
        async with asyncio.timeout(30):
            while clips.of_file(audio) is None:  # noqa: ASYNC110 - a thread finishes it, without a signal
                await asyncio.sleep(0.005)
        assert clips.of_file(audio) is clips.of_file(audio)

    asyncio.run(story())


def test_a_reader_of_a_stream_hears_every_frame_once_and_silence_when_none_comes() -> None:
    stream = Stream()
    reader = Reader(stream)
    assert reader.frame() == mulaw.SILENCE
    frames = [bytes([n]) * mulaw.FRAME_BYTES for n in range(40)]
    heard = []
    for frame in frames:
        stream.append(frame)
        heard.append(reader.frame())
    heard += [reader.frame() for _ in range(3)]
    assert [frame for frame in heard if frame != mulaw.SILENCE] == frames
    assert reader.frame() == mulaw.SILENCE


def test_a_reader_that_fell_behind_jumps_to_the_newest() -> None:
    stream = Stream()
    reader = Reader(stream)
    for n in range(200):
        stream.append(bytes([n]) * mulaw.FRAME_BYTES)
    assert reader.frame()[0] >= 197


def test_a_stream_keeps_the_last_second_for_the_meter() -> None:
    stream = Stream()
    for _ in range(120):
        stream.append(mulaw.SILENCE)
    assert len(stream.last_second()) == 50 * mulaw.FRAME_BYTES
