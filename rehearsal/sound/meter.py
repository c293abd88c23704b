"""What a stretch of sound holds: its dominant frequency and its level, measured without any library."""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass
from functools import lru_cache

from rehearsal.sound.mulaw import FULL_SCALE, SAMPLE_RATE_HZ, decode

_WINDOW = 4096
_SHORTEST = 1024
# Below this, in dB under a full-scale sine, the line is quiet: it is the first step or two of mu-law.
_QUIET_DBFS = -70.0
# Samples of this size or less, this many in a row (5 ms), are a gap: no voice stays so near to zero for as long.
_GAP_PEAK = 8
_GAP_SAMPLES = 40


@dataclass(frozen=True)
class Reading:
    """A measurement: `frequency_hz` is None when too little was heard, `level_dbfs` when all was silent.

    The level is that of the mean square against a full-scale sine wave, which reads 0 dBFS. `gap_seconds` is how much
    of the stretch is silent: frames that were lost on the way count towards the level, as silence.
    """

    seconds: float
    frequency_hz: float | None
    level_dbfs: float | None
    gap_seconds: float

    @property
    def level_between_gaps_dbfs(self) -> float | None:
        """The level of the frames that did arrive."""
        if self.level_dbfs is None or self.gap_seconds >= self.seconds:
            return None
        return self.level_dbfs - 10 * math.log10(1 - self.gap_seconds / self.seconds)


def measure(sound: bytes) -> Reading:
    """Measure mu-law sound; the frequency comes from the newest half second, to within about a hertz."""
    samples = decode(sound)
    seconds = len(samples) / SAMPLE_RATE_HZ
    level_dbfs = _level_dbfs(samples)
    if level_dbfs is None:
        return Reading(seconds, None, None, seconds)
    return Reading(seconds, _dominant_hz(samples), round(level_dbfs, 1), _gap_seconds(samples))


def tone_dbfs(sound: bytes, frequency_hz: float) -> float | None:
    """The level of one tone among others in mu-law sound, against a full-scale sine wave; None for too little sound."""
    samples = decode(sound)
    if len(samples) < _SHORTEST:
        return None
    turn = 2 * math.pi * frequency_hz / SAMPLE_RATE_HZ
    window = _hann(len(samples))
    found = sum(s * w * cmath.exp(-1j * turn * n) for n, (s, w) in enumerate(zip(samples, window, strict=True)))
    return round(20 * math.log10(max(2 * abs(found) / sum(window) / FULL_SCALE, 1e-9)), 1)


def _gap_seconds(samples: list[int]) -> float:
    gaps = quiet = 0
    for sample in [*samples, _GAP_PEAK + 1]:
        if abs(sample) <= _GAP_PEAK:
            quiet += 1
            continue
        if quiet >= _GAP_SAMPLES:
            gaps += quiet
        quiet = 0
    return gaps / SAMPLE_RATE_HZ


def _level_dbfs(samples: list[int]) -> float | None:
    mean_square = sum(sample * sample for sample in samples) / len(samples) if samples else 0.0
    if not mean_square:
        return None
    level_dbfs = 10 * math.log10(2 * mean_square / FULL_SCALE**2)
    return level_dbfs if level_dbfs > _QUIET_DBFS else None


def _dominant_hz(samples: list[int]) -> float | None:
    size = _WINDOW
    while size > len(samples):
        size //= 2
    if size < _SHORTEST:
        return None
    window = _hann(size)
    spectrum = _spectrum([s * w for s, w in zip(samples[-size:], window, strict=True)])
    powers = [abs(value) for value in spectrum]
    peak = max(range(2, size // 2 - 1), key=powers.__getitem__)
    if powers[peak] < size:  # the newest half second is silent
        return None
    left, middle, right = (math.log(max(powers[at], 1e-9)) for at in (peak - 1, peak, peak + 1))
    # The top of the parabola through the three highest points lies between two bins.
    bend = left - 2 * middle + right
    offset = 0.5 * (left - right) / bend if bend else 0.0
    return round((peak + offset) * SAMPLE_RATE_HZ / size, 1)


@lru_cache(maxsize=4)
def _hann(size: int) -> list[float]:
    return [0.5 - 0.5 * math.cos(2 * math.pi * n / size) for n in range(size)]


@lru_cache(maxsize=16)
def _turns(size: int) -> list[complex]:
    return [cmath.exp(-2j * cmath.pi * n / size) for n in range(size // 2)]


def _spectrum(samples: list[float]) -> list[complex]:
    """The lower half of the Fourier transform of a power of two of samples.

    The samples are real, so two of them go into one complex value, and half of the work is saved.
    """
    pairs = _transform([complex(even, odd) for even, odd in zip(samples[::2], samples[1::2], strict=True)])
    mirrored = [value.conjugate() for value in (pairs[0], *pairs[:0:-1])]
    return [(a + b - 1j * turn * (a - b)) / 2 for a, b, turn in zip(pairs, mirrored, _turns(len(samples)), strict=True)]


def _transform(values: list[complex]) -> list[complex]:
    """Fourier transform of a power of two of values, at least four, by halves."""
    size = len(values)
    if size == 4:
        sum_of_even, difference_of_even = values[0] + values[2], values[0] - values[2]
        sum_of_odd, difference_of_odd = values[1] + values[3], 1j * (values[3] - values[1])
        return [
            sum_of_even + sum_of_odd,
            difference_of_even + difference_of_odd,
            sum_of_even - sum_of_odd,
            difference_of_even - difference_of_odd,
        ]
    even, odd = _transform(values[::2]), _transform(values[1::2])
    turned = [turn * value for turn, value in zip(_turns(size), odd, strict=True)]
    return [a + b for a, b in zip(even, turned, strict=True)] + [a - b for a, b in zip(even, turned, strict=True)]
