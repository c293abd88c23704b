"""What a check found, and how the checks run: all at once, each with a limit of time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from enum import StrEnum
from typing import NamedTuple

from callin.contracts import PhoneError
from callin.public_address import AddressError


class State(StrEnum):
    OK = "ok"
    WRONG = "wrong"
    LOOK = "look"
    """No API tells it: a person has to look."""


class Finding(NamedTuple):
    """One line: what was checked, and what is wrong with it and the cure, or where to look."""

    state: State
    title: str
    text: str


class Check(NamedTuple):
    title: str
    find: Callable[[], Iterable[Finding]]


def run(checks: Sequence[Check], limit_seconds: float) -> list[Finding]:
    """The findings, in the order of the checks. One that is not done in time is a finding, too."""
    threads = ThreadPoolExecutor(len(checks), "check")
    running = [threads.submit(_find, check) for check in checks]
    wait(running, limit_seconds)
    threads.shutdown(wait=False)
    return [
        finding for check, one in zip(checks, running, strict=True) for finding in _result(check, one, limit_seconds)
    ]


def _find(check: Check) -> list[Finding]:
    try:
        return list(check.find())
    except (PhoneError, AddressError) as error:
        return [Finding(State.WRONG, check.title, str(error))]


def _result(check: Check, running: Future[list[Finding]], limit_seconds: float) -> list[Finding]:
    if running.done():
        return running.result()
    text = f"No result within {limit_seconds:g} s. Try again in a minute; see https://status.twilio.com."
    return [Finding(State.WRONG, check.title, text)]
