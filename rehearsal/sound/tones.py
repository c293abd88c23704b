"""Sounds that we make ourselves: the hum of a voice, spoken text as a hum, the ringing tone, and the tones of keys."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache

from rehearsal.exchange.hearing import BEEP_SECONDS, speech_seconds
from rehearsal.sound.mulaw import FULL_SCALE, SAMPLE_RATE_HZ, encode

_KEY_SECONDS, _KEY_GAP_SECONDS = 0.1, 0.06
_ROWS_HZ, _COLUMNS_HZ = (697, 770, 852, 941), (1209, 1336, 1477)
_KEYPAD = "123456789*0#"
_SYLLABLES_PER_SECOND = 4.0


def _render(seconds: float, level: Callable[[float], float], partials: Mapping[float, float]) -> bytes:
    """A sum of sine waves (frequency in Hz to share of full scale) under a moving level of 0 to 1, as mu-law."""
    waves = [(2 * math.pi * hertz / SAMPLE_RATE_HZ, share * (FULL_SCALE - 1)) for hertz, share in partials.items()]
    return encode(
        int(level(n / SAMPLE_RATE_HZ) * sum(peak * math.sin(step * n) for step, peak in waves))
        for n in range(round(seconds * SAMPLE_RATE_HZ))
    )


@lru_cache(maxsize=128)
def hum(pitch_hz: float) -> bytes:
    """Two seconds of a humming voice that loop without a seam, for a pitch that is a multiple of half a hertz.

    Two overtones make it a voice, and a gentle beat of three a second tells it from a test tone; the pitch stays the
    strongest frequency by far, so that a meter finds it.
    """
    return _render(
        2.0,
        lambda at: 0.85 - 0.15 * math.cos(2 * math.pi * 3 * at),
        {pitch_hz: 0.22, 2 * pitch_hz: 0.05, 3 * pitch_hz: 0.02},
    )


@lru_cache(maxsize=64)
def spoken_hum(text: str, pitch_hz: float = 160.0) -> bytes:
    """A hum for as long as a person would take to say the text, in syllables: replaces speech without a synthesiser."""
    return _render(
        speech_seconds(text),
        lambda at: abs(math.sin(math.pi * _SYLLABLES_PER_SECOND * at)),
        {pitch_hz: 0.2, 2 * pitch_hz: 0.1, 3 * pitch_hz: 0.05},
    )


@lru_cache(maxsize=1)
def ringing() -> bytes:
    """Three seconds of the British ringing tone, which loop: two short bursts and a pause."""
    return _render(3.0, lambda at: 1.0 if at < 0.4 or 0.6 <= at < 1.0 else 0.0, {400.0: 0.1, 450.0: 0.1})


@lru_cache(maxsize=1)
def beep() -> bytes:
    """The tone that says: speak now."""
    return _render(BEEP_SECONDS, lambda _: 1.0, {1000.0: 0.2})


@lru_cache(maxsize=1)
def hold_music() -> bytes:
    """Eight seconds of broken chords, which loop: the music of a queue without a waitUrl."""
    chords = ((220.0, 277.18, 329.63), (196.0, 246.94, 293.66), (174.61, 220.0, 261.63), (164.81, 207.65, 246.94))
    return b"".join(
        _render(0.5, lambda at: math.exp(-3 * at) * min(1.0, at * 100), {note: 0.25, 2 * note: 0.06})
        for low, middle, high in chords
        for note in (low, middle, high, middle)
    )


@lru_cache(maxsize=16)
def key(digit: str) -> bytes:
    """The two tones of a telephone key (0-9, *, #) with the gap after them. ValueError for anything else."""
    place = _KEYPAD.index(digit)
    pair = {float(_ROWS_HZ[place // 3]): 0.2, float(_COLUMNS_HZ[place % 3]): 0.2}
    return _render(_KEY_SECONDS + _KEY_GAP_SECONDS, lambda at: 1.0 if at < _KEY_SECONDS else 0.0, pair)
