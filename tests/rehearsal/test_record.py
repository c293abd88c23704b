"""Record: what ends it, what the app is told, and what is in the file."""

from __future__ import annotations

import io
import wave
from typing import Any

import pytest

from rehearsal.cast import pitch_hz_of
from rehearsal.clock import Clock
from rehearsal.exchange.recording import Recording, Tape
from rehearsal.sound.meter import measure
from rehearsal.sound.mulaw import encode
from rehearsal.sound.recordings import wav
from rehearsal.sound.voices import Voice
from tests.rehearsal.rig import Rig, heard, story

CALLER = "+447700900123"
PITCH = pitch_hz_of(CALLER)
RECORD = '<Record action="/done" maxLength="30" timeout="4" recordingStatusCallback="/recorded" {}/><Say>Nothing</Say>'


def record(rig: Rig, attributes: str = "", *, hums: bool = True) -> Any:
    """A caller whose document records; hums or is silent."""
    rig.station.on("/voice", RECORD.format(attributes))
    rig.station.on("/done", "<Say>Thank you</Say>")
    rig.station.on("/recorded", "")
    rig.station.on("/words", "")
    return rig.ring(CALLER, mouth=Voice(PITCH) if hums else None)


async def recording(rig: Rig) -> Recording:
    """The only recording, once its file is ready."""
    await rig.until(lambda: rig.station.params("/recorded"))
    [found] = rig.network.recordings.values()
    return found


def sound_of(found: Recording) -> tuple[float, bytes]:
    """How long a file is, and its sound as mu-law."""
    with wave.open(io.BytesIO(found.wav())) as reader:
        assert (reader.getnchannels(), reader.getsampwidth(), reader.getframerate()) == (1, 2, 8000)
        raw = reader.readframes(reader.getnframes())
    samples = memoryview(raw).cast("h")
    return len(samples) / 8000, encode(samples)


@story
async def test_a_key_ends_a_recording_and_the_file_holds_the_callers_voice(rig: Rig) -> None:
    leg = record(rig)
    await rig.until(lambda: leg.tape)
    assert heard(leg, "Beep") == [""]
    await rig.pass_time(10)
    leg.press("#")
    await rig.until(lambda: "Thank you" in heard(leg))
    [done] = rig.station.params("/done")
    assert (done["Digits"], done["RecordingDuration"]) == ("#", "10")
    found = await recording(rig)
    [told] = rig.station.params("/recorded")
    assert told["RecordingUrl"] == done["RecordingUrl"]
    assert told["RecordingUrl"].endswith(f"/Accounts/{rig.network.account.sid}/Recordings/{found.sid}")
    assert (told["RecordingStatus"], told["RecordingDuration"], told["CallSid"]) == ("completed", "10", leg.sid)
    assert (told["RecordingSource"], told["RecordingChannels"]) == ("RecordVerb", "1")
    seconds, sound = sound_of(found)
    assert seconds == pytest.approx(10, abs=0.5)
    assert measure(sound).frequency_hz == pytest.approx(PITCH, abs=2)


@story
async def test_the_greatest_length_ends_a_recording(rig: Rig) -> None:
    leg = record(rig)
    await rig.until(lambda: leg.tape)
    await rig.pass_time(31)
    await rig.until(lambda: rig.station.params("/done"))
    assert rig.station.params("/done")[0]["Digits"] == ""
    assert rig.station.params("/done")[0]["RecordingDuration"] == "30"


@story
async def test_silence_after_words_ends_a_recording_and_is_cut_off_it(rig: Rig) -> None:
    leg = record(rig, hums=False)
    await rig.until(lambda: leg.tape)
    await rig.pass_time(2)
    leg.speak("x" * 75)  # five seconds
    await rig.pass_time(8)
    assert leg.tape
    await rig.pass_time(2)
    await rig.until(lambda: rig.station.params("/done"))
    assert rig.station.params("/done")[0]["RecordingDuration"] == "5"


@story
async def test_the_silence_stays_on_a_recording_that_is_not_to_be_trimmed(rig: Rig) -> None:
    leg = record(rig, 'trim="do-not-trim"', hums=False)
    await rig.until(lambda: leg.tape)
    await rig.pass_time(2)
    leg.speak("x" * 75)
    await rig.pass_time(12)
    await rig.until(lambda: rig.station.params("/done"))
    assert rig.station.params("/done")[0]["RecordingDuration"] == "11"


@story
async def test_an_empty_recording_asks_no_action_and_goes_on(rig: Rig) -> None:
    leg = record(rig, 'recordingStatusCallbackEvent="absent completed"', hums=False)
    await rig.until(lambda: leg.tape)
    await rig.pass_time(5)
    await rig.until(lambda: heard(leg)[-1] == "Nothing")
    assert rig.station.params("/done") == []
    await rig.until(lambda: [told["RecordingStatus"] for told in rig.station.params("/recorded")] == ["absent"])
    assert rig.network.recordings == {}


