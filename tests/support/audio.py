"""Sound files of the kinds that Twilio plays, made where a test needs one."""

from __future__ import annotations

import io
import math
import struct

import av


def encoded(seconds: float, codec: str, container: str, rate_hz: int = 8000, tone_hz: float = 0.0) -> bytes:
    """A file in any format that PyAV writes: silence, or a tone at half of full scale."""
    file = io.BytesIO()
    samples = int(seconds * rate_hz)
    wave = (int(16_384 * math.sin(2 * math.pi * tone_hz * n / rate_hz)) for n in range(samples))
    with av.open(file, "w", format=container) as writer:
        stream = writer.add_stream(codec, rate=rate_hz, layout="mono")
        frame = av.AudioFrame(format="s16", layout="mono", samples=samples)
        frame.planes[0].update(struct.pack(f"<{samples}h", *wave).ljust(frame.planes[0].buffer_size, b"\x00"))
        frame.rate, frame.pts = rate_hz, 0
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=rate_hz)
        for resampled in (*resampler.resample(frame), *resampler.resample(None)):
            writer.mux(stream.encode(resampled))
        writer.mux(stream.encode(None))
    return file.getvalue()
