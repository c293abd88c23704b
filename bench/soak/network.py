"""The callers as the telephone network knows them: the truth that the app is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

LIVE = ("queued", "ringing", "in-progress")
NETWORKS_ERROR = "an application error has occurred"
THANKS = "Thank you for calling"
PRESS_1 = ("press 1.", "Press 1 ")


@dataclass(frozen=True, slots=True)
class Caller:
    """One caller at one moment. `bridges` counts how often they have spoken with a desk so far."""

    call_sid: str
    live: bool
    queue: str | None
    on_air_with: str | None
    bridges: int
    cut_off_by_error: bool
    thanked: bool
    number: str = ""
    spoke_with: tuple[tuple[str, float], ...] = ()
    """The other's number or identity at each bridge, and when that was, in seconds since the ring."""
    is_asked: bool = False
    """Whether the last thing that they heard was to press 1."""

    @property
    def in_words(self) -> str:
        """The caller's state in words, for their story."""
        if not self.live:
            return f"gone, after {self.bridges} bridges" + (", thanked" if self.thanked else "")
        if self.on_air_with:
            return f"on the air with {self.on_air_with}, bridge {self.bridges}"
        return f"waits in {self.queue}" if self.queue else "listens"

    @property
    def placed(self) -> bool:
        """Whether they wait in a queue or speak with a desk, so that the app must know them."""
        return self.live and (self.queue is not None or self.on_air_with is not None)


def read(callers: list[dict[str, Any]]) -> dict[str, Caller]:
    """What `GET /rehearsal/callers` answered, by CallSid."""
    return {one["call_sid"]: _caller(one) for one in callers}


def _caller(one: dict[str, Any]) -> Caller:
    said = [heard["text"] for heard in one["heard"] if heard["verb"] == "Say"]
    last = said[-1] if said else ""
    return Caller(
        call_sid=one["call_sid"],
        live=one["status"] in LIVE,
        queue=one["queue"],
        on_air_with=one["bridged_to"],
        bridges=sum(heard["verb"] == "Bridged" for heard in one["heard"]),
        cut_off_by_error=NETWORKS_ERROR in last,
        thanked=last.startswith(THANKS) and len(said) > 1,
        number=one["from"],
        spoke_with=tuple((heard["text"], heard["at"]) for heard in one["heard"] if heard["verb"] == "Bridged"),
        is_asked=any(words in last for words in PRESS_1),
    )