@story
async def test_a_hang_up_keeps_the_recording_and_asks_the_action(rig: Rig) -> None:
    leg = record(rig)
    await rig.until(lambda: leg.tape)
    await rig.pass_time(6)
    leg.hang_up()
    await recording(rig)
    await rig.until(lambda: rig.station.params("/done"))
    [done] = rig.station.params("/done")
    assert (done["Digits"], done["CallStatus"], done["RecordingDuration"]) == ("hangup", "completed", "6")


@story
async def test_a_call_that_is_moved_keeps_the_recording_and_asks_no_action(rig: Rig) -> None:
    leg = record(rig)
    await rig.until(lambda: leg.tape)
    await rig.pass_time(3)
    rig.network.redirect(leg, twiml="<Response><Say>Elsewhere</Say></Response>")
    await recording(rig)
    assert heard(leg, "Say") == ["Elsewhere"]
    assert rig.station.params("/done") == []


@story
async def test_only_the_keys_that_are_named_end_a_recording(rig: Rig) -> None:
    leg = record(rig, 'finishOnKey="*" playBeep="false"')
    await rig.until(lambda: leg.tape)
    leg.press("1#")
    await rig.pass_time(3)
    assert leg.tape
    leg.press("*")
    await rig.until(lambda: rig.station.params("/done"))
    assert rig.station.params("/done")[0]["Digits"] == "*"
    assert heard(leg, "Beep") == []


@story
async def test_the_beginning_is_told_where_it_is_asked_for(rig: Rig) -> None:
    leg = record(rig, 'recordingStatusCallbackEvent="in-progress completed"')
    await rig.until(lambda: leg.tape)
    await rig.until(lambda: [told["RecordingStatus"] for told in rig.station.params("/recorded")] == ["in-progress"])


@pytest.mark.parametrize(("words", "status"), [("Hello, this is Ann", "completed"), ("", "failed")])
@story
async def test_a_transcription_is_told_after_the_recording(rig: Rig, words: str, status: str) -> None:
    leg = record(rig, 'transcribe="true" transcribeCallback="/words"')
    await rig.until(lambda: leg.tape)
    if words:
        leg.speak(words)
    await rig.pass_time(5)
    leg.press("1")
    await rig.until(lambda: rig.station.params("/words"))
    [told] = rig.station.params("/words")
    found = await recording(rig)
    assert (told["TranscriptionStatus"], told["TranscriptionText"]) == (status, words)
    assert told["RecordingSid"] == found.sid
    assert told["From"] == CALLER


@story
async def test_without_an_action_the_document_itself_is_asked_again(rig: Rig) -> None:
    rig.station.on("/voice", "<Record/>", "<Say>Again</Say>")
    leg = rig.ring(CALLER, mouth=Voice(PITCH))
    await rig.until(lambda: leg.tape)
    await rig.pass_time(2)
    leg.press("1")
    await rig.until(lambda: "Again" in heard(leg))
    assert rig.station.params("/voice")[1]["RecordingUrl"]


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ('timeout="0"', 13611),
        ('maxLength="1"', 13612),
        ('maxLength="14401"', 13612),
        ('finishOnKey=""', 13613),
        ('finishOnKey="a"', 13613),
        ('playBeep="yes"', 12200),
        ('trim="true"', 12200),
        ('transcribe="en"', 12200),
        ('recordingStatusCallbackEvent="completed,absent"', 12200),
        ('recordingStatusCallbackMethod="PUT"', 12200),
        ('recordingConfigurationId="x"', 0),
        ('recordingStatusCallback="ftp://x"', 11100),
    ],
)
@story
async def test_what_twilio_or_a_rehearsal_would_not_do_is_refused(rig: Rig, attributes: str, code: int) -> None:
    rig.station.on("/voice", f"<Record {attributes}/>")
    rig.ring()
    await rig.until(lambda: rig.alerts() == [code])


def test_lost_frames_leave_silence_where_they_were() -> None:
    tape = Tape(Clock(), None)
    voice = Voice(440.0)
    tape.frames = [(at, voice.frame(n)) for n, at in enumerate((0.0, 0.02, 0.04, 1.0, 1.02))]
    tape.seconds = 1.04
    with wave.open(io.BytesIO(wav(tape, 0.0, 1.04))) as reader:
        samples = memoryview(reader.readframes(reader.getnframes())).cast("h")
    assert max(map(abs, samples[: 8000 * 6 // 100])) > 1000
    assert max(map(abs, samples[8000 * 6 // 100 : 8000])) < 10
    assert max(map(abs, samples[8000:])) > 1000
