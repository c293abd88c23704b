"""What a station calls its things in a Twilio account, so that a second one, or a staging copy, can share the account.

The app itself uses the names of the first station everywhere. They are translated where Twilio reads or tells them.
"""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_PREFIX = "radio-callin"
CLIENT = "client:"
OTHERS = "client:other-"
"""How the browsers of another station are called here. No identity has a hyphen, so they pass for none of ours."""


@dataclass(frozen=True, slots=True)
class StationNames:
    """The names of one station, by its STATION_PREFIX.

    >>> staging = StationNames("staging")
    >>> staging.queue("radio-callin-ready"), staging.file("/static/twiml/fallback.xml")
    ('staging-ready', '/static/twiml/staging-fallback.xml')
    >>> staging.identity("dj_anna_a1"), staging.caller("client:staging_dj_anna_a1"), staging.caller("client:dj_anna_a1")
    ('staging_dj_anna_a1', 'client:dj_anna_a1', 'client:other-dj_anna_a1')
    """

    prefix: str = DEFAULT_PREFIX

    @property
    def is_default(self) -> bool:
        return self.prefix == DEFAULT_PREFIX

    def queue(self, name: str) -> str:
        """Twilio's name of a queue."""
        return self.prefix + name.removeprefix(DEFAULT_PREFIX)

    def file(self, path: str) -> str:
        """The path of a fallback document, which names this station's queues."""
        folder, _, name = path.rpartition("/")
        return path if self.is_default else f"{folder}/{self.prefix}-{name}"

    def fallback(self, document: str) -> str:
        """The first station's fallback document with this station's queues."""
        return document.replace(f">{DEFAULT_PREFIX}-", f">{self.prefix}-")

    def title(self, name: str) -> str:
        """The name of an application or a key in Twilio's console."""
        return name if self.is_default else f"{name} ({self.prefix})"

    def identity(self, identity: str) -> str:
        """A browser's identity, as its token has it."""
        return identity if self.is_default else f"{self.prefix}_{identity}"

    def caller(self, sent: str) -> str:
        """Twilio's From as the app knows it: of browsers, only those of this station are ours."""
        if self.is_default or not sent.startswith(CLIENT):
            return sent
        own = f"{CLIENT}{self.prefix}_"
        return CLIENT + sent.removeprefix(own) if sent.startswith(own) else OTHERS + sent.removeprefix(CLIENT)
