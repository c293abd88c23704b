"""Composes every sound that the app serves: the music callers hear while they wait, the tone before they are on
the air, and the SDK's fifteen signals.

Run it from anywhere (`python static/sound/make_sounds.py`); it writes beside itself and gives the same bytes each time.
All files are 16-bit mono at 8 kHz, the telephone's own rate, so that nothing is gained by anything larger.
"""

import math
import wave
from array import array
from pathlib import Path

RATE = 8000
HERE = Path(__file__).parent
BEAT_SECONDS = 0.75

# Semitones from A4. Four bars that lead into each other and back to the first, so that the loop has no seam.
CHORDS = (
    (-24, (-8, -5, -1, 2)),  # A major seventh with the ninth
    (-27, (-12, -8, -3, 0)),  # F sharp minor
    (-31, (-7, -3, 0, 5)),  # D
    (-29, (-10, -5, 0, 2)),  # E, suspended
)
MELODY = (  # (bar, beat, semitones, length in beats)
    (0, 0.0, 7, 1.5), (0, 2.0, 11, 1.0), (0, 3.0, 9, 1.0),
    (1, 0.0, 4, 2.0), (1, 2.5, 7, 1.5),
    (2, 0.0, 9, 1.5), (2, 2.0, 5, 1.0), (2, 3.0, 7, 1.0),
    (3, 0.0, 2, 2.0), (3, 2.5, 4, 1.5),
    (4, 0.0, 7, 1.5), (4, 2.0, 11, 1.0), (4, 3.0, 14, 1.0),
    (5, 0.0, 12, 2.0), (5, 2.5, 11, 1.5),
    (6, 0.0, 9, 1.0), (6, 1.0, 7, 1.0), (6, 2.0, 5, 2.0),
    (7, 0.0, 2, 3.0),
)  # fmt: skip


def frequency(semitones: float) -> float:
    """The pitch in hertz, `semitones` above A4."""
    return 440.0 * math.pow(2.0, semitones / 12.0)


def strike(track: list[float], start_seconds: float, semitones: float, length_seconds: float, level: float) -> None:
    """Adds one soft electric-piano note to `track`; what rings past the end comes round to the beginning."""
    hertz = frequency(semitones)
    total = int((length_seconds + 0.6) * RATE)
    first = int(start_seconds * RATE)
    for n in range(total):
        t = n / RATE
        attack = min(1.0, t / 0.018)
        release = min(1.0, (total - n) / (0.35 * RATE))
        body = math.sin(2 * math.pi * hertz * t + 0.9 * math.exp(-4.0 * t) * math.sin(4 * math.pi * hertz * t))
        shimmer = 0.18 * math.exp(-6.0 * t) * math.sin(6 * math.pi * hertz * t)
        track[(first + n) % len(track)] += level * attack * release * math.exp(-1.1 * t) * (body + shimmer)


def swell(track: list[float], start_seconds: float, semitones: float, length_seconds: float, level: float) -> None:
    """Adds a quiet held note that fades in and out, detuned a little so that it breathes."""
    hertz = frequency(semitones)
    total = int((length_seconds + 0.8) * RATE)
    first = int(start_seconds * RATE)
    for n in range(total):
        t = n / RATE
        shape = math.sin(math.pi * n / total) ** 1.2
        tone = math.sin(2 * math.pi * hertz * t) + math.sin(2 * math.pi * (hertz + 0.6) * t)
        track[(first + n) % len(track)] += level * shape * tone


def compose(bars: int, melody: bool) -> list[float]:
    """`bars` bars of four beats. With no melody only the chords and the bass play."""
    bar_seconds = 4 * BEAT_SECONDS
    track = [0.0] * int(bars * bar_seconds * RATE)
    for bar in range(bars):
        root, notes = CHORDS[bar % len(CHORDS)]
        at = bar * bar_seconds
        strike(track, at, root + 12, 2 * BEAT_SECONDS, 0.34)
        strike(track, at + 2 * BEAT_SECONDS, root + 19, 2 * BEAT_SECONDS, 0.2)
        for note in notes:
            swell(track, at, note, bar_seconds, 0.028)
        for step in range(8):
            order = (0, 1, 2, 3, 2, 1, 2, 3)[step]
            strike(track, at + step * BEAT_SECONDS / 2, notes[order], BEAT_SECONDS / 2, 0.13 if step % 2 else 0.17)
    if melody:
        for bar, beat, semitones, beats in MELODY:
            strike(track, bar * bar_seconds + beat * BEAT_SECONDS, semitones, beats * BEAT_SECONDS, 0.24)
    return track


def signal(notes: tuple[float, ...], note_seconds: float, level: float) -> list[float]:
    """A short, soft run of notes for the headset, with silence around it."""
    track = [0.0] * int((note_seconds * len(notes) + 0.12) * RATE)
    for index, semitones in enumerate(notes):
        hertz = frequency(semitones)
        total = int(note_seconds * RATE)
        for n in range(total):
            shape = math.sin(math.pi * n / total) ** 2
            track[int(index * note_seconds * RATE) + n] += level * shape * math.sin(2 * math.pi * hertz * n / RATE)
    return track


def level_to(track: list[float], peak: float) -> list[float]:
    """The same sound with its loudest moment at `peak` (1.0 is full scale)."""
    loudest = max(abs(sample) for sample in track)
    return [sample * peak / loudest for sample in track]


def save(name: str, track: list[float]) -> None:
    """Writes one file beside this script; samples run from -1.0 to 1.0."""
    path = HERE / name
    path.parent.mkdir(exist_ok=True)
    samples = array("h", (round(max(-1.0, min(1.0, sample)) * 32767) for sample in track))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())


def fade(track: list[float], seconds: float) -> list[float]:
    """The same sound, brought in and out over `seconds`, for music that is played once."""
    edge = int(seconds * RATE)
    return [sample * min(1.0, n / edge, (len(track) - n) / edge) for n, sample in enumerate(track)]


def main() -> None:
    """Writes all eighteen files."""
    save("music.wav", level_to(compose(8, melody=True), 0.5))
    opening = compose(4, melody=False)[: 5 * RATE]
    save("music-short.wav", fade(level_to(opening, 0.45), 0.4))
    # Two notes that end the music for a caller: the shorter, the less the DJ waits.
    save("tone.wav", level_to(signal((7, 14), 0.08, 1.0), 0.45)[: int(0.16 * RATE)])
    # A DJ's headset may be on the air: a key press makes no sound that a listener could notice (about -60 dB), and the
    # rest stays below speech.
    keys = (*"0123456789", "h", "s")
    for index, key in enumerate(keys):
        save(f"sdk/dtmf{key}.wav", signal((index - 6,), 0.05, 0.001))
    save("sdk/outgoing.wav", signal((-5, 0), 0.09, 0.015))
    save("sdk/disconnect.wav", signal((0, -5), 0.09, 0.015))
    save("sdk/incoming.wav", signal((-5, 2, -5, 2), 0.22, 0.05) + [0.0] * RATE)


if __name__ == "__main__":
    main()
