"""Where a leg goes next, and what stops its document while it waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType


@dataclass(frozen=True, slots=True)
class Step:
    """Ask for a document at ``url``, or take the one given as ``twiml``; ``params`` go along with the request."""

    url: str = ""
    method: str = "POST"
    params: Mapping[str, str] = field(default_factory=dict)
    twiml: str | None = None


class Interruption(Exception):
    """Raised where a leg's document waits: it does not go on."""


class Ended(Interruption):
    """The leg is over: no more verbs or documents; only reports still go out."""


class Moved(Interruption):
    """The leg was sent to another document, ``leg.next_step``."""


class Broken(Interruption):
    """A guard's condition has become true."""

    def __init__(self, guard: Guard) -> None:
        super().__init__()
        self.guard = guard


class Guard:
    """Ends its ``with`` block as soon as a condition holds; execution then goes on after the block."""

    def __init__(self, guards: list[Guard], condition: Callable[[], bool]) -> None:
        self.condition = condition
        self._guards = guards
        """The leg's active guards, the outermost first."""

    def __enter__(self) -> None:
        self._guards.append(self)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        self._guards.remove(self)
        return isinstance(error, Broken) and error.guard is self
