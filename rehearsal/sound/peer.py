"""The network's end of one browser's audio: WebRTC over loopback, carrying G.711 mu-law that is never transcoded."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
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
from av import Packet

from rehearsal.sound.mulaw import FRAME_BYTES, FRAME_SECONDS, SAMPLE_RATE_HZ
from rehearsal.sound.stream import Stream

_TIME_BASE = Fraction(1, SAMPLE_RATE_HZ)
_MULAW_PAYLOAD_TYPE = 0
# When this far behind, frames are skipped instead of sent in a burst.
_LATE_SECONDS = 0.2

# aioice leaves 127.0.0.1 out and would offer every other address of the machine. The rehearsal is the other way round.
aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]  # noqa: ARG005 - the names are aioice's


class _Mouthpiece(MediaStreamTrack):
    """A track that asks for a frame every 20 ms, for as long as the call lasts."""

    kind = "audio"

    def __init__(self, pull: Callable[[], bytes], sent: Stream) -> None:
        super().__init__()
        self._pull = pull
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
        packet = Packet(frame)
        packet.pts = self._number * FRAME_BYTES
        packet.time_base = _TIME_BASE
        self._number += 1
        self._due += FRAME_SECONDS
        self._sent.append(frame)
        return packet


class Peer:
    """One browser leg's sound: `heard` is what was sent to the browser, `said` what came from it."""

    def __init__(self, pull: Callable[[], bytes]) -> None:
        """Prepare a connection that asks `pull` for a 160-byte mu-law frame every 20 ms once it stands."""
        self.heard = Stream()
        self.said = Stream()
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        transceiver = self._connection.addTransceiver(_Mouthpiece(pull, self.heard), direction="sendrecv")
        transceiver.setCodecPreferences(
            [codec for codec in RTCRtpSender.getCapabilities("audio").codecs if codec.mimeType == "audio/PCMU"]
        )
        # Instead of the receiver's own method, which decodes each packet in a thread and costs five times as much.
        transceiver.receiver._handle_rtp_packet = self._take  # type: ignore[method-assign] # noqa: SLF001

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
        """An offer for a browser that is called."""
        await self._connection.setLocalDescription(await self._connection.createOffer())
        return str(self._connection.localDescription.sdp)

    async def accept(self, answer_sdp: str) -> None:
        """The browser's answer to our offer. ValueError when it does not fit."""
        await self._describe(answer_sdp, "answer")

    async def close(self) -> None:
        """End the connection; again does nothing."""
        await self._connection.close()

    async def _describe(self, sdp: str, kind: str) -> None:
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(sdp=sdp, type=kind))
        except Exception as error:  # aiortc raises whatever its parser stumbles over
            raise ValueError(f"the session description cannot be used: {error}") from error

    async def _take(self, packet: Any, arrival_time_ms: int) -> None:  # noqa: ARG002 - called by aiortc
        if packet.payload_type == _MULAW_PAYLOAD_TYPE and len(packet.payload) == FRAME_BYTES:
            self.said.append(packet.payload)
