"""Prints results: medians over rounds, as a Markdown table."""

from __future__ import annotations

import os
import platform
import statistics
import sys
from collections.abc import Sequence

from bench.load import Result


def doing(what: str, seconds: float) -> None:
    """Prints what is being measured now, and how long it will take."""
    print(f"  {what}: some {seconds:.0f} s", file=sys.stderr, flush=True)


def table(title: str, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    print(f"\n### {title}\n")
    print("| " + " | ".join(headings) + " |")
    print("|" + "---|" * len(headings))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |", flush=True)


def machine() -> str:
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}"


def per_second(rounds: Sequence[Result]) -> float:
    return statistics.median(one.per_second for one in rounds)


def p99_ms(rounds: Sequence[Result]) -> float:
    return statistics.median(one.quantile_ms(0.99) for one in rounds)


def p50_ms(rounds: Sequence[Result]) -> float:
    return statistics.median(one.quantile_ms(0.5) for one in rounds)


def checked(result: Result) -> Result:
    """The result, unless anything failed: a figure that counts errors as answers would be worthless."""
    if result.failures or not result.latencies:
        raise SystemExit(
            f"{len(result.failures)} of {len(result.latencies)} failed: {sorted(set(result.failures))[:5]}"
        )
    return result
