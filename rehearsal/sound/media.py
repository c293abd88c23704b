"""All the sound of one network: which browsers are connected, what they say, and what each leg hears."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from rehearsal.sound.clips import Clips
from rehearsal.sound.ear import Ear
from rehearsal.sound.meter import Reading, measure, tone_dbfs
from rehearsal.sound.peer import Peer
from rehearsal.sound.recordings import is_loud
from rehearsal.sound.stream import Stream

if TYPE_CHECKING:
    from rehearsal.exchange.leg import Leg
    from rehearsal.exchange.network import Network


class Media:
    """Work is done only for legs that have a browser, each pulling its own frames; meters cost nothing until read."""

    def __init__(self, network: Network) -> None:
        """Sound for that network; nothing runs until a browser connects or a meter is read."""
        self._behaviour = network.behaviour
        self._clips = Clips()
        self._peers: dict[str, Peer] = {}
        self._said: dict[str, Stream] = {}
        self._ears: dict[str, Ear] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._unwatch = network.watch(self._changed)

    def peer(self, pull: Callable[[], bytes]) -> Peer:
        """A new connection for a browser; `connect` it to its leg once there is one."""
        return Peer(pull, has_opus=self._behaviour.opus)

    def connect(self, leg: Leg, peer: Peer) -> None:
        """From now on this peer is the leg's mouth and ear; an earlier one is closed."""
        earlier = self._peers.get(leg.sid)
        self._peers[leg.sid] = peer
        self._said[leg.sid] = peer.said
        peer.said.tap = lambda frame: _record(leg, frame)
        if earlier is not None and earlier is not peer:
            self.close(earlier)

    def frame(self, leg: Leg) -> bytes:
        """The next 20 ms of what the leg hears."""
        return self._ear(leg).frame()

    def heard(self, leg: Leg) -> Reading:
        """What the leg heard in the last second: for a browser, what was sent to it over the network."""
        peer = self._peers.get(leg.sid)
        return measure(peer.heard.last_second() if peer else self._ear(leg).last_second())

    def tones_heard(self, leg: Leg, frequencies_hz: Iterable[float]) -> list[float | None]:
        """The level of each of these tones in what the leg heard in the last second, in dBFS."""
        peer = self._peers.get(leg.sid)
        sound = peer.heard.last_second() if peer else self._ear(leg).last_second()
        return [tone_dbfs(sound, frequency_hz) for frequency_hz in frequencies_hz]

    def said(self, leg: Leg) -> Reading | None:
        """What came from the leg's browser in the last second; None when it has none."""
        peer = self._peers.get(leg.sid)
        return measure(peer.said.last_second()) if peer else None

    def codec(self, leg: Leg) -> str | None:
        """What the leg's browser speaks; None when it has none."""
        peer = self._peers.get(leg.sid)
        return peer.codec if peer else None

    def close(self, peer: Peer) -> None:
        """End a connection without waiting for it."""
        task = asyncio.ensure_future(peer.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def stop(self) -> None:
        """End all connections."""
        self._unwatch()
        for peer in self._peers.values():
            self.close(peer)
        self._peers.clear()
        await asyncio.gather(*self._closing, return_exceptions=True)

    def _ear(self, leg: Leg) -> Ear:
        ear = self._ears.get(leg.sid)
        if ear is None:
            ear = self._ears[leg.sid] = Ear(leg, self._said, self._clips)
        return ear

    def _changed(self, leg: Leg) -> None:
        ear = self._ears.get(leg.sid)
        if ear is not None:
            ear.update()
        if not leg.live:
            self._ears.pop(leg.sid, None)
            self._said.pop(leg.sid, None)
            peer = self._peers.pop(leg.sid, None)
            if peer is not None:
                self.close(peer)


def _record(leg: Leg, frame: bytes) -> None:
    """Put a browser's frame on its leg's tape, while one runs."""
    if leg.tape is not None:
        leg.tape.add(frame, is_loud=is_loud(frame))
