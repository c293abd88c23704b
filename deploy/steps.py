"""Runs steps one after the other, and says what each changed and how long it took."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

Step = tuple[str, Callable[[], str]]
"""A step's title, and the function that does it and returns what it changed; empty if nothing."""


def run_steps(steps: list[Step], out: TextIO) -> None:
    """Runs the steps. Prints each title before the step begins, then what it changed and how long it took."""
    began = time.monotonic()
    changes = 0
    for number, (title, work) in enumerate(steps, 1):
        step_began = time.monotonic()
        print(f"[{number}/{len(steps)}] {title}: ", end="", file=out, flush=True)
        try:
            change = work()
        except BaseException:
            print("not done", file=out)
            raise
        changes += bool(change)
        print(f"{change or 'no change'} ({time.monotonic() - step_began:.1f} s)", file=out, flush=True)
    result = "Nothing had to be changed." if changes == 0 else f"{changes} of {len(steps)} were created or changed."
    print(f"Done in {time.monotonic() - began:.1f} s. {result}", file=out)
