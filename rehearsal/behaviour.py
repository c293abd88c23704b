"""What Twilio's documentation or the account's settings leave open: an app must work either way, or say why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

CHOICES: dict[str, tuple[str, ...]] = {
    "star": ("action", "hangup"),
    "empty_queue": ("silence", "ring"),
    "wait_url_failure": ("fallback", "hangup"),
    "query": ("written", "sorted"),
    "signed_by": ("auth_token", "shared_key"),
    "account_type": ("Full", "Trial"),
    "account_status": ("active", "suspended", "closed"),
}


@dataclass(slots=True)
class Behaviour:
    """The settings in force; one object serves the network and its webhooks.

    ``star``: after ``*`` of the leg that dialled, the caller's leg goes to the action of its Enqueue, or is hung up
    (the action is requested, and its answer ignored). ``star_before_bridge``: ``*`` also ends a Dial that is still
    waiting. ``empty_queue``: what the leg that dials an empty queue hears. ``wait_url_failure``: a caller whose waitUrl
    fails goes to the fallback URL, or hears the error sentence and is hung up. ``dead_leg_seconds``: how long a
    browser's leg lives on after its network has vanished. ``query``: the query of an address is sent as it was written,
    or sorted, though signed as it was written. ``signed_by``: webhooks are signed with the account's Auth Token, or, as
    a Webhook Rule has it, with a shared key. ``opus``: a browser may speak Opus; otherwise all speak PCMU.
    ``account_type`` and ``account_status``: what the API says.
    """

    star: str = "action"
    star_before_bridge: bool = True
    empty_queue: str = "silence"
    wait_url_failure: str = "fallback"
    dead_leg_seconds: float = 15.0
    query: str = "written"
    signed_by: str = "auth_token"
    opus: bool = True
    account_type: str = "Full"
    account_status: str = "active"

    def change(self, requested: Mapping[str, Any]) -> None:
        """Set some settings. ValueError, in a sentence, for an unknown name or value; then nothing has changed."""
        for name, value in requested.items():
            _check(name, value)
        for name, value in requested.items():
            setattr(self, name, value)

    def reset(self) -> None:
        """Set all back to their defaults."""
        for field in fields(self):
            setattr(self, field.name, field.default)


def _check(name: str, value: object) -> None:
    if name in CHOICES:
        if value not in CHOICES[name]:
            raise ValueError(f"{name} is one of {', '.join(CHOICES[name])}.")
    elif name in ("star_before_bridge", "opus"):
        if not isinstance(value, bool):
            raise ValueError(f"{name} is true or false.")
    elif name == "dead_leg_seconds":
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 3600:
            raise ValueError("dead_leg_seconds is a number from 0 to 3600.")
    else:
        raise ValueError(f"There is no behaviour setting called {name}.")
