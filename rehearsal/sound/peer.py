"""The network's end of one browser's audio: WebRTC over loopback, in Opus or PCMU, as the browser prefers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import aioice.ice
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.sdp import SessionDescription
from av import Packet

from rehearsal.sound import opus
from rehearsal.sound.mulaw import FRAME_BYTES, FRAME_SECONDS, SAMPLE_RATE_HZ
from rehearsal.sound.stream import Stream

OPUS, PCMU = "audio/opus", "audio/PCMU"
_TIME_BASE = Fraction(1, SAMPLE_RATE_HZ)
# When this far behind, frames are skipped instead of sent in a burst.
_LATE_SECONDS = 0.2

# aioice omits 127.0.0.1 and offers every other address of the machine. The rehearsal needs the opposite.
aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]  # noqa: ARG005 - the names are aioice's


class _Mouthpiece(MediaStreamTrack):
    """A track that asks for a frame every 20 ms, for as long as the call lasts. `encode` makes a packet of a frame."""

    kind = "audio"

    def __init__(self, pull: Callable[[], bytes], encode: Callable[[bytes], bytes], sent: Stream) -> None:
        super().__init__()
        self._pull = pull
        self._encode = encode
        self._sent = sent
        self._number = 0
        self._due = 0.0

    async def recv(self) -> Packet[Any]:
        """The next 20 ms, already encoded: aiortc packs it as it is."""
        now = time.monotonic()
        if self._due < now - _LATE_SECONDS:
            self._number += int((now - self._due) / FRAME_SECONDS) if self._due else 0
            self._due = now
        elif self._due > now:
            await asyncio.sleep(self._due - now)
        frame = self._pull()
        packet = Packet(self._encode(frame))
        packet.pts = self._number * FRAME_BYTES
        packet.time_base = _TIME_BASE
        self._number += 1
        self._due += FRAME_SECONDS
        self._sent.append(frame)
        return packet


class Peer:
    """One browser leg's sound: `heard` is what was sent to the browser, `said` what came from it."""

    def __init__(self, pull: Callable[[], bytes], *, has_opus: bool = True) -> None:
        """Prepare a connection that asks `pull` for a 160-byte mu-law frame every 20 ms once it stands."""
        self.heard = Stream()
        self.said = Stream()
        self._codecs = (OPUS, PCMU) if has_opus else (PCMU,)
        self.codec = ""
        """What is spoken: OPUS or PCMU; empty until both ends have described themselves."""
        self._payload_type: int | None = None
        self._encoder = opus.Encoder()
        self._decoder = opus.Decoder()
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        mouthpiece = _Mouthpiece(pull, self._encode, self.heard)
        self._transceiver = self._connection.addTransceiver(mouthpiece, direction="sendrecv")
        self._prefer(self._codecs)
        # Replaces the receiver's private method, which decodes each packet in a thread and costs five times as much.
        self._transceiver.receiver._handle_rtp_packet = self._take  # type: ignore[method-assign] # noqa: SLF001

    @property
    def state(self) -> str:
        """WebRTC's word for the connection: new, connecting, connected, closed or failed."""
        return str(self._connection.connectionState)

    async def answer(self, offer_sdp: str) -> str:
        """The answer to a browser's offer. ValueError when it is no offer of audio that we speak."""
        await self._describe(offer_sdp, "offer")
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        return str(self._connection.localDescription.sdp)

    async def offer(self) -> str:
        """An offer for a browser that is being called."""
        await self._connection.setLocalDescription(await self._connection.createOffer())
        return str(self._connection.localDescription.sdp)

    async def accept(self, answer_sdp: str) -> None:
        """The browser's answer to our offer. ValueError when it does not fit."""
        await self._describe(answer_sdp, "answer")

    async def close(self) -> None:
        """End the connection; a second time does nothing."""
        await self._connection.close()

    async def _describe(self, sdp: str, kind: str) -> None:
        try:
            self._choose(sdp)
            await self._connection.setRemoteDescription(RTCSessionDescription(sdp=sdp, type=kind))
        except Exception as error:  # aiortc raises whatever its parser stumbles over
            raise ValueError(f"the session description cannot be used: {error}") from error

    def _choose(self, sdp: str) -> None:
        """Take the first codec of the other end that we speak, as RFC 3264 has it: the order is its preference."""
        [audio] = [media for media in SessionDescription.parse(sdp).media if media.kind == "audio"]
        codec = next((one for one in audio.rtp.codecs if one.mimeType in self._codecs), None)
        if codec is None:
            raise ValueError(f"there is none of {', '.join(self._codecs)}")
        self.codec, self._payload_type = codec.mimeType, codec.payloadType
        self._prefer([self.codec])

    def _prefer(self, mime_types: Iterable[str]) -> None:
        known = {codec.mimeType: codec for codec in RTCRtpSender.getCapabilities("audio").codecs}
        self._transceiver.setCodecPreferences([known[mime_type] for mime_type in mime_types])

    def _encode(self, frame: bytes) -> bytes:
        return self._encoder.encode(frame) if self.codec == OPUS else frame

    async def _take(self, packet: Any, arrival_time_ms: int) -> None:  # noqa: ARG002 - called by aiortc
        if packet.payload_type != self._payload_type:
            return
        frames = self._decoder.decode(packet.payload) if self.codec == OPUS else [packet.payload]
        for frame in frames:
            if len(frame) == FRAME_BYTES:
                self.said.append(frame)
