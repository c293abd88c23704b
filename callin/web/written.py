"""Handlers whose answers listeners read: their sentences are in the station's language."""

from __future__ import annotations

from callin.web.base import Handler
from callin.words import RefusalWords, SpokenWords, WrittenWords, written


class ListenerHandler(Handler):
    """To be named first among the parents of a handler."""

    @property
    def spoken(self) -> SpokenWords:
        """What the station says, in its language and voice."""
        return self.services.station.words()

    @property
    def written(self) -> WrittenWords:
        return written(self.spoken.voice.language)

    @property
    def refusals(self) -> RefusalWords:
        return self.written.refusals
