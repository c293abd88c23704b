"""The voices of simulated callers: each hums at a pitch of its own, so that ears and meters tell callers apart."""

from __future__ import annotations

from dataclasses import dataclass

from rehearsal.sound.mulaw import frame_of
from rehearsal.sound.tones import hum


@dataclass(frozen=True)
class Voice:
    """A mouth that hums: `frame(n)` is its n-th 20 ms, as 160 bytes of 8 kHz mu-law.

    The pitch is taken to the nearest half hertz, so that two seconds of it loop without a seam.
    """

    pitch_hz: float

    def frame(self, number: int) -> bytes:
        """Frame `number` of the hum, which never ends."""
        return frame_of(hum(round(self.pitch_hz * 2) / 2), number, loop=True)
