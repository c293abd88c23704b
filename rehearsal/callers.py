"""Sends simulated callers to the network: one, or a crowd; each with a voice, patience and something to say."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping

from rehearsal.cast import Cast, Persona, persona_of, pitch_hz_of
from rehearsal.exchange.leg import Leg
from rehearsal.exchange.network import Network
from rehearsal.sound.voices import Voice

BREATH_SECONDS = 2.5
"""Between one sentence of a caller and the next."""


class Callers:
    """All simulated callers of this rehearsal."""

    def __init__(self, network: Network, cast: Cast) -> None:
        self._network = network
        self._cast = cast
        self._personas: dict[str, Persona] = {}
        self._with_lines: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._unwatch = network.watch(self._follow)

    def ring_in(self, number: str, to: str, *, silent: bool = False) -> Leg:
        """Have a caller ring from `number`. They never hang up by themselves, and say words only on request.

        A silent one does not hum either.
        """
        leg = self._network.ring(number, to, mouth=None if silent else Voice(pitch_hz_of(number)))
        self._personas[leg.sid] = persona_of(number)
        return leg

    def call_out(self, number: str, application_sid: str, params: Mapping[str, str]) -> Leg:
        """A browser without a page calls an application: `number` is `client:` and its identity.

        `params` are the ones that its page passes with the call.
        """
        mouth = Voice(pitch_hz_of(number))
        return self._network.ring(number, "", application_sid=application_sid, params=params, mouth=mouth)

    def crowd(self, callers: int, per_second: float, patience_seconds: tuple[float, float]) -> None:
        """Has this many callers ring the listeners' number, one after the other. Returns at once."""
        self._start(self._arrive(callers, 1 / per_second, patience_seconds))

    def persona(self, call_sid: str) -> Persona | None:
        """The persona of a call; None for a browser's."""
        return self._personas.get(call_sid)

    def forget(self) -> None:
        """Cancel all arrivals and conversations."""
        for task in self._tasks:
            task.cancel()
        self._personas.clear()
        self._with_lines.clear()

    async def close(self) -> None:
        """Forget, and wait until no task is left."""
        self._unwatch()
        self.forget()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _arrive(self, callers: int, gap_seconds: float, patience_seconds: tuple[float, float]) -> None:
        begin = self._network.clock.now()
        for n in range(callers):
            # Measured from the beginning, not from the previous caller, so that delays of the timer do not add up.
            await self._network.clock.sleep(begin + n * gap_seconds - self._network.clock.now())
            persona = self._cast.next(patience_seconds)
            leg = self._network.ring(
                persona.number,
                self._network.account.listener_number,
                mouth=Voice(persona.pitch_hz),
                patience_seconds=persona.patience_seconds,
            )
            self._personas[leg.sid] = persona
            self._with_lines.add(leg.sid)

    def _follow(self, leg: Leg) -> None:
        """A caller that is bridged for the first time begins to talk."""
        if leg.sid in self._with_lines and leg.bridged_to is not None:
            self._with_lines.discard(leg.sid)
            self._start(self._talk(leg, self._personas[leg.sid].lines))

    async def _talk(self, leg: Leg, lines: tuple[str, ...]) -> None:
        for line in lines:
            await self._network.clock.sleep(BREATH_SECONDS)
            if leg.bridged_to is None:
                return
            leg.speak(line)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
