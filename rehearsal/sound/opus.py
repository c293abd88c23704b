"""Opus to and from the network's mu-law, 20 ms at a time. It needs PyAV, whose libopus takes 8 kHz mono as it is."""

from __future__ import annotations

import logging
from array import array
from fractions import Fraction

import av
from av import AudioFrame, AudioResampler, CodecContext, Packet

from rehearsal.sound import mulaw
from rehearsal.sound.mulaw import FRAME_BYTES, SAMPLE_RATE_HZ

_log = logging.getLogger(__name__)
# FFmpeg's decoder knows no other rate: https://ffmpeg.org/doxygen/trunk/libopusdec_8c_source.html
_DECODED_RATE_HZ = 48_000
_BIT_RATE = 32_000
_BYTES_PER_SAMPLE = 2
# The least delay and the least work: on 8 kHz more effort changes neither pitch nor level.
_OPTIONS = {"application": "lowdelay", "frame_duration": "20", "compression_level": "0"}


class Encoder:
    """One direction of one call."""

    def __init__(self) -> None:
        """Begin a stream."""
        self._codec = CodecContext.create("libopus", "w")
        self._codec.format, self._codec.layout, self._codec.sample_rate = "s16", "mono", SAMPLE_RATE_HZ
        self._codec.time_base = Fraction(1, SAMPLE_RATE_HZ)
        self._codec.bit_rate = _BIT_RATE
        self._codec.options = _OPTIONS
        self._samples = 0

    def encode(self, frame: bytes) -> bytes:
        """A frame of mu-law as one Opus packet."""
        sound = AudioFrame(format="s16", layout="mono", samples=FRAME_BYTES)
        sound.sample_rate, sound.time_base, sound.pts = SAMPLE_RATE_HZ, self._codec.time_base, self._samples
        sound.planes[0].update(array("h", mulaw.decode(frame)).tobytes())
        self._samples += FRAME_BYTES
        return b"".join(bytes(packet) for packet in self._codec.encode(sound))


class Decoder:
    """The other direction. A packet may hold any length of sound: what does not fill a frame waits for the next."""

    def __init__(self) -> None:
        """Begin a stream."""
        self._codec = CodecContext.create("libopus", "r")
        self._codec.format, self._codec.layout, self._codec.sample_rate = "s16", "mono", _DECODED_RATE_HZ
        self._resampler = AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
        self._unread = bytearray()
        self._has_begun = False

    def decode(self, packet: bytes) -> list[bytes]:
        """The frames of mu-law that are complete now; none when the packet is broken."""
        try:
            sound = b"".join(
                bytes(resampled.planes[0])[: resampled.samples * _BYTES_PER_SAMPLE]
                for decoded in self._codec.decode(Packet(packet))
                for resampled in self._resampler.resample(decoded)
            )
        except av.FFmpegError as error:
            _log.warning("an Opus packet cannot be decoded: %s", error)
            return []
        encoded = mulaw.encode(array("h", sound))
        if not self._has_begun:
            # The resampler keeps back 2 ms: append silence, or each frame would wait 20 ms for the next packet.
            self._has_begun = True
            encoded = mulaw.SILENCE[: -len(encoded) % FRAME_BYTES] + encoded
        self._unread += encoded
        whole = len(self._unread) // FRAME_BYTES * FRAME_BYTES
        frames = [bytes(self._unread[at : at + FRAME_BYTES]) for at in range(0, whole, FRAME_BYTES)]
        del self._unread[:whole]
        return frames
