"""A bridge: two legs that are connected, talk, and part."""

from __future__ import annotations

from rehearsal.exchange.leg import Bridged, Leg


class Bridge:
    """Created when a Dial finds its other side; joined when that side has heard its whisper.

    ``desk`` is the leg that dialled; ``caller`` is the leg that waited in a queue, or that rang. ``reason`` says why
    it ended: ``left`` (a leg hung up, or was moved), ``star``, ``time_limit``, ``failed``.
    """

    def __init__(self, desk: Leg, caller: Leg) -> None:
        self.desk = desk
        self.caller = caller
        self.joined_at: float | None = None
        self.over = False
        self.reason = ""
        self.seconds = 0.0
        """How long the two talked, once it is over."""
        desk.tie = caller.tie = self
        desk.stir()
        caller.stir()

    def join(self) -> None:
        """Let the two hear each other."""
        self.joined_at = self.desk.network.clock.now()
        for leg, other in ((self.caller, self.desk), (self.desk, self.caller)):
            leg.talked = True
            leg.pick_up()
            leg.hears("Bridged", other.from_, Bridged(other))
        self.desk.stir()

    def untie(self, leg: Leg) -> None:  # noqa: ARG002 - either leg frees both
        self.part("left")

    def part(self, reason: str) -> None:
        """End the bridge; a second call changes nothing."""
        if self.over:
            return
        self.over = True
        self.reason = reason
        if self.joined_at is not None:
            self.seconds = self.desk.network.clock.now() - self.joined_at
        for leg in (self.desk, self.caller):
            leg.tie = None
            leg.hush()
            leg.stir()
